// Named streams of chance: a draw from one never shifts another.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/check.h"
#include "sim/base/hash.h"
#include "sim/base/ratio.h"
#include "sim/base/time.h"

namespace logquake::sim {

/// A stream of pseudo-random integers, the same on every machine. Streams are named by what they
/// are for: `Random disk = random.split("disk/broker-1");`. One draw per full expression, please:
/// the order in which arguments are evaluated differs between compilers.
class Random {
 public:
  explicit Random(std::uint64_t seed) : key_(mix64(seed + step)), state_(key_) {}

  /// An independent stream under `label`. It depends on this stream's name only, never on how much
  /// has been drawn from it.
  Random split(std::string_view label) const { return Random(hash64(label, key_)); }

  std::uint64_t next() { return mix64(state_ += step); }

  /// Uniform in [0, bound). `bound` is at least 1.
  std::uint64_t below(std::uint64_t bound) {
    LOGQUAKE_CHECK(bound > 0, "below(0) has nothing to draw from");
    // Lemire's method: the high half of a 128-bit product, redrawn where it would be biased.
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(next()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) [[unlikely]] {
      const std::uint64_t threshold = (0 - bound) % bound;
      while (static_cast<std::uint64_t>(product) < threshold)
        product = static_cast<Wide>(next()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// Uniform in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    LOGQUAKE_CHECK(low <= high, "an empty range has nothing to draw from");
    const auto width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    const auto offset = width == 0 ? next() : below(width);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
  }
  Duration between(Duration low, Duration high) {
    return Duration(between(low.count(), high.count()));
  }

  /// True with the given chance.
  bool chance(Ratio ratio) { return below(ratio.denominator) < ratio.numerator; }

  /// Exponential with the given mean, at most 32 times the mean; integer arithmetic throughout.
  Duration exponential(Duration mean);

  /// One of the elements; the container is not empty.
  template <class Container>
  auto& pick(Container& elements) {
    return elements[below(elements.size())];
  }

  /// Puts the elements into a uniformly drawn order (Fisher and Yates).
  template <class Container>
  void shuffle(Container& elements) {
    for (auto left = elements.size(); left > 1; --left) {
      using std::swap;
      swap(elements[left - 1], elements[below(left)]);
    }
  }

 private:
  static constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;  // splitmix64's golden gamma
  std::uint64_t key_;
  std::uint64_t state_;
};

/// A value that depends on (seed, label, occurrence) and nothing else: how everything is settled
/// that can only be settled while the run is under way. Equal in every run that meets the same
/// occurrence.
constexpr std::uint64_t keyed_value(std::uint64_t seed, std::uint64_t label_hash,
                                    std::uint64_t occurrence) {
  return mix64(mix64(seed ^ mix64(label_hash)) + occurrence * 0x9e3779b97f4a7c15ULL);
}
/// Brings a keyed value into [0, bound), bound at least 1; the bias is below bound / 2^32.
constexpr std::uint64_t keyed_below(std::uint64_t value, std::uint32_t bound) {
  return ((value >> 32) * bound) >> 32;
}

}  // namespace logquake::sim
