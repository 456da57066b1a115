// What the recipes promise, over one server. Source: Z-RC-1 to Z-RC-7.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/quorum/client/recipes/double_barrier.h"
#include "models/quorum/client/recipes/group_membership.h"
#include "models/quorum/client/recipes/place_in_line.h"
#include "models/quorum/client/recipes/shared_counter.h"
#include "models/quorum/facts.h"
#include "models/quorum/server/server_harness.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

using testing::World;
using Lines = std::vector<std::string>;

// A session with a bell.
class Participant {
 public:
  explicit Participant(sim::Node& node, const std::string& name = "participant")
      : bell(node),
        client(node, {.servers = {testing::server_address}, .session_timeout = 4s, .name = name},
               bell.watcher()) {
    client.open_session();
    EXPECT_TRUE(client.wait_until_connected(10s));
  }

  EventBell bell;
  ZooKeeperClient client;
};

// Runs all bodies side by side and returns when the last one has.
void together(sim::Node& node, std::vector<std::function<void()>> bodies) {
  std::size_t left = bodies.size();
  sim::Signal one_less(node, "everybody's end");
  for (std::size_t number = 0; number < bodies.size(); ++number) {
    node.spawn(format("participant-{}", number), [&, body = bodies[number]] {
      body();
      --left;
      one_less.notify_all();
    });
  }
  one_less.wait_until([&] { return left == 0; });
}

TEST(PlaceInLine, HeadsTheLineInTheOrderOfArrival) {  // Z-RC-2
  World().run([](sim::Node& node) {
    Participant owner(node);
    ASSERT_TRUE(owner.client.create("/lock", "").ok());
    Lines order;
    std::vector<Zxid> tokens;
    const auto visit = [&](const std::string& mark, Duration arrives) {
      return [&, mark, arrives] {
        node.sleep_for(arrives);
        Participant self(node, mark);
        PlaceInLine place(self.client, self.bell, "/lock", mark);
        ASSERT_EQ(place.wait_until_first(1min, node).value(), true);
        order.push_back("+" + mark);
        tokens.push_back(place.token());
        node.sleep_for(3s);
        order.push_back("-" + mark);
        ASSERT_TRUE(place.leave().ok());
      };
    };

    together(node, {visit("c", 2s), visit("a", 0s), visit("b", 1s)});

    EXPECT_EQ(order, (Lines{"+a", "-a", "+b", "-b", "+c", "-c"}));
    EXPECT_LT(tokens[0], tokens[1]);  // for fencing (Z-RC-3)
    EXPECT_LT(tokens[1], tokens[2]);
  });
}

TEST(PlaceInLine, WakesNobodyButTheNext) {  // Z-RC-2: no herd
  World world;
  int fired = 0;
  world.on<WatchFired>([&](const WatchFired&) { ++fired; });
  world.run([&](sim::Node& node) {
    Participant first(node);
    ASSERT_TRUE(first.client.create("/lock", "").ok());
    PlaceInLine head(first.client, first.bell, "/lock", "first");
    ASSERT_TRUE(head.wait_until_first(1s, node).value());
    for (int number = 0; number < 5; ++number) {
      node.spawn(format("waiter-{}", number), [&node, number] {
        Participant waiter(node);
        PlaceInLine place(waiter.client, waiter.bell, "/lock", format("waiter{}", number));
        (void)place.wait_until_first(1h, node);
        node.sleep_for(1h);
      });
      node.sleep_for(100ms);
    }
    ASSERT_EQ(first.client.children("/lock")->names.size(), 6U);
    fired = 0;

    ASSERT_TRUE(head.leave().ok());
    node.sleep_for(1s);

    EXPECT_EQ(fired, 1);
  });
}

