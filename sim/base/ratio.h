// Chance without floats.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace logquake {

/// A share of one, "1/50". Invariant: denominator is at least 1.
struct Ratio {
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 1;

  constexpr bool operator==(const Ratio& other) const {
    return std::uint64_t{numerator} * other.denominator ==
           std::uint64_t{other.numerator} * denominator;
  }
  constexpr std::strong_ordering operator<=>(const Ratio& other) const {
    return std::uint64_t{numerator} * other.denominator <=>
           std::uint64_t{other.numerator} * denominator;
  }
};

/// "1/50".
std::string to_string(Ratio ratio);
/// Reads "1/50", "0" or "1". Errors: invalid_argument.
Result<Ratio> parse_ratio(std::string_view text);

}  // namespace logquake
