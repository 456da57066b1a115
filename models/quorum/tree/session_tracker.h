// Who is alive: sessions in buckets of one tick, and the rules of ids, passwords and timeouts.
// Pure. Source: Z-SE-1 to Z-SE-3, Z-SE-7, Z-SE-8.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "models/quorum/wire/ids.h"
#include "sim/base/bytes.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

/// The sixteen bytes that prove a session is one's own; any server computes them. Source: Z-SE-2.
Bytes session_password(SessionId session);

/// The first id that a server gives out; the next ones follow one by one. It is above `highest`,
/// the highest ever given out by this server, so that no id comes twice. Source: Z-SE-1.
SessionId first_session_id(ServerId server, std::int64_t elapsed_ms, SessionId highest);

/// The first multiple of `width` strictly after `instant`. Source: Z-SE-7, Z-SE-16.
Instant next_bucket(Instant instant, Duration width);

class SessionTracker {
 public:
  explicit SessionTracker(Duration tick) : tick_(tick) {}

  /// Starts to track, or touches what is tracked. Timeouts are those negotiated.
  void add(SessionId session, Duration timeout, Instant now);
  /// The session was heard from. False where it is unknown or closing (then nothing moves).
  bool touch(SessionId session, Duration timeout, Instant now);
  bool touch(SessionId session, Instant now);  // with the timeout of its last touch
  /// From here on touches are refused. Source: Z-SE-8.
  void mark_closing(SessionId session);
  void remove(SessionId session);
  /// Whether its requests are served: known and not closing.
  bool is_live(SessionId session) const;
  /// The timeout of its last touch; zero for an unknown session.
  Duration timeout_of(SessionId session) const;
  bool knows(SessionId session) const { return sessions_.count(session) > 0; }

  /// When the next bucket falls due, if any session is tracked.
  Instant next_expiry() const;
  bool empty() const { return buckets_.empty(); }
  /// Sessions by their expiry, for `dump`.
  const std::map<Instant, std::set<SessionId>>& buckets() const { return buckets_; }
  /// Takes out the sessions whose bucket is due, ascending within a bucket (Z-FM-8), and marks them
  /// closing.
  std::vector<SessionId> expire(Instant now);

 private:
  struct Tracked {
    Duration timeout{};
    Instant expiry;  // its bucket
    bool closing = false;
  };
  void leave_bucket(SessionId session, Instant expiry);

  Duration tick_;
  std::map<SessionId, Tracked> sessions_;
  // Invariant: a session is in the bucket of its expiry until that bucket has been taken out.
  std::map<Instant, std::set<SessionId>> buckets_;
};

}  // namespace logquake::zookeeper
