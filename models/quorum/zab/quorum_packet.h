// What travels between a leader and its learners on the quorum port. Source: Z-PR-2, Z-PR-3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/tree/transaction.h"
#include "models/quorum/wire/messages.h"
#include "sim/base/bytes.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

/// Source: Z-PR-2.
enum class PacketType : std::int32_t {
  request = 1,
  proposal = 2,
  ack = 3,
  commit = 4,
  ping = 5,
  revalidate = 6,
  sync = 7,
  inform = 8,
  new_leader = 10,
  follower_info = 11,
  up_to_date = 12,
  diff = 13,
  trunc = 14,
  snap = 15,
  observer_info = 16,
  leader_info = 17,
  ack_epoch = 18,
};
/// "PROPOSAL", as ZooKeeper's own documents write it.
std::string_view name_of(PacketType type);

/// A client's request on its way from the server it is connected to, to the leader. Source: Z-BC-1.
struct ForwardedRequest {
  SessionId session;
  Identities identities;  // of the client, for access lists
  OpCode op{};            // create_session, close_session, or that of `request`
  Duration timeout{};     // create_session: as negotiated
  Request request;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("identities", identities);
    io("op", op);
    io("timeout", timeout);
    io("request", request);
  }
};

/// A session that a learner has heard from since the leader's last PING. Source: Z-SE-5.
struct SessionTouch {
  SessionId session;
  Duration timeout{};
  bool operator==(const SessionTouch&) const = default;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("timeout", timeout);
  }
};

/// One packet. `zxid` by type: FOLLOWERINFO and OBSERVERINFO acceptedEpoch<<32, LEADERINFO,
/// NEWLEADER and UPTODATE epoch<<32, ACKEPOCH the last logged one, DIFF, TRUNC and SNAP as in
/// Z-SY-3, PROPOSAL, ACK, COMMIT and INFORM the transaction's, PING the last proposed one. Which
/// other fields count depends on the type.
struct QuorumPacket {
  PacketType type{};
  Zxid zxid;
  ServerId sid;                       // FOLLOWERINFO, OBSERVERINFO: the sender
  std::int64_t epoch = 0;             // ACKEPOCH: the sender's currentEpoch, or -1 (Z-DI-5)
  Transaction transaction;            // PROPOSAL, INFORM
  ForwardedRequest forwarded;         // REQUEST
  std::vector<SessionTouch> touches;  // PING from a learner
  SessionId session;                  // REVALIDATE, SYNC
  std::int32_t xid = 0;               // SYNC: the client's request
  Duration timeout{};                 // REVALIDATE
  bool is_valid = false;              // REVALIDATE from the leader
  Bytes snapshot;                     // SNAP: the whole state, as in a snapshot file (Z-SY-5)

  template <class Io>
  void io(Io& io) {
    io("type", type);
    io("zxid", zxid);
    switch (type) {
      case PacketType::follower_info:
      case PacketType::observer_info:
        io("sid", sid);
        break;
      case PacketType::ack_epoch:
        io("epoch", epoch);
        break;
      case PacketType::proposal:
      case PacketType::inform:
        io("transaction", transaction);
        break;
      case PacketType::request:
        io("request", forwarded);
        break;
      case PacketType::ping:
        io("touches", touches);
        break;
      case PacketType::revalidate:
        io("session", session);
        io("timeout", timeout);
        io("isValid", is_valid);
        break;
      case PacketType::sync:
        io("session", session);
        io("xid", xid);
        break;
      case PacketType::snap:
        io("snapshot", snapshot);
        break;
      default:
        break;
    }
  }
};

}  // namespace logquake::zookeeper
