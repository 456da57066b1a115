// What is wrong with a fault's fields beyond what the types of the fields say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace logquake::sim {

/// Faults that can tell have `std::optional<FieldTrouble> trouble() const`; readers of plans ask.
struct FieldTrouble {
  std::string_view field;
  std::string message;
};

}  // namespace logquake::sim
