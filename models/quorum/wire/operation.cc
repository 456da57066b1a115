#include "models/quorum/wire/operation.h"

#include <utility>

namespace logquake::zookeeper {

std::string_view name_of(OpCode op) {
  switch (op) {
    using enum OpCode;
    case notification:
      return "notification";
    case create:
      return "create";
    case remove:
      return "delete";
    case exists:
      return "exists";
    case get_data:
      return "getData";
    case set_data:
      return "setData";
    case get_acl:
      return "getACL";
    case set_acl:
      return "setACL";
    case get_children:
      return "getChildren";
    case sync:
      return "sync";
    case ping:
      return "ping";
    case get_children2:
      return "getChildren2";
    case check:
      return "check";
    case multi:
      return "multi";
    case create2:
      return "create2";
    case reconfig:
      return "reconfig";
    case check_watches:
      return "checkWatches";
    case remove_watches:
      return "removeWatches";
    case create_container:
      return "createContainer";
    case delete_container:
      return "deleteContainer";
    case create_ttl:
      return "createTTL";
    case multi_read:
      return "multiRead";
    case auth:
      return "auth";
    case set_watches:
      return "setWatches";
    case sasl:
      return "sasl";
    case get_ephemerals:
      return "getEphemerals";
    case get_all_children_number:
      return "getAllChildrenNumber";
    case set_watches2:
      return "setWatches2";
    case add_watch:
      return "addWatch";
    case who_am_i:
      return "whoAmI";
    case create_session:
      return "createSession";
    case close_session:
      return "closeSession";
    case error:
      return "error";
  }
  return "unknown";
}

Operation create_op(std::string path, Data data, CreateMode mode, Acl acl) {
  Operation op;
  op.op = OpCode::create2;
  op.path = std::move(path);
  op.data = std::move(data);
  op.acl = std::move(acl);
  op.flags = static_cast<std::int32_t>(mode);
  if (mode == CreateMode::container) op.op = OpCode::create_container;
  if (has_ttl(mode)) op.op = OpCode::create_ttl;
  return op;
}

Operation create_ttl_op(std::string path, Data data, std::int64_t ttl_ms, CreateMode mode) {
  auto op = create_op(std::move(path), std::move(data), mode);
  op.ttl = ttl_ms;
  return op;
}

namespace {
Operation plain(OpCode code, std::string path) {
  Operation op;
  op.op = code;
  op.path = std::move(path);
  return op;
}
}  // namespace

Operation remove_op(std::string path, std::int32_t version) {
  auto op = plain(OpCode::remove, std::move(path));
  op.version = version;
  return op;
}

Operation set_op(std::string path, Data data, std::int32_t version) {
  auto op = plain(OpCode::set_data, std::move(path));
  op.data = std::move(data);
  op.version = version;
  return op;
}

Operation check_op(std::string path, std::int32_t version) {
  auto op = plain(OpCode::check, std::move(path));
  op.version = version;
  return op;
}

Operation get_op(std::string path, Watch watch) {
  auto op = plain(OpCode::get_data, std::move(path));
  op.watch = watch == Watch::once;
  return op;
}

Operation exists_op(std::string path, Watch watch) {
  auto op = plain(OpCode::exists, std::move(path));
  op.watch = watch == Watch::once;
  return op;
}

Operation children_op(std::string path, Watch watch) {
  auto op = plain(OpCode::get_children2, std::move(path));
  op.watch = watch == Watch::once;
  return op;
}

Operation add_watch_op(std::string path, AddWatchMode mode) {
  auto op = plain(OpCode::add_watch, std::move(path));
  op.flags = static_cast<std::int32_t>(mode);
  return op;
}

Operation remove_watches_op(std::string path, WatcherType type) {
  auto op = plain(OpCode::remove_watches, std::move(path));
  op.flags = static_cast<std::int32_t>(type);
  return op;
}

Operation check_watches_op(std::string path, WatcherType type) {
  auto op = remove_watches_op(std::move(path), type);
  op.op = OpCode::check_watches;
  return op;
}

OpCode member_type(const OperationResult& result) {
  if (!result.ok()) return OpCode::error;
  const bool is_create2 = result.op == OpCode::create_container || result.op == OpCode::create_ttl;
  return is_create2 ? OpCode::create2 : result.op;
}

bool is_write(OpCode op) {
  switch (op) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
    case OpCode::remove:
    case OpCode::delete_container:
    case OpCode::set_data:
    case OpCode::set_acl:
    case OpCode::multi:
    case OpCode::reconfig:
    case OpCode::close_session:
      return true;
    default:
      return false;
  }
}

bool is_offered(OpCode op) {
  if (is_write(op)) return true;
  switch (op) {
    case OpCode::exists:
    case OpCode::get_data:
    case OpCode::get_acl:
    case OpCode::get_children:
    case OpCode::get_children2:
    case OpCode::sync:
    case OpCode::ping:
    case OpCode::multi_read:
    case OpCode::check_watches:
    case OpCode::remove_watches:
    case OpCode::set_watches:
    case OpCode::set_watches2:
    case OpCode::add_watch:
    case OpCode::get_ephemerals:
    case OpCode::get_all_children_number:
    case OpCode::who_am_i:
      return true;
    default:
      return false;  // check alone (Z-ER-8) and internal ones too
  }
}

}  // namespace logquake::zookeeper
