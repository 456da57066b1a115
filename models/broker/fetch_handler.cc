#include "models/broker/fetch_handler.h"

#include <algorithm>
#include <utility>

#include "models/broker/replication_probes.h"

namespace logquake::kafka {

/// One partition of the request, with the last look at it.
struct FetchHandler::Target {
  const std::string* topic = nullptr;  // the request's
  FetchAsk ask;
  std::int32_t max_bytes = 0;
  FetchPartitionResult* result = nullptr;  // its place in the answer
  Partition* partition = nullptr;
  Offset log_end{};      // at the first look
  bool settled = false;  // an error or a divergence: to be answered at once
  // What the last look says of waiting on, good while the partition keeps that version.
  std::int64_t version = -1;
  bool is_due = false;
  std::int64_t available = 0;          // bytes
  bool is_idle = false;                // there is nothing to read
  std::int64_t answered_version = -1;  // of which its answer tells

  bool is_current() const { return partition->version() == version; }
  /// Whether it would be answered alike again.
  bool stands() const { return is_idle && partition->version() == answered_version; }
  void note(const ReadBounds& bounds, std::int64_t seen_version) {
    version = seen_version;
    is_due = bounds.diverging.has_value() || bounds.log_end < log_end;  // or truncated meanwhile
    available = 0;
    is_idle = !is_due && ask.offset >= bounds.upper;
    if (is_due || is_idle) return;
    is_due = partition->log().is_in_older_segment(ask.offset);
    available =
        std::min<std::int64_t>(partition->log().bytes_between(ask.offset, bounds.upper), max_bytes);
  }
};

FetchHandler::FetchHandler(sim::Node& node, const BrokerConfig& config, ReplicaManager& replicas)
    : node_(node), config_(config), replicas_(replicas) {}

std::vector<FetchHandler::Target> FetchHandler::targets_of(const FetchRequest& request,
                                                           FetchResponse& response) {
  std::size_t count = 0;
  for (const auto& topic : request.topics) count += topic.partitions.size();
  std::vector<Target> targets;
  targets.reserve(count);
  for (const auto& topic : request.topics) {
    if (topic.partitions.empty()) continue;
    if (response.responses.empty() || response.responses.back().topic != topic.topic)
      response.responses.push_back({.topic = topic.topic, .partitions = {}});
    auto& results = response.responses.back().partitions;
    results.reserve(results.size() + topic.partitions.size());
    for (const auto& partition : topic.partitions) {
      results.push_back({.partition_index = partition.partition});
      targets.push_back({.topic = &topic.topic,
                         .ask = {.replica = request.replica_id,
                                 .current_epoch = partition.current_leader_epoch,
                                 .offset = partition.fetch_offset,
                                 .last_fetched_epoch = partition.last_fetched_epoch,
                                 .log_start = partition.log_start_offset,
                                 .isolation = request.isolation_level},
                         .max_bytes = partition.partition_max_bytes});
    }
  }
  auto target = targets.begin();
  for (auto& topic : response.responses) {
    for (auto& result : topic.partitions) (target++)->result = &result;
  }
  return targets;
}

void FetchHandler::read_all(const FetchRequest& request, std::vector<Target>& targets,
                            bool is_first) {
  std::int64_t budget = std::min(request.max_bytes, config_.fetch_max_bytes);
  // The first batch is read whatever its size.
  if (node_.buggify(small_fetch)) budget = std::min<std::int64_t>(budget, 1);
  bool found_records = false;
  for (auto& target : targets) {
    if (!is_first && target.stands() && !replicas_.is_offline()) continue;
    const auto limit = std::min<std::int64_t>(target.max_bytes, budget);
    read(target, limit, !found_records, is_first);
    const auto size = static_cast<std::int64_t>(target.result->records.size());
    budget -= size;
    found_records = found_records || size > 0;
  }
}

void FetchHandler::read(Target& target, std::int64_t limit, bool whole_first_batch,
                        bool notes_progress) {
  auto& result = *target.result;
  result = {.partition_index = result.partition_index};
  const auto settle = [&](ErrorCode error) {
    result.error_code = error;
    target.settled = true;
  };
  const auto hosted = replicas_.find(*target.topic, result.partition_index);
  target.partition = hosted ? *hosted : nullptr;
  if (!hosted) return settle(hosted.error().code);
  Partition& partition = *target.partition;
  auto fetched = partition.fetch(target.ask, limit, whole_first_batch);
  if (!fetched) return settle(fetched.error().code);
  const ReadBounds& bounds = fetched->bounds;
  result.high_watermark = bounds.high_watermark;
  result.last_stable_offset = bounds.last_stable;
  result.log_start_offset = bounds.log_start;
  if (target.ask.isolation == IsolationLevel::read_committed) result.aborted_transactions.emplace();
  if (bounds.diverging) {
    result.diverging_epoch = *bounds.diverging;
    target.settled = true;
    return;
  }
  result.records = std::move(fetched->read.records);
  if (notes_progress) target.log_end = bounds.log_end;
  target.note(bounds, fetched->version);
  target.answered_version = fetched->version;
  if (notes_progress && target.ask.is_follower()) {
    node_.yield(between_read_and_progress);
    partition.note_progress(target.ask, bounds);
  }
}

bool FetchHandler::is_due(const FetchRequest& request, std::vector<Target>& targets) {
  std::int64_t available = 0;
  for (auto& target : targets) {
    if (target.settled || target.partition == nullptr || target.partition->is_gone()) return true;
    if (!target.is_current()) {
      const auto version = target.partition->version();
      const auto bounds = target.partition->bounds(target.ask);
      if (!bounds) return true;  // no longer led, fenced, cut below
      target.note(*bounds, version);
    }
    if (target.is_due) return true;
    available += target.available;
  }
  return available >= request.min_bytes;
}

FetchResponse FetchHandler::handle(const FetchRequest& request) {
  FetchResponse response;
  if (request.session_id != 0 && request.session_epoch > 0) {
    // No session was ever given out (K-API-1b).
    response.error_code = ErrorCode::fetch_session_id_not_found;
    return response;
  }
  auto targets = targets_of(request, response);
  read_all(request, targets, true);
  if (request.max_wait_ms <= 0 || targets.empty() || is_due(request, targets)) return response;

  std::vector<Partition*> partitions;
  partitions.reserve(targets.size());
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
  read_all(request, targets, false);
  return response;
}

}  // namespace logquake::kafka
