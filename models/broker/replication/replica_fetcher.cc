#include "models/broker/replication/replica_fetcher.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "models/broker/replication_defects.h"
#include "models/broker/replication_probes.h"
#include "models/protocol/list_offsets.h"
#include "sim/base/format.h"

namespace logquake::kafka {

ReplicaFetcher::ReplicaFetcher(sim::Node& node, Settings settings, const BrokerEndpoint& leader)
    : node_(node), settings_(settings), changed_(node, "something to follow") {
  move_to(leader);
}

void ReplicaFetcher::move_to(const BrokerEndpoint& leader) {
  const sim::Address address{leader.host, static_cast<std::uint16_t>(leader.port)};
  if (channel_ && channel_->address() == address) return;
  LOGQUAKE_CHECK(!channel_, "a simulated broker never moves to another address");
  channel_ = std::make_unique<Channel>(
      node_,
      Channel::Options{.address = address, .client_id = format("replica-{}", settings_.self)});
}

void ReplicaFetcher::add(Partition& partition, LeaderEpoch epoch) {
  followed_[partition.id()] = {.partition = &partition, .epoch = epoch};
  changed_.notify_all();
}

void ReplicaFetcher::remove(const TopicPartition& partition) {
  followed_.erase(partition);
  changed_.notify_all();
}

void ReplicaFetcher::run() {
  while (true) {
    Asked asked;
    FetchRequest request = build(asked);
    if (asked.empty()) {
      changed_.wait(until_next());
      continue;
    }
    const auto response = channel_->call(std::move(request), settings_.socket_timeout);
    if (!response) {
      session_.fail();
      for (const auto& each : asked) {
        if (Followed* followed = current(each.partition->id(), each.position)) back_off(*followed);
      }
    } else if (session_.take(*response)) {
      take(*response, asked);
    }
  }
}

void ReplicaFetcher::take(const FetchResponse& response, Asked& asked) {
  // What a session leaves out is as it was: the logs agree.
  if (!settings_.sends_leader_epoch) {
    for (const auto& each : asked) {
      if (Followed* followed = current(each.partition->id(), each.position))
        followed->matches = true;
    }
  }
  auto next = asked.begin();  // without news in between, leaders answer in the order of the request
  for (const auto& topic : response.responses) {
    for (const auto& result : topic.partitions) {
      if (next == asked.end() || !is_of(*next, topic.topic, result.partition_index))
        next = find(asked, {topic.topic, result.partition_index});
      if (next == asked.end()) continue;
      handle(next->partition->id(), next->position, result);
      ++next;
    }
  }
}

Duration ReplicaFetcher::until_next() const {
  Duration shortest = sim::forever;
  for (const auto& [id, followed] : followed_) {
    if (followed.stopped || !followed.partition->position(followed.epoch)) continue;
    shortest = std::min(shortest, std::max(followed.not_before - node_.now(), Duration(1ms)));
  }
  return shortest;
}

FetchRequest ReplicaFetcher::build(Asked& asked) {
  FetchRequest request;
  request.replica_id = settings_.self;
  request.max_wait_ms = static_cast<std::int32_t>(settings_.wait_max / 1ms);
  request.min_bytes = settings_.min_bytes;
  request.max_bytes = settings_.response_max_bytes;
  std::vector<FetchSessionHandler::Wanted> wanted;
  wanted.reserve(followed_.size());
  asked.reserve(followed_.size());
  for (const auto& [id, followed] : followed_) {
    if (followed.stopped || followed.not_before > node_.now()) continue;
    const auto position = followed.partition->position(followed.epoch);
    if (!position) continue;
    wanted.push_back(
        {.id = &id,
         .partition = {
             .partition = id.partition,
             .current_leader_epoch =
                 settings_.sends_leader_epoch ? position->epoch : no_leader_epoch,
             .fetch_offset = position->offset,
             .last_fetched_epoch = is_compared(followed) ? position->last_epoch : no_leader_epoch,
             .log_start_offset = position->log_start,
             .partition_max_bytes = settings_.partition_max_bytes}});
    asked.push_back({followed.partition, *position});
  }
  if (!wanted.empty()) session_.prepare(wanted, request);
  return request;
}

bool ReplicaFetcher::is_of(const AskedFor& asked, const std::string& topic, std::int32_t number) {
  const TopicPartition& id = asked.partition->id();
  return id.partition == number && id.topic == topic;
}

ReplicaFetcher::Asked::iterator ReplicaFetcher::find(Asked& asked, const TopicPartition& id) {
  const auto found = std::ranges::lower_bound(
      asked, id, {},
      [](const AskedFor& each) -> const TopicPartition& { return each.partition->id(); });
  return found == asked.end() || found->partition->id() != id ? asked.end() : found;
}

bool ReplicaFetcher::is_compared(const Followed& followed) const {
  return settings_.truncates && (settings_.sends_leader_epoch || !followed.matches);
}

ReplicaFetcher::Followed* ReplicaFetcher::current(const TopicPartition& id,
                                                  const FetchPosition& asked) {
  const auto found = followed_.find(id);
  return found == followed_.end() || found->second.epoch != asked.epoch ? nullptr : &found->second;
}

void ReplicaFetcher::handle(const TopicPartition& id, const FetchPosition& asked,
                            const FetchPartitionResult& result) {
  node_.yield(before_fetched_data);
  Followed* followed = current(id, asked);
  if (followed == nullptr || followed->partition->position(asked.epoch) != asked)
    return;  // K-REP-16
  switch (result.error_code) {
    case ErrorCode::none:
      handle_data(*followed, asked, result);
      return;
    case ErrorCode::offset_out_of_range:
      handle_out_of_range(id, asked);
      return;
    case ErrorCode::fenced_leader_epoch:
      followed->stopped = true;
      return;
    default:
      back_off(*followed);
      return;
  }
}

void ReplicaFetcher::handle_data(Followed& followed, const FetchPosition& asked,
                                 const FetchPartitionResult& result) {
  Partition& partition = *followed.partition;
  followed.matches = result.diverging_epoch.end_offset == no_offset;
  const auto done = result.diverging_epoch.end_offset != no_offset && settings_.truncates
                        ? partition.cut(asked, result.diverging_epoch)
                        : partition.apply(asked, result);
  if (done) return;
  // The call may have blocked: look the entry up again, it may be another one's by now.
  Followed* still = current(partition.id(), asked);
  if (still == nullptr) return;
  if (done.error().code == ErrorCode::corrupt_message) {
    back_off(*still);
  } else {
    still->stopped = true;
  }
}

void ReplicaFetcher::handle_out_of_range(const TopicPartition& id, const FetchPosition& asked) {
  const auto end = ask_offset(id, asked.epoch, latest_timestamp);
  const auto start = end ? ask_offset(id, asked.epoch, earliest_timestamp) : std::nullopt;
  Followed* followed = current(id, asked);
  if (followed == nullptr) return;
  if (!end || !start) {
    back_off(*followed);
    return;
  }
  const auto adapted = followed->partition->adapt_to(asked, *start, *end);
  followed = current(id, asked);
  if (followed == nullptr) return;
  if (!adapted) {
    followed->stopped = true;
  } else if (followed->partition->position(asked.epoch) == asked) {
    back_off(*followed);  // nothing to adapt: ask again, but not at once
  }
}

std::optional<Offset> ReplicaFetcher::ask_offset(const TopicPartition& id, LeaderEpoch epoch,
                                                 Timestamp which) {
  ListOffsetsRequest request;
  request.replica_id = settings_.self;
  ListOffsetsPartition partition;
  partition.partition_index = id.partition;
  partition.current_leader_epoch = settings_.sends_leader_epoch ? epoch : no_leader_epoch;
  partition.timestamp = which;
  request.topics.push_back({.name = id.topic, .partitions = {partition}});
  const auto response = channel_->call(std::move(request), settings_.socket_timeout);
  if (!response || response->topics.empty() || response->topics.front().partitions.empty())
    return std::nullopt;
  const auto& answer = response->topics.front().partitions.front();
  if (answer.error_code != ErrorCode::none || answer.offset == no_offset) return std::nullopt;
  return answer.offset;
}

// ---- all fetchers of a broker ----

ReplicaFetchers::ReplicaFetchers(sim::Node& node, const BrokerConfig& config)
    : node_(node), config_(config) {}

void ReplicaFetchers::follow(Partition& partition, LeaderEpoch epoch, BrokerId leader,
                             const BrokerEndpoint& endpoint) {
  stop(partition.id());
  const std::uint32_t wrapped =
      31U * static_cast<std::uint32_t>(java_string_hash(partition.id().topic)) +
      static_cast<std::uint32_t>(partition.id().partition);
  const auto hash = static_cast<std::int32_t>(wrapped);
  const std::int32_t spread = hash == std::numeric_limits<std::int32_t>::min() ? 0 : std::abs(hash);
  const Key key{leader, spread % config_.num_replica_fetchers};
  auto& fetcher = fetchers_[key];
  if (!fetcher) {
    const ReplicaFetcher::Settings settings{
        .self = BrokerId(config_.broker_id),
        .leader = leader,
        .wait_max = config_.replica_fetch_wait_max,
        .min_bytes = config_.replica_fetch_min_bytes,
        .partition_max_bytes = config_.replica_fetch_max_bytes,
        .response_max_bytes = config_.replica_fetch_response_max_bytes,
        .backoff = config_.replica_fetch_backoff,
        .socket_timeout = config_.replica_socket_timeout,
        .sends_leader_epoch = !node_.has(no_fetch_fencing),
        .truncates = !node_.has(skip_truncation) && !node_.has(truncate_to_high_watermark)};
    fetcher = std::make_unique<ReplicaFetcher>(node_, settings, endpoint);
    node_.spawn(format("replica-fetcher-{}-{}", key.leader, key.number),
                [&body = *fetcher] { body.run(); });
  }
  fetcher->move_to(endpoint);
  fetcher->add(partition, epoch);
}

void ReplicaFetchers::stop(const TopicPartition& partition) {
  for (auto& [key, fetcher] : fetchers_) fetcher->remove(partition);
}

std::int32_t java_string_hash(std::string_view text) {
  std::uint32_t hash = 0;
  for (const char c : text) hash = 31 * hash + static_cast<unsigned char>(c);
  return static_cast<std::int32_t>(hash);
}

}  // namespace logquake::kafka
