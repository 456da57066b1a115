#include "models/quorum/zab/quorum_packet.h"

namespace logquake::zookeeper {

std::string_view name_of(PacketType type) {
  switch (type) {
    case PacketType::request:
      return "REQUEST";
    case PacketType::proposal:
      return "PROPOSAL";
    case PacketType::ack:
      return "ACK";
    case PacketType::commit:
      return "COMMIT";
    case PacketType::ping:
      return "PING";
    case PacketType::revalidate:
      return "REVALIDATE";
    case PacketType::sync:
      return "SYNC";
    case PacketType::inform:
      return "INFORM";
    case PacketType::new_leader:
      return "NEWLEADER";
    case PacketType::follower_info:
      return "FOLLOWERINFO";
    case PacketType::up_to_date:
      return "UPTODATE";
    case PacketType::diff:
      return "DIFF";
    case PacketType::trunc:
      return "TRUNC";
    case PacketType::snap:
      return "SNAP";
    case PacketType::observer_info:
      return "OBSERVERINFO";
    case PacketType::leader_info:
      return "LEADERINFO";
    case PacketType::ack_epoch:
      return "ACKEPOCH";
  }
  return "unknown packet";
}

}  // namespace logquake::zookeeper
