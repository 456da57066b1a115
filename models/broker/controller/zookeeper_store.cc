#include "models/broker/controller/zookeeper_store.h"

#include <algorithm>

#include "models/broker/replication_defects.h"
#include "models/broker/replication_probes.h"
#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

using zookeeper::Operation;
using zookeeper::OperationResult;
using zookeeper::Watch;
using Code = zookeeper::ErrorCode;

constexpr Duration session_poll = 10s;  // chosen: how often a wait without end looks again
constexpr std::int64_t producer_id_block = 1000;  // K-API-22: PidBlockSize

std::string data_of(const OperationResult& result) { return result.data.value_or(std::string()); }

zookeeper::Error error_of(Code code, std::string_view what) { return {code, std::string(what)}; }

}  // namespace

ZookeeperStore::ZookeeperStore(sim::Node& node, zookeeper::ZooKeeperClient& client)
    : node_(node),
      client_(client),
      checks_controller_epoch_(!node.has(no_controller_epoch_check)),
      checks_ambiguity_(!node.has(no_election_ambiguity_check)),
      checks_owner_(!node.has(no_owner_check)),
      outlives_sessions_(node.has(expiry_not_first)) {}

bool ZookeeperStore::wait_for_session() {
  while (!client_.wait_until_connected(session_poll)) {
    const auto state = client_.state();
    if (state == zookeeper::SessionState::expired || state == zookeeper::SessionState::closed)
      return false;
  }
  return true;
}

void ZookeeperStore::wait_until_connected() {
  while (!client_.wait_until_connected(session_poll)) {
    // After an expiry the session's owner opens a new one; until then there is nothing to wait on
    // but time.
    if (client_.state() != zookeeper::SessionState::disconnected) node_.sleep_for(100ms);
  }
}

zookeeper::Status ZookeeperStore::make_paths() {
  for (const auto& path : znode::persistent_paths()) {
    const auto made = retry([&] { return client_.create(path, std::string()); });
    if (!made && !made.is(Code::node_exists)) return made.error();
  }
  return {};
}

zookeeper::Result<std::string> ZookeeperStore::cluster_id(const std::string& proposed) {
  const std::string path(znode::cluster_id);
  const auto made = retry([&] { return client_.create(path, znode::write_cluster_id(proposed)); });
  if (!made && !made.is(Code::node_exists)) return made.error();
  const auto read = retry([&] { return client_.get(path); });
  if (!read) return read.error();
  return znode::read_cluster_id(read->data.value_or("")).value_or(proposed);
}

zookeeper::Result<BrokerEpoch> ZookeeperStore::register_broker(BrokerId id,
                                                               const BrokerEndpoint& endpoint) {
  const std::string path = znode::broker(id);
  while (true) {
    sessions_.insert(client_.session());
    const auto done = retry([&] {
      // The stat that counts is that of the set: a create alone does not tell it in old servers
      // (Z-KZ-3).
      return client_.multi(
          {zookeeper::create_op(path, std::nullopt, zookeeper::CreateMode::ephemeral),
           zookeeper::set_op(path, znode::write_broker(endpoint, node_.wall_clock()), 0)});
    });
    if (!done) return done.error();
    if (done->ok() && done->results[1].stat)
      return BrokerEpoch(done->results[1].stat->czxid.value());
    if (done->code() != Code::node_exists) return error_of(done->code(), path);

    const auto found = retry([&] { return client_.get(path); });
    if (found.is(Code::no_node)) continue;
    if (!found) return found.error();
    if (found->stat.ephemeral_owner == client_.session())
      return BrokerEpoch(found->stat.czxid.value());
    if (!checks_owner_ || !sessions_.contains(found->stat.ephemeral_owner))
      return error_of(Code::node_exists, path);
    const auto removed = retry([&] { return client_.remove(path); });
    if (!removed && !removed.is(Code::no_node)) return removed.error();
  }
}

