// An ensemble in its simulation, as the recorded checks of section 9 saw the real one.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/quorum/server/ensemble_harness.h"
#include "sim/disk/disk.h"
#include "sim/faults/network_faults.h"
#include "sim/faults/partition_faults.h"
#include "sim/injector.h"

namespace logquake::zookeeper::testing {
namespace {

ClientSettings client_of(const EnsembleWorld& world, std::vector<int> servers = {}) {
  ClientSettings settings;
  settings.session_timeout = 4s;
  for (const auto server : servers) settings.servers.push_back({EnsembleWorld::host(server), 2181});
  if (servers.empty()) settings.servers = world.addresses();
  return settings;
}

// Writes over any server; false where none takes it within the patience.
bool can_write(EnsembleWorld& world, const std::string& path, std::vector<int> servers = {},
               Duration patience = 10s) {
  bool done = false;
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, client_of(world, std::move(servers)));
    client.open_session();
    if (!client.wait_until_connected(patience)) return;
    done = client.create(path, "x").ok();
    (void)client.close();
  });
  return done;
}

int some_follower(const EnsembleWorld& world) {
  for (int id = 1; id <= 5; ++id) {
    if (world.serves(id) && id != world.leader()) return id;
  }
  return 0;
}

std::string file(EnsembleWorld& world, int server, const std::string& name) {
  auto opened = world.node(server).disk().open("zookeeper/" + name, sim::Open::existing);
  if (!opened) return "missing";
  return std::string(text_of(*opened->read_all()));
}

TEST(Ensemble, ServesAsOneLeaderAndFollowers) {  // Z-OBS-1, Z-EL-13
  EnsembleWorld world;
  std::map<std::string, std::string> modes;
  std::map<std::string, Zxid> zxids;
  world.on<ServingStarted>([&](const ServingStarted& serving, const std::string& node) {
    modes[node] = serving.mode;
    zxids[node] = serving.zxid;
  });
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));

  EXPECT_EQ(std::count_if(modes.begin(), modes.end(),
                          [](const auto& mode) { return mode.second == "leader"; }),
            1);
  for (const auto& [node, mode] : modes) {
    if (mode == "leader") {
      EXPECT_EQ(zxids[node], Zxid()) << "no transaction yet";
    }
  }
}

TEST(Ensemble, TakesWritesOverAnyServer) {  // Z-BC-1
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));

  for (int server = 1; server <= 3; ++server)
    EXPECT_TRUE(can_write(world, format("/on-{}", server), {server}));
}

// The clock of a machine begins anew when it has lost its power; that of its processes does not.
TEST(Ensemble, GivesNoSessionIdOutAgainAfterAPowerLoss) {  // Z-SE-1, Z-INV-12
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  const int server = some_follower(world);
  const auto session_after = [&](const std::function<void()>& trouble) {
    SessionId session;
    trouble();
    world.simulation.restart(world.id_of(server));
    EXPECT_TRUE(world.until([&] { return world.serves(server); }));
    world.run([&](sim::Node& node) {
      ZooKeeperClient client(node, client_of(world, {server}));
      client.open_session();
      EXPECT_TRUE(client.wait_until_connected(10s));
      session = client.session();
      EXPECT_TRUE(client.close());
    });
    return session;
  };

  (void)world.simulation.run_for(60s);
  const auto first = session_after([&] { world.simulation.crash_process(world.id_of(server)); });
  const auto second = session_after([&] { world.simulation.lose_power(world.id_of(server)); });

  EXPECT_GT(second, first);
}

TEST(Ensemble, KeepsItsEpochsInTwoFiles) {  // Z-DI-1, Z-OBS-60
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));

  for (int server = 1; server <= 3; ++server) {
    EXPECT_EQ(file(world, server, "acceptedEpoch"), "1");
    EXPECT_EQ(file(world, server, "currentEpoch"), "1");
    EXPECT_NE(file(world, server, "snapshot.0"), "missing");
  }
}

TEST(Ensemble, StartsAnEpochAtEachElection) {  // Z-OBS-2, Z-OBS-62, Z-ZX-1
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  ASSERT_TRUE(can_write(world, "/a"));
  std::vector<Zxid> proposed;
  world.on<TransactionProposed>(
      [&](const TransactionProposed& fact, const std::string&) { proposed.push_back(fact.zxid); });

  world.simulation.crash_process(world.id_of(world.leader()));
  ASSERT_TRUE(world.until([&] { return world.serving() == 2 && world.leader() != 0; }));
  ASSERT_TRUE(can_write(world, "/b"));

  EXPECT_EQ(proposed.front(), make_zxid(2, 1));
  EXPECT_EQ(file(world, world.leader(), "acceptedEpoch"), "2");
  EXPECT_EQ(file(world, world.leader(), "currentEpoch"), "2");
}

