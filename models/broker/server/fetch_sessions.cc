#include "models/broker/server/fetch_sessions.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace logquake::kafka {
namespace {

constexpr Duration eviction_age =
    120s;  // Kafka 3.7, KafkaServer: MinIncrementalFetchSessionEvictionMs

FetchTargets::iterator find(FetchTargets& targets, std::string_view topic, std::int32_t number) {
  return std::ranges::find_if(targets, [&](const FetchTarget& target) {
    return target.id.partition == number && target.id.topic == topic;
  });
}

void update(FetchTargets& targets, const FetchRequest& request) {
  for (const auto& topic : request.topics) {
    for (const auto& asked : topic.partitions) {
      const auto known = find(targets, topic.topic, asked.partition);
      if (known != targets.end()) {
        known->ask_for(asked, request);
      } else {
        targets.emplace_back(topic.topic, asked, request);
      }
    }
  }
  for (const auto& topic : request.forgotten_topics) {
    for (const auto number : topic.partitions) {
      const auto known = find(targets, topic.topic, number);
      if (known != targets.end()) targets.erase(known);
    }
  }
}

}  // namespace

FetchTarget::FetchTarget(const std::string& topic, const FetchPartition& asked,
                         const FetchRequest& request)
    : id{topic, asked.partition} {
  ask_for(asked, request);
}

void FetchTarget::ask_for(const FetchPartition& asked, const FetchRequest& request) {
  ask = {.replica = request.replica_id,
         .current_epoch = asked.current_leader_epoch,
         .offset = asked.fetch_offset,
         .last_fetched_epoch = asked.last_fetched_epoch,
         .log_start = asked.log_start_offset,
         .isolation = request.isolation_level};
  max_bytes = asked.partition_max_bytes;
  version = answered_version = -1;
  is_idle = false;
}

void FetchTarget::note(const ReadBounds& looked, std::int64_t seen_version) {
  bounds = looked;
  version = seen_version;
  is_due = bounds.diverging.has_value() || bounds.log_end < log_end;  // or truncated meanwhile
  available = 0;
  is_idle = !is_due && ask.offset >= bounds.upper;
  if (is_due || is_idle) return;
  is_due = partition->log().is_in_older_segment(ask.offset);
  available =
      std::min<std::int64_t>(partition->log().bytes_between(ask.offset, bounds.upper), max_bytes);
}

bool FetchTarget::tell() {
  const bool is_news = !result.records.empty() || result.error_code != ErrorCode::none ||
                       result.high_watermark != told_high_watermark ||
                       result.log_start_offset != told_log_start ||
                       result.diverging_epoch.end_offset != no_offset;
  told_high_watermark = result.error_code == ErrorCode::none ? result.high_watermark : no_offset;
  told_log_start = result.log_start_offset;
  return is_news;
}

FetchSessions::Resumed FetchSessions::resume(const FetchRequest& request, Instant now) {
  const auto found = sessions_.find(request.session_id);
  if (found == sessions_.end()) return {ErrorCode::fetch_session_id_not_found, nullptr};
  auto session = found->second;
  if (session->epoch != request.session_epoch)
    return {ErrorCode::invalid_fetch_session_epoch, nullptr};
  if (session->is_read) {
    // A reader that does not wait for its answers: those before this request go their own way.
    auto own = std::make_shared<FetchSession>(*session);
    own->is_read = false;
    session->epoch = 0;  // whoever still reads finds that it is not the last one any more
    session = found->second = std::move(own);
  }
  update(session->targets, request);
  if (session->targets.empty()) {
    sessions_.erase(found);
    return {};
  }
  session->last_used = now;
  session->epoch =
      session->epoch == std::numeric_limits<std::int32_t>::max() ? 1 : session->epoch + 1;
  return {ErrorCode::none, std::move(session)};
}

std::shared_ptr<FetchSession> FetchSessions::open(bool is_follower, FetchTargets& targets,
                                                  Instant now) {
  if (targets.empty() || !make_room(is_follower, targets.size(), now)) return nullptr;
  auto session = std::make_shared<FetchSession>();
  do {
    session->id =
        static_cast<std::int32_t>(1 + random_.below(std::numeric_limits<std::int32_t>::max() - 1));
  } while (sessions_.contains(session->id));
  session->is_follower = is_follower;
  session->created = session->last_used = now;
  session->targets = std::move(targets);
  sessions_.emplace(session->id, session);
  return session;
}

bool FetchSessions::make_room(bool is_follower, std::size_t partitions, Instant now) {
  if (slots_ == 0) return false;
  if (sessions_.size() < slots_) return true;
  const auto oldest = std::ranges::min_element(sessions_, {}, [](const auto& entry) {
    return std::tuple(entry.second->last_used, entry.first);
  });
  if (now - oldest->second->last_used > eviction_age) {
    sessions_.erase(oldest);
    return true;
  }
  using Rank = std::tuple<bool, std::size_t, std::int32_t>;
  const auto rank_of = [](const FetchSession& session) {
    return Rank(session.is_follower, session.targets.size(), session.id);
  };
  auto least = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
    const FetchSession& session = *at->second;
    const bool may_go =
        now - session.created > eviction_age || (is_follower && !session.is_follower);
    if (may_go && (least == sessions_.end() || rank_of(session) < rank_of(*least->second)))
      least = at;
  }
  // The newcomer has no id yet: among equals what is there stays.
  if (least == sessions_.end() || Rank(is_follower, partitions, 0) < rank_of(*least->second))
    return false;
  sessions_.erase(least);
  return true;
}

}  // namespace logquake::kafka
