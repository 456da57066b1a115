// What travels between a client and a server, in both directions. Source: Z-WP-3 to Z-WP-8.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/quorum/wire/operation.h"
#include "models/quorum/wire/watch_event.h"
#include "sim/base/bytes.h"

namespace logquake::zookeeper {

/// Four letters instead of any other first message of a client; eight bytes more behind `stmk`. The
/// server answers and closes. Source: Z-4L-1, Z-4L-14.
struct FourLetterWord {
  std::string text;
  template <class Io>
  void io(Io& io) {
    io("text", text);
  }
};
struct FourLetterAnswer {
  std::string text;
  template <class Io>
  void io(Io& io) {
    io("text", text);
  }
};

/// The first message of a client. A zero session asks for a new one.
struct ConnectRequest {
  Zxid last_zxid_seen;
  std::int32_t timeout = 0;  // milliseconds
  SessionId session;
  Bytes password;
  bool read_only = false;  // a server in read-only mode will do (Z-WP-17)
  template <class Io>
  void io(Io& io) {
    io("lastZxidSeen", last_zxid_seen);
    io("timeOut", timeout);
    io("sessionId", session);
    io("passwd", password);
    io("readOnly", read_only);
  }
};

/// The answer. All zero: the session is gone, or the password wrong (Z-SE-12).
struct ConnectResponse {
  std::int32_t timeout = 0;
  SessionId session;
  Bytes password;
  bool read_only = false;  // of a server in read-only mode (Z-RD-6)
  template <class Io>
  void io(Io& io) {
    io("timeOut", timeout);
    io("sessionId", session);
    io("passwd", password);
    io("readOnly", read_only);
  }
};

/// Watches that a client held before its connection broke. Source: Z-WT-13.
struct WatchList {
  Zxid relative_zxid;
  std::vector<std::string> data;
  std::vector<std::string> exist;
  std::vector<std::string> child;
  std::vector<std::string> persistent;  // these two with setWatches2 only
  std::vector<std::string> recursive;
  bool has_lasting() const { return !persistent.empty() || !recursive.empty(); }
  template <class Io>
  void io(Io& io) {
    io("relativeZxid", relative_zxid);
    io("data", data);
    io("exist", exist);
    io("child", child);
    io("persistent", persistent);
    io("recursive", recursive);
  }
};

/// Reserved request numbers. Source: Z-WP-6.
namespace xid {
inline constexpr std::int32_t notification = -1;
inline constexpr std::int32_t ping = -2;
inline constexpr std::int32_t auth = -4;
inline constexpr std::int32_t set_watches = -8;
}  // namespace xid

/// What a client proves itself with. Source: Z-WP-7.
struct Credentials {
  std::string scheme;
  std::string token;
  template <class Io>
  void io(Io& io) {
    io("scheme", scheme);
    io("token", token);
  }
};

/// Any later message of a client: `operation` for single operations, `members` for multis,
/// `watches` for setWatches and setWatches2, `credentials` for auth and sasl.
struct Request {
  std::int32_t xid = 0;
  Operation operation;
  std::vector<Operation> members;
  WatchList watches;
  Credentials credentials;
  bool undecodable = false;  // header known, body not: cut short, or a null path (Z-ER-10, Z-DM-2)
  OpCode op() const { return operation.op; }
  template <class Io>
  void io(Io& io) {
    io("xid", xid);
    io("operation", operation);
    io("members", members);
    io("watches", watches);
    io("credentials", credentials);
    io("undecodable", undecodable);
  }
};

/// Any later message of a server but a watch event: the header, and where `error` is ok, the body.
struct Reply {
  std::int32_t xid = 0;
  Zxid zxid;  // the last one applied at the server; a write's own (Z-WP-5)
  ErrorCode error{};
  OperationResult result;
  std::vector<OperationResult> members;  // of multis
  template <class Io>
  void io(Io& io) {
    io("xid", xid);
    io("zxid", zxid);
    io("err", error);
    io("result", result);
    io("members", members);
  }
};

/// The largest frame that a server reads: jute.maxbuffer's default. A larger one closes the
/// connection. Source: Z-WP-1, Z-OBS-30.
inline constexpr std::int64_t max_frame_bytes = 0xFFFFF;
/// How long the request would be on the wire, for the bodies of Z-WP-10.
std::int64_t frame_bytes(const Request& request);

}  // namespace logquake::zookeeper
