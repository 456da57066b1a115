// What befalls connections on one direction: each fault's effect, its end, and several at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "sim/testing/network_world.h"

namespace logquake::sim {
namespace {

using testing::NetworkWorld;
using testing::Parcel;

constexpr std::int64_t kilobyte = 1'000;

// A parcel that takes exactly `bytes` on the wire.
Parcel parcel(std::int64_t number, std::int64_t bytes = kilobyte) {
  const auto empty = wire_bytes(Parcel{number, {}});
  return {number, std::string(static_cast<std::size_t>(bytes - empty), 'x')};
}

Connection connected(Node& node, const std::string& to) {
  auto connection = node.connect({to, 7}, 10s);
  EXPECT_TRUE(connection.ok());
  return connection ? std::move(*connection) : Connection{};
}

// How long an exchange with the other end takes; it must not fail.
Duration round_trip(Node& node, Connection& connection) {
  const Instant before = node.now();
  EXPECT_TRUE(connection.send(Parcel{}).ok());
  EXPECT_TRUE(connection.receive(1h).ok());
  return node.now() - before;
}

TEST(WireBytes, CountWhatADescriptionHolds) {
  EXPECT_EQ(wire_bytes(Parcel{1, "abc"}), 40 + 8 + 4 + 3);
  EXPECT_EQ(wire_bytes(Payload{}), 40);
}

TEST(Listener, MayBeClosedWhileAnotherTaskWaitsAtIt) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto listener = node.listen(70);
    ASSERT_TRUE(listener.ok());
    bool is_told = false;
    node.spawn("waits", [&] { is_told = listener->accept().is(ErrorCode::closed); });
    node.sleep_for(1s);

    listener->close();
    node.sleep_for(1ms);

    EXPECT_TRUE(is_told);
    EXPECT_TRUE(node.listen(70).ok());
  });
}

TEST(Slow, AddsUpAndEachEndsOnItsOwn) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    world.strike(Slow{"a-9", "a-1", 100ms, 1s});
    world.strike(Slow{"a-9", "a-1", 10ms, 3s});

    EXPECT_GE(round_trip(node, connection), 110ms);
    node.sleep_for(1s);
    const auto later = round_trip(node, connection);
    EXPECT_GE(later, 10ms);
    EXPECT_LE(later, 11ms);
    node.sleep_for(3s);
    EXPECT_LE(round_trip(node, connection), 1ms);
  });
}

TEST(Stall, OverlappingOnesEndOnTheirOwn) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    world.strike(Stall{"a-9", "a-1", 1s});
    world.strike(Stall{"a-9", "a-1", 3s});

    const auto took = round_trip(node, connection);

    EXPECT_GE(took, 3s);
    EXPECT_LE(took, 3001ms);
  });
}

TEST(SilentDrop, LetsAStallOfTheSameDirectionEndWithoutIt) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    world.strike(Stall{"a-9", "a-1", 1s});
    world.strike(SilentDrop{"a-9", "a-1", 2500ms});

    EXPECT_EQ(round_trip(node, connection) / 1ms, 3000);  // TCP tries after 0.2, 0.6, 1.4, 3 s
  });
}

TEST(SilentDrop, TakesTheRetransmissionTooThatFallsIntoTheNextOne) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    world.strike(SilentDrop{"a-9", "a-1", 1s});
    ASSERT_TRUE(connection.send(Parcel{1, {}}).ok());
    node.sleep_for(1100ms);  // healed; TCP tries again 1.4 s after the first time
    world.strike(SilentDrop{"a-9", "a-1", 1s});

    ASSERT_TRUE(connection.receive(1h).ok());

    ASSERT_EQ(world.messages["a-1"].size(), 1u);
    EXPECT_GE(world.messages["a-1"].front().at, 3s);  // ... and then after 3 s
  });
}

TEST(NarrowWire, SendsOneAfterTheOther) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    auto another = connected(node, "a-1");
    world.strike(NarrowWire{"a-9", "a-1", 10 * kilobyte, 1000 * kilobyte, 10s});
    const Duration start = world.simulation.now() - Instant{};
    for (std::int64_t number = 0; number < 10; ++number) {
      ASSERT_TRUE((number % 2 == 0 ? connection : another).send(parcel(number)).ok());
    }
    node.sleep_for(2s);

    const auto& come = world.messages["a-1"];
    ASSERT_EQ(come.size(), 10u);
    for (std::size_t number = 0; number < 10; ++number) {
      const Duration sent = start + (static_cast<std::int64_t>(number) + 1) * 100ms;
      EXPECT_EQ(come[number].number, static_cast<std::int64_t>(number));
      EXPECT_GE(come[number].at, sent);
      EXPECT_LE(come[number].at, sent + 400us);
    }
  });
}

