#include "models/broker/server/offsets_handler.h"

#include <set>

namespace logquake::kafka {

namespace {

constexpr BrokerId debugging_replica{-2};  // may ask a follower, too (K-API-23)

/// Fencing and leadership, for readers that want the leader.
ErrorCode check(const Partition& partition, LeaderEpoch requested, bool from_leader) {
  if (const auto error = partition.replica().check_epoch(requested); error != ErrorCode::none)
    return error;
  if (from_leader && !partition.replica().is_leader()) return ErrorCode::not_leader_or_follower;
  return ErrorCode::none;
}

}  // namespace

ListOffsetsPartitionResult OffsetsHandler::look_up(const ListOffsetsRequest& request,
                                                   const TopicPartition& id,
                                                   const ListOffsetsPartition& asked) {
  ListOffsetsPartitionResult result;
  result.partition_index = id.partition;
  const auto found = replicas_.find(id);
  result.error_code =
      found ? check(**found, asked.current_leader_epoch, request.replica_id != debugging_replica)
            : found.error().code;
  if (result.error_code != ErrorCode::none) return result;
  const Partition& partition = **found;
  const Log& log = partition.log();
  const bool is_replica = request.replica_id >= BrokerId(0);
  const bool serves_latest = is_replica || partition.replica().serves_latest(log.high_watermark());
  const Offset fetchable = is_replica ? log.log_end()
                           : request.isolation_level == IsolationLevel::read_committed
                               ? log.last_stable_offset()
                               : log.high_watermark();

  if (asked.timestamp == latest_timestamp) {
    if (!serves_latest) {
      result.error_code = ErrorCode::offset_not_available;
      return result;
    }
    result.offset = fetchable;
    result.leader_epoch = partition.replica().leader_epoch();
    return result;
  }
  if (asked.timestamp == earliest_timestamp) {
    result.offset = log.log_start();
    result.leader_epoch = log.epoch_at(log.log_start());
    return result;
  }

  std::optional<TimestampedOffset> place;
  if (asked.timestamp == max_timestamp_timestamp) {
    place = log.max_timestamp();
  } else {
    const auto looked_up = log.find_timestamp(asked.timestamp);
    if (!looked_up) {
      result.error_code = looked_up.error().code;
      return result;
    }
    place = *looked_up;
  }
  if (place && place->offset < fetchable) {
    result.offset = place->offset;
    result.timestamp = place->timestamp;
    result.leader_epoch = place->epoch;
  } else if (place && !serves_latest) {
    result.error_code = ErrorCode::offset_not_available;  // it may become fetchable (K-REP-24)
  }
  return result;
}

ListOffsetsResponse OffsetsHandler::handle(const ListOffsetsRequest& request) {
  std::set<TopicPartition> seen;
  std::set<TopicPartition> twice;
  for (const auto& topic : request.topics) {
    for (const auto& asked : topic.partitions) {
      const TopicPartition id{topic.name, asked.partition_index};
      if (!seen.insert(id).second) twice.insert(id);
    }
  }
  ListOffsetsResponse response;
  for (const auto& topic : request.topics) {
    response.topics.push_back({.name = topic.name, .partitions = {}});
    for (const auto& asked : topic.partitions) {
      const TopicPartition id{topic.name, asked.partition_index};
      ListOffsetsPartitionResult result;
      if (twice.contains(id)) {
        result.partition_index = asked.partition_index;
        result.error_code = ErrorCode::invalid_request;
      } else {
        result = look_up(request, id, asked);
      }
      response.topics.back().partitions.push_back(result);
    }
  }
  return response;
}

OffsetForLeaderEpochResponse OffsetsHandler::handle(const OffsetForLeaderEpochRequest& request) {
  OffsetForLeaderEpochResponse response;
  for (const auto& topic : request.topics) {
    response.topics.push_back({.topic = topic.topic, .partitions = {}});
    for (const auto& asked : topic.partitions) {
      OffsetForLeaderPartitionResult result;
      result.partition = asked.partition;
      const auto found = replicas_.find({topic.topic, asked.partition});
      result.error_code = found ? check(**found, asked.current_leader_epoch,
                                        request.replica_id != debugging_replica)
                                : found.error().code;
      if (result.error_code == ErrorCode::none) {
        const auto end = (*found)->log().end_offset_for(asked.leader_epoch);
        result.leader_epoch = end.epoch;
        result.end_offset = end.end;
      }
      response.topics.back().partitions.push_back(result);
    }
  }
  return response;
}

}  // namespace logquake::kafka
