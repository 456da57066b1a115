#include "models/quorum/service/server_statistics.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::zookeeper {

void LatencyCounter::add(std::int64_t milliseconds) {
  min = count == 0 ? milliseconds : std::min(min, milliseconds);
  max = std::max(max, milliseconds);
  total += milliseconds;
  ++count;
}

std::string LatencyCounter::average() const {
  if (count == 0) return "0.0";
  constexpr std::int64_t unit = 10'000;
  const auto rounded = (2 * total * unit + count) / (2 * count);  // half up
  auto text = format("{}.{:04d}", rounded / unit, rounded % unit);
  while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
  return text;
}

void ConnectionStatistics::count_reply(OpCode op, std::int32_t xid, Zxid zxid,
                                       std::int64_t taken_ms) {
  last_operation = op;
  if (xid >= 0) last_cxid = xid;
  last_zxid = zxid;
  last_latency_ms = taken_ms;
  latency.add(taken_ms);
}

void ConnectionStatistics::reset() {
  received = sent = last_response_ms = last_latency_ms = 0;
  last_operation.reset();
  last_cxid.reset();
  last_zxid = Zxid(-1);
  latency = {};
}

void LeaderStatistics::count_proposal(std::int64_t bytes) {
  min_proposal_bytes = last_proposal_bytes < 0 ? bytes : std::min(min_proposal_bytes, bytes);
  max_proposal_bytes = std::max(max_proposal_bytes, bytes);
  last_proposal_bytes = bytes;
}

std::string_view name_of(ServerMode mode) {
  switch (mode) {
    case ServerMode::standalone:
      return "standalone";
    case ServerMode::leader:
      return "leader";
    case ServerMode::follower:
      return "follower";
    case ServerMode::observer:
      return "observer";
    case ServerMode::read_only:
      return "read-only";
  }
  return "unknown";
}

}  // namespace logquake::zookeeper
