// What may happen between the look of a fetch and its read.
#include "models/broker/replication/partition.h"

#include <gtest/gtest.h>

#include "models/broker/log/log_testing.h"
#include "models/broker/replication_defects.h"
#include "models/broker/replication_probes.h"
#include "sim/injector.h"

namespace logquake::kafka {
namespace {

using testing::replicated;
using testing::values_in;

constexpr BrokerId b1{1};
constexpr BrokerId b2{2};
constexpr BrokerId b3{3};

PartitionState led_by(BrokerId leader, std::int32_t epoch) {
  return {.leader = leader,
          .leader_epoch = LeaderEpoch{epoch},
          .isr = {b1, b3},
          .replicas = {b1, b2, b3},
          .partition_epoch = epoch};
}

/// Broker 1 with its replica of orders-0, whose readers are kept between look and read until the
/// third second.
class World {
 public:
  explicit World(sim::Node& node)
      : node_(node),
        bench_(node),
        context_{.node = node,
                 .metadata = metadata_,
                 .self = b1,
                 .rules = {},
                 .reads_past_stale_bound = node.has(read_past_stale_bound),
                 .propose = [](Partition&, const IsrProposal&) {}},
        partition(context_, {"orders", 0}, Uuid{}, bench_.open()) {}

  /// `meanwhile` happens while the reader is kept.
  Outcome<Fetched> fetch(const FetchAsk& ask, const std::function<void()>& meanwhile) {
    std::optional<Outcome<Fetched>> answer;
    node_.spawn("reader", [&] { answer = partition.fetch(ask, 1 << 20, true); });
    node_.sleep_for(1s);
    EXPECT_FALSE(answer) << "it is kept between the look and the read";
    meanwhile();
    node_.sleep_for(5s);
    EXPECT_TRUE(answer);
    return answer ? *answer : Error{ErrorCode::unknown_server_error, "no answer"};
  }
  void append(const std::string& value) {
    const auto appended =
        partition.append(testing::encoded(testing::batch_of({value})), 1, AppendOrigin::client);
    EXPECT_TRUE(appended.ok());
  }
  /// As follower of the leader in `epoch`.
  void replicate(std::int32_t epoch, const RecordData& records, std::int64_t high_watermark) {
    FetchPartitionResult fetched;
    fetched.records = records;
    fetched.high_watermark = Offset{high_watermark};
    fetched.log_start_offset = Offset{0};
    EXPECT_TRUE(partition.apply(*partition.position(LeaderEpoch{epoch}), fetched).ok());
  }
  void cut(std::int32_t epoch, const EpochEndOffset& diverging) {
    EXPECT_TRUE(partition.cut(*partition.position(LeaderEpoch{epoch}), diverging).ok());
  }

 private:
  sim::Node& node_;
  testing::Bench bench_;
  MetadataImage metadata_;
  PartitionContext context_;

 public:
  Partition partition;
};

void tell(std::string_view defect, const std::function<void(World&)>& story) {
  sim::Options options;
  if (!defect.empty()) options.defects.insert(std::string(defect));
  sim::Simulation simulation(options);
  simulation.injector().arm(
      {{{sim::AtInstant{Duration{1}},
         sim::Hold{.site = std::string(between_bounds_and_read.name), .duration = 3s}}}});
  sim::testing::run_program(simulation, [&](sim::Node& node) {
    World world(node);
    node.sleep_for(1s);
    story(world);
  });
}

std::vector<std::string> read_of(const Outcome<Fetched>& fetched) {
  return fetched ? values_in(fetched->read.records) : std::vector<std::string>{"refused"};
}

TEST(Partition, ReadsUpToTheHighWatermarkOfTheReadAndTellsThatOfTheLook) {
  tell("", [](World& world) {
    ASSERT_TRUE(world.partition.follow(led_by(b2, 1), ControllerEpoch{1}).ok());
    world.replicate(1, replicated({"a", "b"}, 0, 1), 2);

    const auto fetched = world.fetch({}, [&] {
      world.replicate(1, replicated({"c"}, 2, 1), 3);
      world.replicate(1, replicated({"uncommitted"}, 3, 1), 3);
    });

    EXPECT_EQ(read_of(fetched), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(fetched->bounds.high_watermark, Offset{2});
  });
}

// A follower cuts its log without the lock of roles: its readers must not trust their bound.
std::vector<std::string> read_while_a_follower_is_cut(std::string_view defect) {
  std::vector<std::string> read;
  tell(defect, [&](World& world) {
    ASSERT_TRUE(world.partition.follow(led_by(b2, 2), ControllerEpoch{1}).ok());
    world.replicate(2, replicated({"a"}, 0, 1), 1);
    world.replicate(2, replicated({"b"}, 1, 1), 2);

    read = read_of(world.fetch({.offset = Offset{1}}, [&] {
      world.cut(2, {.epoch = LeaderEpoch{1}, .end_offset = Offset{1}});
      world.replicate(2, replicated({"uncommitted"}, 1, 2), 1);
    }));
  });
  return read;
}

TEST(Partition, NeverReadsPastTheHighWatermarkOfALogThatWasCutMeanwhile) {
  EXPECT_EQ(read_while_a_follower_is_cut(""), std::vector<std::string>{});
  EXPECT_EQ(read_while_a_follower_is_cut(read_past_stale_bound.name),
            std::vector<std::string>{"uncommitted"});
}

// A change of role waits in Kafka for those who read: none is answered with another term's data.
std::vector<std::string> read_while_the_leader_changes(std::string_view defect) {
  std::vector<std::string> read;
  tell(defect, [&](World& world) {
    ASSERT_TRUE(world.partition.lead(led_by(b1, 1), ControllerEpoch{1}).ok());
    world.append("a");
    world.append("lost");

    const FetchAsk ask{.replica = b3,
                       .current_epoch = LeaderEpoch{1},
                       .offset = Offset{1},
                       .last_fetched_epoch = LeaderEpoch{1}};
    const auto fetched = world.fetch(ask, [&] {
      ASSERT_TRUE(world.partition.follow(led_by(b2, 2), ControllerEpoch{1}).ok());
      world.cut(2, {.epoch = LeaderEpoch{1}, .end_offset = Offset{1}});
      world.replicate(2, replicated({"of epoch 2"}, 1, 2), 1);
    });
    EXPECT_TRUE(fetched || fetched.error().code == ErrorCode::fenced_leader_epoch);
    read = read_of(fetched);
  });
  return read;
}

TEST(Partition, AnswersNoFetchWithDataOfATermThatItDoesNotKnow) {
  EXPECT_EQ(read_while_the_leader_changes(""), std::vector<std::string>{"refused"});
  EXPECT_EQ(read_while_the_leader_changes(read_past_stale_bound.name),
            std::vector<std::string>{"of epoch 2"});
}

}  // namespace
}  // namespace logquake::kafka
