// The consumer's background work at the brokers: metadata, committed offsets, resets, validation,
// fetches.
#include <algorithm>
#include <utility>

#include "models/client/consumer_core.h"
#include "models/client/facts.h"
#include "models/client/probes.h"
#include "models/protocol/list_offsets.h"
#include "models/protocol/offset_for_leader_epoch.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

using Phase = ConsumerPositions::Phase;

std::int32_t milliseconds(Duration duration) {
  return static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

ListOffsetsRequest list_offsets_request(const ClusterClient& cluster,
                                        const std::vector<TopicPartition>& partitions,
                                        Timestamp timestamp) {
  ListOffsetsRequest request;
  for (const auto& partition : partitions) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.push_back({partition.topic, {}});
    }
    request.topics.back().partitions.push_back(
        {partition.partition, cluster.metadata().leader_epoch(partition), timestamp});
  }
  return request;
}

}  // namespace

void ConsumerCore::keep_metadata() {
  while (!is_closed_) {
    const auto assigned = positions_.assigned();
    const bool is_leader_missing =
        std::any_of(assigned.begin(), assigned.end(),
                    [&](const auto& partition) { return !cluster_.metadata().leader(partition); });
    if (!is_leader_missing && !cluster_.wants_refresh()) {
      cluster_.wait_for_request(config_.client.metadata_max_age);
      continue;
    }
    if (cluster_.refresh()) follow_metadata();
    wake();
    node_.sleep_for(config_.client.retry_backoff);  // never asks more often
    // A subscribed topic that does not exist yet is asked for until it does.
    for (const auto& topic : topics_) {
      if (!cluster_.metadata().partition_count(topic)) cluster_.request_refresh();
    }
  }
}

void ConsumerCore::follow_metadata() {
  if (is_closed_) return;  // it was closed while the metadata was on its way
  for (const auto& partition : positions_.assigned()) {
    positions_.on_leader_epoch(partition, cluster_.metadata().leader_epoch(partition));
  }
  for (const auto broker : cluster_.metadata().brokers()) {
    auto& link = links_[broker];
    if (link) continue;
    link = std::make_unique<Link>(node_);
    link->broker = broker;
    const auto self = shared_from_this();
    auto* raw = link.get();
    node_.spawn(format("consumer/{}/broker-{}", config_.client.client_id, broker),
                [self, raw] { self->fetch_from(*raw); });
  }
}

// Where a position comes from elsewhere, a new session of strictly increasing offsets begins
// (K-CON-12).
void ConsumerCore::tell_changes() {
  for (const auto& change : positions_.take_changes()) {
    const auto event = node_.record(client::PositionSet{
        config_.client.client_id, config_.group_id, change.partition, change.offset, change.why});
    sessions_[change.partition] = event.value();
    if (change.why == "truncation") node_.probe(position_truncated);
  }
}

void ConsumerCore::keep_offsets() {
  while (!is_closed_) {
    const auto waiting = positions_.in_phase(Phase::needs_committed);
    if (waiting.empty()) {
      offsets_wanted_.wait();
      continue;
    }
    Outcome<Offsets> committed = Offsets{};
    if (group_) committed = group_->committed(waiting, config_.client.request_timeout);
    if (is_closed_) return;
    if (!committed) {
      node_.sleep_for(config_.client.retry_backoff);
      continue;
    }
    for (const auto& partition : waiting) {
      const auto found = committed->find(partition);
      positions_.on_committed(
          partition, found == committed->end() ? std::nullopt : std::optional(found->second));
    }
    tell_changes();
    wake();
    // Without a reset policy nothing changes until the application does something.
    if (config_.auto_offset_reset == OffsetReset::none &&
        !positions_.in_phase(Phase::needs_committed).empty()) {
      offsets_wanted_.wait();
    }
  }
}

