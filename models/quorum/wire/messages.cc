#include "models/quorum/wire/messages.h"

#include <string>
#include <vector>

namespace logquake::zookeeper {
namespace {

std::int64_t text_bytes(const std::string& text) {
  return 4 + static_cast<std::int64_t>(text.size());
}

std::int64_t body_bytes(const Operation& operation) {
  const auto path = text_bytes(operation.path);
  const auto data = operation.data ? text_bytes(*operation.data) : 4;
  std::int64_t acl = 4;
  for (const auto& entry : operation.acl)
    acl += 4 + text_bytes(entry.scheme) + text_bytes(entry.id);
  switch (operation.op) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
      return path + data + acl + 4;
    case OpCode::create_ttl:
      return path + data + acl + 4 + 8;
    case OpCode::set_data:
      return path + data + 4;
    case OpCode::set_acl:
      return path + acl + 4;
    case OpCode::remove:
    case OpCode::check:
    case OpCode::check_watches:
    case OpCode::remove_watches:
    case OpCode::add_watch:
      return path + 4;
    case OpCode::exists:
    case OpCode::get_data:
    case OpCode::get_children:
    case OpCode::get_children2:
      return path + 1;
    case OpCode::ping:
    case OpCode::who_am_i:
    case OpCode::close_session:
      return 0;
    default:
      return path;
  }
}

std::int64_t watch_list_bytes(const Request& request) {
  const auto& watches = request.watches;
  std::vector lists{&watches.data, &watches.exist, &watches.child};
  if (request.op() == OpCode::set_watches2) {
    lists.push_back(&watches.persistent);
    lists.push_back(&watches.recursive);
  }
  std::int64_t bytes = 8;  // the relative zxid
  for (const auto* list : lists) {
    bytes += 4;
    for (const auto& path : *list) bytes += text_bytes(path);
  }
  return bytes;
}

}  // namespace

std::int64_t frame_bytes(const Request& request) {
  constexpr std::int64_t request_header = 8;  // xid and op
  constexpr std::int64_t multi_header = 9;    // type, done, err (Z-WP-12)
  auto bytes = request_header;
  if (request.op() == OpCode::multi || request.op() == OpCode::multi_read) {
    for (const auto& member : request.members) bytes += multi_header + body_bytes(member);
    return bytes + multi_header;
  }
  if (request.op() == OpCode::set_watches || request.op() == OpCode::set_watches2)
    return bytes + watch_list_bytes(request);
  if (request.op() == OpCode::auth)
    return bytes + 4 + text_bytes(request.credentials.scheme) +
           text_bytes(request.credentials.token);
  if (request.op() == OpCode::sasl) return bytes + text_bytes(request.credentials.token);
  return bytes + body_bytes(request.operation);
}

}  // namespace logquake::zookeeper