TEST(PlaceInLine, IsSharedByThoseWhoRead) {  // Z-RC-4
  World().run([](sim::Node& node) {
    Participant owner(node);
    ASSERT_TRUE(owner.client.create("/lock", "").ok());
    Lines order;
    const auto visit = [&](const std::string& mark, Sharing sharing, Duration arrives) {
      return [&, mark, sharing, arrives] {
        node.sleep_for(arrives);
        Participant self(node, mark);
        PlaceInLine place(self.client, self.bell, "/lock", mark, sharing);
        ASSERT_EQ(place.wait_until_first(1min, node).value(), true);
        order.push_back("+" + mark);
        node.sleep_for(10s);
        order.push_back("-" + mark);
        ASSERT_TRUE(place.leave().ok());
      };
    };

    together(node, {visit("r1", Sharing::shared, 0s), visit("r2", Sharing::shared, 1s),
                    visit("w1", Sharing::exclusive, 2s), visit("r3", Sharing::shared, 3s),
                    visit("w2", Sharing::exclusive, 4s)});

    EXPECT_EQ(order, (Lines{"+r1", "+r2", "-r1", "-r2", "+w1", "-w1", "+r3", "-r3", "+w2", "-w2"}));
  });
}

TEST(PlaceInLine, IsFoundAgainByItsMark) {  // Z-RC-1
  World().run([](sim::Node& node) {
    Participant self(node);
    ASSERT_TRUE(self.client.create("/lock", "").ok());
    // The answer to this create never came.
    const auto lost = self.client.create("/lock/mine-", "", CreateMode::ephemeral_sequential);

    PlaceInLine place(self.client, self.bell, "/lock", "mine");

    ASSERT_TRUE(place.wait_until_first(1s, node).value());
    EXPECT_EQ(place.path(), lost->path);
    EXPECT_EQ(self.client.children("/lock")->names.size(), 1U);
  });
}

TEST(PlaceInLine, PassesOnWhereASessionEnds) {  // Z-RC-2
  World().run([](sim::Node& node) {
    Participant owner(node);
    Participant heir(node);
    ASSERT_TRUE(owner.client.create("/lock", "").ok());
    PlaceInLine held(owner.client, owner.bell, "/lock", "owner");
    ASSERT_TRUE(held.wait_until_first(1s, node).value());
    PlaceInLine next(heir.client, heir.bell, "/lock", "heir");

    EXPECT_EQ(next.wait_until_first(2s, node).value(), false);  // patience has an end
    ASSERT_TRUE(owner.client.close().ok());

    EXPECT_EQ(next.wait_until_first(2s, node).value(), true);
  });
}

TEST(PlaceInLine, IsLostWithItsOwnNode) {  // Z-RC-3
  World().run([](sim::Node& node) {
    Participant owner(node);
    Participant waiter(node);
    ASSERT_TRUE(owner.client.create("/lock", "").ok());
    PlaceInLine held(owner.client, owner.bell, "/lock", "owner");
    ASSERT_TRUE(held.wait_until_first(1s, node).value());
    PlaceInLine lost(waiter.client, waiter.bell, "/lock", "waiter");
    ASSERT_EQ(lost.wait_until_first(1s, node).value(), false);

    ASSERT_TRUE(owner.client.remove(lost.path()).ok());
    ASSERT_TRUE(held.leave().ok());

    EXPECT_TRUE(lost.wait_until_first(2s, node).is(ErrorCode::session_expired));
  });
}

TEST(DoubleBarrier, OpensWhenAllAreThereAndIsLeftByAllTogether) {  // Z-RC-5
  World().run([](sim::Node& node) {
    Participant owner(node);
    ASSERT_TRUE(owner.client.create("/round", "").ok());
    std::vector<Instant> entered;
    std::vector<Instant> left;
    const auto started = node.now();
    const auto take_part = [&](int number) {
      return [&, number] {
        Participant self(node);
        node.sleep_for(started + number * 10s - node.now());
        DoubleBarrier barrier(self.client, self.bell, "/round", format("n{}", number), 3);
        ASSERT_TRUE(barrier.enter(1min, node));
        entered.push_back(node.now());
        node.sleep_for(started + 30s + number * 10s - node.now());
        ASSERT_TRUE(barrier.leave(1min, node));
        left.push_back(node.now());
      };
    };

    together(node, {take_part(0), take_part(1), take_part(2)});

    ASSERT_EQ(entered.size(), 3U);
    for (const auto& at : entered) EXPECT_GE(at, started + 20s);  // when the last one comes
    for (const auto& at : left) EXPECT_GE(at, started + 50s);     // when the last one goes
    for (const auto& at : left) EXPECT_LT(at, started + 51s);
  });
}

