// Sites in the code that do, in some runs and at some hits, what is allowed but rare.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "sim/injector.h"
#include "sim/probes.h"
#include "sim/simulation.h"
#include "sim/trace/recorder.h"

namespace logquake::sim {
namespace {

constexpr BuggifySite site{
    .name = "test.short-read", .about = "half is read", .active = {1, 2}, .fires = {1, 5}};
constexpr BuggifySite other{.name = "test.other", .about = "", .active = {1, 1}, .fires = {1, 2}};

// At which of 200 hits the site fires on each of the nodes.
std::map<std::string, std::vector<int>> firings(const Options& options,
                                                const std::vector<std::string>& nodes,
                                                bool asks_other = false) {
  Simulation simulation(options);
  std::map<std::string, std::vector<int>> fired;
  for (const auto& name : nodes) {
    simulation.add_node(name, [&fired, asks_other](Node& node) {
      for (int hit = 1; hit <= 200; ++hit) {
        if (asks_other) (void)node.buggify(other);
        if (node.buggify(site)) fired[node.name()].push_back(hit);
      }
      node.sleep_for(1h);
    });
  }
  (void)simulation.run_for(1s);
  return fired;
}

TEST(Buggify, IsOffUnlessAskedFor) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_TRUE(firings({.seed = seed}, {"a-1"}).empty());
}

TEST(Buggify, IsActiveInSomeRunsAndFiresAtSomeHits) {
  int active = 0;
  std::size_t fired = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto hits = firings({.seed = seed, .buggify = true}, {"a-1"});
    if (hits.empty()) continue;
    ++active;
    fired += hits.at("a-1").size();
  }
  EXPECT_NEAR(active, 100, 30);
  EXPECT_NEAR(static_cast<double>(fired) / active, 40, 5);
}

TEST(Buggify, IsKeyedBySeedSiteNodeAndHitAndNothingElse) {
  std::uint64_t seed = 1;
  while (firings({.seed = seed, .buggify = true}, {"a-1"}).empty()) ++seed;
  const auto alone = firings({.seed = seed, .buggify = true}, {"a-1"});
  const auto among = firings({.seed = seed, .buggify = true}, {"b-1", "a-1"}, true);

  EXPECT_EQ(alone.at("a-1"), among.at("a-1"));
  EXPECT_NE(among.at("a-1"), among.at("b-1"));
}

TEST(Buggify, CanBeForcedOffSiteBySite) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Options options{.seed = seed, .buggify = true, .buggify_off = {"test.short-read"}};
    EXPECT_TRUE(firings(options, {"a-1"}).empty());
  }
}

TEST(Buggify, EndsWithTheLoad) {
  Simulation simulation({.buggify = true});
  int before = 0;
  int after = 0;
  bool load_is_over = false;
  simulation.add_node("a-1", [&](Node& node) {
    for (;;) {
      if (node.buggify(other)) ++(load_is_over ? after : before);
      node.sleep_for(1ms);
    }
  });
  (void)simulation.run_for(1s);
  simulation.injector().disarm();
  load_is_over = true;
  (void)simulation.run_for(1s);

  EXPECT_GT(before, 100);
  EXPECT_EQ(after, 0);
}

struct Said {
  static constexpr std::string_view kind = "test.said";
  static constexpr Level level = Level::info;
  template <class Io>
  void io(Io&) {}
};

TEST(Buggify, TellsEachFiringAndBlamesItForWhatFollows) {
  Simulation simulation({.buggify = true});
  Recorder recorder(simulation.trace(), Level::info);
  simulation.add_node("a-1", [](Node& node) {
    while (!node.buggify(other)) {
    }
    node.record(Said{});
    node.sleep_for(1h);
  });
  (void)simulation.run_for(1s);

  const auto& facts = recorder.facts();
  ASSERT_EQ(facts.size(), 3U);  // the node starts, the site fires, the consequence
  EXPECT_EQ(facts[1].kind, "fault.buggified");
  EXPECT_TRUE(facts[1].sentence.starts_with("test.other fires on a-1 at hit "));
  EXPECT_EQ(facts[2].cause, facts[1].id);
}

// How long the program needs for ten sleeps of 1 ms, or ten connects.
Duration needs(std::uint64_t seed, bool connects) {
  Simulation simulation({.seed = seed, .buggify = true});
  Duration needed{};
  simulation.add_node("server-1", [](Node& node) {
    auto listener = node.listen(7);
    while (auto connection = listener->accept()) connection->close();
  });
  simulation.add_node("a-1", [&](Node& node) {
    const auto begin = node.simulation().now();
    for (int round = 0; round < 100; ++round) {
      if (connects) {
        EXPECT_TRUE(node.connect({"server-1", 7}, 10s).ok());
      } else {
        node.sleep_for(1ms);
      }
    }
    needed = node.simulation().now() - begin;
    node.sleep_for(1h);
  });
  (void)simulation.run_for(10min);
  return needed;
}

TEST(Buggify, TheKernelSleepsLateAndConnectsSlowlyInSomeRuns) {
  int late = 0;
  int slow = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto sleeping = needs(seed, false);
    EXPECT_GE(sleeping, 100ms) << "never early";
    late += sleeping >= 200ms ? 1 : 0;
    slow += needs(seed, true) >= 400ms ? 1 : 0;
  }
  EXPECT_GT(late, 2);
  EXPECT_LT(late, 25);
  EXPECT_GT(slow, 2);
  EXPECT_LT(slow, 25);
}

}  // namespace
}  // namespace logquake::sim
