#include "sim/clock.h"

namespace logquake::sim {
namespace {

constexpr std::int64_t million = 1'000'000;

// value * numerator / denominator without overflow for any simulated time, rounded down.
std::int64_t scale(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  return value / denominator * numerator + value % denominator * numerator / denominator;
}

}  // namespace

Duration Clock::since_anchor(Instant now) const {
  const Duration passed = now - anchor_;
  if (ppm_ == 0) return passed;
  return Duration(scale(passed.count(), million + ppm_, million));
}

Duration Clock::simulated(Duration local) const {
  if (ppm_ == 0) return local;
  return Duration(scale(local.count(), million, million + ppm_) + 1);
}

void Clock::set_drift(Instant now, std::int32_t ppm) {
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

}  // namespace logquake::sim
