// What befalls datagrams, with which chance, and that it ends.
#include "sim/network/datagram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/testing/network_world.h"

namespace logquake::sim {
namespace {

using testing::NetworkWorld;

constexpr int sent = 400;

std::vector<std::int64_t> numbers(const std::vector<testing::Arrival>& arrivals) {
  std::vector<std::int64_t> found;
  for (const auto& arrival : arrivals) found.push_back(arrival.number);
  return found;
}

std::vector<std::int64_t> all_of_them() {
  std::vector<std::int64_t> expected;
  for (std::int64_t number = 0; number < sent; ++number) expected.push_back(number);
  return expected;
}

// Whether the other direction, and this one once the fault is over, carry all as it was sent.
void expect_it_concerns_one_direction_and_ends(NetworkWorld& world) {
  world.send_datagrams("a-2", "a-1", sent);
  EXPECT_EQ(numbers(world.datagrams["a-1"]), all_of_them());
  (void)world.simulation.run_for(1h);
  world.datagrams.clear();
  world.send_datagrams("a-1", "a-2", sent);
  EXPECT_EQ(numbers(world.datagrams["a-2"]), all_of_them());
}

TEST(DatagramLoss, TakesItsShareOfOneDirectionUntilItsEnd) {
  NetworkWorld world;
  world.strike(DatagramLoss{"a-1", "a-2", {1, 4}, 10s});
  world.send_datagrams("a-1", "a-2", sent);

  EXPECT_NEAR(static_cast<double>(world.datagrams["a-2"].size()), sent * 0.75, 40);
  expect_it_concerns_one_direction_and_ends(world);
}

TEST(DatagramDuplication, DoublesItsShareOfOneDirectionUntilItsEnd) {
  NetworkWorld world;
  world.strike(DatagramDuplication{"a-1", "a-2", {1, 4}, 10s});
  world.send_datagrams("a-1", "a-2", sent);

  const auto come = numbers(world.datagrams["a-2"]);

  EXPECT_NEAR(static_cast<double>(come.size()), sent * 1.25, 40);
  EXPECT_EQ(std::set<std::int64_t>(come.begin(), come.end()).size(), std::size_t{sent});
  expect_it_concerns_one_direction_and_ends(world);
}

TEST(DatagramReordering, LetsLaterOnesOvertakeUntilItsEnd) {
  NetworkWorld world;
  world.strike(DatagramReordering{"a-1", "a-2", {1, 4}, 20ms, 10s});
  world.send_datagrams("a-1", "a-2", sent);

  auto come = numbers(world.datagrams["a-2"]);

  EXPECT_FALSE(std::is_sorted(come.begin(), come.end()));
  std::sort(come.begin(), come.end());
  EXPECT_EQ(come, all_of_them());
  expect_it_concerns_one_direction_and_ends(world);
}

TEST(DatagramCorruption, DamagesItsShareOfOneDirectionUntilItsEnd) {
  NetworkWorld world;
  world.strike(DatagramCorruption{"a-1", "a-2", {1, 4}, 10s});
  world.send_datagrams("a-1", "a-2", sent);

  const auto& come = world.datagrams["a-2"];
  const auto damaged = std::count_if(come.begin(), come.end(),
                                     [](const auto& arrival) { return arrival.is_corrupt; });

  EXPECT_EQ(come.size(), std::size_t{sent});
  EXPECT_NEAR(static_cast<double>(damaged), sent * 0.25, 40);
  for (const auto& arrival : come) {
    EXPECT_EQ(arrival.is_corrupt, arrival.number == -1);  // nothing can be read of what is damaged
  }
  expect_it_concerns_one_direction_and_ends(world);
}

TEST(DatagramFaults, OfOneKindOverlapAndEndOnTheirOwn) {
  NetworkWorld world;
  world.strike(DatagramLoss{"a-1", "a-2", {1, 1}, 1s});
  world.strike(DatagramLoss{"a-1", "a-2", {1, 1}, 2s});

  EXPECT_FALSE(world.hears("a-2", "a-1"));
  (void)world.simulation.run_for(1s);
  EXPECT_FALSE(world.hears("a-2", "a-1"));
  (void)world.simulation.run_for(1s);
  EXPECT_TRUE(world.hears("a-2", "a-1"));
}

TEST(DatagramFaults, EndWithAllOthers) {
  for (const Fault& fault :
       {Fault(DatagramLoss{"a-1", "a-2", {1, 1}}), Fault(DatagramDuplication{"a-1", "a-2", {1, 1}}),
        Fault(DatagramReordering{"a-1", "a-2", {1, 1}, 20ms}),
        Fault(DatagramCorruption{"a-1", "a-2", {1, 1}})}) {
    NetworkWorld world;
    world.strike(fault);
    world.strike(HealNetwork{});

    world.send_datagrams("a-1", "a-2", sent);

    EXPECT_EQ(numbers(world.datagrams["a-2"]), all_of_them()) << sentence_of(fault);
  }
}

TEST(DatagramFaults, StrikeTheSameOnesWhateverElseIsInTheWorld) {
  const auto come_with = [](int machines) {
    NetworkWorld world(machines);
    world.strike(DatagramLoss{"*", "*", {1, 4}});
    for (std::int64_t number = 0; number < sent; ++number) {
      world.simulation.node("a-1").send_datagram(world.id("a-2"), testing::Parcel{number, {}});
      if (machines > 2)
        world.simulation.node("a-3").send_datagram(world.id("a-2"), testing::Parcel{-5, {}});
      (void)world.simulation.run_for(1ms);
    }
    (void)world.simulation.run_for(1s);
    auto come = numbers(world.datagrams["a-2"]);
    std::erase(come, -5);
    return come;
  };

  EXPECT_EQ(come_with(2), come_with(3));
}

}  // namespace
}  // namespace logquake::sim
