#include "models/broker/coordinator/group_coordinator.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "models/broker/defects.h"
#include "models/broker/log/log_testing.h"
#include "models/protocol/consumer_protocol.h"

namespace logquake::kafka {
namespace {

using sim::testing::run_program;

constexpr LeaderEpoch first_epoch{1};
const GroupClient alice{"alice", "host-1"};
const GroupClient bob{"bob", "host-2"};
const TopicPartition orders{"orders", 0};

/// A broker that coordinates one partition of __consumer_offsets; its "replication" is a pause.
struct Broker {
  explicit Broker(sim::Node& on, BrokerConfig settings = {})
      : node(on),
        config(std::move(settings)),
        logs(on, config, [](const std::string&) { return TopicConfig{}; }) {
    config.offsets_topic_num_partitions = 1;
    static_cast<void>(logs.load());
    log = *logs.get_or_create(shard);
    begin();
  }
  /// Another coordinator over the same log, as after a failover.
  void begin(LeaderEpoch epoch = first_epoch) {
    static_cast<void>(log->begin_epoch(epoch));
    const auto append = [this, epoch](const TopicPartition&, const RecordData& records,
                                      Duration) -> Outcome<Offset> {
      node.sleep_for(2ms);
      if (failure != ErrorCode::none) return Error{failure, ""};
      auto appended = log->append_as_leader(records, epoch, AppendOrigin::coordinator);
      if (!appended) return Error{appended.error().code, ""};
      return appended->base_offset;
    };
    coordinators.push_back(std::make_unique<GroupCoordinator>(
        node, config, logs, GroupServices{.append = append, .exists = [](const TopicPartition& at) {
                                            return at.topic == "orders";
                                          }}));
    coordinators.back()->start();
    coordinators.back()->on_leadership(shard, epoch, true);
  }
  GroupCoordinator& groups() { return *coordinators.back(); }

