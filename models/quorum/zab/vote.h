// Who should lead, and why: the vote of fast leader election and the message that carries it. Pure.
// Source: Z-EL-1 to Z-EL-3, Z-PR-1.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "models/quorum/wire/ids.h"
#include "models/quorum/zab/quorum_verifier.h"

namespace logquake::zookeeper {

/// What a server is doing; the numbers are the wire's. Source: Z-EL-1.
enum class PeerState : std::int32_t { looking = 0, following = 1, leading = 2, observing = 3 };

/// "LOOKING", as ZooKeeper's own logs print it.
std::string_view name_of(PeerState state);

struct Vote {
  ServerId leader;                  // the candidate
  Zxid zxid;                        // the last that the candidate has logged
  std::int64_t election_epoch = 0;  // the round in which the vote is cast
  std::int64_t peer_epoch = 0;      // the candidate's currentEpoch

  bool operator==(const Vote&) const = default;
  template <class Io>
  void io(Io& io) {
    io("leader", leader);
    io("zxid", zxid);
    io("electionEpoch", election_epoch);
    io("peerEpoch", peer_epoch);
  }
};

/// The zxid of an empty database that was told not to initialise itself. Source: Z-EL-2.
inline constexpr Zxid uninitialised_zxid{-1};

/// What a server votes that is no voter: less than anybody's. Source: Z-EL-2.
inline constexpr Vote minimum_vote{
    .leader = ServerId(std::numeric_limits<std::int32_t>::min()),
    .zxid = Zxid(std::numeric_limits<std::int64_t>::min()),
    .peer_epoch = std::numeric_limits<std::int64_t>::min(),
};

/// Whether vote `a` takes the place of vote `b`: a higher epoch, then a higher zxid, then a higher
/// server; never for a candidate of weight zero, and never for an equal one. Source: Z-EL-3.
bool is_better(const Vote& a, const Vote& b, const QuorumVerifier& verifier);

/// The message of the election: the sender's state and its vote. Source: Z-PR-1.
struct Notification {
  PeerState state = PeerState::looking;
  Vote vote;
  ServerId sender;

  bool operator==(const Notification&) const = default;
  template <class Io>
  void io(Io& io) {
    io("state", state);
    io("vote", vote);
    io("sender", sender);
  }
};

/// Whether two votes count as one choice. Servers that have left the election agree where leader
/// and epoch do: they may have come to them in different rounds. With a vote that is still LOOKING
/// all fields must be equal. Source: Z-EL-8.
bool agree(const Notification& a, const Notification& b);

/// "3 (epoch 1, zxid 0x100000002)"; "nobody" for what an observer votes.
std::string to_string(const Vote& vote);

}  // namespace logquake::zookeeper
