// What clients ask and what they are told, as they see it: what the promises to clients (Z-INV-16
// to Z-INV-20, 23) are judged by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/wire/messages.h"
#include "sim/trace/fact.h"

namespace logquake::zookeeper {

/// One write of a multi, or the request itself.
struct AskedOperation {
  OpCode op{};
  std::string path;
  std::string data;  // its first 200 bytes
  std::int32_t flags = 0;
  std::int32_t version = any_version;
  template <class Io>
  void io(Io& io) {
    io("op", op);
    io("path", path);
    io("data", data);
    io("flags", flags);
    io("version", version);
  }
};

/// A client has sent a request: from here on it may take effect.
struct RequestSent {
  static constexpr std::string_view kind = "zookeeper.request-sent";
  static constexpr sim::Level level = sim::Level::trace;
  SessionId session;
  std::int32_t xid = 0;
  OpCode op{};
  std::string path;
  bool watch = false;
  std::string data;  // its first 200 bytes
  std::int32_t flags = 0;
  std::int32_t version = any_version;
  std::vector<AskedOperation> members;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("xid", xid);
    io("op", op);
    io("path", path);
    io("watch", watch);
    io("data", data);
    io("flags", flags);
    io("version", version);
    io("members", members);
  }
};

/// What became of one member of a multi.
struct AnsweredMember {
  ErrorCode error{};
  std::string path;           // of creates: the final name
  std::int32_t version = -1;  // of what has a Stat: afterwards
  template <class Io>
  void io(Io& io) {
    io("error", error);
    io("path", path);
    io("version", version);
  }
};

/// A client has taken the reply to one of its requests, on the connection that it holds for its
/// current one.
struct ReplyReceived {
  static constexpr std::string_view kind = "zookeeper.reply-received";
  static constexpr sim::Level level = sim::Level::trace;
  SessionId session;
  std::int32_t xid = 0;
  OpCode op{};
  std::string path;  // as asked
  bool watch = false;
  Zxid zxid;
  ErrorCode error{};
  std::string created;                   // the final name of a create
  std::string data;                      // its first 200 bytes
  std::int64_t data_bytes = 0;           // all of it
  std::optional<Stat> stat;              // where the reply has one
  std::optional<std::int64_t> children;  // how many, of a list
  std::uint64_t children_digest = 0;     // digest_of() their names
  std::vector<AnsweredMember> members;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("xid", xid);
    io("op", op);
    io("path", path);
    io("watch", watch);
    io("zxid", zxid);
    io("error", error);
    io("created", created);
    io("data", data);
    io("data_bytes", data_bytes);
    io("stat", stat);
    io("children", children);
    io("children_digest", children_digest);
    io("members", members);
  }
};

/// A reply came whose turn it was not. Source: Z-WP-14.
struct ReplyOutOfOrder {
  static constexpr std::string_view kind = "zookeeper.reply-out-of-order";
  static constexpr sim::Level level = sim::Level::debug;
  SessionId session;
  std::int32_t xid = 0;
  std::int32_t expected = 0;  // zero: none was awaited
  ErrorCode error{};
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("xid", xid);
    io("expected", expected);
    io("error", error);
  }
};

/// No reply will come: of a write nobody knows whether it has happened or still will. Source:
/// Z-RC-1, Z-SE-26.
struct RequestLost {
  static constexpr std::string_view kind = "zookeeper.request-lost";
  static constexpr sim::Level level = sim::Level::debug;
  SessionId session;
  std::int32_t xid = 0;
  OpCode op{};
  std::string path;
  ErrorCode error{};  // what the caller is told
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("xid", xid);
    io("op", op);
    io("path", path);
    io("error", error);
  }
};

/// A watch event has come to a client.
struct EventReceived {
  static constexpr std::string_view kind = "zookeeper.event-received";
  static constexpr sim::Level level = sim::Level::trace;
  SessionId session;
  EventType type{};
  std::string path;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("type", type);
    io("path", path);
  }
};

RequestSent sent_fact(SessionId session, const Request& request);
ReplyReceived received_fact(SessionId session, const Request& request, const Reply& reply);
/// Of the names of children, whatever their order.
std::uint64_t digest_of(std::vector<std::string> names);

}  // namespace logquake::zookeeper
