#include "sim/schedule/timing_wheel.h"

namespace logquake::sim {

bool TimingWheel::move_down(std::size_t place, std::int64_t limit) {
  Event* event = slots_[place].first;
  const std::size_t shift = digit_bits * (place / slots);
  const std::int64_t start = event->at >> shift << shift;
  if (start > limit) return false;
  current_ = start;
  slots_[place].first = nullptr;
  mark_empty(place);
  while (event != nullptr) {
    Event* next = event->next;
    // Only what is in the cache depends on where events lie, never their order.
    __builtin_prefetch(reinterpret_cast<const void*>(
        reinterpret_cast<std::uintptr_t>(event) +
        static_cast<std::uintptr_t>(std::int64_t{event->ahead}) * cache_line_bytes));
    event->ahead = 0;
    link(*event);
    event = next;
  }
  return true;
}

}  // namespace logquake::sim
