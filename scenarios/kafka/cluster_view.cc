#include "scenarios/kafka/cluster_view.h"

#include <algorithm>
#include <charconv>

#include "models/broker/controller/metadata_image.h"
#include "models/broker/coordinator/group_coordinator.h"
#include "models/client/facts.h"
#include "models/database/facts.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "sim/base/format.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {

std::string broker_node(kafka::BrokerId broker) { return format("broker-{}", broker); }

std::optional<kafka::BrokerId> broker_of_node(std::string_view node) {
  constexpr std::string_view prefix = "broker-";
  if (!node.starts_with(prefix)) return std::nullopt;
  node.remove_prefix(prefix.size());
  kafka::BrokerId::rep number = 0;
  const auto [at, trouble] = std::from_chars(node.data(), node.data() + node.size(), number);
  if (trouble != std::errc{} || at != node.data() + node.size()) return std::nullopt;
  return kafka::BrokerId(number);
}

void ClusterView::on_fact(const sim::TraceEvent& event) {
  if (const auto* advanced = event.as<kafka::HighWatermarkAdvanced>()) {
    auto& partition = partitions_[advanced->partition];
    partition.high_watermark = std::max(partition.high_watermark, advanced->offset);
  } else if (const auto* appended = event.as<kafka::BatchAppended>()) {
    auto& partition = partitions_[appended->partition];
    if (appended->as_leader) partition.log_end = appended->last_offset + 1;
  } else if (const auto* delivered = event.as<kafka::client::RecordDelivered>()) {
    const auto& reader = delivered->group.empty() ? delivered->client : delivered->group;
    auto& next = delivered_[{reader, to_string(delivered->partition)}];
    next = std::max(next, delivered->offset + 1);
  } else if (const auto* elected = event.as<kafka::LeaderElected>()) {
    auto& partition = partitions_[elected->partition];
    partition.leader = elected->leader;
    partition.epoch = elected->epoch;
    partition.isr = elected->isr;
    partition.replicas = replicas_of(elected->partition);
  } else if (const auto* became = event.as<kafka::BecameLeader>()) {
    // Its state is what is stored, also where whoever stored it died before stating so.
    auto& partition = partitions_[became->partition];
    if (became->epoch < partition.epoch) return;
    partition.leader = became->leader;
    partition.epoch = became->epoch;
    partition.isr = became->isr;
    partition.replicas = replicas_of(became->partition);
    // What it has not got nobody can be given any more: whether that is excused, checkers judge.
    partition.has_lost_history =
        partition.has_lost_history || became->epoch_start < partition.high_watermark;
    partition.high_watermark = std::min(partition.high_watermark, became->epoch_start);
  } else if (const auto* shrank = event.as<kafka::IsrShrank>()) {
    partitions_[shrank->partition].isr = shrank->isr;
  } else if (const auto* expanded = event.as<kafka::IsrExpanded>()) {
    partitions_[expanded->partition].isr = expanded->isr;
  } else if (const auto* created = event.as<kafka::TopicCreated>()) {
    replicas_[created->topic] = created->replicas;
  } else if (const auto* deleted = event.as<kafka::TopicDeleted>()) {
    std::erase_if(partitions_, [&](const auto& entry) {
      return entry.first.substr(0, entry.first.rfind('-')) == deleted->topic;
    });
  } else if (const auto* controller = event.as<kafka::ControllerElected>()) {
    controller_ = controller->broker;
  } else if (const auto* resigned = event.as<kafka::ControllerResigned>()) {
    if (controller_ == resigned->broker) controller_.reset();
  } else if (const auto* started = event.as<kafka::BrokerStarted>()) {
    serving_.insert(started->broker);
  } else if (event.as<zookeeper::LeaderEstablished>() != nullptr ||
             event.as<zookeeper::ServerStarted>() != nullptr) {
    zookeeper_leader_ = event.node_name;
  } else if (event.as<zookeeper::ServingStopped>() != nullptr) {
    if (zookeeper_leader_ == event.node_name) zookeeper_leader_.clear();
  } else if (event.as<database::ServerStarted>() != nullptr) {
    databases_.insert(std::string(event.node_name));
  } else if (event.kind() == sim::NodeCrashed::kind || event.kind() == sim::NodeLostPower::kind ||
             event.kind() == sim::NodeExited::kind) {
    databases_.erase(std::string(event.node_name));
    if (const auto broker = broker_of_node(event.node_name)) {
      serving_.erase(*broker);
      if (controller_ == broker) controller_.reset();
    }
  }
}

