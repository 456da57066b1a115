// What ZooKeeper's servers and clients tell about themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/quorum/wire/operation.h"
#include "models/quorum/wire/watch_event.h"
#include "sim/trace/fact.h"

namespace logquake::zookeeper {

// ---- the server's life ----

/// A server has read its disk. Source: Z-ST-4.
struct ServerRecovered {
  static constexpr std::string_view kind = "zookeeper.recovered";
  static constexpr sim::Level level = sim::Level::info;
  Zxid snapshot;                   // the snapshot started from
  std::int64_t replayed = 0;       // transactions replayed above it
  std::int64_t dropped_bytes = 0;  // torn tail
  Zxid zxid;                       // the last one
  std::uint64_t digest = 0;        // of the whole state (Z-INV-9)
  template <class Io>
  void io(Io& io) {
    io("snapshot", snapshot);
    io("replayed", replayed);
    io("dropped_bytes", dropped_bytes);
    io("zxid", zxid);
    io("digest", digest);
  }
  std::string sentence() const;
};

/// A server serves clients from now on.
struct ServerStarted {
  static constexpr std::string_view kind = "zookeeper.server-started";
  static constexpr sim::Level level = sim::Level::info;
  std::string mode;  // "standalone"
  Zxid zxid;
  template <class Io>
  void io(Io& io) {
    io("mode", mode);
    io("zxid", zxid);
  }
  std::string sentence() const;
};

/// A batch of transactions is durable. Source: Z-BC-2.
struct LogSynced {
  static constexpr std::string_view kind = "zookeeper.log-synced";
  static constexpr sim::Level level = sim::Level::debug;
  Zxid zxid;  // everything up to here
  template <class Io>
  void io(Io& io) {
    io("zxid", zxid);
  }
  std::string sentence() const;
};

struct SnapshotTaken {
  static constexpr std::string_view kind = "zookeeper.snapshot-taken";
  static constexpr sim::Level level = sim::Level::debug;
  Zxid zxid;
  std::int64_t bytes = 0;
  template <class Io>
  void io(Io& io) {
    io("zxid", zxid);
    io("bytes", bytes);
  }
  std::string sentence() const;
};

// ---- sessions ----

struct SessionCreated {
  static constexpr std::string_view kind = "zookeeper.session-created";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  std::string client;  // the node that asked
  Duration timeout{};  // as negotiated
  Zxid zxid;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("client", client);
    io("timeout", timeout);
    io("zxid", zxid);
  }
  std::string sentence() const;
  std::string subject() const { return "session " + hex_of(session); }
  std::string state() const { return client.empty() ? "open" : "open, of " + client; }
};

/// A client has come back to its session on a new connection. Source: Z-SE-11.
struct SessionResumed {
  static constexpr std::string_view kind = "zookeeper.session-resumed";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  std::string client;
  Duration timeout{};
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("client", client);
    io("timeout", timeout);
  }
  std::string sentence() const;
};

/// The server has given a session up: it was silent for too long. Its close follows. Source:
/// Z-SE-8.
struct SessionExpired {
  static constexpr std::string_view kind = "zookeeper.session-expired";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  Duration timeout{};  // of its last touch
  Duration silence{};  // since its last touch, on the server's monotonic clock (Z-INV-13)
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("timeout", timeout);
    io("silence", silence);
  }
  std::string sentence() const;
  std::string subject() const { return "session " + hex_of(session); }
  std::string state() const { return "expired"; }
};

/// A session is gone, with its ephemerals. Source: Z-SE-9.
struct SessionClosed {
  static constexpr std::string_view kind = "zookeeper.session-closed";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  Zxid zxid;
  std::int64_t ephemerals = 0;   // how many were removed with it
  std::int64_t left_behind = 0;  // how many still exist: never any (Z-INV-12)
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("zxid", zxid);
    io("ephemerals", ephemerals);
    io("left_behind", left_behind);
  }
  std::string sentence() const;
  std::string subject() const { return "session " + hex_of(session); }
  std::string state() const { return "closed"; }
};

/// A connection was turned away. `why`: "session-gone", "bad-password", "ahead-of-server",
/// "too-many".
struct ConnectionRefused {
  static constexpr std::string_view kind = "zookeeper.connection-refused";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  std::string client;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("client", client);
    io("why", why);
  }
  std::string sentence() const;
};