zookeeper::Result<std::map<BrokerId, LiveBroker>> ZookeeperStore::brokers(Watch watch) {
  const auto ids = retry([&] { return client_.children(std::string(znode::broker_ids), watch); });
  if (!ids) return ids.error();
  std::map<BrokerId, LiveBroker> live;
  for (const auto& name : ids->names) {
    const auto read = retry([&] { return client_.get(format("{}/{}", znode::broker_ids, name)); });
    if (read.is(Code::no_node)) continue;  // gone since; the watch will tell
    if (!read) return read.error();
    auto endpoint = znode::read_broker(read->data.value_or(""));
    if (!endpoint) continue;
    live[BrokerId(std::stoi(name))] = {BrokerEpoch(read->stat.czxid.value()), std::move(*endpoint)};
  }
  return live;
}

zookeeper::Result<BrokerId> ZookeeperStore::active_controller(Watch watch) {
  const std::string path(znode::controller);
  while (true) {
    const auto there =
        retry([&] { return client_.exists(path, watch); });  // watches the absent one, too
    if (there.is(Code::no_node)) return no_broker;
    if (!there) return there.error();
    const auto read = retry([&] { return client_.get(path); });
    if (read.is(Code::no_node)) continue;
    if (!read) return read.error();
    return znode::read_controller(read->data.value_or("")).value_or(no_broker);
  }
}

zookeeper::Result<ControllerTerm> ZookeeperStore::become_controller(BrokerId self) {
  const std::string epoch_path(znode::controller_epoch);
  const auto made = retry([&] { return client_.create(epoch_path, "0"); });
  if (!made && !made.is(Code::node_exists)) return made.error();
  const auto current = retry([&] { return client_.get(epoch_path); });
  if (!current) return current.error();
  const auto epoch =
      znode::read_controller_epoch(current->data.value_or("")).value_or(ControllerEpoch(0)) + 1;

  bool repeated = false;
  const auto done = retry(
      [&] {
        return client_.multi(
            {zookeeper::create_op(std::string(znode::controller),
                                  znode::write_controller(self, node_.wall_clock()),
                                  zookeeper::CreateMode::ephemeral),
             zookeeper::set_op(epoch_path, format("{}", epoch), current->stat.version)});
      },
      &repeated);
  if (!done) return done.error();
  if (done->ok()) return ControllerTerm{epoch, current->stat.version + 1};
  if (done->code() != Code::node_exists && done->code() != Code::bad_version) {
    return error_of(done->code(), znode::controller);
  }
  if (!checks_ambiguity_) return error_of(done->code(), znode::controller);
  // Lost, unless an earlier try of ours got through and only its answer was lost.
  const auto named = active_controller(Watch::none);
  if (!named) return named.error();
  const auto stored = retry([&] { return client_.get(epoch_path); });
  if (!stored) return stored.error();
  if (*named == self && znode::read_controller_epoch(stored->data.value_or("")) == epoch) {
    if (repeated) node_.probe(election_was_won_after_all);
    return ControllerTerm{epoch, stored->stat.version};
  }
  return error_of(done->code(), znode::controller);
}

zookeeper::Result<std::vector<OperationResult>> ZookeeperStore::guarded(
    const ControllerTerm& term, std::vector<Operation> members) {
  if (checks_controller_epoch_) {
    members.insert(members.begin(),
                   zookeeper::check_op(std::string(znode::controller_epoch), term.epoch_version));
  }
  auto done = retry([&] { return client_.multi(members); });
  if (!done) return done.error();
  auto results = std::move(done->results);
  if (checks_controller_epoch_ && !results.empty()) {
    if (results.front().error == Code::bad_version || results.front().error == Code::no_node) {
      node_.probe(controller_fenced);
      return error_of(Code::session_moved, "a newer controller epoch is stored");
    }
    results.erase(results.begin());
  }
  for (const auto& result : results) {
    // The members after the one that failed say runtime_inconsistency, those before it ok (Z-MU-3).
    if (result.error != Code::ok) return error_of(result.error, result.path);
  }
  return results;
}

zookeeper::Result<std::vector<std::string>> ZookeeperStore::topics(Watch watch) {
  auto names = retry([&] { return client_.children(std::string(znode::topics), watch); });
  if (!names) return names.error();
  return std::move(names->names);
}

zookeeper::Result<TopicAssignment> ZookeeperStore::topic(const std::string& topic) {
  const auto read = retry([&] { return client_.get(znode::topic(topic)); });
  if (!read) return read.error();
  auto assignment = znode::read_topic(read->data.value_or(""));
  if (!assignment) return error_of(Code::no_node, znode::topic(topic));
  return std::move(*assignment);
}