std::int32_t ClusterView::replicas_of(const std::string& partition) const {
  const auto found = replicas_.find(partition.substr(0, partition.rfind('-')));
  return found == replicas_.end() ? 0 : found->second;
}

std::optional<kafka::BrokerId> ClusterView::leader_of(const std::string& partition) const {
  const auto found = partitions_.find(partition);
  if (found == partitions_.end() || found->second.leader < kafka::BrokerId{0}) return std::nullopt;
  return found->second.leader;
}

std::map<std::string, std::string> ClusterView::unsettled_partitions(
    const std::set<kafka::BrokerId>& gone) const {
  std::map<std::string, std::string> unsettled;
  const auto away = static_cast<std::int32_t>(gone.size());
  for (const auto& [name, partition] : partitions_) {
    if (partition.epoch < kafka::LeaderEpoch{0}) continue;
    if (partition.leader < kafka::BrokerId{0}) {
      unsettled[name] = format("{} has no leader", name);
    } else if (gone.contains(partition.leader)) {
      unsettled[name] = format("{} is led by broker-{}, which is gone", name, partition.leader);
    } else if (static_cast<std::int32_t>(partition.isr.size()) < partition.replicas - away) {
      unsettled[name] = format("{} has {} of {} replicas in sync", name, partition.isr.size(),
                               partition.replicas - away);
    }
  }
  return unsettled;
}

bool ClusterView::can_spare(const std::set<kafka::BrokerId>& gone, int min_insync) const {
  const auto away = static_cast<std::int32_t>(gone.size());
  return std::all_of(partitions_.begin(), partitions_.end(), [&](const auto& entry) {
    const auto& partition = entry.second;
    if (partition.epoch < kafka::LeaderEpoch{0}) return true;
    const bool has_heir =
        std::any_of(partition.isr.begin(), partition.isr.end(), [&](kafka::BrokerId broker) {
          return serving_.contains(broker) && !gone.contains(broker);
        });
    return has_heir && partition.replicas - away >= min_insync;
  });
}

bool ClusterView::coordinates(const std::string& partition, const std::string& group) const {
  const auto prefix = std::string(kafka::offsets_topic) + "-";
  const auto count = std::count_if(partitions_.begin(), partitions_.end(), [&](const auto& entry) {
    return entry.first.starts_with(prefix);
  });
  if (count == 0) return false;
  const auto number = kafka::partition_of_group(group, static_cast<std::int32_t>(count));
  return partition == format("{}{}", prefix, number);
}

std::map<std::string, std::vector<kafka::BrokerId>> ClusterView::orphaned_by(
    const std::set<kafka::BrokerId>& gone) const {
  std::map<std::string, std::vector<kafka::BrokerId>> orphaned;
  for (const auto& [name, partition] : partitions_) {
    if (partition.epoch < kafka::LeaderEpoch{0}) continue;
    const bool all_gone =
        std::all_of(partition.isr.begin(), partition.isr.end(),
                    [&](kafka::BrokerId broker) { return gone.contains(broker); });
    if (all_gone) orphaned.emplace(name, partition.isr);
  }
  return orphaned;
}

kafka::Offset ClusterView::delivered(const std::string& group, const std::string& partition) const {
  const auto found = delivered_.find({group, partition});
  return found == delivered_.end() ? kafka::Offset{} : found->second;
}

}  // namespace logquake::scenario
