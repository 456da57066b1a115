#include "models/broker/controller/controller.h"

#include <algorithm>

#include "sim/base/check.h"

namespace logquake::kafka {

namespace {

constexpr BrokerId leader_during_delete{-2};    // K-CTL-12
constexpr LeaderEpoch epoch_during_delete{-2};  // K-CTL-11

bool contains(std::span<const BrokerId> brokers, BrokerId broker) {
  return std::ranges::find(brokers, broker) != brokers.end();
}

Replicas those_in(const Replicas& replicas, std::span<const BrokerId> wanted) {
  Replicas kept;
  std::ranges::copy_if(replicas, std::back_inserter(kept),
                       [&](BrokerId id) { return contains(wanted, id); });
  return kept;
}

/// The element of `list` for which `is_it` holds, appended if there is none.
template <class List, class Is, class Make>
auto& find_or_add(List& list, Is is_it, Make make) {
  const auto found = std::ranges::find_if(list, is_it);
  if (found != list.end()) return *found;
  list.push_back(make());
  return list.back();
}

}  // namespace

std::optional<LeaderAndIsr> initial_state(const Replicas& replicas,
                                          std::span<const BrokerId> live) {
  auto isr = those_in(replicas, live);
  if (isr.empty()) return std::nullopt;
  const BrokerId leader = isr.front();
  return LeaderAndIsr{.leader = leader,
                      .leader_epoch = LeaderEpoch(0),
                      .isr = std::move(isr),
                      .controller_epoch = {},
                      .version = 0};
}

std::optional<NextState> next_state(const LeaderAndIsr& current, const Replicas& replicas,
                                    std::span<const BrokerId> live, bool unclean_allowed) {
  NextState next{.state = current};
  auto& state = next.state;
  state.leader_epoch = current.leader_epoch + 1;
  const auto alive_in_sync = those_in(current.isr, live);

  if (contains(live, current.leader)) {
    if (alive_in_sync.size() == current.isr.size()) return std::nullopt;
    state.isr = alive_in_sync;
    return next;
  }
  if (!alive_in_sync.empty()) {
    const auto heir =
        std::ranges::find_if(replicas, [&](BrokerId id) { return contains(alive_in_sync, id); });
    // A member that is no replica (K-REP-44) cannot lead; then nobody in sync can.
    if (heir != replicas.end()) {
      state.leader = *heir;
      state.isr = alive_in_sync;
      return next;
    }
  }
  if (unclean_allowed) {
    const auto heir =
        std::ranges::find_if(replicas, [&](BrokerId id) { return contains(live, id); });
    if (heir != replicas.end()) {
      state.leader = *heir;
      state.isr = {*heir};
      next.is_unclean = true;
      return next;
    }
  }
  state.leader = no_broker;
  state.isr = {
      *std::ranges::max_element(current.isr)};  // the dead leave one by one; the last one stays
  if (current.leader == no_broker && state.isr == current.isr) return std::nullopt;
  return next;
}

std::optional<LeaderAndIsr> preferred_state(const LeaderAndIsr& current, const Replicas& replicas,
                                            std::span<const BrokerId> live) {
  if (replicas.empty() || current.leader == replicas.front()) return std::nullopt;
  if (!contains(live, replicas.front()) || !contains(current.isr, replicas.front()))
    return std::nullopt;
  LeaderAndIsr state = current;
  state.leader = replicas.front();
  state.leader_epoch = current.leader_epoch + 1;
  state.isr = those_in(current.isr, live);
  return state;
}

std::vector<Replicas> assign_replicas(std::span<const BrokerId> brokers, std::int32_t partitions,
                                      std::int32_t replication_factor, std::size_t start,
                                      std::size_t shift) {
  const std::size_t count = brokers.size();
  LOGQUAKE_CHECK(static_cast<std::size_t>(replication_factor) <= count,
                 "no broker holds two replicas of a partition");
  std::vector<Replicas> assignment;
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    const auto index = static_cast<std::size_t>(partition);
    if (index > 0 && index % count == 0) ++shift;
    const std::size_t first = (start + index) % count;
    Replicas replicas{brokers[first]};
    for (std::size_t j = 0; j + 1 < static_cast<std::size_t>(replication_factor); ++j) {
      replicas.push_back(brokers[(first + 1 + (shift + j) % (count - 1)) % count]);
    }
    assignment.push_back(std::move(replicas));
  }
  return assignment;
}

void Controller::set_topic(const std::string& topic, TopicAssignment assignment,
                           bool unclean_allowed) {
  topics_[topic] = std::move(assignment);
  if (unclean_allowed) {
    unclean_topics_.insert(topic);
  } else {
    unclean_topics_.erase(topic);
  }
}

void Controller::forget_topic(const std::string& topic) {
  topics_.erase(topic);
  unclean_topics_.erase(topic);
  deleting_.erase(topic);
  std::erase_if(states_, [&](const auto& entry) { return entry.first.topic == topic; });
}