TEST(DoubleBarrier, StaysShutWhereOneIsMissing) {  // Z-RC-5
  World().run([](sim::Node& node) {
    Participant self(node);
    ASSERT_TRUE(self.client.create("/round", "").ok());
    DoubleBarrier barrier(self.client, self.bell, "/round", "alone", 2);
    const auto before = node.now();

    EXPECT_FALSE(barrier.enter(5s, node));

    EXPECT_GE(node.now() - before, 5s);
  });
}

TEST(GroupMembership, RingsWhenAMemberComesOrGoes) {  // Z-RC-6
  World().run([](sim::Node& node) {
    Participant watcher(node);
    Participant other(node);
    ASSERT_TRUE(watcher.client.create("/members", "").ok());
    GroupMembership mine(watcher.client, "/members", "b");
    GroupMembership others(other.client, "/members", "a");
    ASSERT_TRUE(mine.join().ok());
    ASSERT_EQ(mine.members().value(), Lines{"b"});

    auto rings = watcher.bell.rings();
    ASSERT_TRUE(others.join().ok());
    watcher.bell.wait_beyond(rings, 1s);
    EXPECT_GT(watcher.bell.rings(), rings);
    EXPECT_EQ(mine.members().value(), (Lines{"a", "b"}));

    rings = watcher.bell.rings();
    ASSERT_TRUE(other.client.close().ok());
    watcher.bell.wait_beyond(rings, 1s);
    EXPECT_GT(watcher.bell.rings(), rings);
    EXPECT_EQ(mine.members().value(), Lines{"b"});
  });
}

TEST(GroupMembership, TakesItsOwnNodeForItselfAndNobodyElses) {  // Z-RC-1, Z-RC-6
  World().run([](sim::Node& node) {
    Participant earlier(node);
    Participant later(node);
    ASSERT_TRUE(earlier.client.create("/members", "").ok());
    GroupMembership before(earlier.client, "/members", "me");
    GroupMembership after(later.client, "/members", "me");

    EXPECT_TRUE(before.join().ok());
    EXPECT_TRUE(before.join().ok());
    EXPECT_TRUE(after.join().is(ErrorCode::node_exists));

    ASSERT_TRUE(earlier.client.close().ok());
    EXPECT_TRUE(after.join().ok());
  });
}

TEST(SharedCounter, LosesNothingThatAnybodyAdded) {  // Z-RC-7
  World().run([](sim::Node& node) {
    Participant owner(node);
    ASSERT_TRUE(owner.client.create("/counter", "").ok());
    const auto add_ten = [&] {
      Participant self(node);
      SharedCounter counter(self.client, "/counter");
      for (int number = 0; number < 10; ++number) ASSERT_TRUE(counter.add(100).ok());
    };

    together(node, {add_ten, add_ten, add_ten});

    EXPECT_EQ(owner.client.get("/counter")->data, "30");
    EXPECT_EQ(SharedCounter(owner.client, "/counter").add().value(), 31);
  });
}

TEST(SharedCounter, GivesUpWhereThereIsNothingToCount) {  // Z-RC-7
  World().run([](sim::Node& node) {
    Participant self(node);

    EXPECT_TRUE(SharedCounter(self.client, "/missing").add().is(ErrorCode::no_node));
  });
}

}  // namespace
}  // namespace logquake::zookeeper
