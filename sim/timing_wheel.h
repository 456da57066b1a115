// The queue of what happens next: a hierarchical timing wheel of intrusive lists, in exact
// (time, order of insertion) order.
#pragma once

#include <array>
#include <cstdint>

namespace logquake::sim {

/// Something that will happen. Embedded in what it concerns (a task, a pipe), so queueing allocates
/// nothing.
struct Event {
  enum class Kind : std::uint8_t { wake, delivery, datagram, control };

  std::int64_t at = 0;  // nanoseconds since the start
  Event* previous = nullptr;
  Event* next = nullptr;
  std::uint16_t place = not_queued;  // level * 64 + slot
  Kind kind{};

  static constexpr std::uint16_t not_queued = 0xffff;
  explicit Event(Kind what) : kind(what) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  bool is_queued() const { return place != not_queued; }
};

/// 64 slots a level, one nanosecond a slot on the lowest. An event waits on the level of the
/// highest digit (of base 64) in which its time differs from the current one, so it moves down at
/// most ten times and those of one slot keep their order of insertion. All operations are O(1) but
/// pop(), which is amortised.
class TimingWheel {
 public:
  /// Queues `event` for `at`, not before the current time. It must not be queued already.
  void push(Event& event, std::int64_t at);
  /// Takes `event` out again.
  void remove(Event& event);
  /// Takes out the next event if its time is at most `limit`, else null.
  Event* pop(std::int64_t limit);
  bool empty() const { return size_ == 0; }
  std::int64_t size() const { return size_; }

 private:
  struct Slot {
    Event* first = nullptr;
    Event* last = nullptr;
  };
  static constexpr int levels = 11;  // 6 bits each cover 63
  void link(Event& event);
  void unlink(Event& event);

  std::int64_t current_ = 0;  // Invariant: no queued event is earlier
  std::int64_t size_ = 0;
  std::uint32_t occupied_levels_ = 0;
  std::array<std::uint64_t, levels> occupied_{};
  std::array<std::array<Slot, 64>, levels> slots_{};
};

}  // namespace logquake::sim
