// The queue of what happens next: a hierarchical timing wheel of intrusive lists, in exact
// (time, order of insertion) order.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sim/base/check.h"

namespace logquake::sim {

/// Something that will happen. Embedded in what it concerns (a task, a pipe), so queueing allocates
/// nothing.
struct Event {
  enum class Kind : std::uint8_t { wake, delivery, datagram, control };

  std::int64_t at = 0;        // nanoseconds since the start
  Event* previous = nullptr;  // stale in the first of a list
  Event* next = nullptr;
  std::uint16_t place = not_queued;  // level * 256 + slot
  Kind kind{};
  std::int32_t ahead = 0;  // how many cache lines away one lies that is walked to soon; a hint

  static constexpr std::uint16_t not_queued = 0xffff;
  explicit Event(Kind what) : kind(what) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  bool is_queued() const { return place != not_queued; }
};

/// 256 slots a level, one nanosecond a slot on the lowest. An event waits on the level of the
/// highest digit (of base 256) in which its time differs from the current one, so it moves down at
/// most seven times and those of one slot keep their order of insertion. All operations are O(1)
/// but pop(), which is amortised. The number of slots is by measurement: with 64 an event moves
/// down once more on its way, with 1,024 the peers' bare queues were no faster.
class TimingWheel {
 public:
  /// Queues `event` for `at`, not before the current time. It must not be queued already.
  void push(Event& event, std::int64_t at) {
    LOGQUAKE_CHECK(!event.is_queued(), "an event is queued once");
    LOGQUAKE_CHECK(at >= current_, "nothing happens in the past");
    event.at = at;
    link(event);
    ++size_;
  }

  /// Takes `event` out again.
  void remove(Event& event) {
    Slot& slot = slots_[event.place];
    if (slot.trailing == &event) slot.trailing = event.next;
    if (slot.first == &event) {
      slot.first = event.next;
      if (slot.first == nullptr) mark_empty(event.place);
    } else {
      event.previous->next = event.next;
    }
    if (event.next != nullptr) {
      event.next->previous = event.previous;
    } else {
      slot.last = event.previous;
    }
    event.place = Event::not_queued;
    --size_;
  }

  /// Takes out the next event if its time is at most `limit`, else null.
  Event* pop(std::int64_t limit) {
    while (occupied_words_ != 0) {
      const auto place = first_place();
      Slot& slot = slots_[place];
      Event* first = slot.first;
      // On the lowest level all of a slot share one instant. A lone event needs no moving down
      // either: nothing can be earlier.
      if (place < slots || first->next == nullptr) {
        if (first->at > limit) return nullptr;
        current_ = first->at;
        slot.first = first->next;
        if (slot.first == nullptr) mark_empty(place);
        first->place = Event::not_queued;
        --size_;
        return first;
      }
      if (!move_down(place, limit)) return nullptr;
    }
    return nullptr;
  }

  /// An event that will be popped soon, or null: what is worth having in the cache.
  const Event* hint() const { return occupied_words_ != 0 ? slots_[first_place()].first : nullptr; }

  bool empty() const { return size_ == 0; }
  std::int64_t size() const { return size_; }

 private:
  static constexpr std::size_t digit_bits = 8;
  static constexpr std::size_t slots = 1 << digit_bits;
  static constexpr std::size_t levels = 8;  // eight bits each: the whole of a time
  static constexpr std::size_t words = slots / 64 * levels;

  /// The events of one slot in the order of insertion; all but `first` is stale where that is null.
  struct Slot {
    Event* first = nullptr;
    Event* last = nullptr;
    // Walking a long list costs a cache miss for each event, one after another. So each learns
    // where one some places further on lies: the trailing one when that is put in.
    Event* trailing = nullptr;
    std::int64_t behind = 0;  // places from `trailing` to the end, more or less
  };
  static constexpr std::int64_t lookahead = 8;  // chosen: misses that a processor has in flight
  static constexpr std::uintptr_t cache_line_bytes = 64;

  std::size_t first_place() const {
    const auto word = static_cast<std::size_t>(std::countr_zero(occupied_words_));
    return word * 64 + static_cast<std::size_t>(std::countr_zero(occupied_[word]));
  }
  void mark_empty(std::size_t place) {
    auto& word = occupied_[place / 64];
    word &= ~(std::uint64_t{1} << place % 64);
    if (word == 0) occupied_words_ &= ~(std::uint32_t{1} << place / 64);
  }
  void link(Event& event) {
    const auto difference = static_cast<std::uint64_t>(event.at ^ current_);
    const auto level = static_cast<std::size_t>(63 - std::countl_zero(difference | 1)) / digit_bits;
    const auto digit = static_cast<std::size_t>(event.at >> (digit_bits * level)) % slots;
    const std::size_t place = level * slots + digit;
    Slot& slot = slots_[place];
    event.place = static_cast<std::uint16_t>(place);
    event.next = nullptr;
    if (slot.first == nullptr) {
      slot.first = &event;
      slot.trailing = &event;
      slot.behind = 0;
      occupied_[place / 64] |= std::uint64_t{1} << place % 64;
      occupied_words_ |= std::uint32_t{1} << place / 64;
    } else {
      event.previous = slot.last;
      slot.last->next = &event;
      if (slot.trailing != nullptr && ++slot.behind >= lookahead) {
        slot.trailing->ahead = lines_between(*slot.trailing, event);
        slot.trailing = slot.trailing->next;
      }
    }
    slot.last = &event;
  }
  // Zero where they are further apart than a hint can tell.
  static std::int32_t lines_between(const Event& from, const Event& to) {
    const auto distance =
        static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(&to) / cache_line_bytes) -
        static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(&from) / cache_line_bytes);
    const auto lines = static_cast<std::int32_t>(distance);
    return lines == distance ? lines : 0;
  }
  // Spreads the events of a slot over the levels below; false where it begins after `limit`.
  bool move_down(std::size_t place, std::int64_t limit);

  std::int64_t current_ = 0;  // Invariant: no queued event is earlier
  std::int64_t size_ = 0;
  std::uint32_t occupied_words_ = 0;             // bit n: occupied_[n] is not zero
  std::array<std::uint64_t, words> occupied_{};  // bit n of all: slot n holds something
  std::array<Slot, slots * levels> slots_{};
};

}  // namespace logquake::sim
