// Defects of replication that need a precise story: each is told with the defect and without, and
// the checkers of the library judge it. Source: defects.md.
#include "models/broker/replication_defects.h"

#include <gtest/gtest.h>

#include "models/broker/replication_probes.h"
#include "models/broker/server/broker_testing.h"
#include "scenarios/engine/checker_testing.h"
#include "scenarios/kafka/checkers/leadership.h"
#include "scenarios/kafka/checkers/replicas_agree.h"
#include "sim/injector.h"

namespace logquake::scenario {
namespace {

using kafka::BrokerId;
using kafka::TopicPartition;
using kafka::testing::RawClient;
using testing::Clauses;

const TopicPartition t0{"t", 0};

sim::Options options_with(std::string_view defect) {
  sim::Options options;
  if (!defect.empty()) options.defects.insert(std::string(defect));
  return options;
}

/// Four brokers, one of which is the controller while the others hold the replicas of t-0: first,
/// second, third, in the order of the assignment.
class Story {
 public:
  explicit Story(std::string_view defect)
      : judges_({replicas_agree(), one_leader_per_epoch(), high_watermark_never_falls(),
                 in_sync_means_caught_up()}),
        cluster(options_with(defect), 4,
                {{"min.insync.replicas", "2"},
                 {"replica.lag.time.max.ms", "5000"},
                 {"zookeeper.session.timeout.ms", "6000"}}) {
    judges_.listen_to(cluster.simulation);
  }

  /// Runs the story, heals everything, and tells which clauses were broken.
  Clauses tell(const std::function<void(RawClient&)>& story) {
    cluster.run([&](RawClient& client) {
      create_topic(client);
      story(client);
      at_once([this] { cluster.simulation.injector().heal_all({}); });
      client.node().sleep_for(40s);
      client.produce(t0, {"the end"});
    });
    judges_.end(true);
    return judges_.broken_clauses();
  }
  std::string told() const { return judges_.told(); }

  void at_once(std::function<void()> deed) {
    cluster.simulation.after(Duration::zero(), std::move(deed));
  }
  sim::NodeId node_of(BrokerId broker) {
    return cluster.simulation.node(format("broker-{}", broker)).id();
  }
  void crash(BrokerId broker) { cluster.simulation.crash_process(node_of(broker)); }
  sim::Network& network() { return cluster.simulation.network(); }
  /// Neither hears the other until all is healed.
  void cut(BrokerId one, BrokerId other) {
    network().drop(node_of(one), node_of(other));
    network().drop(node_of(other), node_of(one));
  }

  BrokerId controller;
  BrokerId first;
  BrokerId second;
  BrokerId third;

 private:
  testing::Judges judges_;

 public:
  kafka::testing::TestCluster cluster;  // states its last facts when it goes