  sim::Node& node;
  BrokerConfig config;
  const TopicPartition shard{std::string(offsets_topic_name), 0};
  LogManager logs;
  Log* log = nullptr;
  ErrorCode failure = ErrorCode::none;
  std::vector<std::unique_ptr<GroupCoordinator>> coordinators;
};

/// The coordinator's tasks never end: a test ends with its machine.
void with_broker(const std::function<void(Broker&)>& test, BrokerConfig config = {},
                 std::set<std::string, std::less<>> defects = {}) {
  sim::Simulation simulation({.defects = std::move(defects)});
  bool done = false;
  simulation.add_node("broker-1", [&](sim::Node& node) {
    Broker broker(node, config);
    node.sleep_for(10ms);
    test(broker);
    done = true;
    node.sleep_for(24h);
  });
  const auto stop = simulation.run_until([&] { return done; }, 24h * 30);
  EXPECT_EQ(stop.reason, sim::Stop::Reason::condition) << stop.message;
}

JoinGroupRequest join_request(const std::string& member = "") {
  return {.group_id = "g",
          .session_timeout_ms = 10'000,
          .rebalance_timeout_ms = 60'000,
          .member_id = member,
          .protocol_type = "consumer",
          .protocols = {{"range", encode(ConsumerSubscription{.topics = {"orders"}})}}};
}

SyncGroupRequest sync_request(const JoinGroupResponse& joined) {
  SyncGroupRequest request{.group_id = "g",
                           .generation_id = joined.generation_id,
                           .member_id = joined.member_id,
                           .protocol_type = "consumer",
                           .protocol_name = joined.protocol_name};
  for (const auto& member : joined.members) {
    request.assignments.push_back(
        {member.member_id, encode(ConsumerAssignment{.partitions = {orders}})});
  }
  return request;
}

JoinGroupResponse join(Broker& broker, const GroupClient& client) {
  const auto reserved = broker.groups().join(join_request(), client);
  EXPECT_EQ(reserved.error_code, ErrorCode::member_id_required);
  return broker.groups().join(join_request(reserved.member_id), client);
}

OffsetCommitRequest commit_request(std::int64_t offset, const JoinGroupResponse& joined = {}) {
  return {.group_id = "g",
          .generation_id = joined.generation_id,
          .member_id = joined.member_id,
          .topics = {{"orders", {{.partition_index = 0, .committed_offset = Offset{offset}}}}}};
}

ErrorCode error_of(const OffsetCommitResponse& response) {
  return response.topics.at(0).partitions.at(0).error_code;
}

Offset fetched(Broker& broker) {
  const auto response = broker.groups().fetch({.group_id = "g", .topics = {{{"orders", {0}}}}});
  EXPECT_EQ(response.error_code, ErrorCode::none);
  return response.topics.at(0).partitions.at(0).committed_offset;
}

TEST(GroupCoordinator, PlacesGroupsByJavasHash) {
  EXPECT_EQ(partition_of_group("", 50), 0);
  EXPECT_EQ(partition_of_group("my-group", 50), 12);
  EXPECT_EQ(partition_of_group("polygenelubricants", 50), 0);  // hashes to -2^31
  EXPECT_EQ(partition_of_group("connect-my-sink-connect", 50), 16);
}

TEST(GroupCoordinator, AMemberJoinsSyncsAndCommits) {
  with_broker([](Broker& broker) {
    const auto joined = join(broker, alice);
    ASSERT_EQ(joined.error_code, ErrorCode::none);
    EXPECT_TRUE(joined.member_id.starts_with("alice-"));
    EXPECT_EQ(joined.members.size(), 1U);

    const auto synced = broker.groups().sync(sync_request(joined));
    EXPECT_EQ(decode_assignment(synced.assignment)->partitions,
              std::vector<TopicPartition>{orders});
    EXPECT_EQ(error_of(broker.groups().commit(commit_request(42, joined))), ErrorCode::none);
    EXPECT_EQ(fetched(broker), Offset{42});
    EXPECT_EQ(broker.groups()
                  .heartbeat({.group_id = "g",
                              .generation_id = joined.generation_id,
                              .member_id = joined.member_id})
                  .error_code,
              ErrorCode::none);
  });
}

TEST(GroupCoordinator, TwoMembersShareAGeneration) {
  with_broker([](Broker& broker) {
    JoinGroupResponse other;
    sim::Signal other_joined(broker.node);
    broker.node.spawn("bob", [&] {
      other = join(broker, bob);
      other_joined.notify_all();
    });
    const auto joined = join(broker, alice);
    other_joined.wait_until([&] { return other.generation_id != no_generation; });

    EXPECT_EQ(joined.generation_id, other.generation_id);
    EXPECT_EQ(joined.leader, other.leader);
    EXPECT_EQ(joined.members.size() + other.members.size(), 2U);
  });
}

TEST(GroupCoordinator, ANewCoordinatorKnowsOffsetsAndMembers) {
  with_broker([](Broker& broker) {
    const auto joined = join(broker, alice);
    static_cast<void>(broker.groups().sync(sync_request(joined)));
    static_cast<void>(broker.groups().commit(commit_request(7, joined)));
    static_cast<void>(broker.groups().commit(commit_request(9, joined)));

    broker.begin(LeaderEpoch{2});
    EXPECT_EQ(broker.groups().fetch({.group_id = "g"}).error_code,
              ErrorCode::coordinator_load_in_progress);
    broker.node.sleep_for(10ms);

    EXPECT_EQ(fetched(broker), Offset{9});
    EXPECT_EQ(error_of(broker.groups().commit(commit_request(11, joined))), ErrorCode::none);
    const auto described = broker.groups().describe({.groups = {"g", "nobody"}});
    EXPECT_EQ(described.groups[0].group_state, "Stable");
    EXPECT_EQ(described.groups[0].members.at(0).client_id, "alice");
    EXPECT_EQ(described.groups[1].group_state, "Dead");
    EXPECT_EQ(broker.groups().list({}).groups.size(), 1U);
  });
}

TEST(GroupCoordinator, WhoeverWaitsHearsOfALostLeadership) {
  with_broker([](Broker& broker) {
    broker.node.spawn("controller", [&] {
      broker.node.sleep_for(1s);
      broker.groups().on_leadership(broker.shard, first_epoch + 1, false);
    });

    EXPECT_EQ(join(broker, alice).error_code, ErrorCode::not_coordinator);
    EXPECT_EQ(broker.groups().fetch({.group_id = "g"}).error_code, ErrorCode::not_coordinator);
    EXPECT_EQ(error_of(broker.groups().commit(commit_request(1))), ErrorCode::not_coordinator);
  });
}

TEST(GroupCoordinator, AnOverlookedLeadershipIsNotLoaded) {
  with_broker([](Broker& broker) {
    broker.groups().on_leadership(broker.shard, LeaderEpoch{5}, false);
    broker.groups().on_leadership(broker.shard, LeaderEpoch{6}, true);
    broker.groups().on_leadership(broker.shard, LeaderEpoch{7}, false);
    broker.node.sleep_for(10ms);

    EXPECT_EQ(broker.groups().fetch({.group_id = "g"}).error_code, ErrorCode::not_coordinator);
  });
}

TEST(GroupCoordinator, CommitsAreRefusedAsKafkaDoes) {
  with_broker([](Broker& broker) {
    const JoinGroupResponse stranger{.generation_id = Generation{3}, .member_id = "x"};
    EXPECT_EQ(error_of(broker.groups().commit(commit_request(1, stranger))),
              ErrorCode::illegal_generation);
    auto unknown = commit_request(1);
    unknown.topics[0].name = "nowhere";
    EXPECT_EQ(error_of(broker.groups().commit(unknown)), ErrorCode::unknown_topic_or_partition);
    auto verbose = commit_request(1);
    verbose.topics[0].partitions[0].committed_metadata = std::string(4097, 'x');
    EXPECT_EQ(error_of(broker.groups().commit(verbose)), ErrorCode::offset_metadata_too_large);
    EXPECT_EQ(error_of(broker.groups().commit(commit_request(1))),
              ErrorCode::none);  // without a group

    const auto joined = join(broker, alice);
    static_cast<void>(broker.groups().sync(sync_request(joined)));
    EXPECT_EQ(error_of(broker.groups().commit(commit_request(2))), ErrorCode::unknown_member_id);
    auto stale = joined;
    stale.generation_id = Generation{0};
    EXPECT_EQ(error_of(broker.groups().commit(commit_request(2, stale))),
              ErrorCode::illegal_generation);
    EXPECT_EQ(fetched(broker), Offset{1});
  });
}

TEST(GroupCoordinator, AppendErrorsAreTranslated) {
  with_broker([](Broker& broker) {
    const auto with_failure = [&](ErrorCode failure) {
      broker.failure = failure;
      return error_of(broker.groups().commit(commit_request(1)));
    };
    EXPECT_EQ(with_failure(ErrorCode::not_enough_replicas), ErrorCode::coordinator_not_available);
    EXPECT_EQ(with_failure(ErrorCode::not_leader_or_follower), ErrorCode::not_coordinator);
    EXPECT_EQ(with_failure(ErrorCode::message_too_large), ErrorCode::invalid_commit_offset_size);
    EXPECT_EQ(with_failure(ErrorCode::request_timed_out), ErrorCode::request_timed_out);
    EXPECT_EQ(fetched(broker), no_offset);
  });
}

TEST(GroupCoordinator, RequestsThatCannotBeServedAreRefused) {
  with_broker([](Broker& broker) {
    auto nameless = join_request();
    nameless.group_id.clear();
    EXPECT_EQ(broker.groups().join(nameless, alice).error_code, ErrorCode::invalid_group_id);
    auto hasty = join_request();
    hasty.session_timeout_ms = 100;
    EXPECT_EQ(broker.groups().join(hasty, alice).error_code, ErrorCode::invalid_session_timeout);
    EXPECT_EQ(broker.groups().join(join_request("unheard-of"), alice).error_code,
              ErrorCode::unknown_member_id);
    auto fixed = join_request();
    fixed.group_instance_id = "one";
    EXPECT_EQ(broker.groups().join(fixed, alice).error_code, ErrorCode::unsupported_version);
    EXPECT_EQ(broker.groups()
                  .leave({.group_id = "g", .members = {{.member_id = "x"}}})
                  .members.at(0)
                  .error_code,
              ErrorCode::unknown_member_id);
    EXPECT_EQ(broker.groups().heartbeat({.group_id = "g", .member_id = "x"}).error_code,
              ErrorCode::unknown_member_id);
  });
}

TEST(GroupCoordinator, ASilentMemberIsRemovedByTheClock) {
  with_broker([](Broker& broker) {
    const auto joined = join(broker, alice);
    static_cast<void>(broker.groups().sync(sync_request(joined)));
    broker.node.sleep_for(11s);

    EXPECT_EQ(broker.groups().describe({.groups = {"g"}}).groups[0].group_state, "Empty");
  });
}

TEST(GroupCoordinator, OffsetsOfAnEmptyGroupExpire) {
  with_broker(
      [](Broker& broker) {
        static_cast<void>(broker.groups().commit(commit_request(5)));
        broker.node.sleep_for(30min);
        EXPECT_EQ(fetched(broker), Offset{5});
        broker.node.sleep_for(45min);
        EXPECT_EQ(fetched(broker), no_offset);
        EXPECT_TRUE(broker.groups().list({}).groups.empty());

        broker.begin(LeaderEpoch{2});
        broker.node.sleep_for(10ms);
        EXPECT_EQ(fetched(broker), no_offset);
      },
      {.offsets_retention = 1h});
}

TEST(GroupCoordinator, TheDefectOfExpiryTakesTheOffsetsOfARebalancingGroup) {
  const auto offset_after_an_hour = [](std::set<std::string, std::less<>> defects) {
    Offset found;
    with_broker(
        [&](Broker& broker) {
          const auto joined = join(broker, alice);
          static_cast<void>(broker.groups().sync(sync_request(joined)));
          static_cast<void>(broker.groups().commit(commit_request(5, joined)));
          // Alice stays and Bob comes; she does not rejoin, so that the group is rebalancing at the
          // check.
          broker.node.spawn("alice", [&, joined] {
            const HeartbeatRequest beat{.group_id = "g",
                                        .generation_id = joined.generation_id,
                                        .member_id = joined.member_id};
            for (int i = 0; i < 10'000; ++i) {
              broker.node.sleep_for(1s);
              static_cast<void>(broker.groups().heartbeat(beat));
            }
          });
          broker.node.sleep_for(595s);
          broker.node.spawn("bob", [&] { static_cast<void>(join(broker, bob)); });
          broker.node.sleep_for(10s);
          found = fetched(broker);
        },
        {.offsets_retention = 1min}, std::move(defects));
    return found;
  };

  EXPECT_EQ(offset_after_an_hour({}), Offset{5});
  EXPECT_EQ(offset_after_an_hour({std::string(offsets_expire_when_unstable.name)}), no_offset);
}

TEST(GroupCoordinator, TheDefectOfCommitsAnswersBeforeTheRecordIsThere) {
  const auto end_after_commit = [](std::set<std::string, std::less<>> defects) {
    Offset end;
    with_broker(
        [&](Broker& broker) {
          static_cast<void>(broker.groups().commit(commit_request(5)));
          end = broker.log->log_end();
        },
        {}, std::move(defects));
    return end;
  };

  EXPECT_EQ(end_after_commit({}), Offset{1});
  EXPECT_EQ(end_after_commit({std::string(offsets_acknowledged_early.name)}), Offset{0});
}

TEST(GroupCoordinator, TheDefectOfGenerationsStoresTheCommitsOfStrangers) {
  const JoinGroupResponse stranger{.generation_id = Generation{3}, .member_id = "x"};
  const auto stored_by_a_stranger = [&](std::set<std::string, std::less<>> defects) {
    Offset stored;
    with_broker(
        [&](Broker& broker) {
          const auto joined = join(broker, alice);
          static_cast<void>(broker.groups().sync(sync_request(joined)));
          static_cast<void>(broker.groups().commit(commit_request(5, stranger)));
          stored = fetched(broker);
        },
        {}, std::move(defects));
    return stored;
  };

  EXPECT_EQ(stored_by_a_stranger({}), no_offset);
  EXPECT_EQ(stored_by_a_stranger({std::string(stale_generation_accepted.name)}), Offset{5});
}

}  // namespace
}  // namespace logquake::kafka