/// A server closed its end of a session's connection. `why`: "replaced" (the client came back on
/// another), "closed" (the session is gone), "silent", "lost" (the client's end or the network
/// broke it), "refused".
struct ConnectionClosed {
  static constexpr std::string_view kind = "zookeeper.connection-closed";
  static constexpr sim::Level level = sim::Level::debug;
  SessionId session;
  std::string client;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("client", client);
    io("why", why);
  }
  std::string sentence() const;
};

// ---- znodes, as they change in the tree that is served ----

struct ZnodeCreated {
  static constexpr std::string_view kind = "zookeeper.znode-created";
  static constexpr sim::Level level = sim::Level::debug;
  std::string path;
  Zxid zxid;
  SessionId session;          // that asked
  SessionId ephemeral_owner;  // zero unless ephemeral
  std::string data;           // its first 200 bytes
  template <class Io>
  void io(Io& io) {
    io("path", path);
    io("zxid", zxid);
    io("session", session);
    io("ephemeral_owner", ephemeral_owner);
    io("data", data);
  }
  std::string sentence() const;
  std::string subject() const { return "znode " + path; }
  std::string state() const { return data.empty() ? "exists" : data; }
};

struct ZnodeChanged {
  static constexpr std::string_view kind = "zookeeper.znode-changed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string path;
  Zxid zxid;
  SessionId session;
  std::int32_t version = 0;
  std::string data;  // its first 200 bytes
  template <class Io>
  void io(Io& io) {
    io("path", path);
    io("zxid", zxid);
    io("session", session);
    io("version", version);
    io("data", data);
  }
  std::string sentence() const;
  std::string subject() const { return "znode " + path; }
  std::string state() const { return data; }
};

struct ZnodeDeleted {
  static constexpr std::string_view kind = "zookeeper.znode-deleted";
  static constexpr sim::Level level = sim::Level::debug;
  std::string path;
  Zxid zxid;
  SessionId session;  // that asked, or whose end it was
  template <class Io>
  void io(Io& io) {
    io("path", path);
    io("zxid", zxid);
    io("session", session);
  }
  std::string sentence() const;
  std::string subject() const { return "znode " + path; }
  std::string state() const { return "gone"; }
};

/// A write was refused; it used a zxid and changed nothing. Source: Z-DM-18, Z-INV-21.
struct WriteRefused {
  static constexpr std::string_view kind = "zookeeper.write-refused";
  static constexpr sim::Level level = sim::Level::debug;
  SessionId session;
  Zxid zxid;
  OpCode op{};
  std::string path;  // of the (first) member that failed
  ErrorCode error{};
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("zxid", zxid);
    io("op", op);
    io("path", path);
    io("error", error);
  }
  std::string sentence() const;
};

/// A watch event was sent to a client.
struct WatchFired {
  static constexpr std::string_view kind = "zookeeper.watch-fired";
  static constexpr sim::Level level = sim::Level::debug;
  SessionId session;
  EventType type{};
  std::string path;
  Zxid zxid;  // the last one applied
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("type", type);
    io("path", path);
    io("zxid", zxid);
  }
  std::string sentence() const;
};

// ---- clients ----

struct ClientConnected {
  static constexpr std::string_view kind = "zookeeper.client-connected";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  std::string server;
  Duration timeout{};
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("server", server);
    io("timeout", timeout);
  }
  std::string sentence() const;
};

struct ClientDisconnected {
  static constexpr std::string_view kind = "zookeeper.client-disconnected";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  std::string why;
  std::int64_t in_flight = 0;  // requests whose outcome is unknown now
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("why", why);
    io("in_flight", in_flight);
  }
  std::string sentence() const;
};

/// The client has learnt that its session is gone. Source: Z-SE-18.
struct ClientExpired {
  static constexpr std::string_view kind = "zookeeper.client-expired";
  static constexpr sim::Level level = sim::Level::info;
  SessionId session;
  template <class Io>
  void io(Io& io) {
    io("session", session);
  }
  std::string sentence() const;
};

/// A client was told that its write succeeded: from here on it must never be lost. Source: Z-INV-6.
struct WriteAcknowledged {
  static constexpr std::string_view kind = "zookeeper.write-acknowledged";
  static constexpr sim::Level level = sim::Level::debug;
  SessionId session;
  std::int32_t xid = 0;
  OpCode op{};
  std::string path;
  Zxid zxid;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("xid", xid);
    io("op", op);
    io("path", path);
    io("zxid", zxid);
  }
  std::string sentence() const;
};

}  // namespace logquake::zookeeper
