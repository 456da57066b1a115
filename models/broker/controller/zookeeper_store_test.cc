// What brokers do in ZooKeeper, call by call, with the answers that only an ensemble under trouble
// gives. Source: Z-KZ-1 to Z-KZ-12.
#include "models/broker/controller/zookeeper_store.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/broker/replication_defects.h"
#include "models/quorum/defects.h"
#include "models/quorum/server/ensemble_harness.h"
#include "sim/fault.h"
#include "sim/injector.h"
#include "sim/network/network.h"

namespace logquake::kafka {
namespace {

using Code = zookeeper::ErrorCode;
using zookeeper::Watch;
using zookeeper::testing::EnsembleWorld;

const BrokerId one(1);
const BrokerId two(2);
const BrokerEndpoint endpoint{"broker-1", 9092};
const TopicPartition t0{"t", 0};

/// What one broker process has of ZooKeeper. Connected to `server`, or to any of the three.
class Process {
 public:
  Process(sim::Node& node, const std::string& name, int server = 0)
      : client(node, {.servers = addresses(server), .session_timeout = 4s, .name = name}),
        store(node, client) {
    client.open_session();
    EXPECT_TRUE(client.wait_until_connected(30s));
  }
  std::string data(const std::string& path) {
    const auto read = client.get(path);
    return read ? read->data.value_or("null") : "missing";
  }

  zookeeper::ZooKeeperClient client;
  ZookeeperStore store;

