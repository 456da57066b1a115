// What keys one choice that a fault makes while the run is under way.
#pragma once

#include <cstdint>

namespace logquake::sim {

/// For keyed_value(): the label's hash, which the number of the plan's step is part of, and how
/// often that step has made the choice before.
struct ChoiceKey {
  std::uint64_t label_hash;
  std::uint64_t occurrence;
};

}  // namespace logquake::sim
