#include "models/broker/server/fetch_handler.h"

#include <algorithm>
#include <utility>

#include "models/broker/replication_probes.h"

namespace logquake::kafka {
namespace {

FetchTargets targets_of(const FetchRequest& request) {
  FetchTargets targets;
  for (const auto& topic : request.topics) {
    for (const auto& asked : topic.partitions) targets.emplace_back(topic.topic, asked, request);
  }
  return targets;
}

}  // namespace

FetchHandler::FetchHandler(sim::Node& node, const BrokerConfig& config, ReplicaManager& replicas)
    : node_(node),
      config_(config),
      replicas_(replicas),
      sessions_(node.random().split("fetch-sessions"),
                static_cast<std::size_t>(config.fetch_session_slots)) {}

void FetchHandler::read_all(const FetchRequest& request, FetchTargets& targets, bool is_first) {
  std::int64_t budget = std::min(request.max_bytes, config_.fetch_max_bytes);
  // The first batch is read whatever its size.
  if (node_.buggify(small_fetch)) budget = std::min<std::int64_t>(budget, 1);
  bool found_records = false;
  for (auto& target : targets) {
    if (!target.stands() || replicas_.is_offline()) {
      read(target, std::min<std::int64_t>(target.max_bytes, budget), !found_records);
      const auto size = static_cast<std::int64_t>(target.result.records.size());
      budget -= size;
      found_records = found_records || size > 0;
    }
    if (is_first && !target.settled) note_progress(target);
  }
}

void FetchHandler::read(FetchTarget& target, std::int64_t limit, bool whole_first_batch) {
  auto& result = target.result;
  result = {.partition_index = target.id.partition};
  target.is_idle = false;
  const auto settle = [&](ErrorCode error) {
    result.error_code = error;
    target.settled = true;
  };
  const auto hosted = replicas_.find(target.id);
  target.partition = hosted ? *hosted : nullptr;
  if (!hosted) return settle(hosted.error().code);
  auto fetched = target.partition->fetch(target.ask, limit, whole_first_batch);
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
  target.note(bounds, fetched->version);
  target.answered_version = fetched->version;
}

void FetchHandler::note_progress(FetchTarget& target) {
  target.log_end = target.bounds.log_end;
  if (!target.ask.is_follower()) return;
  const ReadBounds bounds = target.bounds;
  node_.yield(between_read_and_progress);
  target.partition->note_progress(target.ask, bounds);
}

bool FetchHandler::is_due(const FetchRequest& request, FetchTargets& targets) {
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

void FetchHandler::serve(const FetchRequest& request, FetchTargets& targets) {
  for (auto& target : targets) target.begin();
  read_all(request, targets, true);
  if (request.max_wait_ms <= 0 || targets.empty() || is_due(request, targets)) return;

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
}

void FetchHandler::answer(FetchTarget& target, FetchResponse& response) {
  if (response.responses.empty() || response.responses.back().topic != target.id.topic)
    response.responses.push_back({.topic = target.id.topic, .partitions = {}});
  response.responses.back().partitions.push_back(std::move(target.result));
}

FetchResponse FetchHandler::handle(const FetchRequest& request) {
  FetchResponse response;
  const bool is_full = request.session_epoch <= 0;
  std::shared_ptr<FetchSession> session;
  if (is_full) {
    if (request.session_id != 0) sessions_.close(request.session_id);
  } else {
    auto resumed = sessions_.resume(request, node_.now());
    if (resumed.error != ErrorCode::none) {
      node_.probe(fetch_session_refused);
      response.error_code = resumed.error;
      return response;
    }
    session = std::move(resumed.session);
  }

  if (session) {
    const auto epoch = session->epoch;
    session->is_read = true;
    serve(request, session->targets);
    session->is_read = false;
    if (session->epoch != epoch) {
      response.error_code = ErrorCode::invalid_fetch_session_epoch;
      return response;
    }
    response.session_id = session->id;
    session->tell([&](FetchTarget& target) { answer(target, response); });
    return response;
  }
  auto targets = targets_of(request);
  serve(request, targets);
  const bool wants_session = request.session_epoch == 0;
  for (auto& target : targets) {
    (void)target.tell();
    answer(target, response);
  }
  if (wants_session) {
    const bool is_follower = request.replica_id >= BrokerId(0);
    if (const auto opened = sessions_.open(is_follower, targets, node_.now()))
      response.session_id = opened->id;
  }
  return response;
}

}  // namespace logquake::kafka