TEST(NarrowWire, LetsSendersWaitForRoomInTheBuffer) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    world.strike(NarrowWire{"a-9", "a-1", 10 * kilobyte, 3 * kilobyte, 10s});
    const Instant start = node.now();
    std::vector<std::int64_t> returned;
    for (std::int64_t number = 0; number < 6; ++number) {
      ASSERT_TRUE(connection.send(parcel(number)).ok());
      returned.push_back((node.now() - start) / 1ms);
    }

    EXPECT_EQ(returned, (std::vector<std::int64_t>{0, 0, 0, 100, 200, 300}));
  });
}

TEST(NarrowWire, EndsWithAllThatWaitsGoingAtOnce) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    world.strike(NarrowWire{"a-9", "a-1", kilobyte, kilobyte, 2500ms});
    const Instant start = node.now();
    for (std::int64_t number = 0; number < 10; ++number)
      ASSERT_TRUE(connection.send(parcel(number)).ok());
    EXPECT_EQ((node.now() - start) / 1ms, 2500);
    node.sleep_for(1ms);

    const auto& come = world.messages["a-1"];
    ASSERT_EQ(come.size(), 10u);
    for (std::size_t number = 0; number < 10; ++number)
      EXPECT_EQ(come[number].number, static_cast<std::int64_t>(number));
  });
}

TEST(NarrowWire, FillsItsBufferWhileTheLinkIsClogged) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    world.strike(NarrowWire{"a-9", "a-1", 1000 * kilobyte, 2 * kilobyte, 10s});
    world.strike(Stall{"a-9", "a-1", 1s});
    const Instant start = node.now();
    for (std::int64_t number = 0; number < 2; ++number)
      ASSERT_TRUE(connection.send(parcel(number)).ok());
    EXPECT_EQ(node.now(), start);

    ASSERT_TRUE(connection.send(parcel(2)).ok());

    EXPECT_EQ((node.now() - start) / 1ms, 1001);
  });
}

TEST(NarrowWire, LetsAWaitingSenderLearnThatItsConnectionIsGone) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto broken = connected(node, "a-1");
    auto closed = connected(node, "a-2");
    world.strike(NarrowWire{"a-9", "*", 1, kilobyte});
    std::string told;
    node.spawn("broken", [&] {
      while (const auto status = broken.send(parcel(1))) {
      }
      told += 'b';
    });
    node.spawn("closed", [&] {
      while (const auto status = closed.send(parcel(1))) {
      }
      told += 'c';
    });
    node.sleep_for(1s);
    EXPECT_EQ(told, "");

    world.strike(Break{"a-9", "a-1"});
    closed.close();
    node.sleep_for(1ms);

    EXPECT_EQ(told, "bc");
  });
}

TEST(NarrowWire, LosesDatagramsWithoutRoom) {
  NetworkWorld world;
  world.strike(NarrowWire{"a-1", "a-2", 10 * kilobyte, 3 * kilobyte, 1s});
  for (std::int64_t number = 0; number < 10; ++number)
    world.simulation.node("a-1").send_datagram(world.id("a-2"), parcel(number));
  (void)world.simulation.run_for(2s);

  EXPECT_EQ(world.datagrams["a-2"].size(), 3u);
}

TEST(NarrowWire, BeginsEmptyWhereAnotherOneWasFull) {
  NetworkWorld world;
  world.strike(DatagramDuplication{"a-1", "a-2", {1, 1}, 1h});  // the direction is never quite well
  world.strike(NarrowWire{"a-1", "a-2", 1, 3 * kilobyte, 1s});
  for (std::int64_t number = 0; number < 3; ++number)
    world.simulation.node("a-1").send_datagram(world.id("a-2"), parcel(number));
  (void)world.simulation.run_for(1s);
  world.strike(NarrowWire{"a-1", "a-2", 10 * kilobyte, 3 * kilobyte, 2s});

  EXPECT_TRUE(world.hears("a-2", "a-1"));
}

TEST(RefuseConnects, RefusesThoseOfItsDirectionUntilItsEnd) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    world.strike(RefuseConnects{"a-9", "a-1", 1s});

    EXPECT_TRUE(node.connect({"a-1", 7}, 1s).is(ErrorCode::connection_refused));
    EXPECT_TRUE(node.connect({"a-2", 7}, 1s).ok());
    node.sleep_for(1s);
    EXPECT_TRUE(node.connect({"a-1", 7}, 1s).ok());
  });
}

TEST(LoseReply, LosesTheReplyToARequestThatWasApplied) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    auto connection = connected(node, "a-1");
    (void)round_trip(node, connection);
    world.strike(LoseReply{.from = "a-1", .to = "a-9"});

    ASSERT_TRUE(connection.send(Parcel{5, {}}).ok());

    EXPECT_TRUE(connection.receive(1s).is(ErrorCode::connection_reset));
    EXPECT_EQ(world.messages["a-1"].back().number, 5);
    auto again = connected(node, "a-1");  // only the next one
    (void)round_trip(node, again);
  });
}

