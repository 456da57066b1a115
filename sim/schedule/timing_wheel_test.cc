#include "sim/schedule/timing_wheel.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <limits>
#include <set>
#include <tuple>

#include "sim/random.h"

namespace logquake::sim {
namespace {

// The simplest thing that could be right: a set ordered by (time, order of insertion).
struct Oracle {
  std::set<std::tuple<std::int64_t, std::int64_t, Event*>> queue;
  std::int64_t inserted = 0;
  void push(Event& event, std::int64_t at) { queue.emplace(at, inserted++, &event); }
  void remove(Event& event) {
    std::erase_if(queue, [&](const auto& entry) { return std::get<2>(entry) == &event; });
  }
  Event* pop(std::int64_t limit) {
    if (queue.empty() || std::get<0>(*queue.begin()) > limit) return nullptr;
    Event* event = std::get<2>(*queue.begin());
    queue.erase(queue.begin());
    return event;
  }
};

RC_GTEST_PROP(TimingWheel, GivesEventsInTheOrderOfTimeThenOfInsertion, (std::uint64_t seed)) {
  Random random(seed);
  std::deque<Event> events;
  TimingWheel wheel;
  Oracle oracle;
  std::int64_t now = 0;
  for (int step = 0; step < 400; ++step) {
    const auto dice = random.below(10);
    if (dice < 5) {
      // Distances of every magnitude, with many ties.
      const auto bits = random.below(40);
      const auto distance = static_cast<std::int64_t>(random.below(std::uint64_t{1} << bits));
      Event& event = events.emplace_back(Event::Kind::wake);
      wheel.push(event, now + distance);
      oracle.push(event, now + distance);
    } else if (dice < 6 && !events.empty()) {
      Event& event = random.pick(events);
      if (event.is_queued()) {
        wheel.remove(event);
        oracle.remove(event);
      }
    } else {
      const auto limit = dice < 8 ? std::numeric_limits<std::int64_t>::max()
                                  : now + static_cast<std::int64_t>(random.below(1'000'000));
      Event* event = wheel.pop(limit);
      RC_ASSERT(event == oracle.pop(limit));
      if (event != nullptr) {
        now = event->at;
      } else if (limit != std::numeric_limits<std::int64_t>::max()) {
        now = limit;
      }
    }
    RC_ASSERT(wheel.size() == static_cast<std::int64_t>(oracle.queue.size()));
  }
}

// Long lists carry hints of what comes later in them; taking events out must not bend those into
// the order.
RC_GTEST_PROP(TimingWheel, KeepsTheOrderOfLongListsThatLoseEvents, (std::uint64_t seed)) {
  Random random(seed);
  std::deque<Event> events;
  TimingWheel wheel;
  Oracle oracle;
  for (int number = 0; number < 300; ++number) {
    Event& event = events.emplace_back(Event::Kind::wake);
    const std::int64_t at = 1'000'000'000 + random.between(0, 3);
    wheel.push(event, at);
    oracle.push(event, at);
    Event& other = random.pick(events);
    if (!random.chance({1, 3}) || !other.is_queued()) continue;
    wheel.remove(other);
    oracle.remove(other);
  }
  constexpr auto never = std::numeric_limits<std::int64_t>::max();

  while (!wheel.empty()) RC_ASSERT(wheel.pop(never) == oracle.pop(never));

  RC_ASSERT(oracle.queue.empty());
  RC_ASSERT(wheel.hint() == nullptr);
}

TEST(TimingWheel, KeepsItsPlaceWhenTheLimitComesFirst) {
  Event event(Event::Kind::wake);
  TimingWheel wheel;
  wheel.push(event, 1'000'000);

  EXPECT_EQ(wheel.pop(999'999), nullptr);
  EXPECT_EQ(wheel.pop(1'000'000), &event);
  EXPECT_TRUE(wheel.empty());
}

}  // namespace
}  // namespace logquake::sim
