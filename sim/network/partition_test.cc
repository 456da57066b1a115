// Who hears whom under each partition, and that it ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/testing/network_world.h"

namespace logquake::sim {
namespace {

using testing::NetworkWorld;

using Hearing = std::map<std::string, std::set<std::string>>;

// Sends one datagram from each to each, and looks who has heard whom.
Hearing hearing(NetworkWorld& world) {
  std::vector<std::string> names;
  for (const auto id : world.simulation.nodes()) names.push_back(world.simulation.node(id).name());
  for (auto& [name, arrivals] : world.datagrams) arrivals.clear();
  for (const auto& from : names) {
    for (const auto& to : names) {
      if (from != to) world.simulation.node(from).send_datagram(world.id(to), testing::Parcel{});
    }
  }
  (void)world.simulation.run_for(100ms);
  Hearing heard;
  for (const auto& name : names) {
    heard[name] = {name};
    for (const auto& arrival : world.datagrams[name]) heard[name].insert(arrival.from);
  }
  return heard;
}

bool everybody_hears_everybody(const Hearing& heard) {
  return std::all_of(heard.begin(), heard.end(),
                     [&](const auto& entry) { return entry.second.size() == heard.size(); });
}

TEST(Isolate, CutsOneOffInBothDirectionsUntilItsEnd) {
  NetworkWorld world;
  world.strike(Isolate{"a-2", 1s});

  EXPECT_EQ(hearing(world),
            (Hearing{{"a-1", {"a-1", "a-3"}}, {"a-2", {"a-2"}}, {"a-3", {"a-1", "a-3"}}}));
  (void)world.simulation.run_for(1s);
  EXPECT_TRUE(everybody_hears_everybody(hearing(world)));
}

TEST(Split, SeparatesItsSideFromTheRest) {
  NetworkWorld world(4);
  world.strike(Split{{"a-1", "a-2"}, 1s});

  EXPECT_EQ(hearing(world), (Hearing{{"a-1", {"a-1", "a-2"}},
                                     {"a-2", {"a-1", "a-2"}},
                                     {"a-3", {"a-3", "a-4"}},
                                     {"a-4", {"a-3", "a-4"}}}));
  (void)world.simulation.run_for(1s);
  EXPECT_TRUE(everybody_hears_everybody(hearing(world)));
}

TEST(OneWay, TakesOnlyWhatTheNodeReceives) {
  NetworkWorld world;
  world.strike(OneWay{"a-1", Flow::inbound, 1s});

  const auto heard = hearing(world);

  EXPECT_EQ(heard.at("a-1"), std::set<std::string>{"a-1"});
  EXPECT_TRUE(heard.at("a-2").contains("a-1"));
  (void)world.simulation.run_for(1s);
  EXPECT_TRUE(everybody_hears_everybody(hearing(world)));
}

TEST(OneWay, TakesOnlyWhatTheNodeSends) {
  NetworkWorld world;
  world.strike(OneWay{"a-1", Flow::outbound, 1s});

  const auto heard = hearing(world);

  EXPECT_EQ(heard.at("a-1").size(), 3u);
  EXPECT_FALSE(heard.at("a-2").contains("a-1"));
  EXPECT_TRUE(heard.at("a-2").contains("a-3"));
  (void)world.simulation.run_for(1s);
  EXPECT_TRUE(everybody_hears_everybody(hearing(world)));
}

TEST(MajoritiesRing, LetsEachHearAMajorityAndNoTwoTheSame) {
  for (const int machines : {3, 4, 5, 6, 7}) {
    NetworkWorld world(machines);
    world.strike(MajoritiesRing{"*", 1s});

    std::set<std::set<std::string>> majorities;
    for (const auto& [name, heard] : hearing(world)) {
      EXPECT_EQ(heard.size(), static_cast<std::size_t>(machines / 2 + 1)) << machines;
      majorities.insert(heard);
    }

    EXPECT_EQ(majorities.size(), static_cast<std::size_t>(machines));
    (void)world.simulation.run_for(1s);
    EXPECT_TRUE(everybody_hears_everybody(hearing(world)));
  }
}

TEST(MajoritiesRing, SitsInAnOrderThatTheSeedSettles) {
  std::set<Hearing> rings;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Options options;
    options.seed = seed;
    NetworkWorld world(5, options);
    world.strike(MajoritiesRing{"*", 1s});
    rings.insert(hearing(world));
  }

