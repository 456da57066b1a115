#include "models/broker/fetch_handler.h"

#include <algorithm>
#include <utility>

#include "models/broker/replication_probes.h"

namespace logquake::kafka {

/// One partition of the request, with the last look at it.
struct FetchHandler::Target {
  TopicPartition id;
  FetchAsk ask;
  std::int32_t max_bytes = 0;
  Partition* partition = nullptr;
  Offset log_end{};      // at the first look
  bool settled = false;  // an error or a divergence: to be answered at once
};

FetchHandler::FetchHandler(sim::Node& node, const BrokerConfig& config, ReplicaManager& replicas)
    : node_(node), config_(config), replicas_(replicas) {}

std::vector<FetchHandler::Target> FetchHandler::targets_of(const FetchRequest& request) {
  std::vector<Target> targets;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      targets.push_back({.id = {topic.topic, partition.partition},
                         .ask = {.replica = request.replica_id,
                                 .current_epoch = partition.current_leader_epoch,
                                 .offset = partition.fetch_offset,
                                 .last_fetched_epoch = partition.last_fetched_epoch,
                                 .log_start = partition.log_start_offset,
                                 .isolation = request.isolation_level},
                         .max_bytes = partition.partition_max_bytes});
    }
  }
  return targets;
}

FetchResponse FetchHandler::read_all(const FetchRequest& request, std::vector<Target>& targets,
                                     bool notes_progress) {
  FetchResponse response;
  std::int64_t budget = std::min(request.max_bytes, config_.fetch_max_bytes);
  // The first batch is read whatever its size.
  if (node_.buggify(small_fetch)) budget = std::min<std::int64_t>(budget, 1);
  bool found_records = false;
  for (auto& target : targets) {
    FetchPartitionResult result;
    result.partition_index = target.id.partition;
    const auto settle = [&](ErrorCode error) {
      result.error_code = error;
      target.settled = true;
    };
    const auto hosted = replicas_.find(target.id);
    target.partition = hosted ? *hosted : nullptr;
    if (!hosted) {
      settle(hosted.error().code);
    } else if (const auto bounds = target.partition->bounds(target.ask); !bounds) {
      settle(bounds.error().code);
    } else {
      result.high_watermark = bounds->high_watermark;
      result.last_stable_offset = bounds->last_stable;
      result.log_start_offset = bounds->log_start;
      if (request.isolation_level == IsolationLevel::read_committed)
        result.aborted_transactions.emplace();
      if (bounds->diverging) {
        result.diverging_epoch = *bounds->diverging;
        target.settled = true;
      } else {
        if (notes_progress) target.log_end = bounds->log_end;
        const auto limit = std::min<std::int64_t>(target.max_bytes, budget);
        if (limit > 0 || !found_records) {
          auto read =
              target.partition->read(target.ask.offset, bounds->upper, limit, !found_records);
          if (!read) {
            settle(read.error().code);
          } else {
            result.records = std::move(read->records);
            budget -= static_cast<std::int64_t>(result.records.size());
            found_records = found_records || !result.records.empty();
          }
        }
        if (notes_progress && target.ask.is_follower() && result.error_code == ErrorCode::none) {
          node_.yield(between_read_and_progress);
          target.partition->note_progress(target.ask, *bounds);
        }
      }
    }
    if (response.responses.empty() || response.responses.back().topic != target.id.topic) {
      response.responses.push_back({.topic = target.id.topic, .partitions = {}});
    }
    response.responses.back().partitions.push_back(std::move(result));
  }
  return response;
}

bool FetchHandler::is_due(const FetchRequest& request, const std::vector<Target>& targets) const {
  std::int64_t available = 0;
  for (const auto& target : targets) {
    if (target.settled || target.partition == nullptr || target.partition->is_gone()) return true;
    const auto bounds = target.partition->bounds(target.ask);
    if (!bounds || bounds->diverging) return true;      // no longer led, fenced, cut below
    if (bounds->log_end < target.log_end) return true;  // truncated meanwhile
    if (target.ask.offset >= bounds->upper) continue;
    if (target.partition->log().is_in_older_segment(target.ask.offset)) return true;
    available += std::min<std::int64_t>(
        target.partition->log().bytes_between(target.ask.offset, bounds->upper), target.max_bytes);
  }
  return available >= request.min_bytes;
}

FetchResponse FetchHandler::handle(const FetchRequest& request) {
  if (request.session_id != 0 && request.session_epoch > 0) {
    FetchResponse refused;  // no session was ever given out (K-API-1b)
    refused.error_code = ErrorCode::fetch_session_id_not_found;
    return refused;
  }
  auto targets = targets_of(request);
  auto response = read_all(request, targets, true);
  if (request.max_wait_ms <= 0 || targets.empty() || is_due(request, targets)) return response;

  std::vector<Partition*> partitions;
  for (const auto& target : targets) partitions.push_back(target.partition);
  {
    PartitionWatch watch(node_, std::move(partitions));
    const Instant deadline = node_.now() + std::chrono::milliseconds(request.max_wait_ms);
    do {
      const Duration left = deadline - node_.now();
      if (left <= Duration::zero()) break;
      watch.wait(left);
    } while (!is_due(request, targets));
  }
  return read_all(request, targets, false);
}

}  // namespace logquake::kafka
