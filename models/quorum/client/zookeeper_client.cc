#include "models/quorum/client/zookeeper_client.h"

#include <utility>

#include "models/quorum/client/client_core.h"
#include "models/quorum/wire/messages.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {

ErrorCode MultiResult::code() const {
  for (const auto& result : results) {
    if (!result.ok()) return result.error;
  }
  return ErrorCode::ok;
}

ZooKeeperClient::ZooKeeperClient(sim::Node& node, ClientSettings settings, Watcher watcher)
    : core_(std::make_shared<ClientCore>(node, std::move(settings), std::move(watcher))) {
  core_->start_dispatching();
}

ZooKeeperClient::~ZooKeeperClient() { core_->abandon(); }

void ZooKeeperClient::open_session() { core_->open_session(); }

bool ZooKeeperClient::wait_until_connected(Duration timeout) {
  return core_->wait_until_connected(timeout);
}

namespace {

// What one call came to: the failure to get a reply, or the reply's own error.
ErrorCode error_of(const ClientCall& call) {
  return call.failure != ErrorCode::ok ? call.failure : call.reply.error;
}

Error explained(const ClientCall& call) {
  const auto& operation = call.request.operation;
  return {error_of(call), format("{} {}", name_of(operation.op), operation.path)};
}

std::vector<Request> single(Operation operation) {
  std::vector<Request> requests(1);
  requests.front().operation = std::move(operation);
  return requests;
}

}  // namespace

Result<Created> ZooKeeperClient::create(std::string path, Data data, CreateMode mode) {
  const auto call = core_->call(single(create_op(std::move(path), std::move(data), mode))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  const auto& result = call->reply.result;
  return Created{result.path, result.stat.value_or(Stat())};
}

Status ZooKeeperClient::add_auth(std::string scheme, std::string token) {
  const auto failure = core_->prove({std::move(scheme), std::move(token)});
  if (failure != ErrorCode::ok) return Error{failure, "auth"};
  return {};
}

Result<NodeData> ZooKeeperClient::get(std::string path, Watch watch) {
  const auto call = core_->call(single(get_op(std::move(path), watch))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  const auto& result = call->reply.result;
  return NodeData{result.data, result.stat.value_or(Stat())};
}

Result<Stat> ZooKeeperClient::exists(std::string path, Watch watch) {
  const auto call = core_->call(single(exists_op(std::move(path), watch))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  return call->reply.result.stat.value_or(Stat());
}

Result<Stat> ZooKeeperClient::set(std::string path, Data data, std::int32_t version) {
  const auto call = core_->call(single(set_op(std::move(path), std::move(data), version))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  return call->reply.result.stat.value_or(Stat());
}

Status ZooKeeperClient::remove(std::string path, std::int32_t version) {
  const auto call = core_->call(single(remove_op(std::move(path), version))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  return {};
}

Result<Children> ZooKeeperClient::children(std::string path, Watch watch) {
  const auto call = core_->call(single(children_op(std::move(path), watch))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  const auto& result = call->reply.result;
  return Children{result.names, result.stat.value_or(Stat())};
}

Status ZooKeeperClient::add_watch(std::string path, AddWatchMode mode) {
  const auto call = core_->call(single(add_watch_op(std::move(path), mode))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  return {};
}

Status ZooKeeperClient::remove_watches(std::string path, WatcherType type) {
  const auto call = core_->call(single(remove_watches_op(std::move(path), type))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  return {};
}

Result<MultiResult> ZooKeeperClient::multi(std::vector<Operation> members) {
  std::vector<Request> requests(1);
  requests.front().operation.op = OpCode::multi;
  requests.front().members = std::move(members);
  const auto call = core_->call(std::move(requests)).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  return MultiResult{call->reply.members};
}

Status ZooKeeperClient::sync(std::string path) {
  Operation operation;
  operation.op = OpCode::sync;
  operation.path = std::move(path);
  const auto call = core_->call(single(std::move(operation))).front();
  if (error_of(*call) != ErrorCode::ok) return explained(*call);
  return {};
}

std::vector<OperationResult> ZooKeeperClient::perform(std::vector<Operation> operations) {
  std::vector<Request> requests;
  for (auto& operation : operations) requests.emplace_back().operation = std::move(operation);
  std::vector<OperationResult> results;
  for (const auto& call : core_->call(std::move(requests))) {
    auto result = call->reply.result;
    result.op = call->request.op();
    result.error = error_of(*call);
    results.push_back(std::move(result));
  }
  return results;
}

Status ZooKeeperClient::close() { return core_->close(); }
SessionState ZooKeeperClient::state() const { return core_->state(); }
SessionId ZooKeeperClient::session() const { return core_->session(); }
Duration ZooKeeperClient::session_timeout() const { return core_->timeout(); }
Zxid ZooKeeperClient::last_zxid() const { return core_->last_zxid(); }

}  // namespace logquake::zookeeper
