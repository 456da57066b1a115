// The fetch sessions that a broker keeps: what each reader asks for, and what it was last told.
// Source: K-API-1b to 1d; KIP-227; Kafka 3.7, FetchSession, FetchSessionCache.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/broker/replication/partition.h"
#include "models/protocol/fetch.h"
#include "sim/base/time.h"
#include "sim/random.h"

namespace logquake::kafka {

/// One partition of a fetch: what is asked, the last look at it, and what was told of it.
struct FetchTarget {
  TopicPartition id{};
  FetchAsk ask{};
  std::int32_t max_bytes = 0;
  Partition* partition = nullptr;  // lives as long as the process
  // The last look, good while the partition keeps that version.
  std::int64_t version = -1;
  ReadBounds bounds{};
  Offset log_end{};            // at the first look of the request
  bool settled = false;        // an error or a divergence: to be answered at once
  bool is_due = false;         // or for another reason
  bool is_idle = false;        // there is nothing to read
  std::int64_t available = 0;  // bytes
  // The answer.
  std::int64_t answered_version = -1;  // of which it tells
  FetchPartitionResult result{};
  // As last told in this session; -1: not yet, or after an error.
  Offset told_high_watermark = no_offset;
  Offset told_log_start = no_offset;

  FetchTarget(const std::string& topic, const FetchPartition& asked, const FetchRequest& request);
  void ask_for(const FetchPartition& asked, const FetchRequest& request);
  bool is_current() const { return partition != nullptr && partition->version() == version; }
  /// Another request of the session begins.
  void begin() {
    settled = false;
    log_end = {};
  }
  void note(const ReadBounds& looked, std::int64_t seen_version);
  /// Whether it would be answered alike again.
  bool stands() const { return is_idle && !settled && partition->version() == answered_version; }
  /// Notes what its answer tells; whether that is news in its session (K-API-1c).
  bool tell();
};
/// In the order in which they are read.
using FetchTargets = std::list<FetchTarget>;

struct FetchSession {
  std::int32_t id = 0;
  std::int32_t epoch = 1;  // that the next request is to have
  bool is_follower = false;
  Instant created;
  Instant last_used;
  FetchTargets targets;
  bool is_read = false;  // a request in flight uses the targets

  /// Calls `answer` for every target whose answer is news; those with records go to the end, so
  /// that none starves (K-API-1c).
  template <class Answer>
  void tell(Answer answer) {
    std::vector<FetchTargets::iterator> served;
    for (auto at = targets.begin(); at != targets.end(); ++at) {
      const bool has_records = !at->result.records.empty();
      if (!at->tell()) continue;
      answer(*at);
      if (has_records) served.push_back(at);
    }
    for (const auto at : served) targets.splice(targets.end(), targets, at);
  }
};

class FetchSessions {
 public:
  FetchSessions(sim::Random random, std::size_t slots) : random_(random), slots_(slots) {}

  /// What a request's session fields lead to.
  struct Resumed {
    ErrorCode error = ErrorCode::none;
    std::shared_ptr<FetchSession> session;  // none: to be answered without one
  };
  /// Continues the session of an incremental request with its changes; one that is left empty is
  /// closed. Errors: FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH.
  Resumed resume(const FetchRequest& request, Instant now);
  /// A session of `targets` for the reader of a full fetch, or null where there is no room
  /// (K-API-1d).
  std::shared_ptr<FetchSession> open(bool is_follower, FetchTargets& targets, Instant now);
  void close(std::int32_t id) { sessions_.erase(id); }
  std::size_t size() const { return sessions_.size(); }

 private:
  bool make_room(bool is_follower, std::size_t partitions, Instant now);

  sim::Random random_;
  std::size_t slots_;
  std::map<std::int32_t, std::shared_ptr<FetchSession>>
      sessions_;  // a request in flight keeps its own
};

}  // namespace logquake::kafka
