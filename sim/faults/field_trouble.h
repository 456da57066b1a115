// What is wrong with the fields of a fault, taken together.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/ratio.h"
#include "sim/base/time.h"

namespace logquake::sim {

/// A fault may have `std::optional<FieldTrouble> trouble() const`: files with such a fault are
/// refused.
struct FieldTrouble {
  std::string_view field;  // a literal
  std::string message;     // "expected a chance above zero"
};

inline bool is_positive(Duration duration) { return duration > Duration::zero(); }
inline bool is_chance(Ratio ratio) { return ratio > Ratio{0, 1} && ratio <= Ratio{1, 1}; }

}  // namespace logquake::sim
