// What a server counts and shows of itself to four-letter words. Plain values; the server fills
// them in. Source: Z-4L-6 to Z-4L-14.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/server_settings.h"
#include "models/quorum/wire/operation.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

/// Times of answers, in whole milliseconds.
struct LatencyCounter {
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::int64_t total = 0;
  std::int64_t count = 0;

  void add(std::int64_t milliseconds);
  /// The average with up to four decimals and at least one: "0.0", "11.3333". Source: Z-4L-6.
  std::string average() const;
};

/// One client connection.
struct ConnectionStatistics {
  std::string address;      // "10.0.0.7:51234"
  std::int32_t ready = 1;   // the socket's interests: reading
  std::int64_t queued = 0;  // requests not yet answered
  std::int64_t received = 0;
  std::int64_t sent = 0;
  SessionId session;  // zero: none yet, and then what follows is not shown
  std::optional<OpCode> last_operation;
  WallTime established;
  Duration timeout{};
  std::optional<std::int32_t> last_cxid;  // of an ordinary request
  Zxid last_zxid;
  std::int64_t last_response_ms = 0;  // elapsed, not wall clock
  std::int64_t last_latency_ms = 0;
  LatencyCounter latency;

  /// A reply has gone out that was asked for `taken` before. Reserved xids are no cxids.
  void count_reply(OpCode op, std::int32_t xid, Zxid zxid, std::int64_t taken_ms);
  /// As `crst` does.
  void reset();
};

/// Sessions by the time at which they expire, as the tracker's buckets are.
template <class Member>
using ExpiryBuckets = std::vector<std::pair<WallTime, std::vector<Member>>>;

enum class ServerMode { standalone, leader, follower, observer, read_only };
/// "leader", "read-only".
std::string_view name_of(ServerMode mode);

/// What a leader adds.
struct LeaderStatistics {
  std::int64_t last_proposal_bytes = -1;  // -1 before the first
  std::int64_t min_proposal_bytes = -1;
  std::int64_t max_proposal_bytes = -1;
  std::int64_t learners = 0;
  std::int64_t synced_followers = 0;
  std::int64_t synced_observers = 0;
  std::int64_t synced_non_voting_followers = 0;
  std::int64_t pending_syncs = 0;
  std::int64_t uptime_ms = 0;

  void count_proposal(std::int64_t bytes);
};

struct ServerStatistics {
  std::string version = "3.8.0";  // what is modelled, and when that was released
  std::string built = "2022-02-25 08:49 UTC";
  bool is_serving = true;
  ServerMode mode = ServerMode::standalone;
  std::string peer_state;        // of ensembles: "leading - broadcast"
  std::int64_t quorum_size = 0;  // zero: standalone
  LatencyCounter latency;
  std::int64_t received = 0;
  std::int64_t sent = 0;
  std::int64_t outstanding = 0;
  Zxid zxid;
  std::int64_t tree_nodes = 0;  // as the tree has them; what is shown counts the inner root too
  std::int64_t data_bytes = 0;
  std::int64_t open_files = 0;
  std::int64_t uptime_ms = 0;
  std::vector<ConnectionStatistics> connections;  // that of the asker among them
  std::optional<LeaderStatistics> leader;

  std::map<SessionId, std::int64_t> sessions;             // session -> timeout in milliseconds
  ExpiryBuckets<SessionId> session_buckets;               // where sessions are tracked
  std::map<SessionId, std::set<std::string>> ephemerals;  // of sessions that own any
  ExpiryBuckets<std::pair<std::string, SessionId>> connection_buckets;  // address and session
  std::map<std::string, std::set<SessionId>> data_watches;  // by path; no child watches (Z-4L-12)

  ServerSettings settings;  // for `conf`
  ServerId id;
  std::vector<std::pair<std::string, std::string>> environment;
  std::int64_t data_dir_bytes = 0;
  std::int64_t log_dir_bytes = 0;
  std::int64_t trace_mask = 306;                        // 3.8.0's default (Z-4L-14)
  std::vector<std::pair<Zxid, std::uint64_t>> digests;  // recorded, oldest first
};

}  // namespace logquake::zookeeper