TEST(Ensemble, ServesAgainSoonAfterItsLeaderDies) {  // Z-TM-6, Z-TM-7, Z-OBS-62: 0.55 s
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  std::optional<Instant> stopped;
  world.on<ServingStopped>([&](const ServingStopped&, const std::string&) {
    if (!stopped) stopped = world.simulation.now();
  });
  const auto died = world.simulation.now();
  world.simulation.crash_process(world.id_of(world.leader()));
  ASSERT_TRUE(world.until([&] { return world.serving() == 2 && world.leader() != 0; }));

  EXPECT_LE(*stopped - died, 50ms);
  EXPECT_LE(world.simulation.now() - died, 1s);
}

TEST(Ensemble, ServesNobodyWithoutAMajority) {  // Z-OBS-63, Z-OBS-73, Z-TQ-5, Z-BC-5, Z-WP-16
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  const auto leader = world.leader();
  for (int server = 1; server <= 3; ++server) {
    if (server != leader) world.simulation.lose_power(world.id_of(server));
  }
  const auto cut = world.simulation.now();
  ASSERT_TRUE(world.until([&] { return world.serving() == 0; }));

  // syncLimit ticks of silence, and at most a tick until it is noticed.
  EXPECT_LE(world.simulation.now() - cut, 4 * 500ms + 1s);
  EXPECT_FALSE(can_write(world, "/a", {leader}, 3s));
}

TEST(Ensemble, TellsItsClientsWhenItStops) {  // Z-BC-5, Z-TQ-8
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  const auto follower = some_follower(world);
  std::vector<SessionState> states;
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, client_of(world, {follower}), [&](const WatchEvent& event) {
      if (event.type == EventType::none) states.push_back(event.state);
    });
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    world.simulation.after(1s, [&] {
      for (int server = 1; server <= 3; ++server) {
        if (server != follower) world.simulation.crash_process(world.id_of(server));
      }
    });
    node.sleep_for(3s);  // both are down for five seconds
  });

  EXPECT_EQ(states, (std::vector{SessionState::connected, SessionState::disconnected}));
}

TEST(Ensemble, EvenSizesNeedOneMore) {  // Z-QV-4, Z-OBS-74, Z-PT-9
  EnsembleWorld world({.voters = 4});
  ASSERT_TRUE(world.until([&] { return world.serving() == 4; }));
  world.simulation.lose_power(world.id_of(some_follower(world)));
  EXPECT_TRUE(can_write(world, "/with-three"));

  world.simulation.lose_power(world.id_of(some_follower(world)));
  ASSERT_TRUE(world.until([&] { return world.serving() == 0; }));
  EXPECT_FALSE(can_write(world, "/with-two", {}, 5s));
}

TEST(Ensemble, MayBeOneOrTwo) {  // Z-QV-4, Z-OBS-73
  EnsembleWorld one({.voters = 1});
  ASSERT_TRUE(one.until([&] { return one.serving() == 1; }));
  EXPECT_TRUE(can_write(one, "/a"));

  EnsembleWorld two({.voters = 2});
  ASSERT_TRUE(two.until([&] { return two.serving() == 2; }));
  EXPECT_TRUE(can_write(two, "/a"));
  two.simulation.lose_power(two.id_of(some_follower(two)));
  EXPECT_TRUE(two.until([&] { return two.serving() == 0; }));
}

TEST(Ensemble, ObserversServeButDoNotCount) {  // Z-OB-1, Z-OBS-75
  EnsembleWorld world({.voters = 3, .observers = 1});
  ASSERT_TRUE(world.until([&] { return world.serving() == 4; }));
  EXPECT_TRUE(can_write(world, "/over-the-observer", {4}));
  int down = 0;
  for (int server = 1; server <= 3 && down < 2; ++server) {
    if (server == world.leader()) continue;
    world.simulation.lose_power(world.id_of(server));
    if (++down == 1) {
      EXPECT_TRUE(can_write(world, "/with-two-voters"));
    }
  }
  EXPECT_TRUE(world.until([&] { return world.serving() == 0; }));
}