 private:
  static std::vector<sim::Address> addresses(int server) {
    if (server > 0) return {{EnsembleWorld::host(server), 2181}};
    return {{EnsembleWorld::host(1), 2181},
            {EnsembleWorld::host(2), 2181},
            {EnsembleWorld::host(3), 2181}};
  }
};

/// An ensemble that serves, with the paths of Kafka.
class Ensemble : public EnsembleWorld {
 public:
  explicit Ensemble(std::set<std::string, std::less<>> defects = {})
      : EnsembleWorld({.defects = std::move(defects)}) {
    EXPECT_TRUE(until([&] { return serving() == 3; }));
    run([](sim::Node& node) { EXPECT_TRUE(Process(node, "setup").store.make_paths()); });
  }
  int some_follower() const { return leader() == 1 ? 2 : 1; }
  /// The connection of test-2, where the tests' programs run, breaks when the znode is created,
  /// before the answer is there.
  void lose_the_answer(const std::string& path) {
    simulation.injector().arm(
        {{{.when = sim::OnFact{.kind = std::string(zookeeper::ZnodeCreated::kind),
                               .where = {{"path", path}}},
           .what = sim::Break{"test-2", "*"}}}});
  }
  sim::Network& network() { return simulation.network(); }
};

StateChange change_to(LeaderEpoch epoch, std::int32_t version, bool is_creation = false) {
  StateChange change;
  change.partition = t0;
  change.state = {.leader = one,
                  .leader_epoch = epoch,
                  .isr = {one, two},
                  .controller_epoch = ControllerEpoch(1),
                  .version = version};
  change.is_creation = is_creation;
  return change;
}

void create_topic(Process& process) {
  EXPECT_TRUE(
      process.store.create_topic("t", {.topic_id = {1, 2}, .partitions = {{0, {one, two}}}}, {}));
}

// ---- paths ----

TEST(ZookeeperStore, MakesThePathsOfKafka) {  // Z-KZ-1
  Ensemble().run([](sim::Node& node) {
    Process process(node, "broker");

    for (const auto* path :
         {"/brokers/ids", "/brokers/topics", "/brokers/seqid", "/config/topics", "/config/brokers",
          "/config/clients", "/config/users", "/config/ips", "/config/changes",
          "/isr_change_notification", "/log_dir_event_notification", "/admin/delete_topics",
          "/latest_producer_id_block", "/consumers"})
      EXPECT_TRUE(process.client.exists(path)) << path;
    EXPECT_TRUE(process.store.make_paths()) << "they are there already";
    EXPECT_EQ(process.store.cluster_id("first").value(), "first");
    EXPECT_EQ(process.store.cluster_id("second").value(), "first");
    EXPECT_EQ(process.data("/cluster/id"), R"({"version":"1","id":"first"})");
  });
}

// ---- registration (Z-KZ-3) ----

TEST(Registration, IsAnEphemeralWhoseCzxidIsTheEpoch) {  // Z-KZ-3
  Ensemble().run([](sim::Node& node) {
    Process process(node, "broker");
    const auto epoch = process.store.register_broker(one, endpoint);

    ASSERT_TRUE(epoch);
    const auto found = process.client.get("/brokers/ids/1");
    EXPECT_EQ(found->stat.czxid.value(), epoch->value());
    EXPECT_EQ(found->stat.ephemeral_owner, process.client.session());
    EXPECT_EQ(found->stat.version, 1) << "created without data, then set";
    EXPECT_EQ(znode::read_broker(*found->data), endpoint);
    EXPECT_EQ(process.store.brokers()->at(one).epoch, *epoch);
  });
}

TEST(Registration, RecognizesItsOwnZnodeWhenTheAnswerWasLost) {  // Z-KZ-3
  Ensemble ensemble;
  ensemble.lose_the_answer("/brokers/ids/1");
  int created = 0;
  ensemble.on<zookeeper::ZnodeCreated>([&](const auto& fact, const std::string& server) {
    if (fact.path == "/brokers/ids/1" && server == "zookeeper-1") ++created;
  });

  ensemble.run([](sim::Node& node) {
    Process process(node, "broker");
    const auto epoch = process.store.register_broker(one, endpoint);

    ASSERT_TRUE(epoch);
    EXPECT_EQ(process.client.exists("/brokers/ids/1")->czxid.value(), epoch->value());
  });
  ASSERT_FALSE(ensemble.simulation.injector().struck().empty());
  EXPECT_EQ(created, 1);
}

// D-ZC4, D-ZF2: the znode of the process's former session is still there.
bool registers_despite_its_own_znode(std::set<std::string, std::less<>> defects) {
  defects.insert(std::string(zookeeper::delayed_ephemeral_delete.name));
  bool registers = false;
  Ensemble(std::move(defects)).run([&](sim::Node& node) {
    Process process(node, "broker");
    const auto first = process.store.register_broker(one, endpoint);
    EXPECT_TRUE(process.client.close());
    process.client.open_session();
    EXPECT_TRUE(process.client.wait_until_connected(10s));
    EXPECT_TRUE(process.client.exists("/brokers/ids/1")) << "or there is nothing to be told";

    const auto second = process.store.register_broker(one, endpoint);

    registers = second.ok();
    if (!registers) return;
    EXPECT_GT(*second, *first);
    EXPECT_EQ(process.client.exists("/brokers/ids/1")->ephemeral_owner, process.client.session());
  });
  return registers;
}

TEST(Registration, ReplacesTheZnodeOfAnEarlierSession) {  // Z-KZ-3, Z-KZ-10
  EXPECT_TRUE(registers_despite_its_own_znode({}));
  EXPECT_FALSE(registers_despite_its_own_znode({std::string(no_owner_check.name)}));
}

TEST(Registration, LeavesTheZnodeOfAnotherProcessAlone) {  // Z-KZ-3
  Ensemble().run([](sim::Node& node) {
    Process owner(node, "owner");
    Process other(node, "other");
    const auto epoch = owner.store.register_broker(one, endpoint);

    EXPECT_TRUE(other.store.register_broker(one, endpoint).is(Code::node_exists));

    EXPECT_EQ(other.client.exists("/brokers/ids/1")->czxid.value(), epoch->value());
  });
}

TEST(Registration, TriesAgainWhenTheZnodeInTheWayHasGone) {  // Z-KZ-3
  Ensemble ensemble;
  bool refused = false;
  ensemble.on<zookeeper::WriteRefused>(
      [&](const auto& fact, const std::string&) { refused |= fact.path == "/brokers/ids/1"; });

  ensemble.run([&](sim::Node& node) {
    Process owner(node, "owner");
    Process other(node, "other");
    EXPECT_TRUE(owner.store.register_broker(one, endpoint));
    node.spawn("removal", [&] {
      while (!refused) node.sleep_for(10ms);
      EXPECT_TRUE(owner.client.remove("/brokers/ids/1"));
    });
    // The refusal takes longer to arrive than the znode lives.
    for (int server = 1; server <= 3; ++server)
      ensemble.network().afflict(ensemble.id_of(server), node.id(), sim::affliction::Delay{500ms});

    const auto epoch = other.store.register_broker(one, endpoint);

    ASSERT_TRUE(epoch);
    EXPECT_EQ(other.client.exists("/brokers/ids/1")->ephemeral_owner, other.client.session());
  });
  EXPECT_TRUE(refused);
}

// ---- election (Z-KZ-4) ----

TEST(ControllerElection, RaisesTheEpochInTheSameTransaction) {  // Z-KZ-4, Z-KZ-5
  Ensemble().run([](sim::Node& node) {
    Process process(node, "broker");
    const auto term = process.store.become_controller(one);

    ASSERT_TRUE(term);
    EXPECT_EQ(term->epoch, ControllerEpoch(1));
    EXPECT_EQ(process.data("/controller_epoch"), "1");
    const auto epoch = process.client.exists("/controller_epoch");
    const auto named = process.client.get("/controller");
    EXPECT_EQ(epoch->version, term->epoch_version);
    EXPECT_EQ(epoch->mzxid, named->stat.czxid);
    EXPECT_EQ(named->stat.ephemeral_owner, process.client.session());
    EXPECT_EQ(znode::read_controller(*named->data), one);
  });
}

TEST(ControllerElection, HasOneWinner) {  // Z-KZ-4
  Ensemble().run([](sim::Node& node) {
    Process winner(node, "winner");
    Process loser(node, "loser");
    ASSERT_TRUE(winner.store.become_controller(one));

    EXPECT_TRUE(loser.store.become_controller(two).is(Code::node_exists));
    EXPECT_EQ(loser.data("/controller_epoch"), "1");

    EXPECT_TRUE(winner.client.close());
    const auto term = loser.store.become_controller(two);
    ASSERT_TRUE(term);
    EXPECT_EQ(term->epoch, ControllerEpoch(2));
  });
}

TEST(ControllerElection, IsLostWhereTheEpochWasRaisedMeanwhile) {  // Z-KZ-4
  Ensemble ensemble;
  ensemble.run([&](sim::Node& node) {
    Process slow(node, "slow", 1);
    Process fast(node, "fast", 2);
    node.spawn("faster", [&] {
      node.sleep_for(1500ms);  // the slow one has read the epoch, and has not been answered yet
      EXPECT_TRUE(fast.store.become_controller(two));
      EXPECT_TRUE(fast.client.remove("/controller"));
    });
    ensemble.network().afflict(ensemble.id_of(1), node.id(), sim::affliction::Delay{1s});

    EXPECT_TRUE(slow.store.become_controller(one).is(Code::bad_version));

    EXPECT_EQ(fast.data("/controller_epoch"), "1");
    EXPECT_EQ(fast.data("/controller"), "missing");
  });
}

// D-ZF4: the election has been won, and the answer is lost with the connection.
bool knows_that_it_won(std::set<std::string, std::less<>> defects) {
  Ensemble ensemble(std::move(defects));
  ensemble.lose_the_answer("/controller");
  bool knows = false;
  ensemble.run([&](sim::Node& node) {
    Process process(node, "broker");
    const auto term = process.store.become_controller(one);
    knows = term.ok();
    EXPECT_EQ(process.data("/controller_epoch"), "1") << "raised once";
    if (!knows) return;
    EXPECT_EQ(term->epoch, ControllerEpoch(1));
    EXPECT_TRUE(process.store.guarded(*term, {zookeeper::create_op("/x", "")}));
  });
  EXPECT_FALSE(ensemble.simulation.injector().struck().empty());
  return knows;
}

TEST(ControllerElection, WasWonWhereOnlyTheAnswerIsMissing) {  // Z-KZ-4
  EXPECT_TRUE(knows_that_it_won({}));
  EXPECT_FALSE(knows_that_it_won({std::string(no_election_ambiguity_check.name)}));
}

// ---- fencing (Z-KZ-6) ----

// D-ZF1: what a controller writes that is one no more.
bool former_controller_is_fenced(std::set<std::string, std::less<>> defects) {
  bool is_fenced = false;
  Ensemble(std::move(defects)).run([&](sim::Node& node) {
    Process former(node, "former");
    Process next(node, "next");
    const auto first = former.store.become_controller(one);
    EXPECT_TRUE(next.client.remove("/controller"));  // an operator wants another one
    const auto second = next.store.become_controller(two);
    ASSERT_TRUE(first.ok() && second.ok());

    const auto written = former.store.guarded(*first, {zookeeper::create_op("/former", "")});

    is_fenced = written.is(Code::session_moved);
    EXPECT_EQ(next.client.exists("/former").ok(), !is_fenced);
    EXPECT_TRUE(next.store.guarded(*second, {zookeeper::create_op("/next", "")}));
  });
  return is_fenced;
}

// The former leader's session is as good as ever: only the version that its writes name stops it.
TEST(Fencing, StopsAControllerThatDoesNotKnowOfItsSuccessor) {  // Z-KZ-6, Z-KZ-11, Z-RC-3
  EXPECT_TRUE(former_controller_is_fenced({}));
  EXPECT_FALSE(former_controller_is_fenced({std::string(no_controller_epoch_check.name)}));
}

// ---- partition states (Z-KZ-9) ----

TEST(PartitionStates, AreWrittenOnlyOverTheVersionThatWasRead) {  // Z-KZ-9
  Ensemble().run([](sim::Node& node) {
    Process controller(node, "controller");
    Process leader(node, "leader");
    create_topic(controller);
    const auto term = controller.store.become_controller(one);
    ASSERT_TRUE(term);

    EXPECT_EQ(controller.store.store_state(*term, change_to(LeaderEpoch(0), 0, true)).value(), 0);
    EXPECT_EQ(leader.data("/brokers/topics/t/partitions/0/state"),
              R"({"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1,2]})");

    auto shrunk = change_to(LeaderEpoch(0), 0).state;
    shrunk.isr = {one};
    EXPECT_EQ(leader.store.store_isr(t0, shrunk).value(), 1);
    EXPECT_EQ(leader.store.store_isr(t0, shrunk).value(), 1) << "its own write of before";
    auto other = shrunk;
    other.isr = {one, two};
    EXPECT_EQ(leader.store.store_isr(t0, other).value(), std::nullopt);

    EXPECT_EQ(controller.store.store_state(*term, change_to(LeaderEpoch(1), 0)).value(),
              std::nullopt)
        << "the leader was faster";
    EXPECT_EQ(controller.store.store_state(*term, change_to(LeaderEpoch(1), 1)).value(), 2);
    EXPECT_EQ(leader.store.states({t0})->at(t0).version, 2);
  });
}