  EXPECT_GT(rings.size(), 3u);
}

TEST(Bridge, LetsTwoHalvesMeetInOneNodeOnly) {
  NetworkWorld world(5);
  world.strike(Bridge{"a-3", "*", 1s});

  const auto heard = hearing(world);

  EXPECT_EQ(heard.at("a-3").size(), 5u);
  for (const auto* name : {"a-1", "a-2", "a-4", "a-5"}) {
    EXPECT_EQ(heard.at(name).size(), 3u);  // itself, its neighbour and the bridge
    EXPECT_TRUE(heard.at(name).contains("a-3"));
    for (const auto& other : heard.at(name)) {
      if (other == "a-3") continue;
      EXPECT_EQ(heard.at(other), heard.at(name));
    }
  }
  (void)world.simulation.run_for(1s);
  EXPECT_TRUE(everybody_hears_everybody(hearing(world)));
}

TEST(Bridge, LeavesThoseAloneThatItIsNotAbout) {
  NetworkWorld world(4);
  world.simulation.add_node("client-1", [](Node& node) { node.sleep_for(1h); });
  world.strike(Bridge{"a-1", "all a", 1s});

  const auto heard = hearing(world);

  for (const auto* name : {"a-1", "a-2", "a-3", "a-4"})
    EXPECT_TRUE(heard.at(name).contains("client-1"));
}

TEST(HubOnly, LetsEverybodySeeTheHubAlone) {
  NetworkWorld world(4);
  world.strike(HubOnly{"a-1", "*", 1s});

  EXPECT_EQ(hearing(world), (Hearing{{"a-1", {"a-1", "a-2", "a-3", "a-4"}},
                                     {"a-2", {"a-1", "a-2"}},
                                     {"a-3", {"a-1", "a-3"}},
                                     {"a-4", {"a-1", "a-4"}}}));
  (void)world.simulation.run_for(1s);
  EXPECT_TRUE(everybody_hears_everybody(hearing(world)));
}

TEST(Flapping, ComesAndGoesUntilItsEnd) {
  NetworkWorld world;
  world.strike(Flapping{{"a-1"}, 1s, 4500ms});

  std::string story;
  for (int half = 0; half < 14; ++half) {
    story += world.hears("a-2", "a-1") ? '.' : 'x';
    (void)world.simulation.run_for(400ms);
  }

  EXPECT_EQ(story, "x.x.x.x.x.....");
}

TEST(Flapping, StopsWhenTheNetworkHeals) {
  NetworkWorld world;
  world.strike(Flapping{{"a-1"}, 1s, {}});
  (void)world.simulation.run_for(10s);
  EXPECT_FALSE(world.hears("a-2", "a-1"));

  world.strike(HealNetwork{});

  for (int half = 0; half < 10; ++half) {
    EXPECT_TRUE(world.hears("a-2", "a-1"));
    (void)world.simulation.run_for(400ms);
  }
}

TEST(Partitions, ThatOverlapEndOnTheirOwn) {
  NetworkWorld world;
  world.strike(Isolate{"a-1", 1s});
  world.strike(Split{{"a-1"}, 3s});
  world.strike(SilentDrop{"a-1", "a-2", 5s});

  EXPECT_FALSE(world.hears("a-2", "a-1"));
  (void)world.simulation.run_for(1s);
  EXPECT_FALSE(world.hears("a-3", "a-1"));
  (void)world.simulation.run_for(2s);
  EXPECT_TRUE(world.hears("a-3", "a-1"));
  EXPECT_FALSE(world.hears("a-2", "a-1"));
  (void)world.simulation.run_for(2s);
  EXPECT_TRUE(world.hears("a-2", "a-1"));
}

TEST(Partitions, ThatWereHealedDoNotEndThoseThatCameLater) {
  NetworkWorld world;
  world.strike(Isolate{"a-1", 2s});
  (void)world.simulation.run_for(1s);
  world.strike(HealNetwork{});
  EXPECT_TRUE(world.hears("a-2", "a-1"));

  world.strike(Isolate{"a-1", 10s});
  (void)world.simulation.run_for(3s);

  EXPECT_FALSE(world.hears("a-2", "a-1"));
}

TEST(Partitions, AreAllHealedAtOnce) {
  for (const Fault& fault :
       {Fault(Isolate{"a-1"}), Fault(Split{{"a-1"}}), Fault(OneWay{"a-1"}), Fault(MajoritiesRing{}),
        Fault(Bridge{"a-1"}), Fault(HubOnly{"a-1"}), Fault(Flapping{{"a-1"}, 10s})}) {
    NetworkWorld world(5);
    world.strike(fault);
    EXPECT_FALSE(everybody_hears_everybody(hearing(world))) << sentence_of(fault);

    world.strike(HealAll{});

    EXPECT_TRUE(everybody_hears_everybody(hearing(world))) << sentence_of(fault);
  }
}

}  // namespace
}  // namespace logquake::sim