zookeeper::Status ZookeeperStore::create_topic(const std::string& topic,
                                               const TopicAssignment& assignment,
                                               const TopicSettings& settings) {
  const auto there = retry([&] { return client_.exists(znode::topic(topic)); });
  if (there) return error_of(Code::node_exists, znode::topic(topic));
  if (!there.is(Code::no_node)) return there.error();

  const auto path = znode::topic_config(topic);
  const auto text = znode::write_config(settings);
  const auto config = retry([&] { return client_.create(path, text); });
  if (config.is(Code::node_exists)) {
    const auto set = retry([&] { return client_.set(path, text); });
    if (!set) return set.error();
  } else if (!config) {
    return config.error();
  }
  bool repeated = false;
  const auto made =
      retry([&] { return client_.create(znode::topic(topic), znode::write_topic(assignment)); },
            &repeated);
  if (made) return {};
  if (made.is(Code::node_exists) && repeated) {
    const auto stored = this->topic(topic);
    if (stored && stored->topic_id == assignment.topic_id) return {};  // an earlier try got through
  }
  return made.error();
}

zookeeper::Result<TopicSettings> ZookeeperStore::topic_settings(const std::string& topic) {
  const auto read = retry([&] { return client_.get(znode::topic_config(topic)); });
  if (read.is(Code::no_node)) return TopicSettings{};
  if (!read) return read.error();
  return znode::read_config(read->data.value_or("")).value_or(TopicSettings{});
}

zookeeper::Status ZookeeperStore::mark_for_deletion(const std::string& topic) {
  const auto made =
      retry([&] { return client_.create(znode::deleted_topic(topic), std::string()); });
  if (!made) return made.error();
  return {};
}

zookeeper::Result<std::vector<std::string>> ZookeeperStore::topics_to_delete(Watch watch) {
  auto names = retry([&] { return client_.children(std::string(znode::deleted_topics), watch); });
  if (!names) return names.error();
  return std::move(names->names);
}

zookeeper::Status ZookeeperStore::remove_topic(const ControllerTerm& term, const std::string& topic,
                                               const TopicAssignment& assignment) {
  std::vector<std::string> candidates;  // leaves first
  for (const auto& [index, replicas] : assignment.partitions) {
    candidates.push_back(znode::partition_state({topic, index}));
    candidates.push_back(znode::partition({topic, index}));
  }
  candidates.push_back(znode::partitions_of(topic));
  candidates.push_back(znode::topic(topic));
  candidates.push_back(znode::topic_config(topic));
  candidates.push_back(znode::deleted_topic(topic));

  std::vector<Operation> removals;
  for (auto& path : candidates) {
    const auto there = retry([&] { return client_.exists(path); });
    if (there.is(Code::no_node)) continue;
    if (!there) return there.error();
    removals.push_back(zookeeper::remove_op(std::move(path)));
  }
  const auto done = guarded(term, std::move(removals));
  if (!done && !done.is(Code::no_node)) return done.error();
  return {};
}

zookeeper::Result<std::map<TopicPartition, LeaderAndIsr>> ZookeeperStore::states(
    const std::vector<TopicPartition>& partitions) {
  std::map<TopicPartition, LeaderAndIsr> found;
  std::vector<TopicPartition> left = partitions;
  while (!left.empty()) {
    std::vector<Operation> reads;
    for (const auto& partition : left)
      reads.push_back(zookeeper::get_op(znode::partition_state(partition)));
    const auto results = client_.perform(std::move(reads));
    std::vector<TopicPartition> again;
    for (std::size_t i = 0; i < left.size(); ++i) {
      const auto& result = results[i];
      if (result.error == Code::connection_loss) {
        again.push_back(left[i]);
      } else if (result.ok()) {
        auto state = znode::read_state(data_of(result));
        if (!state) continue;
        state->version = result.stat ? result.stat->version : 0;
        found[left[i]] = std::move(*state);
      } else if (result.error != Code::no_node) {
        return error_of(result.error, znode::partition_state(left[i]));
      }
    }
    if (!again.empty() && !wait_for_session())
      return error_of(Code::session_expired, "read partition states");
    left = std::move(again);
  }
  return found;
}

