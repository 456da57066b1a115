#include "sim/timing_wheel.h"

#include <bit>

#include "sim/base/check.h"

namespace logquake::sim {

void TimingWheel::link(Event& event) {
  const auto difference = static_cast<std::uint64_t>(event.at ^ current_);
  const int level = difference == 0 ? 0 : (63 - std::countl_zero(difference)) / 6;
  const auto slot = static_cast<std::size_t>(event.at >> (6 * level)) & 63;
  auto& list = slots_[static_cast<std::size_t>(level)][slot];
  event.place = static_cast<std::uint16_t>(static_cast<std::size_t>(level) * 64 + slot);
  event.next = nullptr;
  event.previous = list.last;
  (list.last != nullptr ? list.last->next : list.first) = &event;
  list.last = &event;
  occupied_[static_cast<std::size_t>(level)] |= std::uint64_t{1} << slot;
  occupied_levels_ |= 1U << level;
}

void TimingWheel::unlink(Event& event) {
  const std::size_t level = event.place / 64;
  const std::size_t slot = event.place % 64;
  auto& list = slots_[level][slot];
  (event.previous != nullptr ? event.previous->next : list.first) = event.next;
  (event.next != nullptr ? event.next->previous : list.last) = event.previous;
  event.place = Event::not_queued;
  if (list.first == nullptr) {
    occupied_[level] &= ~(std::uint64_t{1} << slot);
    if (occupied_[level] == 0) occupied_levels_ &= ~(1U << level);
  }
}

void TimingWheel::push(Event& event, std::int64_t at) {
  LOGQUAKE_CHECK(!event.is_queued(), "an event is queued once");
  LOGQUAKE_CHECK(at >= current_, "nothing happens in the past");
  event.at = at;
  link(event);
  ++size_;
}

void TimingWheel::remove(Event& event) {
  unlink(event);
  --size_;
}

Event* TimingWheel::pop(std::int64_t limit) {
  while (occupied_levels_ != 0) {
    const auto level = static_cast<std::size_t>(std::countr_zero(occupied_levels_));
    const auto slot = static_cast<std::size_t>(std::countr_zero(occupied_[level]));
    auto& list = slots_[level][slot];
    Event* first = list.first;
    // On the lowest level all of a slot share one instant. A lone event needs no moving down
    // either: nothing can be earlier.
    if (level == 0 || first->next == nullptr) {
      if (first->at > limit) return nullptr;
      current_ = first->at;
      unlink(*first);
      --size_;
      return first;
    }
    const int shift = 6 * static_cast<int>(level);
    const std::int64_t slot_start = first->at >> shift << shift;
    if (slot_start > limit) return nullptr;
    current_ = slot_start;
    list = Slot{};
    occupied_[level] &= ~(std::uint64_t{1} << slot);
    if (occupied_[level] == 0) occupied_levels_ &= ~(1U << level);
    while (first != nullptr) {
      Event* next = first->next;
      link(*first);
      first = next;
    }
  }
  return nullptr;
}

}  // namespace logquake::sim
