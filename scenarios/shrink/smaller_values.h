// Smaller numbers and durations to try in place of one.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/time.h"

namespace logquake::scenario {

/// Whole numbers below `from` and at least `least`, ascending: the least first, then shares of
/// the way, at last, where there are few, one less. Nothing where `from` is the least.
std::vector<std::int64_t> smaller_numbers(std::int64_t from, std::int64_t least);

/// Durations below `from` and at least `least`, ascending: the least, then shares of the way in
/// round figures, at last `from` rounded down. For positive durations.
std::vector<Duration> shorter_durations(Duration from, Duration least);

/// Durations above `from` and at most `most`, descending, in round figures.
std::vector<Duration> longer_durations(Duration from, Duration most);

/// The duration with at most so many digits that are not zero, in its largest unit: rounded down.
Duration rounded_down(Duration duration, int digits);
/// The same, rounded up.
Duration rounded_up(Duration duration, int digits);

}  // namespace logquake::scenario
