#include "models/protocol/fetch_session_handler.h"

#include <limits>
#include <utility>

namespace logquake::kafka {
namespace {

void name(FetchRequest& request, const FetchSessionHandler::Wanted& wanted) {
  if (request.topics.empty() || request.topics.back().topic != wanted.id->topic)
    request.topics.push_back({.topic = wanted.id->topic, .partitions = {}});
  request.topics.back().partitions.push_back(wanted.partition);
}

void forget(FetchRequest& request, const TopicPartition& id) {
  auto& topics = request.forgotten_topics;
  if (topics.empty() || topics.back().topic != id.topic)
    topics.push_back({.topic = id.topic, .partitions = {}});
  topics.back().partitions.push_back(id.partition);
}

}  // namespace

void FetchSessionHandler::prepare(const std::vector<Wanted>& wanted, FetchRequest& request) {
  request.session_id = id_;
  request.session_epoch = epoch_;
  if (is_incremental() && name_changes(wanted, request)) return;
  if (!is_incremental()) {
    for (const auto& each : wanted) name(request, each);
  }
  asked_.clear();
  for (const auto& each : wanted) asked_.push_back({*each.id, each.partition});
}

/// Whether the partitions are the same as before; their state is taken over then.
bool FetchSessionHandler::name_changes(const std::vector<Wanted>& wanted, FetchRequest& request) {
  bool is_same = wanted.size() == asked_.size();
  auto before = asked_.begin();
  for (const auto& now : wanted) {
    while (before != asked_.end() && before->id < *now.id) {
      forget(request, (before++)->id);
      is_same = false;
    }
    if (before == asked_.end() || before->id != *now.id) {
      name(request, now);
      is_same = false;
      continue;
    }
    if (before->partition != now.partition) name(request, now);
    before->partition = now.partition;
    ++before;
  }
  for (; before != asked_.end(); ++before) forget(request, before->id);
  return is_same;
}

bool FetchSessionHandler::take(const FetchResponse& response) {
  if (response.error_code != ErrorCode::none) {
    // An unknown session needs no closing; any other is closed by the next request.
    if (response.error_code == ErrorCode::fetch_session_id_not_found) id_ = 0;
    epoch_ = 0;
    return false;
  }
  id_ = response.session_id;
  if (id_ == 0) {
    epoch_ = 0;  // none was given, or it was closed
  } else {
    epoch_ = epoch_ == std::numeric_limits<std::int32_t>::max() ? 1 : epoch_ + 1;
  }
  return true;
}

}  // namespace logquake::kafka