TEST(LoseReply, CountsAndEnds) {
  NetworkWorld world;
  const auto is_answered = [](Node& node) {
    auto connection = connected(node, "a-1");
    (void)connection.send(Parcel{});
    return connection.receive(1s).ok();
  };
  world.run("a-9", [&](Node& node) {
    world.strike(LoseReply{.from = "a-1", .to = "a-9", .count = 2, .duration = 10s});
    EXPECT_FALSE(is_answered(node));
    EXPECT_FALSE(is_answered(node));
    EXPECT_TRUE(is_answered(node));
    world.strike(LoseReply{.from = "a-1", .to = "a-9", .count = 2, .duration = 1s});
    node.sleep_for(2s);
    EXPECT_TRUE(is_answered(node));
  });
}

TEST(LoseReply, LetsRequestsPass) {
  NetworkWorld world;
  world.run("a-9", [&](Node& node) {
    world.strike(LoseReply{.from = "a-9", .to = "a-1"});
    auto connection = connected(node, "a-1");
    for (int round = 0; round < 3; ++round) (void)round_trip(node, connection);
  });
}

// Which of four machines a datagram from outside reaches now, as "1.3.".
std::string reached(NetworkWorld& world) {
  std::string marks;
  for (const auto* name : {"a-1", "a-2", "a-3", "a-4"})
    marks += world.hears(name, "watcher-1") ? name[2] : '.';
  return marks;
}

TEST(Swizzle, ClogsSomeOneAfterTheOtherAndUnclogsThemLikewise) {
  std::set<std::string> stories;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Options options;
    options.seed = seed;
    NetworkWorld world(4, options);
    world.simulation.add_node("watcher-1", [](Node& node) { node.sleep_for(1h); });
    world.strike(Swizzle{.node = "all a", .gap = 1s, .duration = 3s});
    std::string story;
    std::ptrdiff_t before = 0;
    for (int second = 0; second < 12; ++second) {
      const auto now = reached(world);
      const auto clogged = std::count(now.begin(), now.end(), '.');
      EXPECT_LE(std::abs(clogged - before), 1) << "one after the other";
      before = clogged;
      story += now + " ";
      (void)world.simulation.run_for(600ms);
    }
    EXPECT_NE(story.find('.'), std::string::npos) << "at least one is clogged";
    EXPECT_TRUE(story.ends_with("1234 ")) << "all are unclogged again: " << story;
    stories.insert(story);
  }
  EXPECT_GT(stories.size(), 4u);
}

TEST(Swizzle, StopsWhenTheNetworkHeals) {
  NetworkWorld world(4);
  world.simulation.add_node("watcher-1", [](Node& node) { node.sleep_for(1h); });
  world.strike(Swizzle{.node = "all a", .gap = 2s});
  world.strike(HealNetwork{});

  for (int second = 0; second < 10; ++second) {
    EXPECT_EQ(reached(world), "1234");
    (void)world.simulation.run_for(600ms);
  }
}

TEST(NetworkFaults, OfConnectionsEndWhenTheNetworkHeals) {
  for (const Fault& fault :
       {Fault(Stall{"*", "*"}), Fault(SilentDrop{"*", "*"}), Fault(Slow{"*", "*", 1s}),
        Fault(OddLatency{"*", "*", {.low = 1s, .high = 1s}}),
        Fault(NarrowWire{"*", "*", 10, kilobyte}), Fault(RefuseConnects{"*", "*"}),
        Fault(LoseReply{"*", "*", 5})}) {
    NetworkWorld world;
    world.run("a-9", [&](Node& node) {
      world.strike(fault);
      world.strike(HealNetwork{});
      auto connection = connected(node, "a-1");
      EXPECT_LE(round_trip(node, connection), 1ms) << sentence_of(fault);
    });
  }
}

TEST(NetworkFaults, LeaveTheLatenciesThatComeAfterThem) {
  const auto come = [](const std::optional<Fault>& fault) {
    NetworkWorld world;
    if (fault) world.strike(*fault);
    world.send_datagrams("a-1", "a-2", 5);
    if (fault) world.strike(HealNetwork{});
    world.datagrams.clear();
    world.send_datagrams("a-1", "a-2", 20);
    std::vector<Duration> at;
    for (const auto& arrival : world.datagrams["a-2"]) at.push_back(arrival.at);
    return at;
  };

  const auto without = come(std::nullopt);

  EXPECT_EQ(come(OddLatency{"a-1", "a-2", {.low = 20ms, .high = 30ms}}), without);
  EXPECT_EQ(come(DatagramDuplication{"a-1", "a-2", {1, 1}}), without);
  EXPECT_EQ(come(DatagramReordering{"a-1", "a-2", {1, 2}, 10ms}), without);
}

}  // namespace
}  // namespace logquake::sim