std::vector<TopicPartition> ConsumerCore::led_by(
    BrokerId broker, const std::vector<TopicPartition>& partitions) const {
  std::vector<TopicPartition> led;
  for (const auto& partition : partitions) {
    const auto leader = cluster_.metadata().leader(partition);
    if (leader && leader->leader_id == broker) led.push_back(partition);
  }
  return led;
}

void ConsumerCore::fetch_from(Link& link) {
  while (!is_closed_) {
    const bool has_work =
        !led_by(link.broker, positions_.in_phase(Phase::needs_reset)).empty() ||
        !led_by(link.broker, positions_.in_phase(Phase::needs_validation)).empty() ||
        !led_by(link.broker, positions_.fetchable()).empty();
    if (!has_work) {
      link.work.wait();
      continue;
    }
    auto* channel = cluster_.channel(link.broker, "data");
    if (!channel || !channel->connect()) {
      cluster_.request_refresh();
      const auto retry_at =
          channel ? channel->next_attempt() : node_.now() + config_.client.retry_backoff;
      node_.sleep_for(std::max(retry_at - node_.now(), Duration(1)));
      continue;
    }
    auto done = reset_positions(link.broker, *channel);
    if (done && !*done) done = validate_positions(link.broker, *channel);
    if (done && !*done) done = fetch(link, *channel);
    if (is_closed_) return;
    tell_changes();
    changed_.notify_all();
    if (!done) {
      cluster_.request_refresh();
      node_.sleep_for(config_.client.retry_backoff);
    }
  }
}

std::optional<bool> ConsumerCore::reset_positions(BrokerId broker, Channel& channel) {
  const auto all = led_by(broker, positions_.in_phase(Phase::needs_reset));
  if (all.empty()) return false;
  bool failed = false;
  for (const auto policy : {OffsetReset::earliest, OffsetReset::latest}) {
    std::vector<TopicPartition> partitions;
    for (const auto& each : all) {
      if (positions_.is_assigned(each) && positions_.reset_policy(each) == policy)
        partitions.push_back(each);
    }
    if (partitions.empty()) continue;
    const auto timestamp = policy == OffsetReset::earliest ? earliest_timestamp : latest_timestamp;
    const auto answer = channel.call(list_offsets_request(cluster_, partitions, timestamp),
                                     config_.client.request_timeout);
    if (!answer) return std::nullopt;
    for (const auto& topic : answer->topics) {
      for (const auto& partition : topic.partitions) {
        failed = failed || partition.error_code != ErrorCode::none;
        if (partition.error_code != ErrorCode::none) continue;
        positions_.on_reset({topic.name, partition.partition_index}, policy, partition.offset,
                            partition.leader_epoch);
      }
    }
  }
  return failed ? std::nullopt : std::optional(true);
}

std::optional<bool> ConsumerCore::validate_positions(BrokerId broker, Channel& channel) {
  const auto partitions = led_by(broker, positions_.in_phase(Phase::needs_validation));
  if (partitions.empty()) return false;
  std::map<TopicPartition, ReadPosition> asked;
  OffsetForLeaderEpochRequest request;
  for (const auto& name : partitions) {
    asked[name] = *positions_.position(name);
    if (request.topics.empty() || request.topics.back().topic != name.topic)
      request.topics.push_back({name.topic, {}});
    request.topics.back().partitions.push_back(
        {name.partition, asked[name].leader_epoch, asked[name].offset_epoch});
  }
  const auto answer = channel.call(std::move(request), config_.client.request_timeout);
  if (!answer) return std::nullopt;
  bool failed = false;
  for (const auto& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      const TopicPartition name{topic.topic, partition.partition};
      failed = failed || partition.error_code != ErrorCode::none;
      if (partition.error_code != ErrorCode::none || !asked.contains(name)) continue;
      positions_.on_epoch_end(name, asked[name], {partition.leader_epoch, partition.end_offset});
    }
  }
  return failed ? std::nullopt : std::optional(true);
}