TEST(PartitionStates, AnnounceTheirChangesInASequence) {  // Z-KZ-9
  Ensemble().run([](sim::Node& node) {
    Process leader(node, "leader");
    EXPECT_TRUE(leader.store.announce_isr_changes({t0}));
    EXPECT_TRUE(leader.store.announce_isr_changes({{"t", 1}}));

    const auto changes = leader.store.isr_changes(Watch::none);

    ASSERT_EQ(changes->size(), 2U);
    EXPECT_EQ(changes->at("isr_change_0000000000"), std::vector<TopicPartition>{t0});
    EXPECT_EQ(leader.data("/isr_change_notification/isr_change_0000000000"),
              R"({"version":1,"partitions":[{"topic":"t","partition":0}]})");
  });
}

// ---- reads (Z-KZ-12) ----

// Reads are the server's own business, and it may lag; an election is a write, after which it does
// not lag behind what was written before.
TEST(Reads, AreFreshForWhoeverHasJustBeenElected) {  // Z-KZ-12
  Ensemble ensemble;
  ensemble.run([&](sim::Node& node) {
    Process former(node, "former", ensemble.leader());
    Process next(node, "next", ensemble.some_follower());
    create_topic(former);
    const auto term = former.store.become_controller(one);
    ASSERT_TRUE(term);
    EXPECT_TRUE(former.store.store_state(*term, change_to(LeaderEpoch(0), 0, true)));
    EXPECT_TRUE(next.client.sync("/"));
    ensemble.network().afflict(ensemble.id_of(ensemble.leader()),
                               ensemble.id_of(ensemble.some_follower()),
                               sim::affliction::Delay{1s});
    EXPECT_TRUE(former.store.store_state(*term, change_to(LeaderEpoch(1), 0)));
    EXPECT_TRUE(former.client.remove("/controller"));

    EXPECT_EQ(next.store.states({t0})->at(t0).leader_epoch, LeaderEpoch(0));
    ASSERT_TRUE(next.store.become_controller(two));
    EXPECT_EQ(next.store.states({t0})->at(t0).leader_epoch, LeaderEpoch(1));
  });
}

}  // namespace
}  // namespace logquake::kafka