TEST(Ensemble, ALaggardIsBroughtUpByDiff) {  // Z-OBS-61, Z-SY-3
  EnsembleWorld world;
  std::vector<LearnerSynchronized> plans;
  world.on<LearnerSynchronized>(
      [&](const LearnerSynchronized& plan, const std::string&) { plans.push_back(plan); });
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  ASSERT_TRUE(can_write(world, "/before"));
  const auto leader = world.leader();
  const auto follower = some_follower(world);
  world.simulation.lose_power(world.id_of(follower));
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(can_write(world, format("/while-{}", i)));
  plans.clear();

  world.simulation.restart(world.id_of(follower));
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));

  EXPECT_EQ(world.leader(), leader);
  ASSERT_EQ(plans.size(), 1u);
  EXPECT_EQ(plans[0].method, "DIFF");
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, client_of(world, {follower}));
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    EXPECT_TRUE(client.exists("/while-10").ok());
  });
}

// The leader logs a write that nobody else hears of, and dies; the others come back without it.
class OrphanWrite : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
    ASSERT_TRUE(can_write(world, "/common"));
    old_leader = world.leader();
    world.run([&](sim::Node& node) {
      ZooKeeperClient client(node, client_of(world, {old_leader}));
      client.open_session();
      ASSERT_TRUE(client.wait_until_connected(10s));
      for (int server = 1; server <= 3; ++server) {
        if (server != old_leader) world.simulation.lose_power(world.id_of(server));
      }
      const auto outcome = client.create("/orphan", "x");
      EXPECT_TRUE(outcome.is(ErrorCode::connection_loss)) << "unknown outcome (Z-TQ-10)";
    });
    ASSERT_TRUE(world.until([&] { return world.serving() == 0; }));
    world.on<LearnerSynchronized>(
        [this](const LearnerSynchronized& plan, const std::string&) { plans.push_back(plan); });
  }
  void restart_the_others() {
    world.simulation.lose_power(world.id_of(old_leader));
    for (int server = 1; server <= 3; ++server) {
      if (server != old_leader) world.simulation.restart(world.id_of(server));
    }
    ASSERT_TRUE(world.until([&] { return world.serving() == 2 && world.leader() != 0; }));
  }
  bool exists(const std::string& path) {
    bool found = false;
    world.run([&](sim::Node& node) {
      ZooKeeperClient client(node, client_of(world));
      client.open_session();
      ASSERT_TRUE(client.wait_until_connected(10s));
      (void)client.sync("/");
      found = client.exists(path).ok();
    });
    return found;
  }
  EnsembleWorld world;
  int old_leader = 0;
  std::vector<LearnerSynchronized> plans;
};

TEST_F(OrphanWrite, IsThereWhereItsHolderIsElected) {  // Z-SY-9, Z-BC-6, Z-OBS-64
  const auto other = old_leader % 3 + 1;
  world.simulation.restart(world.id_of(other));
  ASSERT_TRUE(world.until([&] { return world.serving() == 2; }));

  EXPECT_EQ(world.leader(), old_leader);
  EXPECT_TRUE(exists("/orphan"));
}

TEST_F(OrphanWrite, IsGoneWhereTheOthersGoOn) {  // Z-SY-9, Z-OBS-65
  restart_the_others();

  EXPECT_FALSE(exists("/orphan"));
  EXPECT_TRUE(exists("/common"));
}

TEST_F(OrphanWrite, IsCutOffWhereNothingIsNewYet) {  // Z-SY-2 (2), Z-OBS-67
  restart_the_others();
  plans.clear();
  world.simulation.restart(world.id_of(old_leader));
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));

  ASSERT_EQ(plans.size(), 1u);
  EXPECT_EQ(plans[0].method, "TRUNC");
  EXPECT_FALSE(exists("/orphan"));
}

TEST_F(OrphanWrite, IsReplacedAcrossEpochs) {  // Z-SY-3, Z-OBS-66
  restart_the_others();
  ASSERT_TRUE(can_write(world, "/new"));
  plans.clear();
  world.simulation.restart(world.id_of(old_leader));
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));

  ASSERT_EQ(plans.size(), 1u);
  EXPECT_EQ(plans[0].method, "SNAP");
  EXPECT_FALSE(exists("/orphan"));
}

