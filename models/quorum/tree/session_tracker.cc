#include "models/quorum/tree/session_tracker.h"

#include <algorithm>

#include "sim/base/check.h"

namespace logquake::zookeeper {

Bytes session_password(SessionId session) {
  constexpr std::uint64_t multiplier = 0x5DEECE66DULL;  // Z-SE-2: the 48-bit generator's constants
  constexpr std::uint64_t mask = (1ULL << 48) - 1;
  constexpr std::uint64_t secret = 0xB3415C00ULL;
  auto state = ((static_cast<std::uint64_t>(session.value()) ^ secret) ^ multiplier) & mask;
  Bytes password;
  for (int word = 0; word < 4; ++word) {
    state = (state * multiplier + 0xB) & mask;
    const auto bits = static_cast<std::uint32_t>(state >> 16);
    for (unsigned shift = 0; shift < 32; shift += 8)
      password.push_back(static_cast<std::byte>((bits >> shift) & 0xFF));
  }
  return password;
}

SessionId first_session_id(ServerId server, std::int64_t elapsed_ms, SessionId highest) {
  const auto top = static_cast<std::uint64_t>(server.value()) << 56;
  const auto time = (static_cast<std::uint64_t>(elapsed_ms) << 24) >> 8;
  const SessionId by_clock(static_cast<std::int64_t>(top | time));
  const auto below = highest == SessionId() ? SessionId(static_cast<std::int64_t>(top)) : highest;
  return std::max(by_clock, below + 1);
}

Instant next_bucket(Instant instant, Duration width) {
  const auto whole = instant.time_since_epoch() / width;
  return Instant((whole + 1) * width);
}

void SessionTracker::add(SessionId session, Duration timeout, Instant now) {
  sessions_.try_emplace(session);
  touch(session, timeout, now);
}

bool SessionTracker::touch(SessionId session, Duration timeout, Instant now) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end() || found->second.closing) return false;
  auto& tracked = found->second;
  const auto expiry = next_bucket(now + timeout, tick_);
  tracked.timeout = timeout;
  if (tracked.expiry == expiry) return true;
  leave_bucket(session, tracked.expiry);
  tracked.expiry = expiry;
  buckets_[expiry].insert(session);
  return true;
}

bool SessionTracker::touch(SessionId session, Instant now) {
  const auto found = sessions_.find(session);
  return found != sessions_.end() && touch(session, found->second.timeout, now);
}

void SessionTracker::mark_closing(SessionId session) {
  const auto found = sessions_.find(session);
  if (found != sessions_.end()) found->second.closing = true;
}

void SessionTracker::remove(SessionId session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  leave_bucket(session, found->second.expiry);
  sessions_.erase(found);
}

bool SessionTracker::is_live(SessionId session) const {
  const auto found = sessions_.find(session);
  return found != sessions_.end() && !found->second.closing;
}

Duration SessionTracker::timeout_of(SessionId session) const {
  const auto found = sessions_.find(session);
  return found == sessions_.end() ? Duration() : found->second.timeout;
}

Instant SessionTracker::next_expiry() const {
  LOGQUAKE_CHECK(!buckets_.empty(), "nobody is tracked, so nothing falls due");
  return buckets_.begin()->first;
}

std::vector<SessionId> SessionTracker::expire(Instant now) {
  std::vector<SessionId> expired;
  while (!buckets_.empty() && buckets_.begin()->first <= now) {
    for (const auto session : buckets_.begin()->second) {
      sessions_.at(session).closing = true;
      expired.push_back(session);
    }
    buckets_.erase(buckets_.begin());
  }
  return expired;
}

void SessionTracker::leave_bucket(SessionId session, Instant expiry) {
  const auto bucket = buckets_.find(expiry);
  if (bucket == buckets_.end()) return;
  bucket->second.erase(session);
  if (bucket->second.empty()) buckets_.erase(bucket);
}

}  // namespace logquake::zookeeper