std::optional<bool> ConsumerCore::fetch(Link& link, Channel& channel) {
  const auto partitions = led_by(link.broker, positions_.fetchable());
  if (partitions.empty()) return false;
  FetchRequest request;
  request.max_wait_ms = milliseconds(config_.fetch_max_wait);
  request.min_bytes = config_.fetch_min_bytes;
  request.max_bytes = config_.fetch_max_bytes;
  std::map<TopicPartition, Offset> asked;
  std::vector<FetchSessionHandler::Wanted> wanted;
  for (const auto& name : partitions) {
    const auto position = *positions_.position(name);
    asked[name] = position.offset;
    FetchPartition partition;
    partition.partition = name.partition;
    partition.current_leader_epoch = position.leader_epoch;
    partition.fetch_offset = position.offset;
    partition.partition_max_bytes = config_.max_partition_fetch_bytes;
    wanted.push_back({&name, partition});
  }
  link.session.prepare(wanted, request);
  const auto answer = channel.call(std::move(request), config_.client.request_timeout);
  if (!answer) {
    link.session.fail();
    return std::nullopt;
  }
  if (!link.session.take(*answer)) return true;  // all is asked for anew
  bool backs_off = false;
  for (const auto& topic : answer->responses) {
    for (const auto& partition : topic.partitions) {
      const TopicPartition name{topic.topic, partition.partition_index};
      if (!asked.contains(name)) continue;
      const auto effects = positions_.on_fetched(name, asked[name], partition);
      if (effects.refresh_metadata) cluster_.request_refresh();
      backs_off = backs_off || effects.back_off;
    }
  }
  if (backs_off) {
    changed_.notify_all();  // an error is for the application to see now
    node_.sleep_for(config_.client.retry_backoff);
  }
  return true;
}

Outcome<std::map<TopicPartition, Offset>> ConsumerCore::list_offsets(
    const std::vector<TopicPartition>& partitions, Timestamp timestamp) {
  const auto deadline = deadline_after(node_.now(), config_.client.default_api_timeout);
  for (const auto& partition : partitions) {
    const auto count = cluster_.await_topic(partition.topic, partition.partition,
                                            config_.client.default_api_timeout);
    if (!count) return count.error();
  }
  while (true) {
    auto offsets = list_offsets_once(partitions, timestamp);
    if (offsets || !is_retriable(offsets.error().code)) return offsets;
    if (node_.now() + config_.client.retry_backoff > deadline) {
      return Error{ErrorCode::request_timed_out, "list offsets: " + to_string(offsets.error())};
    }
    node_.sleep_for(config_.client.retry_backoff);
    (void)cluster_.refresh();
  }
}

Outcome<std::map<TopicPartition, Offset>> ConsumerCore::list_offsets_once(
    const std::vector<TopicPartition>& partitions, Timestamp timestamp) {
  std::map<BrokerId, std::vector<TopicPartition>> by_leader;
  for (const auto& partition : std::set<TopicPartition>(partitions.begin(), partitions.end())) {
    const auto leader = cluster_.metadata().leader(partition);
    if (!leader) return Error{ErrorCode::leader_not_available, to_string(partition)};
    by_leader[leader->leader_id].push_back(partition);
  }
  std::map<TopicPartition, Offset> offsets;
  for (const auto& [leader, led] : by_leader) {
    // Metadata may have forgotten the broker while another was asked.
    auto* channel = cluster_.channel(leader, "control");
    if (!channel) return Error{ErrorCode::leader_not_available, to_string(led.front())};
    const auto answer = channel->call(list_offsets_request(cluster_, led, timestamp),
                                      config_.client.request_timeout);
    if (!answer) return client_error(answer.error());
    for (const auto& topic : answer->topics) {
      for (const auto& partition : topic.partitions) {
        const TopicPartition name{topic.name, partition.partition_index};
        if (partition.error_code != ErrorCode::none)
          return Error{partition.error_code, to_string(name)};
        offsets[name] = partition.offset;
      }
    }
  }
  return offsets;
}

}  // namespace logquake::kafka