// Whether an orphan write is back at its holder once that has followed the others and restarted.
bool comes_back(std::set<std::string, std::less<>> defects) {
  EnsembleWorld world({.defects = std::move(defects)});
  EXPECT_TRUE(world.until([&] { return world.serving() == 3; }));
  EXPECT_TRUE(can_write(world, "/common"));
  const auto holder = world.leader();
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, client_of(world, {holder}));
    client.open_session();
    EXPECT_TRUE(client.wait_until_connected(10s));
    for (int server = 1; server <= 3; ++server) {
      if (server != holder) world.simulation.lose_power(world.id_of(server));
    }
    (void)client.create("/orphan", "x");
  });
  EXPECT_TRUE(world.until([&] { return world.serving() == 0; }));
  world.simulation.injector().strike(sim::Isolate{EnsembleWorld::host(holder), 10s}, {});
  for (int server = 1; server <= 3; ++server) {
    if (server != holder) world.simulation.restart(world.id_of(server));
  }
  EXPECT_TRUE(world.until([&] { return world.serving() == 3; }));
  EXPECT_TRUE(can_write(world, "/new"));
  world.simulation.lose_power(world.id_of(holder));
  world.simulation.restart(world.id_of(holder));
  EXPECT_TRUE(world.until([&] { return world.serves(holder); }));
  bool found = false;
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, client_of(world, {holder}));
    client.open_session();
    EXPECT_TRUE(client.wait_until_connected(10s));
    EXPECT_TRUE(client.exists("/new").ok());
    found = client.exists("/orphan").ok();
  });
  return found;
}

TEST(Ensemble, KeepsInMemoryWhatItHasLogged) {  // Z-SY-10, Z-INV-7, D-ZA10
  EXPECT_FALSE(comes_back({}));
  EXPECT_TRUE(comes_back({"zk.retain-db-without-replay"}));
}

TEST(Ensemble, ALogBeatsAServerNumber) {  // Z-EL-3, Z-EL-13, Z-OBS-68
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  world.simulation.lose_power(world.id_of(3));
  ASSERT_TRUE(world.until([&] { return world.serving() == 2 && world.leader() != 0; }));
  ASSERT_TRUE(can_write(world, "/a"));
  for (int server = 1; server <= 2; ++server) world.simulation.lose_power(world.id_of(server));
  for (int server = 1; server <= 3; ++server) world.simulation.restart(world.id_of(server));
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));

  EXPECT_EQ(world.leader(), 2);
}

TEST(Ensemble, AFrozenLeaderIsLeftBehind) {  // Z-TM-5, Z-RD-2, Z-OBS-69: 2.0 and 2.6 s
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  const auto old = world.leader();
  std::map<std::string, Instant> stopped;
  world.on<ServingStopped>([&](const ServingStopped&, const std::string& node) {
    stopped[node] = world.simulation.now();
  });
  const auto frozen = world.simulation.now();
  world.simulation.pause(world.id_of(old));
  ASSERT_TRUE(world.until([&] { return stopped.size() == 2; }));
  for (const auto& [node, at] : stopped) {
    EXPECT_GE(at - frozen, 1700ms) << node;
    EXPECT_LE(at - frozen, 2100ms) << node;
  }
  int leader = 0;
  world.on<LeaderEstablished>([&](const LeaderEstablished&, const std::string&) { ++leader; });
  ASSERT_TRUE(world.until([&] { return leader == 1; }));
  EXPECT_LE(world.simulation.now() - frozen, 3s);

  world.simulation.resume(world.id_of(old));
  ASSERT_TRUE(world.until([&] { return stopped.count(EnsembleWorld::host(old)) == 1; }));
  EXPECT_TRUE(world.until([&] { return world.serving() == 3; }));
}

TEST(Ensemble, WithoutOneLinkTheUnluckyOneStaysOut) {  // Z-OBS-83, Z-PT-7, Z-DI-2, Z-EL-12
  EnsembleWorld world;
  for (const auto& [from, to] : {std::pair{1, 3}, std::pair{3, 1}})
    world.simulation.injector().strike(
        sim::SilentDrop{EnsembleWorld::host(from), EnsembleWorld::host(to), 1h}, {});
  (void)world.simulation.run_for(30s);

  EXPECT_EQ(world.leader(), 3);
  EXPECT_TRUE(world.serves(2));
  EXPECT_FALSE(world.serves(1));
  EXPECT_EQ(file(world, 1, "acceptedEpoch"), "missing");
  EXPECT_TRUE(can_write(world, "/a", {2}));
}