void Controller::set_state(const TopicPartition& partition, const LeaderAndIsr& state) {
  states_[partition] = state;
}

const LeaderAndIsr* Controller::state(const TopicPartition& partition) const {
  const auto found = states_.find(partition);
  return found == states_.end() ? nullptr : &found->second;
}

const Replicas* Controller::replicas(const TopicPartition& partition) const {
  const auto topic = topics_.find(partition.topic);
  if (topic == topics_.end()) return nullptr;
  const auto found = topic->second.partitions.find(partition.partition);
  return found == topic->second.partitions.end() ? nullptr : &found->second;
}

std::vector<BrokerId> Controller::live() const {
  std::vector<BrokerId> ids;
  for (const auto& [id, broker] : brokers_) ids.push_back(id);
  return ids;
}

std::vector<StateChange> Controller::plan() const {
  const auto alive = live();
  std::vector<StateChange> changes;
  for (const auto& [topic, assignment] : topics_) {
    if (deleting_.contains(topic)) continue;
    for (const auto& [index, replicas] : assignment.partitions) {
      const TopicPartition partition{topic, index};
      const LeaderAndIsr* current = state(partition);
      StateChange change{.partition = partition, .state = {}};
      if (current == nullptr) {
        auto first = initial_state(replicas, alive);
        if (!first) continue;
        change.state = std::move(*first);
        change.is_creation = true;
      } else {
        auto next = next_state(*current, replicas, alive, unclean_topics_.contains(topic));
        if (!next) continue;
        change.state = std::move(next->state);
        change.is_unclean = next->is_unclean;
      }
      change.state.controller_epoch = epoch_;
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

std::vector<StateChange> Controller::plan_preferred(std::int32_t imbalance_percentage) const {
  const auto alive = live();
  std::map<BrokerId, std::int64_t> preferred;
  std::map<BrokerId, std::vector<StateChange>> elsewhere;
  for (const auto& [topic, assignment] : topics_) {
    if (deleting_.contains(topic)) continue;
    for (const auto& [index, replicas] : assignment.partitions) {
      if (replicas.empty()) continue;
      ++preferred[replicas.front()];
      const TopicPartition partition{topic, index};
      const LeaderAndIsr* current = state(partition);
      if (current == nullptr || current->leader == replicas.front()) continue;
      auto& moves = elsewhere[replicas.front()];
      moves.push_back({.partition = partition, .state = {}});
      if (auto next = preferred_state(*current, replicas, alive)) {
        moves.back().state = std::move(*next);
        moves.back().state.controller_epoch = epoch_;
      }
    }
  }
  std::vector<StateChange> changes;
  for (auto& [broker, moves] : elsewhere) {
    if (static_cast<std::int64_t>(moves.size()) * 100 <= preferred[broker] * imbalance_percentage)
      continue;
    for (auto& move : moves) {
      if (move.state.leader == broker) changes.push_back(std::move(move));
    }
  }
  return changes;
}

std::vector<std::string> Controller::deletable_topics() const {
  std::vector<std::string> topics;
  for (const auto& topic : deleting_) {
    const auto found = topics_.find(topic);
    if (found == topics_.end()) continue;
    const bool all_alive = std::ranges::all_of(found->second.partitions, [this](const auto& entry) {
      return std::ranges::all_of(entry.second,
                                 [this](BrokerId id) { return brokers_.contains(id); });
    });
    if (all_alive) topics.push_back(topic);
  }
  return topics;
}

Orders& Controller::orders_of(OrdersOf& orders, BrokerId broker) const { return orders[broker]; }

void Controller::add_leader_and_isr(OrdersOf& orders, BrokerId to, const TopicPartition& partition,
                                    bool is_new) const {
  const auto broker = brokers_.find(to);
  const LeaderAndIsr* known = state(partition);
  const Replicas* assigned = replicas(partition);
  if (broker == brokers_.end() || known == nullptr || assigned == nullptr) return;

  auto& request = orders_of(orders, to).leader_and_isr;
  if (!request) {
    request.emplace();
    request->controller_id = self_;
    request->controller_epoch = epoch_;
    request->broker_epoch = broker->second.epoch;
  }
  auto& topic = find_or_add(
      request->topic_states, [&](const auto& entry) { return entry.topic_name == partition.topic; },
      [&] {
        return LeaderAndIsrTopic{.topic_name = partition.topic,
                                 .topic_id = topics_.at(partition.topic).topic_id,
                                 .partition_states = {}};
      });
  topic.partition_states.push_back({.partition_index = partition.partition,
                                    .controller_epoch = known->controller_epoch,
                                    .leader = known->leader,
                                    .leader_epoch = known->leader_epoch,
                                    .isr = known->isr,
                                    .partition_epoch = known->version,
                                    .replicas = *assigned,
                                    .is_new = is_new});
  const auto leader = brokers_.find(known->leader);
  if (leader == brokers_.end()) return;
  find_or_add(
      request->live_leaders, [&](const auto& entry) { return entry.broker_id == known->leader; },
      [&] {
        return LiveLeader{.broker_id = known->leader,
                          .host_name = leader->second.endpoint.host,
                          .port = leader->second.endpoint.port};
      });
}

void Controller::add_live_brokers(OrdersOf& orders, BrokerId to) const {
  const auto broker = brokers_.find(to);
  if (broker == brokers_.end()) return;
  auto& request = orders_of(orders, to).update_metadata;
  if (request) return;
  request.emplace();
  request->controller_id = self_;
  request->controller_epoch = epoch_;
  request->broker_epoch = broker->second.epoch;
  for (const auto& [id, live_broker] : brokers_) {
    UpdateMetadataBroker entry;
    entry.id = id;
    entry.endpoints.push_back({.port = live_broker.endpoint.port,
                               .host = live_broker.endpoint.host,
                               .listener = "PLAINTEXT",
                               .security_protocol = 0});
    request->live_brokers.push_back(std::move(entry));
  }
}

void Controller::add_metadata(OrdersOf& orders, BrokerId to, const TopicPartition& partition,
                              bool is_deletion) const {
  const LeaderAndIsr* known = state(partition);
  const Replicas* assigned = replicas(partition);
  if (!brokers_.contains(to) || known == nullptr || assigned == nullptr) return;
  add_live_brokers(orders, to);
  auto& request = *orders_of(orders, to).update_metadata;
  auto& topic = find_or_add(
      request.topic_states, [&](const auto& entry) { return entry.topic_name == partition.topic; },
      [&] {
        return UpdateMetadataTopic{.topic_name = partition.topic,
                                   .topic_id = topics_.at(partition.topic).topic_id,
                                   .partition_states = {}};
      });
  UpdateMetadataPartition entry{
      .partition_index = partition.partition,
      .controller_epoch = known->controller_epoch,
      .leader = is_deletion ? leader_during_delete : known->leader,
      .leader_epoch = is_deletion ? epoch_during_delete : known->leader_epoch,
      .isr = known->isr,
      .zk_version = known->version,
      .replicas = *assigned,
      .offline_replicas = {}};
  for (const BrokerId replica : *assigned) {
    if (!brokers_.contains(replica)) entry.offline_replicas.push_back(replica);
  }
  topic.partition_states.push_back(std::move(entry));
}

void Controller::tell_changed(OrdersOf& orders, const std::set<TopicPartition>& changed,
                              const std::set<TopicPartition>& created) const {
  for (const auto& partition : changed) {
    const Replicas* assigned = replicas(partition);
    if (assigned == nullptr) continue;
    for (const BrokerId replica : *assigned)
      add_leader_and_isr(orders, replica, partition, created.contains(partition));
  }
  tell_metadata(orders, changed);
}

void Controller::tell_metadata(OrdersOf& orders, const std::set<TopicPartition>& changed) const {
  for (const auto& [id, broker] : brokers_) {
    add_live_brokers(orders, id);
    for (const auto& partition : changed)
      add_metadata(orders, id, partition, deleting_.contains(partition.topic));
  }
}

void Controller::tell_newcomers(OrdersOf& orders, const std::set<BrokerId>& newcomers) const {
  for (const auto& [id, broker] : brokers_) add_live_brokers(orders, id);
  for (const auto& [topic, assignment] : topics_) {
    for (const auto& [index, replicas] : assignment.partitions) {
      for (const BrokerId newcomer : newcomers) {
        const TopicPartition partition{topic, index};
        const bool is_deletion = deleting_.contains(topic);
        if (contains(replicas, newcomer) && !is_deletion)
          add_leader_and_isr(orders, newcomer, partition, false);
        add_metadata(orders, newcomer, partition, is_deletion);
      }
    }
  }
}

void Controller::tell_everything(OrdersOf& orders) const {
  std::set<BrokerId> everybody;
  for (const auto& [id, broker] : brokers_) everybody.insert(id);
  tell_newcomers(orders, everybody);
}

void Controller::tell_deletion(OrdersOf& orders, const std::string& topic) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  for (const auto& [index, replicas] : found->second.partitions) {
    const TopicPartition partition{topic, index};
    for (const auto& [id, broker] : brokers_) add_metadata(orders, id, partition, true);
    for (const BrokerId replica : replicas) {
      const auto broker = brokers_.find(replica);
      if (broker == brokers_.end()) continue;
      auto& request = orders_of(orders, replica).stop_replica;
      if (!request) {
        request.emplace();
        request->controller_id = self_;
        request->controller_epoch = epoch_;
        request->broker_epoch = broker->second.epoch;
      }
      auto& entry = find_or_add(
          request->topic_states, [&](const auto& known) { return known.topic_name == topic; },
          [&] { return StopReplicaTopic{.topic_name = topic, .partition_states = {}}; });
      entry.partition_states.push_back({.partition_index = index,
                                        .leader_epoch = epoch_during_delete,
                                        .delete_partition = true});
    }
  }
}

}  // namespace logquake::kafka
