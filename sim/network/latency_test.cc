#include "sim/network/latency.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/random.h"
#include "sim/testing/network_world.h"

namespace logquake::sim {
namespace {

using testing::NetworkWorld;

const Latency quiet{.low = 10ms, .high = 20ms};
const Latency queued{.distribution = Distribution::exponential, .low = 1ms, .mean = 20ms};
const Latency lame{.distribution = Distribution::bimodal,
                   .low = 1ms,
                   .high = 2ms,
                   .tail = 500ms,
                   .tail_chance = {1, 20}};

std::vector<Duration> drawn(const Latency& latency, int count = 4000) {
  std::vector<Duration> all;
  for (int number = 0; number < count; ++number)
    all.push_back(latency.draw(Random(static_cast<std::uint64_t>(number))));
  std::sort(all.begin(), all.end());
  return all;
}

TEST(Latency, OfEveryDistributionStaysWithinItsBounds) {
  for (const auto& latency : {quiet, queued, lame}) {
    const auto all = drawn(latency);
    EXPECT_GE(all.front(), latency.low) << sentence_of(latency);
    EXPECT_LE(all.back(), latency.most()) << sentence_of(latency);
  }
}

TEST(Latency, ThatIsUniformFillsItsRange) {
  const auto all = drawn(quiet);

  EXPECT_LT(all.front(), 10100us);
  EXPECT_GT(all.back(), 19900us);
  EXPECT_NEAR(static_cast<double>(all[2000].count()), 15e6, 0.5e6);
}

TEST(Latency, ThatIsExponentialHasItsMeanAndATail) {
  const auto all = drawn(queued);
  Duration sum{};
  for (const auto each : all) sum += each;

  EXPECT_NEAR(static_cast<double>(sum.count() / 4000), 21e6, 1.5e6);
  EXPECT_GT(all.back(), 100ms);
}

TEST(Latency, ThatIsBimodalIsSlowAsRarelyAsItSays) {
  const auto all = drawn(lame);
  const auto slow = std::count_if(all.begin(), all.end(), [](Duration each) { return each > 2ms; });

  EXPECT_NEAR(static_cast<double>(slow), 200, 60);
  EXPECT_GT(all.back(), 400ms);
}

TEST(OddLatency, AppliesToItsDirectionUntilItsEnd) {
  NetworkWorld world;
  world.strike(OddLatency{"a-1", "a-2", quiet, 5s});

  world.run("a-9", [&](Node& node) {
    const auto probe = [&](const std::string& from, const std::string& to) {
      const auto before = world.simulation.now();
      world.simulation.node(from).send_datagram(world.id(to), testing::Parcel{});
      node.sleep_for(100ms);
      return world.datagrams[to].back().at - (before - Instant{});
    };
    for (int round = 0; round < 20; ++round) {
      const auto there = probe("a-1", "a-2");
      EXPECT_GE(there, 10ms);
      EXPECT_LE(there, 20ms);
      EXPECT_LE(probe("a-2", "a-1"), 400us);
    }
    node.sleep_for(5s);
    EXPECT_LE(probe("a-1", "a-2"), 400us);
  });
}

TEST(OddLatency, OfSeveralTheLatestCountsAndLeavesTheOthersBehind) {
  NetworkWorld world;
  const auto took = [&] {
    const auto sent_at = world.simulation.now() - Instant{};
    EXPECT_TRUE(world.hears("a-2", "a-1"));
    return world.datagrams["a-2"].back().at - sent_at;
  };

  world.strike(OddLatency{"a-1", "a-2", {.low = 10ms, .high = 10ms}, 5s});
  world.strike(OddLatency{"a-1", "a-2", {.low = 50ms, .high = 50ms}, 1s});

  EXPECT_EQ(took(), 50ms);
  (void)world.simulation.run_for(1s);
  EXPECT_EQ(took(), 10ms);
  (void)world.simulation.run_for(5s);
  EXPECT_LE(took(), 400us);
}

TEST(PairOffset, IsADistanceThatTheNamesOfAPairHaveForEver) {
  Options options;
  options.network = {.latency_low = 1ms, .latency_high = 1ms, .pair_offset = 50ms};
  const auto distances = [&](int machines) {
    NetworkWorld world(machines, options);
    std::map<std::string, Duration> found;
    for (const auto& [from, to] : {std::pair("a-1", "a-2"), std::pair("a-2", "a-1"),
                                   std::pair("a-1", "a-3"), std::pair("a-1", "a-2")}) {
      const auto sent_at = world.simulation.now() - Instant{};
      EXPECT_TRUE(world.hears(to, from));
      const Duration took = world.datagrams[to].back().at - sent_at;
      const auto [at, is_new] = found.emplace(std::string(from) + to, took);
      EXPECT_TRUE(is_new || at->second == took);
    }
    return found;
  };

  const auto three = distances(3);

  EXPECT_EQ(three.at("a-1a-2"), three.at("a-2a-1"));
  EXPECT_NE(three.at("a-1a-2"), three.at("a-1a-3"));
  for (const auto& [pair, distance] : three) {
    EXPECT_GE(distance, 1ms);
    EXPECT_LE(distance, 51ms);
  }
  EXPECT_EQ(three, distances(5));  // another machine changes nothing between the others
}

}  // namespace
}  // namespace logquake::sim
