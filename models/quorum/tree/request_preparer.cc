#include "models/quorum/tree/request_preparer.h"

#include <utility>

#include "models/quorum/wire/path.h"

namespace logquake::zookeeper {
namespace {

bool is_create(OpCode op) {
  return op == OpCode::create || op == OpCode::create2 || op == OpCode::create_container ||
         op == OpCode::create_ttl;
}

bool may_be_member(OpCode op) {
  return is_create(op) || op == OpCode::remove || op == OpCode::set_data || op == OpCode::check;
}

Change refusal(OpCode asked, ErrorCode error) {
  Change change;
  change.asked = asked;
  change.error = error;
  return change;
}

Change change_of(OpCode op, const Operation& asked, std::string path) {
  Change change;
  change.op = op;
  change.asked = asked.op;
  change.path = std::move(path);
  return change;
}

bool has_expected(std::int32_t expected, std::int32_t version) {
  return expected == any_version || expected == version;
}

// Whether the operation, outside a multi, may have the flags. Source: Z-DM-23.
bool belong_together(OpCode op, CreateMode mode) {
  if (op == OpCode::create_container) return mode == CreateMode::container;
  if (op == OpCode::create_ttl) return has_ttl(mode);
  return mode != CreateMode::container && !has_ttl(mode);
}

// Inside a multi the flags alone decide (Z-ER-9); but only createTTL brings a time to live.
ErrorCode judge_flags(const Operation& operation, bool in_multi, bool extended_types) {
  if (operation.flags < 0 || operation.flags > 6) return ErrorCode::bad_arguments;
  const auto mode = static_cast<CreateMode>(operation.flags);
  // A member of another type has no room for the time: it cannot even be decoded (Z-MU-1).
  if (in_multi && has_ttl(mode) && operation.op != OpCode::create_ttl)
    return ErrorCode::marshalling_error;
  if (has_ttl(mode) && !extended_types) return ErrorCode::unimplemented;
  if (!in_multi && !belong_together(operation.op, mode)) return ErrorCode::bad_arguments;
  if (!has_ttl(mode)) return ErrorCode::ok;
  const auto ttl = operation.op == OpCode::create_ttl ? operation.ttl : 0;
  return ttl >= 1 && ttl <= longest_ttl ? ErrorCode::ok : ErrorCode::bad_arguments;
}

}  // namespace

bool consumes_zxid(const Request& request) {
  return is_write(request.op()) && !(request.undecodable && request.op() == OpCode::reconfig);
}

RequestPreparer::RequestPreparer(const ZnodeTree& tree, PreparerSettings settings, Zxid last)
    : settings_(settings), pending_(tree), last_(last) {}

Transaction RequestPreparer::start(const Caller& caller, std::int32_t cxid, OpCode op) {
  Transaction transaction;
  transaction.session = caller.session;
  transaction.cxid = cxid;
  last_ = zxid_after(last_, settings_.counter_limit);
  transaction.zxid = last_;
  transaction.time = caller.time;
  transaction.op = op;
  return transaction;
}

Transaction RequestPreparer::prepare(const Caller& caller, const Request& request) {
  auto transaction = start(caller, request.xid, request.op());
  if (const auto error = judge_body(caller, request); error != ErrorCode::ok) {
    transaction.op = OpCode::error;
    transaction.changes.push_back(refusal(request.op(), error));
    return transaction;
  }
  if (request.op() == OpCode::multi) {
    prepare_multi(caller, request, transaction);
    return transaction;
  }
  auto verdict = judge(caller, request.operation, transaction.zxid, false);
  transaction.changes.push_back(verdict.error == ErrorCode::ok
                                    ? std::move(verdict.change)
                                    : refusal(request.op(), verdict.error));
  return transaction;
}

// Creates and multis are decoded before the session is looked at (Z-ER-3), the others after.
ErrorCode RequestPreparer::judge_body(const Caller& caller, const Request& request) {
  if (!request.undecodable) return ErrorCode::ok;
  const bool is_decoded_first = is_create(request.op()) || request.op() == OpCode::multi;
  if (!is_decoded_first && caller.session_error != ErrorCode::ok) return caller.session_error;
  return ErrorCode::marshalling_error;
}

Transaction RequestPreparer::prepare_new_session(const Caller& caller, std::int64_t timeout_ms) {
  auto transaction = start(caller, 0, OpCode::create_session);
  Change change;
  change.op = change.asked = OpCode::create_session;
  change.timeout = timeout_ms;
  transaction.changes.push_back(std::move(change));
  return transaction;
}

Transaction RequestPreparer::prepare_close(const Caller& caller, std::int32_t cxid) {
  auto transaction = start(caller, cxid, OpCode::close_session);
  Change change;
  change.op = change.asked = OpCode::close_session;
  if (!settings_.close_leaves_ephemerals) {
    for (const auto& path : pending_.ephemerals_of(caller.session)) change.paths.push_back(path);
  }
  for (const auto& path : change.paths)
    note_removed(path, transaction.zxid, !settings_.close_keeps_child_count);
  transaction.changes.push_back(std::move(change));
  return transaction;
}

void RequestPreparer::prepare_multi(const Caller& caller, const Request& request,
                                    Transaction& transaction) {
  const auto refuse_the_whole = [&] {  // with an error in the header (Z-MU-1)
    transaction.op = OpCode::error;
    transaction.changes = {refusal(OpCode::multi, ErrorCode::marshalling_error)};
  };
  for (const auto& member : request.members) {
    if (!may_be_member(member.op)) return refuse_the_whole();
  }
  std::size_t failed = request.members.size();
  ErrorCode error{};
  for (std::size_t i = 0; i < request.members.size(); ++i) {
    auto verdict = judge(caller, request.members[i], transaction.zxid, true);
    if (verdict.error != ErrorCode::ok) {
      failed = i;
      error = verdict.error;
      break;
    }
    transaction.changes.push_back(std::move(verdict.change));
  }
  if (failed == request.members.size()) return;
  pending_.roll_back(transaction.zxid);
  if (error == ErrorCode::marshalling_error) return refuse_the_whole();
  transaction.changes.clear();
  for (std::size_t i = 0; i < request.members.size(); ++i) {  // Z-MU-3
    auto code = i < failed ? ErrorCode::ok : ErrorCode::runtime_inconsistency;
    if (i == failed) code = error;
    transaction.changes.push_back(refusal(request.members[i].op, code));
  }
}

RequestPreparer::Verdict RequestPreparer::judge(const Caller& caller, const Operation& operation,
                                                Zxid zxid, bool in_multi) {
  if (is_create(operation.op)) return judge_create(caller, operation, zxid, in_multi);
  if (operation.op == OpCode::delete_container)
    return judge_remove_container(caller, operation, zxid);
  if (caller.session_error != ErrorCode::ok) return {caller.session_error, {}};
  switch (operation.op) {
    case OpCode::remove:
      return judge_remove(caller, operation, zxid);
    case OpCode::set_data:
      return judge_set_data(caller, operation, zxid);
    case OpCode::set_acl:
      return judge_set_acl(caller, operation, zxid);
    case OpCode::check:
      return judge_check(caller, operation);
    case OpCode::reconfig:
      return {ErrorCode::reconfig_disabled, {}};  // Z-DM-17
    default:
      return {ErrorCode::unimplemented, {}};
  }
}

RequestPreparer::Verdict RequestPreparer::judge_create(const Caller& caller,
                                                       const Operation& operation, Zxid zxid,
                                                       bool in_multi) {
  const auto flags = judge_flags(operation, in_multi, settings_.extended_types);
  if (flags != ErrorCode::ok) return {flags, {}};
  if (caller.session_error != ErrorCode::ok) return {caller.session_error, {}};
  if (!is_path_like(operation.path)) return {ErrorCode::bad_arguments, {}};
  auto acl = operation.acl;
  if (!settle_acl(acl, caller.identities)) return {ErrorCode::invalid_acl, {}};
  const std::string parent_path(parent_of(operation.path));
  auto parent = pending_.outlook(parent_path);
  if (!parent.exists) return {ErrorCode::no_node, {}};
  if (!allows(parent.acl, permission::create, caller.identities)) return {ErrorCode::no_auth, {}};
  const auto mode = static_cast<CreateMode>(operation.flags);
  const auto path =
      is_sequential(mode) ? with_sequence(operation.path, parent.children_created) : operation.path;
  if (!is_valid_path(path)) return {ErrorCode::bad_arguments, {}};
  if (pending_.outlook(path).exists) return {ErrorCode::node_exists, {}};
  if (parent.is_ephemeral()) return {ErrorCode::no_children_for_ephemerals, {}};

  auto change = change_of(OpCode::create, operation, path);
  if (in_multi && settings_.multi_create_without_stat) change.asked = OpCode::create;
  change.data = operation.data;
  change.acl = acl;
  if (is_ephemeral(mode)) change.owner = caller.session;
  if (mode == CreateMode::container) change.owner = container_owner;
  if (has_ttl(mode)) change.ttl = operation.ttl;
  change.counter = parent.children_created + 1;
  parent.children_created = change.counter;
  ++parent.num_children;
  pending_.note(parent_path, zxid, std::move(parent));
  NodeOutlook node;
  node.exists = true;
  node.owner = change.owner;
  node.ttl = change.ttl;
  node.acl = std::move(acl);
  pending_.note(path, zxid, std::move(node));
  return {ErrorCode::ok, std::move(change)};
}

RequestPreparer::Verdict RequestPreparer::judge_remove(const Caller& caller,
                                                       const Operation& operation, Zxid zxid) {
  const auto& path = operation.path;
  if (!is_path_like(path) || is_built_in(path)) return {ErrorCode::bad_arguments, {}};
  const auto parent = pending_.outlook(parent_of(path));
  if (!parent.exists) return {ErrorCode::no_node, {}};
  if (!allows(parent.acl, permission::remove, caller.identities)) return {ErrorCode::no_auth, {}};
  const auto node = pending_.outlook(path);
  if (!node.exists) return {ErrorCode::no_node, {}};
  if (!has_expected(operation.version, node.version)) return {ErrorCode::bad_version, {}};
  if (node.num_children > 0) return {ErrorCode::not_empty, {}};
  note_removed(path, zxid, true);
  return {ErrorCode::ok, change_of(OpCode::remove, operation, path)};
}

RequestPreparer::Verdict RequestPreparer::judge_remove_container(const Caller& caller,
                                                                 const Operation& operation,
                                                                 Zxid zxid) {
  if (caller.session != SessionId()) return {ErrorCode::bad_arguments, {}};  // internal (Z-ER-7)
  const auto node = pending_.outlook(operation.path);
  if (!node.exists) return {ErrorCode::no_node, {}};
  if (node.num_children > 0) return {ErrorCode::not_empty, {}};
  if (node.owner != container_owner && node.ttl == 0) return {ErrorCode::bad_version, {}};
  note_removed(operation.path, zxid, true);
  return {ErrorCode::ok, change_of(OpCode::remove, operation, operation.path)};
}

RequestPreparer::Verdict RequestPreparer::judge_set_data(const Caller& caller,
                                                         const Operation& operation, Zxid zxid) {
  if (!is_valid_path(operation.path)) return {ErrorCode::bad_arguments, {}};
  auto node = pending_.outlook(operation.path);
  if (!node.exists) return {ErrorCode::no_node, {}};
  if (!allows(node.acl, permission::write, caller.identities)) return {ErrorCode::no_auth, {}};
  if (!has_expected(operation.version, node.version)) return {ErrorCode::bad_version, {}};
  auto change = change_of(OpCode::set_data, operation, operation.path);
  change.data = operation.data;
  change.version = ++node.version;
  pending_.note(operation.path, zxid, std::move(node));
  return {ErrorCode::ok, std::move(change)};
}

RequestPreparer::Verdict RequestPreparer::judge_set_acl(const Caller& caller,
                                                        const Operation& operation, Zxid zxid) {
  if (!is_valid_path(operation.path)) return {ErrorCode::bad_arguments, {}};
  auto acl = operation.acl;
  if (!settle_acl(acl, caller.identities)) return {ErrorCode::invalid_acl, {}};
  auto node = pending_.outlook(operation.path);
  if (!node.exists) return {ErrorCode::no_node, {}};
  if (!allows(node.acl, permission::admin, caller.identities)) return {ErrorCode::no_auth, {}};
  if (!has_expected(operation.version, node.aversion)) return {ErrorCode::bad_version, {}};
  auto change = change_of(OpCode::set_acl, operation, operation.path);
  change.version = ++node.aversion;
  node.acl = acl;
  change.acl = std::move(acl);
  pending_.note(operation.path, zxid, std::move(node));
  return {ErrorCode::ok, std::move(change)};
}

RequestPreparer::Verdict RequestPreparer::judge_check(const Caller& caller,
                                                      const Operation& operation) {
  if (!is_valid_path(operation.path)) return {ErrorCode::bad_arguments, {}};
  const auto node = pending_.outlook(operation.path);
  if (!node.exists) return {ErrorCode::no_node, {}};
  if (!allows(node.acl, permission::read, caller.identities)) return {ErrorCode::no_auth, {}};
  if (!has_expected(operation.version, node.version)) return {ErrorCode::bad_version, {}};
  auto change = change_of(OpCode::check, operation, operation.path);
  change.version = node.version;
  return {ErrorCode::ok, std::move(change)};
}

void RequestPreparer::note_removed(const std::string& path, Zxid zxid, bool lowers_parent) {
  pending_.note(path, zxid, {});
  const std::string parent_path(parent_of(path));
  auto parent = pending_.outlook(parent_path);
  if (lowers_parent) --parent.num_children;
  pending_.note(parent_path, zxid, std::move(parent));
}

}  // namespace logquake::zookeeper
