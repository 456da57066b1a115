#include "models/quorum/zab/vote.h"

#include <tuple>

#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

auto rank_of(const Vote& vote) { return std::tuple(vote.peer_epoch, vote.zxid, vote.leader); }

}  // namespace

std::string_view name_of(PeerState state) {
  switch (state) {
    case PeerState::looking:
      return "LOOKING";
    case PeerState::following:
      return "FOLLOWING";
    case PeerState::leading:
      return "LEADING";
    case PeerState::observing:
      return "OBSERVING";
  }
  LOGQUAKE_CHECK(false, "a peer is in one of four states");
}

bool is_better(const Vote& a, const Vote& b, const QuorumVerifier& verifier) {
  return verifier.weight(a.leader) > 0 && rank_of(a) > rank_of(b);
}

bool agree(const Notification& a, const Notification& b) {
  if (a.state == PeerState::looking || b.state == PeerState::looking) return a.vote == b.vote;
  return a.vote.leader == b.vote.leader && a.vote.peer_epoch == b.vote.peer_epoch;
}

std::string to_string(const Vote& vote) {
  if (vote.leader == minimum_vote.leader) return "nobody";
  return format("{} (epoch {}, zxid {})", vote.leader, vote.peer_epoch, hex_of(vote.zxid));
}

}  // namespace logquake::zookeeper
