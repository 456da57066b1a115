// Words for tests of ZAB's rules.
#pragma once

#include <string>
#include <vector>

#include "models/quorum/zab/quorum_packet.h"
#include "models/quorum/zab/zab_action.h"

namespace logquake::zookeeper::testing {

/// A transaction that carries its own number as data, so that two of one zxid can differ.
inline Transaction transaction(Zxid zxid, std::string_view data = "") {
  return {
      .zxid = zxid,
      .op = OpCode::set_data,
      .changes = {{.op = OpCode::set_data, .path = "/" + std::string(data)}},
  };
}

inline QuorumPacket packet(PacketType type, Zxid zxid) { return {.type = type, .zxid = zxid}; }
inline QuorumPacket proposal(Zxid zxid) {
  return {.type = PacketType::proposal, .zxid = zxid, .transaction = transaction(zxid)};
}
inline QuorumPacket inform(Zxid zxid) {
  return {.type = PacketType::inform, .zxid = zxid, .transaction = transaction(zxid)};
}

/// One action a line.
inline std::string lines_of(const ZabActions& actions) {
  std::string text;
  for (const auto& action : actions) text += to_string(action) + "\n";
  return text;
}

}  // namespace logquake::zookeeper::testing
