// The client port's bytes, and the messages that they mean. Pure, both directions, for either end:
// a gateway reads requests and writes replies, a client of a real server the other way round.
// Source: Z-WP-1 to Z-WP-14.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "models/quorum/wire/messages.h"
#include "models/quorum/wire/watch_event.h"
#include "sim/base/bytes.h"

namespace logquake::zookeeper {

/// `body` with its length before it. Source: Z-WP-1.
Bytes framed(ByteView body);

/// Puts frames together from bytes that come in any pieces.
class FrameReader {
 public:
  explicit FrameReader(std::int64_t most_bytes = max_frame_bytes) : most_bytes_(most_bytes) {}

  void append(ByteView bytes);
  /// The next whole frame without its length; nothing until more bytes have come.
  std::optional<Bytes> next();
  /// A length was negative or above the limit: what follows cannot be read, close the connection
  /// (Z-WP-1).
  bool is_broken() const { return broken_; }

 private:
  std::int64_t most_bytes_;
  Bytes waiting_;
  std::size_t start_ = 0;  // of what has not been taken yet
  bool broken_ = false;
};

/// The first frame of a client. Old clients leave the last byte out (Z-WP-3); a reader passes on to
/// the request what it says, a writer asks for it here.
struct ConnectFrame {
  ConnectRequest request;
  std::optional<bool> read_only;
};
Bytes encode(const ConnectFrame& frame);
std::optional<ConnectFrame> decode_connect_request(ByteView body);

/// Says at its end whether the server is in read-only mode, where the request had that byte, too
/// (Z-WP-4).
Bytes encode(const ConnectResponse& response, bool with_read_only);
std::optional<ConnectResponse> decode_connect_response(ByteView body);

/// A later frame of a client. Nothing where not even the header is there; a body that does not say
/// what its operation needs leaves `undecodable` and the header (Z-ER-10). Op codes that no server
/// knows are passed on (Z-ER-7).
Bytes encode(const Request& request);
std::optional<Request> decode_request(ByteView body);

/// The reply to a request of that op code; its body only where `error` is ok (Z-WP-5).
Bytes encode(const Reply& reply, OpCode op);
Bytes encode(const WatchEvent& event);
/// Whichever the server sent next; `op` is what the client's oldest unanswered request asked for.
/// Nothing where the bytes do not say.
using ServerMessage = std::variant<Reply, WatchEvent>;
std::optional<ServerMessage> decode_server_message(ByteView body, OpCode op);

}  // namespace logquake::zookeeper