TEST(Ensemble, WithOnlyLinksToAHubNobodyServes) {  // Z-OBS-84, Z-OBS-85, Z-PT-8, Z-EL-15
  for (const int hub : {1, 5}) {
    EnsembleWorld world({.voters = 5});
    std::map<std::string, int> decisions;
    world.on<ElectionDecided>(
        [&](const ElectionDecided&, const std::string& node) { ++decisions[node]; });
    for (int from = 1; from <= 5; ++from) {
      for (int to = 1; to <= 5; ++to) {
        if (from == to || from == hub || to == hub) continue;
        world.simulation.injector().strike(
            sim::SilentDrop{EnsembleWorld::host(from), EnsembleWorld::host(to), 1h}, {});
      }
    }
    (void)world.simulation.run_for(70s);

    EXPECT_EQ(world.serving(), 0u) << "hub " << hub;
    EXPECT_GT(decisions[EnsembleWorld::host(hub)], 1) << "hub " << hub;
    for (int spoke = 1; spoke <= 5; ++spoke) {
      if (spoke != hub) {
        EXPECT_EQ(decisions[EnsembleWorld::host(spoke)], 0) << "spoke " << spoke;
      }
      EXPECT_EQ(file(world, spoke, "currentEpoch"), "missing");
    }
  }
}

// Z-ZX-3: before its numbers are used up the leader makes room for a new epoch, and nobody has
// numbers of an epoch that it does not lead but by zk.no-rollover-guard (D-ZB5).
TEST(Ensemble, BeginsAnEpochWhereTheCounterIsUsedUp) {
  const auto last_epoch = [](std::set<std::string, std::less<>> defects) {
    EnsembleWorld world({.defects = std::move(defects),
                         .adjust = [](ServerSettings& settings) { settings.counter_limit = 10; }});
    std::int64_t led = 0;
    std::int64_t proposed = 0;
    world.on<LeaderEstablished>(
        [&](const LeaderEstablished& fact, const std::string&) { led = fact.epoch; });
    world.on<TransactionProposed>([&](const TransactionProposed& fact, const std::string&) {
      EXPECT_LE(counter_of(fact.zxid), 10);
      proposed = epoch_of(fact.zxid);
    });
    for (int i = 0; i < 5; ++i) (void)can_write(world, format("/{}", i));  // three numbers each
    return std::pair(led, proposed);
  };

  const auto [led, proposed] = last_epoch({});
  EXPECT_GE(led, 2);
  EXPECT_EQ(proposed, led);
  const auto [led_once, run_over] = last_epoch({"zk.no-rollover-guard"});
  EXPECT_EQ(led_once, 1);
  EXPECT_EQ(run_over, 2);
}

TEST(Ensemble, RefusesAConfigurationThatDoesNotKnowIt) {
  EnsembleWorld world({.adjust = [](ServerSettings& settings) {
    for (auto& server : settings.servers) server.weight = 0;
    for (auto& server : settings.servers) server.group = 1;
  }});
  std::string why;
  world.on<sim::NodeExited>(
      [&](const sim::NodeExited& exited, const std::string&) { why = exited.why; });
  (void)world.simulation.run_for(1s);

  EXPECT_NE(why.find("weigh"), std::string::npos) << why;  // Z-QV-3
}

TEST(Ensemble, GivesNoSessionIdOutTwice) {  // Z-SE-1, Z-INV-12: a reboot sets the clock back
  EnsembleWorld world;
  std::map<std::int64_t, std::set<Zxid>> opened;
  world.on<SessionCreated>([&](const SessionCreated& session, const std::string&) {
    opened[session.session.value()].insert(session.zxid);
  });
  for (int round = 0; round < 4; ++round) {
    ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
    for (int server = 1; server <= 3; ++server)
      ASSERT_TRUE(can_write(world, format("/{}-{}", round, server), {server}));
    for (int server = 1; server <= 3; ++server) world.simulation.lose_power(world.id_of(server));
    for (int server = 1; server <= 3; ++server) world.simulation.restart(world.id_of(server));
  }
  EXPECT_EQ(opened.size(), 12u);
  for (const auto& [session, zxids] : opened) EXPECT_EQ(zxids.size(), 1u) << session;
}

TEST(Ensemble, KeepsEveryAcknowledgedWriteWhenAllLosePower) {  // Z-PT-13, Z-BC-2
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(can_write(world, format("/n-{}", i)));
  for (int server = 1; server <= 3; ++server) world.simulation.lose_power(world.id_of(server));
  for (int server = 3; server >= 1; --server) world.simulation.restart(world.id_of(server));
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, client_of(world));
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(client.exists(format("/n-{}", i)).ok()) << i;
  });
}

}  // namespace
}  // namespace logquake::zookeeper::testing
