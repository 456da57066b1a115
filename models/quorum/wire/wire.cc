#include "models/quorum/wire/wire.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/wire/jute.h"

namespace logquake::zookeeper {
namespace {

constexpr OpCode no_op = OpCode::error;  // the type of an end header and of a failed member

// Before each member of a multi, of a request and of a reply alike, and after the last (Z-WP-12).
struct MultiHeader {
  OpCode type = no_op;
  bool done = true;
  std::int32_t err = -1;
  template <class Io>
  void io(Io& io) {
    io("type", type);
    io("done", done);
    io("err", err);
  }
};

// The codecs below describe each body once, for a reader and a writer.
//
// What may be null on the wire but not in our types is read as empty: vectors (Z-WP-2) and the
// strings of reconfig. A null path stays an error (Z-DM-2).
template <class T>
void vector_io(JuteWriter& out, std::vector<T>& values) {
  out.put(values);
}
template <class T>
void vector_io(JuteReader& in, std::vector<T>& values) {
  std::int32_t count = 0;
  in.get(count);
  values.clear();
  if (count < -1) in.fail();
  for (; count > 0 && !in.failed(); --count) in.get(values.emplace_back());
}

// Whether the body is known at all.
template <class Io>
bool request_body_io(Io& io, Operation& operation) {
  switch (operation.op) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      io("path", operation.path);
      io("data", operation.data);
      vector_io(io, operation.acl);
      io("flags", operation.flags);
      if (operation.op == OpCode::create_ttl) io("ttl", operation.ttl);
      return true;
    case OpCode::remove:
    case OpCode::check:
      io("path", operation.path);
      io("version", operation.version);
      return true;
    case OpCode::set_data:
      io("path", operation.path);
      io("data", operation.data);
      io("version", operation.version);
      return true;
    case OpCode::set_acl:
      io("path", operation.path);
      vector_io(io, operation.acl);
      io("version", operation.version);
      return true;
    case OpCode::exists:
    case OpCode::get_data:
    case OpCode::get_children:
    case OpCode::get_children2:
      io("path", operation.path);
      io("watch", operation.watch);
      return true;
    case OpCode::get_acl:
    case OpCode::sync:
    case OpCode::get_ephemerals:
    case OpCode::get_all_children_number:
      io("path", operation.path);
      return true;
    case OpCode::check_watches:
    case OpCode::remove_watches:
    case OpCode::add_watch:
      io("path", operation.path);
      io("mode or type", operation.flags);
      return true;
    case OpCode::delete_container:
      io("path", operation.path);
      return true;
    case OpCode::reconfig: {
      Data members;
      std::int64_t configuration = -1;
      io("joiningServers", members);
      io("leavingServers", members);
      io("newMembers", members);
      io("curConfigId", configuration);
      return true;
    }
    case OpCode::ping:
    case OpCode::who_am_i:
    case OpCode::close_session:
      return true;
    default:
      return false;
  }
}

template <class Io>
void watch_list_io(Io& io, WatchList& watches, bool with_lasting) {
  io("relativeZxid", watches.relative_zxid);
  vector_io(io, watches.data);
  vector_io(io, watches.exist);
  vector_io(io, watches.child);
  if (!with_lasting) return;
  vector_io(io, watches.persistent);
  vector_io(io, watches.recursive);
}

template <class Io>
void auth_io(Io& io, Credentials& credentials) {
  std::int32_t type = 0;
  io("type", type);
  io("scheme", credentials.scheme);
  io("auth", credentials.token);
}

bool is_multi(OpCode op) { return op == OpCode::multi || op == OpCode::multi_read; }

void write_members(JuteWriter& out, std::vector<Operation> members) {
  for (auto& member : members) {
    out.put(MultiHeader{member.op, false, -1});
    request_body_io(out, member);
  }
  out.put(MultiHeader());
}

void read_members(JuteReader& in, std::vector<Operation>& members) {
  for (;;) {
    MultiHeader header;
    in.get(header);
    if (in.failed() || header.done) return;
    auto& member = members.emplace_back();
    member.op = header.type;
    if (!request_body_io(in, member)) in.fail();
  }
}

void members_io(JuteWriter& out, Request& request) { write_members(out, request.members); }
void members_io(JuteReader& in, Request& request) { read_members(in, request.members); }

template <class Io>
void body_io(Io& io, Request& request) {
  switch (request.op()) {
    case OpCode::multi:
    case OpCode::multi_read:
      return members_io(io, request);
    case OpCode::set_watches:
    case OpCode::set_watches2:
      return watch_list_io(io, request.watches, request.op() == OpCode::set_watches2);
    case OpCode::auth:
      return auth_io(io, request.credentials);
    case OpCode::sasl:
      io("token", request.credentials.token);
      return;
    default:
      request_body_io(io, request.operation);
  }
}

template <class Io>
void stat_io(Io& io, std::optional<Stat>& stat) {
  if (!stat) stat.emplace();  // a reader's; a writer without one sends zeroes
  io("stat", *stat);
}

template <class Io>
void result_body_io(Io& io, OperationResult& result) {
  switch (result.op) {
    case OpCode::create:
    case OpCode::sync:
      io("path", result.path);
      return;
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      io("path", result.path);
      stat_io(io, result.stat);
      return;
    case OpCode::exists:
    case OpCode::set_data:
    case OpCode::set_acl:
      stat_io(io, result.stat);
      return;
    case OpCode::get_data:
      io("data", result.data);
      stat_io(io, result.stat);
      return;
    case OpCode::get_acl:
      vector_io(io, result.acl);
      stat_io(io, result.stat);
      return;
    case OpCode::get_children:
    case OpCode::get_ephemerals:
      vector_io(io, result.names);
      return;
    case OpCode::get_children2:
      vector_io(io, result.names);
      stat_io(io, result.stat);
      return;
    case OpCode::get_all_children_number: {
      auto number = static_cast<std::int32_t>(result.number);
      io("totalNumber", number);
      result.number = number;
      return;
    }
    case OpCode::who_am_i:
      vector_io(io, result.identities);
      return;
    case OpCode::sasl: {
      Data token;
      io("token", token);
      return;
    }
    case OpCode::add_watch: {
      std::int32_t err = 0;
      io("err", err);
      return;
    }
    default:
      return;
  }
}

void write_results(JuteWriter& out, std::vector<OperationResult> results, OpCode op) {
  // One that failed turns every result of a multi into an error (Z-MU-3), in a multiRead only its
  // own (Z-MU-6).
  const bool all_failed =
      op == OpCode::multi &&
      !std::all_of(results.begin(), results.end(), [](const auto& result) { return result.ok(); });
  for (auto& result : results) {
    if (all_failed || !result.ok()) {
      const auto code = static_cast<std::int32_t>(result.error);
      out.put(MultiHeader{no_op, false, code});
      out.put(code);
      continue;
    }
    result.op = member_type(result);
    out.put(MultiHeader{result.op, false, 0});
    result_body_io(out, result);
  }
  out.put(MultiHeader());
}

void read_results(JuteReader& in, std::vector<OperationResult>& results) {
  for (;;) {
    MultiHeader header;
    in.get(header);
    if (in.failed() || header.done) return;
    auto& result = results.emplace_back();
    result.op = header.type;
    if (header.type == no_op) {
      in.get(result.error);
    } else {
      result_body_io(in, result);
    }
  }
}

template <class T>
std::optional<T> if_read(const JuteReader& in, T value) {
  if (in.failed()) return std::nullopt;
  return value;
}

struct ReplyHeader {
  std::int32_t xid = 0;
  Zxid zxid;
  ErrorCode error{};
  template <class Io>
  void io(Io& io) {
    io("xid", xid);
    io("zxid", zxid);
    io("err", error);
  }
};

constexpr std::int32_t protocol_version = 0;

}  // namespace

