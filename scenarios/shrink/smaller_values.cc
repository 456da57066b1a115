#include "scenarios/shrink/smaller_values.h"

#include <algorithm>

namespace logquake::scenario {
namespace {

// The power of ten that the last of `digits` digits stands for, in nanoseconds. Seconds are the
// largest unit: 90s is round.
std::int64_t grain_of(std::int64_t nanoseconds, int digits) {
  std::int64_t grain = 1;
  for (std::int64_t rest = nanoseconds; rest >= 10; rest /= 10) grain *= 10;
  for (int digit = 1; digit < digits && grain > 1; ++digit) grain /= 10;
  return grain;
}

template <class T>
void keep_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

std::vector<std::int64_t> smaller_numbers(std::int64_t from, std::int64_t least) {
  std::vector<std::int64_t> values;
  if (from <= least) return values;
  constexpr std::int64_t few = 40;  // chosen: more need not be counted exactly
  const auto way = from - least;
  values = {least, least + way / 8, least + way / 4, least + way / 2, least + way / 4 * 3};
  if (from <= few) values.push_back(from - 1);
  keep_unique(values);
  return values;
}

std::vector<Duration> shorter_durations(Duration from, Duration least) {
  std::vector<Duration> values;
  if (from <= least) return values;
  const auto way = from - least;
  values.push_back(least);
  for (const auto share : {way / 8, way / 4, way / 2, way / 4 * 3})
    values.push_back(rounded_down(least + share, 2));
  values.push_back(rounded_down(from, 1));
  values.push_back(rounded_down(from, 2));
  std::erase_if(values, [&](Duration value) { return value < least || value >= from; });
  keep_unique(values);
  return values;
}

std::vector<Duration> longer_durations(Duration from, Duration most) {
  std::vector<Duration> values;
  const auto offer = [&](Duration value) {
    value = std::min(most, rounded_down(value, 2));
    if (value > from) values.push_back(value);
  };
  if (from <= Duration::zero()) {
    for (const int part : {1, 2, 4, 8, 16}) offer(most / part);
  } else {
    for (const int times : {100, 50, 20, 10, 5, 2}) offer(from * times);
    offer(from + from / 2);
    offer(from + from / 4);
  }
  keep_unique(values);
  std::reverse(values.begin(), values.end());
  return values;
}

Duration rounded_down(Duration duration, int digits) {
  const auto grain = grain_of(duration.count(), digits);
  return Duration(duration.count() / grain * grain);
}

Duration rounded_up(Duration duration, int digits) {
  const auto grain = grain_of(duration.count(), digits);
  return Duration((duration.count() + grain - 1) / grain * grain);
}

}  // namespace logquake::scenario
