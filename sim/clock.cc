#include "sim/clock.h"

#include <limits>
#include <utility>

#include "sim/base/check.h"

namespace logquake::sim {
namespace {

constexpr std::int64_t million = 1'000'000;

__extension__ using Wide = __int128;  // both compilers have it, ISO C++ has not

// value * numerator / denominator, rounded towards zero; as far as 64 bits go. The divisors are
// any.
std::int64_t scale(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  const Wide scaled = static_cast<Wide>(value) * numerator / denominator;
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return scaled > most ? most : static_cast<std::int64_t>(scaled);
}

void check_drift(std::int32_t ppm) {
  LOGQUAKE_CHECK(ppm >= -Clock::most_ppm && ppm <= Clock::most_ppm,
                 "a clock neither stands still nor runs twice as fast");
}

}  // namespace

Clock::Clock(Instant booted, WallTime wall, std::int32_t ppm)
    : anchor_(booted), wall_(wall), ppm_(ppm) {
  check_drift(ppm);
}

Duration Clock::since_anchor(Instant now) const {
  const Duration passed = now - anchor_;
  if (ppm_ == 0) return passed;
  // Hot on a drifting machine: 64 bits are enough for 146 years, and the divisor is a constant.
  const std::int64_t faster = million + ppm_;
  const auto [whole, rest] = std::pair(passed.count() / million, passed.count() % million);
  return Duration(whole * faster + rest * faster / million);
}

Duration Clock::scaled(Duration local) const {
  const auto rounded_down = scale(local.count(), million, million + ppm_);
  return Duration(rounded_down == Duration::max().count() ? rounded_down : rounded_down + 1);
}

void Clock::set_drift(Instant now, std::int32_t ppm) {
  check_drift(ppm);
  monotonic_ += since_anchor(now);
  wall_ += since_anchor(now);
  anchor_ = now;
  ppm_ = ppm;
}

void Clock::boot(Instant now) {
  wall_ += since_anchor(now);
  monotonic_ = Duration::zero();
  anchor_ = now;
}

Episode Clock::begin_shift(Instant now, Duration by, Duration over) {
  return shifts_.begin_one({now, by, over});
}

Duration Clock::shifted(Instant now) const {
  Duration sum{};
  for (const auto& [episode, shift] : shifts_.entries()) {
    const Duration passed = now - shift.from;
    sum += passed >= shift.over
               ? shift.by
               : Duration(scale(shift.by.count(), passed.count(), shift.over.count()));
  }
  return sum;
}

}  // namespace logquake::sim