// ---- frames ----

Bytes framed(ByteView body) {
  JuteWriter out;
  out.put(static_cast<std::int32_t>(body.size()));
  auto bytes = std::move(out).take();
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

void FrameReader::append(ByteView bytes) {
  if (start_ > 0) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
  }
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
}

std::optional<Bytes> FrameReader::next() {
  const auto rest = ByteView(waiting_).subspan(start_);
  JuteReader in(rest);
  std::int32_t length = 0;
  in.get(length);
  if (broken_ || in.failed()) return std::nullopt;
  if (length < 0 || length > most_bytes_) {
    broken_ = true;
    return std::nullopt;
  }
  const auto body = rest.subspan(in.position());
  if (body.size() < static_cast<std::size_t>(length)) return std::nullopt;
  start_ += in.position() + static_cast<std::size_t>(length);
  return Bytes(body.begin(), body.begin() + length);
}

// ---- the handshake ----

Bytes encode(const ConnectFrame& frame) {
  JuteWriter out;
  out.put(protocol_version);
  out.put(frame.request.last_zxid_seen);
  out.put(frame.request.timeout);
  out.put(frame.request.session);
  out.put(frame.request.password);
  if (frame.read_only) out.put(*frame.read_only);
  return std::move(out).take();
}

std::optional<ConnectFrame> decode_connect_request(ByteView body) {
  JuteReader in(body);
  std::int32_t version = 0;
  in.get(version);
  ConnectFrame frame;
  in.get(frame.request.last_zxid_seen);
  in.get(frame.request.timeout);
  in.get(frame.request.session);
  in.get(frame.request.password);
  if (in.position() < body.size()) in.get(frame.read_only.emplace());
  frame.request.read_only = frame.read_only.value_or(false);
  return if_read(in, std::move(frame));
}