 private:
  void create_topic(RawClient& client) {
    client.node().sleep_for(15s);  // all brokers have registered
    (void)client.describe("t");
    controller = client.controller;
    std::vector<BrokerId> replicas;
    for (int id = 1; id <= 4; ++id) {
      if (BrokerId(id) != controller) replicas.push_back(BrokerId(id));
    }
    first = replicas[0];
    second = replicas[1];
    third = replicas[2];
    kafka::CreateTopicsRequest request;
    request.topics.push_back(
        {.name = "t",
         .num_partitions = -1,
         .replication_factor = -1,
         .assignments = {{.partition_index = 0, .broker_ids = {first, second, third}}},
         .configs = {}});
    const auto created = client.call(controller, std::move(request));
    ASSERT_TRUE(created && created->topics.front().error_code == kafka::ErrorCode::none);
    EXPECT_EQ(client.leader_of(t0), first);
    client.produce(t0, {"a"});
    client.node().sleep_for(1s);
  }
};

/// D-K07: the leader of an old epoch commits a record that a laggard lacks and dies before the new
/// leader learns of the commit; the laggard reaches the new leader's stale high watermark at once.
Clauses laggard_meets_a_stale_high_watermark(std::string_view defect) {
  Story story(defect);
  return story.tell([&](RawClient& client) {
    story.cut(story.first, story.third);
    // The second has the record, but does not hear that it is committed.
    story.cluster.simulation.after(1s, [&] {
      story.network().stall(story.node_of(story.first), story.node_of(story.second));
    });
    const auto committed = client.produce_at(story.first, t0, {"b"});
    EXPECT_EQ(committed.error_code, kafka::ErrorCode::none);
    story.crash(story.first);
    // So that the laggard does not catch up before it is let in.
    story.network().afflict(story.node_of(story.second), story.node_of(story.third),
                            sim::affliction::Delay{2s});
    client.node().sleep_for(30s);
  });
}

TEST(ReplicationDefects, ALaggardJoinsTheIsrOnlyWithoutTheTestOfTheEpochsStart) {
  EXPECT_EQ(laggard_meets_a_stale_high_watermark(""), Clauses{});
  EXPECT_EQ(laggard_meets_a_stale_high_watermark(kafka::no_epoch_start.name), Clauses{"K-INV-16"});
}

/// D-K05: a follower that does not hear of two elections goes on fetching from its old leader,
/// which has cut its own log meanwhile and leads again.
Clauses zombie_follower_meets_its_old_leader(std::string_view defect) {
  Story story(defect);
  return story.tell([&](RawClient& client) {
    auto& network = story.network();
    const auto first = story.node_of(story.first);
    const auto second = story.node_of(story.second);
    // A record that only the first and the third have, and that is not committed.
    network.stall(first, second);
    EXPECT_EQ(client.produce_at(story.first, t0, {"lost"}, 1).error_code, kafka::ErrorCode::none);
    client.node().sleep_for(1s);
    // The second takes over; the third does not hear of it.
    network.stall(story.node_of(story.controller), story.node_of(story.third));
    story.cluster.simulation.pause(first);
    client.node().sleep_for(12s);
    EXPECT_EQ(client.leader_of(t0), story.second);
    EXPECT_EQ(client.produce_at(story.second, t0, {"kept"}, 1).error_code, kafka::ErrorCode::none);
    // The first comes back, cuts its log, and leads again.
    network.heal(first, second);
    story.cluster.simulation.resume(first);
    client.node().sleep_for(12s);
    story.crash(story.second);
    client.node().sleep_for(12s);
    EXPECT_EQ(client.leader_of(t0), story.first);
    (void)client.produce_at(story.first, t0, {"new"}, -1, 5s);
    client.node().sleep_for(5s);
  });
}

TEST(ReplicationDefects, AFollowerOfAnOldTermIsCountedOnlyWithoutFencing) {
  EXPECT_EQ(zombie_follower_meets_its_old_leader(""), Clauses{});
  EXPECT_TRUE(
      zombie_follower_meets_its_old_leader(kafka::no_fetch_fencing.name).contains("K-INV-2"));
}

/// A follower's read is kept at its old leader, between the look and the read, until that has
/// become follower and another's records stand where those were that the look saw.
Clauses read_meets_the_records_of_another_term(std::string_view defect) {
  Story story(defect);
  return story.tell([&](RawClient& client) {
    auto& network = story.network();
    const auto first = story.node_of(story.first);
    const auto second = story.node_of(story.second);
    // Records that only the first and the third have; the third is kept before the last of them.
    network.stall(first, second);
    EXPECT_EQ(client.produce_at(story.first, t0, {"lost"}, 1).error_code, kafka::ErrorCode::none);
    client.node().sleep_for(1s);
    story.at_once([&story] {
      story.cluster.simulation.injector().arm(
          {{{sim::AtInstant{1ms},
             sim::Hold{.site = std::string(kafka::between_bounds_and_read.name),
                       .node = format("broker-{}", story.first),
                       .duration = 24s}}}});
    });
    client.node().sleep_for(1s);
    EXPECT_EQ(client.produce_at(story.first, t0, {"lost too"}, 1).error_code,
              kafka::ErrorCode::none);
    client.node().sleep_for(100ms);
    // The second takes over; the third does not hear of it.
    network.stall(story.node_of(story.controller), story.node_of(story.third));
    story.cluster.simulation.pause(first);
    client.node().sleep_for(12s);
    EXPECT_EQ(client.leader_of(t0), story.second);
    for (const char* value : {"kept", "kept too"}) {
      EXPECT_EQ(client.produce_at(story.second, t0, {value}, 1).error_code, kafka::ErrorCode::none);
    }
    // The first comes back, cuts its log and follows, then the read goes on.
    network.heal(first, second);
    story.cluster.simulation.resume(first);
    client.node().sleep_for(20s);
  });
}

TEST(ReplicationDefects, AReadPastAStaleBoundMixesTwoTerms) {
  EXPECT_EQ(read_meets_the_records_of_another_term(""), Clauses{});
  EXPECT_TRUE(read_meets_the_records_of_another_term(kafka::read_past_stale_bound.name)
                  .contains("K-INV-2"));
}

}  // namespace
}  // namespace logquake::scenario