zookeeper::Result<std::optional<std::int32_t>> ZookeeperStore::version_if_stored(
    const TopicPartition& partition, const LeaderAndIsr& wanted) {
  const auto read = retry([&] { return client_.get(znode::partition_state(partition)); });
  if (read.is(Code::no_node)) return std::optional<std::int32_t>();
  if (!read) return read.error();
  auto state = znode::read_state(read->data.value_or(""));
  if (!state) return std::optional<std::int32_t>();
  state->version = wanted.version;
  return *state == wanted ? std::optional(read->stat.version) : std::nullopt;
}

zookeeper::Result<std::optional<std::int32_t>> ZookeeperStore::store_state(
    const ControllerTerm& term, const StateChange& change) {
  const auto path = znode::partition_state(change.partition);
  const auto text = znode::write_state(change.state);
  if (change.is_creation) {
    for (const auto& parent :
         {znode::partitions_of(change.partition.topic), znode::partition(change.partition)}) {
      const auto made = guarded(term, {zookeeper::create_op(parent, std::nullopt)});
      if (!made && !made.is(Code::node_exists)) return made.error();
    }
    const auto made = guarded(term, {zookeeper::create_op(path, text)});
    if (made) return std::optional<std::int32_t>(0);
    if (!made.is(Code::node_exists)) return made.error();
  } else {
    const auto set = guarded(term, {zookeeper::set_op(path, text, change.state.version)});
    if (set) return std::optional<std::int32_t>(change.state.version + 1);
    if (!set.is(Code::bad_version) && !set.is(Code::no_node)) return set.error();
  }
  return version_if_stored(change.partition, change.state);
}

zookeeper::Result<std::optional<std::int32_t>> ZookeeperStore::store_isr(
    const TopicPartition& partition, const LeaderAndIsr& state) {
  const auto set = retry([&] {
    return client_.set(znode::partition_state(partition), znode::write_state(state), state.version);
  });
  if (set) return std::optional<std::int32_t>(set->version);
  if (!set.is(Code::bad_version) && !set.is(Code::no_node)) return set.error();
  auto stored = version_if_stored(partition, state);
  if (stored) node_.probe(*stored ? isr_write_repeated : isr_write_conflicted);
  return stored;
}

zookeeper::Status ZookeeperStore::announce_isr_changes(
    const std::vector<TopicPartition>& partitions) {
  const auto made = retry([&] {
    return client_.create(znode::new_isr_change(), znode::write_isr_change(partitions),
                          zookeeper::CreateMode::persistent_sequential);
  });
  if (!made) return made.error();
  return {};
}

zookeeper::Result<std::map<std::string, std::vector<TopicPartition>>> ZookeeperStore::isr_changes(
    Watch watch) {
  const auto names =
      retry([&] { return client_.children(std::string(znode::isr_changes), watch); });
  if (!names) return names.error();
  std::map<std::string, std::vector<TopicPartition>> changes;
  for (const auto& name : names->names) {
    const auto read = retry([&] { return client_.get(znode::isr_change(name)); });
    if (read.is(Code::no_node)) continue;
    if (!read) return read.error();
    changes[name] = znode::read_isr_change(read->data.value_or(""));
  }
  return changes;
}

zookeeper::Status ZookeeperStore::remove_isr_changes(const ControllerTerm& term,
                                                     const std::vector<std::string>& children) {
  for (const auto& child : children) {
    const auto removed = guarded(term, {zookeeper::remove_op(znode::isr_change(child))});
    if (!removed && !removed.is(Code::no_node)) return removed.error();
  }
  return {};
}

zookeeper::Result<ProducerIdBlock> ZookeeperStore::reserve_producer_ids(BrokerId self) {
  const std::string path(znode::producer_id_block);
  while (true) {
    const auto current = retry([&] { return client_.get(path); });
    if (!current) return current.error();
    const auto latest = znode::read_producer_ids(current->data.value_or(""));
    const ProducerId first = latest ? latest->last + 1 : ProducerId(0);
    const ProducerIdBlock block{self, first, first + (producer_id_block - 1)};
    const auto set = retry(
        [&] { return client_.set(path, znode::write_producer_ids(block), current->stat.version); });
    if (set) return block;
    // Somebody else was faster, or an earlier try of ours got through: its ids are then never used.
    if (!set.is(Code::bad_version)) return set.error();
  }
}

}  // namespace logquake::kafka