Bytes encode(const ConnectResponse& response, bool with_read_only) {
  JuteWriter out;
  out.put(protocol_version);
  out.put(response.timeout);
  out.put(response.session);
  out.put(response.password);
  if (with_read_only) out.put(response.read_only);
  return std::move(out).take();
}

std::optional<ConnectResponse> decode_connect_response(ByteView body) {
  JuteReader in(body);
  std::int32_t version = 0;
  in.get(version);
  ConnectResponse response;
  in.get(response.timeout);
  in.get(response.session);
  in.get(response.password);
  if (in.position() < body.size()) in.get(response.read_only);
  return if_read(in, std::move(response));
}

// ---- requests ----

Bytes encode(const Request& request) {
  JuteWriter out;
  out.put(request.xid);
  out.put(request.op());
  if (!request.undecodable) {
    auto copy = request;  // one description for reading and writing: it takes what it may change
    body_io(out, copy);
  }
  return std::move(out).take();
}

std::optional<Request> decode_request(ByteView body) {
  JuteReader in(body);
  Request request;
  in.get(request.xid);
  in.get(request.operation.op);
  if (in.failed()) return std::nullopt;
  body_io(in, request);
  if (!in.failed()) return request;
  Request header;
  header.xid = request.xid;
  header.operation.op = request.op();
  header.undecodable = true;
  return header;
}

// ---- replies and events ----

Bytes encode(const Reply& reply, OpCode op) {
  JuteWriter out;
  out.put(ReplyHeader{reply.xid, reply.zxid, reply.error});
  if (reply.error == ErrorCode::ok) {
    if (is_multi(op)) {
      write_results(out, reply.members, op);
    } else {
      auto result = reply.result;
      result.op = op;
      result_body_io(out, result);
    }
  }
  return std::move(out).take();
}

Bytes encode(const WatchEvent& event) {
  JuteWriter out;
  out.put(ReplyHeader{xid::notification, Zxid(-1), ErrorCode::ok});  // Z-WT-11
  out.put(event);
  return std::move(out).take();
}

std::optional<ServerMessage> decode_server_message(ByteView body, OpCode op) {
  JuteReader in(body);
  ReplyHeader header;
  in.get(header);
  if (header.xid == xid::notification) {
    WatchEvent event;
    in.get(event);
    return if_read<ServerMessage>(in, std::move(event));
  }
  Reply reply;
  reply.xid = header.xid;
  reply.zxid = header.zxid;
  reply.error = header.error;
  reply.result.op = op;
  reply.result.error = header.error;
  if (reply.error == ErrorCode::ok) {
    if (is_multi(op)) {
      read_results(in, reply.members);
    } else {
      result_body_io(in, reply.result);
    }
  }
  return if_read<ServerMessage>(in, std::move(reply));
}

}  // namespace logquake::zookeeper
