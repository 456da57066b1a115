// A transaction: what a write has become after validation. It carries resulting values, never
// conditions, so that applying it is the same on every server and at every replay. Source: Z-DM-21,
// Z-ST-1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/quorum/wire/operation.h"

namespace logquake::zookeeper {

/// One step of a transaction. Which fields count depends on `op`:
/// create: path, data, acl, owner, ttl, counter; remove: path; set_data: path, data, version;
/// set_acl: path, acl, version; check: path, version; create_session: timeout;
/// close_session: paths (its ephemerals); error: error.
struct Change {
  OpCode op = OpCode::error;     // the kind of change; creates of all kinds are OpCode::create
  OpCode asked = OpCode::error;  // the operation that asked for it, which shapes the answer
  std::string path;
  Data data;
  Acl acl;
  SessionId owner;
  std::int64_t ttl = 0;      // milliseconds; zero: not limited
  std::int32_t counter = 0;  // the parent's count of creations after this one (Z-DM-8)
  std::int32_t version = 0;  // the node's version afterwards
  std::int64_t timeout = 0;  // milliseconds
  std::vector<std::string> paths;
  ErrorCode error{};

  bool operator==(const Change&) const = default;
  template <class Io>
  void io(Io& io) {
    io("op", op);
    io("asked", asked);
    switch (op) {
      case OpCode::create:
        io("path", path);
        io("data", data);
        io("acl", acl);
        io("owner", owner);
        io("ttl", ttl);
        io("counter", counter);
        break;
      case OpCode::set_data:
        io("path", path);
        io("data", data);
        io("version", version);
        break;
      case OpCode::set_acl:
        io("path", path);
        io("acl", acl);
        io("version", version);
        break;
      case OpCode::check:
        io("path", path);
        io("version", version);
        break;
      case OpCode::remove:
        io("path", path);
        break;
      case OpCode::create_session:
        io("timeout", timeout);
        break;
      case OpCode::close_session:
        io("paths", paths);
        break;
      default:
        io("error", error);
    }
  }
};

struct Transaction {
  SessionId session;
  std::int32_t cxid = 0;  // the client's request number
  Zxid zxid;
  std::int64_t time = 0;      // wall clock of the server that made it, in milliseconds
  OpCode op = OpCode::error;  // multi, or that of the only change
  std::vector<Change> changes;

  /// Whether it changes nothing but the last zxid (Z-DM-18).
  bool is_refusal() const;
  bool operator==(const Transaction&) const = default;
  /// How long it is where servers log and propose it. Source: Z-ST-1.
  std::int64_t proposal_bytes() const;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("cxid", cxid);
    io("zxid", zxid);
    io("time", time);
    io("op", op);
    io("changes", changes);
  }
};

}  // namespace logquake::zookeeper
