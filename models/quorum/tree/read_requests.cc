#include "models/quorum/tree/read_requests.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace logquake::zookeeper {
namespace {

bool is_below(std::string_view path, std::string_view ancestor) {
  if (ancestor == "/") return path.size() > 1;
  return path.size() > ancestor.size() && path.substr(0, ancestor.size()) == ancestor &&
         path[ancestor.size()] == '/';
}

OperationResult refused(OpCode op, ErrorCode error) {
  OperationResult result;
  result.op = op;
  result.error = error;
  return result;
}

// exists, getData, getChildren, getChildren2: the path is not validated, a wrong one is just not
// there.
OperationResult read_node(const Reader& reader, const Operation& operation, const ZnodeTree& tree,
                          WatchTable& watches) {
  const auto op = operation.op;
  // By an empty path the root is found, but what is watched there is the empty path: it never
  // fires.
  const auto& path = operation.path;
  if (op == OpCode::exists && path.find('\0') != std::string::npos)
    return refused(op, ErrorCode::bad_arguments);  // Z-DM-2
  const auto* node = tree.find(path);
  if (op == OpCode::exists && operation.watch) watches.watch_data(reader.connection, path);
  if (node == nullptr) return refused(op, ErrorCode::no_node);
  auto result = refused(op, ErrorCode::ok);
  result.stat = node->stat();
  if (op == OpCode::exists) return result;  // needs no permission (Z-ACL-2)
  if (!allows(node->acl, permission::read, reader.identities))
    return refused(op, ErrorCode::no_auth);
  if (op == OpCode::get_data) {
    result.data = node->data;
    if (operation.watch) watches.watch_data(reader.connection, path);
    return result;
  }
  result.names.assign(node->children.begin(), node->children.end());
  if (op == OpCode::get_children) result.stat.reset();
  if (operation.watch) watches.watch_children(reader.connection, path);
  return result;
}

OperationResult read_acl(const Reader& reader, const Operation& operation, const ZnodeTree& tree) {
  const auto* node = tree.find(operation.path);
  if (node == nullptr) return refused(operation.op, ErrorCode::no_node);
  if (!allows(node->acl, permission::read | permission::admin, reader.identities))
    return refused(operation.op, ErrorCode::no_auth);
  auto result = refused(operation.op, ErrorCode::ok);
  result.acl = shown_to(reader.identities, node->acl);
  result.stat = node->stat();
  return result;
}

OperationResult count_descendants(const Reader& reader, const Operation& operation,
                                  const ZnodeTree& tree) {
  const auto* node = tree.find(operation.path);
  if (node == nullptr) return refused(operation.op, ErrorCode::no_node);
  if (!allows(node->acl, permission::read, reader.identities))
    return refused(operation.op, ErrorCode::no_auth);
  auto result = refused(operation.op, ErrorCode::ok);
  const auto path = operation.path.empty() ? std::string("/") : operation.path;
  result.number = std::count_if(tree.nodes().begin(), tree.nodes().end(), [&](const auto& entry) {
    return is_below(entry.first, path);
  });                                           // Z-WP-13
  if (operation.path.empty()) ++result.number;  // by that name the root counts itself too
  return result;
}

// The numbers on the wire are the client's own: wrong ones are told to it.
OperationResult change_watches(const Reader& reader, const Operation& operation,
                               WatchTable& watches) {
  const auto number = operation.flags;
  if (operation.op == OpCode::add_watch) {  // needs neither the node nor a permission (Z-WT-6)
    if (number < 0 || number > 1) return refused(operation.op, ErrorCode::marshalling_error);
    watches.watch_for_ever(reader.connection, operation.path, static_cast<AddWatchMode>(number));
    return refused(operation.op, ErrorCode::ok);
  }
  if (number < 1 || number > 3) return refused(operation.op, ErrorCode::marshalling_error);
  const auto type = static_cast<WatcherType>(number);
  const bool found = operation.op == OpCode::check_watches
                         ? watches.has(reader.connection, operation.path, type)
                         : watches.remove(reader.connection, operation.path, type);
  return refused(operation.op, found ? ErrorCode::ok : ErrorCode::no_watcher);
}

OperationResult tell_who(const Reader& reader) {
  auto result = refused(OpCode::who_am_i, ErrorCode::ok);
  for (const auto& identity : reader.identities)
    result.identities.push_back({identity.scheme, user_of(identity)});
  return result;
}

// Each member for itself; a wrong kind of member spoils the whole before any is read (Z-MU-6).
void read_several(const Reader& reader, const Request& request, const ZnodeTree& tree,
                  WatchTable& watches, Reply& reply) {
  for (const auto& member : request.members) {
    if (member.op == OpCode::get_data || member.op == OpCode::get_children) continue;
    reply.error = ErrorCode::marshalling_error;
    return;
  }
  for (const auto& member : request.members) {
    auto read = member;
    read.watch = false;  // a member's wish for a watch is not heard (Z-MU-6)
    auto result = read_node(reader, read, tree, watches);
    result.op = member_type(result);
    reply.members.push_back(std::move(result));
  }
}

OperationResult list_ephemerals(const Operation& operation, SessionId session,
                                const ZnodeTree& tree) {
  auto result = refused(operation.op, ErrorCode::ok);
  for (const auto& path : tree.ephemerals_of(session)) {
    if (std::string_view(path).substr(0, operation.path.size()) == operation.path)
      result.names.push_back(path);
  }
  return result;
}

}  // namespace

ReadAnswer answer_read(const Reader& reader, const Request& request, const ZnodeTree& tree,
                       WatchTable& watches) {
  ReadAnswer answer;
  auto& reply = answer.reply;
  reply.xid = request.xid;
  reply.zxid = tree.last_zxid();
  const auto& operation = request.operation;
  if (request.undecodable) {  // Z-ER-10
    reply.result = refused(operation.op, ErrorCode::marshalling_error);
    reply.error = reply.result.error;
    return answer;
  }
  switch (operation.op) {
    case OpCode::exists:
    case OpCode::get_data:
    case OpCode::get_children:
    case OpCode::get_children2:
      reply.result = read_node(reader, operation, tree, watches);
      break;
    case OpCode::get_acl:
      reply.result = read_acl(reader, operation, tree);
      break;
    case OpCode::get_all_children_number:
      reply.result = count_descendants(reader, operation, tree);
      break;
    case OpCode::get_ephemerals:
      reply.result = list_ephemerals(operation, reader.session, tree);
      break;
    case OpCode::who_am_i:
      reply.result = tell_who(reader);
      break;
    case OpCode::add_watch:
    case OpCode::check_watches:
    case OpCode::remove_watches:
      reply.result = change_watches(reader, operation, watches);
      break;
    case OpCode::multi_read:
      read_several(reader, request, tree, watches, reply);
      break;
    case OpCode::set_watches:
    case OpCode::set_watches2:
      answer.events = watches.restore(reader.connection, request.watches, tree);
      break;
    case OpCode::sync:
      reply.result.path = operation.path;  // echoed, never validated (Z-SN-2)
      break;
    default:
      break;  // ping: the header is the answer
  }
  reply.result.op = operation.op;
  if (reply.error == ErrorCode::ok) reply.error = reply.result.error;
  return answer;
}

}  // namespace logquake::zookeeper
