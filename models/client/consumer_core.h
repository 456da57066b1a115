// What runs behind a Consumer: group membership, positions and fetches, with their tasks.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/client/cluster_client.h"
#include "models/client/consumer.h"
#include "models/client/consumer_positions.h"
#include "models/client/group_membership.h"
#include "models/protocol/fetch_session_handler.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// Shared by the consumer and its tasks, which end by themselves once it is closed.
class ConsumerCore : public std::enable_shared_from_this<ConsumerCore> {
 public:
  ConsumerCore(sim::Node& node, const ConsumerConfig& config);
  /// Starts the tasks; apart from construction because they share ownership.
  void start();
  void note_unknown_setting(const std::string& setting);

  // As in Consumer.
  Outcome<> subscribe(std::vector<std::string> topics, RebalanceListener listener);
  Outcome<> assign(const std::vector<TopicPartition>& partitions);
  void unsubscribe();
  std::vector<TopicPartition> assignment() const { return positions_.assigned(); }
  Outcome<std::vector<ConsumerRecord>> poll(Duration timeout);
  Outcome<> seek(const TopicPartition& partition, Offset offset);
  Outcome<> seek_by(const TopicPartition& partition, OffsetReset policy);
  Outcome<Offset> position(const TopicPartition& partition);
  Outcome<> commit(const std::optional<Offsets>& offsets);
  Outcome<Offsets> committed(const std::vector<TopicPartition>& partitions);
  Outcome<std::map<TopicPartition, Offset>> list_offsets(
      const std::vector<TopicPartition>& partitions, Timestamp timestamp);
  Outcome<std::int32_t> partitions_for(const std::string& topic);
  void close(Duration timeout);
  void abandon();  // without blocking

 private:
  enum class Mode : std::uint8_t { idle, subscribed, assigned };
  // One broker: the task that resets, validates and fetches there.
  struct Link {
    explicit Link(sim::Node& node) : work(node, "partitions to fetch") {}
    BrokerId broker{};
    FetchSessionHandler session{};
    sim::Signal work;
  };

  // Tasks.
  void keep_metadata();
  void keep_offsets();
  void keep_committing();
  void fetch_from(Link& link);

  // Group.
  Outcome<> keep_group();
  void give_up_partitions();
  void lose_partitions();
  Outcome<> take_partitions(const Bytes& assignment);
  std::map<std::string, Bytes> assign_members(const std::vector<JoinGroupMember>& members);
  std::map<std::string, std::int32_t> partition_counts(const std::set<std::string>& topics) const;
  void commit_automatically();

  // Positions and fetches; whether something was done, nothing where it failed.
  std::vector<TopicPartition> led_by(BrokerId broker,
                                     const std::vector<TopicPartition>& partitions) const;
  std::optional<bool> reset_positions(BrokerId broker, Channel& channel);
  std::optional<bool> validate_positions(BrokerId broker, Channel& channel);
  std::optional<bool> fetch(Link& link, Channel& channel);
  Outcome<std::map<TopicPartition, Offset>> list_offsets_once(
      const std::vector<TopicPartition>& partitions, Timestamp timestamp);
  void follow_metadata();
  void tell_changes();
  void wake();
  void want_topics();

  sim::Node& node_;
  ConsumerConfig config_;
  ClusterClient cluster_;
  ConsumerPositions positions_;
  bool commits_before_delivery_;            // a defect
  sim::Signal changed_;                     // what poll() waits for
  std::unique_ptr<GroupMembership> group_;  // none without group.id
  Mode mode_ = Mode::idle;
  std::set<std::string> topics_;         // subscribed
  std::set<std::string> joined_topics_;  // as the group was told
  std::set<std::string> group_topics_;   // of all members, while this one leads
  std::map<std::string, std::int32_t> assigned_counts_;
  RebalanceListener listener_;
  bool is_prepared_ = false;  // gave up its partitions for the join under way
  Instant next_auto_commit_{};
  std::optional<Offsets> to_commit_;
  sim::Signal commit_wanted_;
  sim::Signal offsets_wanted_;
  std::map<TopicPartition, std::int64_t> sessions_;
  std::map<BrokerId, std::unique_ptr<Link>> links_;  // never removed: tasks refer to them
  bool is_closed_ = false;
};

}  // namespace logquake::kafka
