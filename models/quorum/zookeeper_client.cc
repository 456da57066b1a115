#include "models/quorum/zookeeper_client.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "models/quorum/client_watches.h"
#include "models/quorum/facts.h"
#include "models/quorum/messages.h"
#include "models/quorum/probes.h"
#include "models/quorum/request_preparer.h"
#include "sim/base/check.h"
#include "sim/base/format.h"
#include "sim/random.h"
#include "sim/sync.h"

namespace logquake::zookeeper {
namespace {

constexpr Duration longest_ping_interval = 10s;  // Z-SE-17, as the Java client
constexpr Duration reconnect_pause = 1s;         // at most, drawn: as the Java client does

Duration milliseconds(std::int64_t count) { return std::chrono::milliseconds(count); }

// A request that has been sent and not been answered yet.
struct Call {
  Request request;
  Reply reply;
  ErrorCode failure = ErrorCode::ok;  // where no reply came
  bool done = false;
};

}  // namespace

class ZooKeeperClient::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(sim::Node& node, ClientSettings settings, Watcher watcher);

  void start_dispatching();
  void open_session();
  void abandon();
  bool wait_until_connected(Duration timeout);
  /// Blocks until each has its reply or has failed.
  std::vector<std::shared_ptr<Call>> call(std::vector<Request> requests);
  Status close();

  SessionState state() const { return state_; }
  SessionId session() const { return session_; }
  Duration timeout() const { return timeout_; }
  Zxid last_zxid() const { return last_zxid_; }

 private:
  bool is_current(std::int64_t life) const { return life == life_ && !abandoned_; }
  void keep_connected(std::int64_t life);
  bool shake_hands(std::int64_t life, const sim::Address& server);
  void send_watches();
  void receive_for_ever(std::int64_t life);
  std::optional<Duration> ping_when_due();
  void take(const sim::Payload& message);
  void take_reply(const Reply& reply);
  void take_event(const WatchEvent& event);
  void disconnected(std::string_view why);
  void expired();
  void fail_calls(ErrorCode code);
  void change_state(SessionState state);
  void dispatch_for_ever();
  void send(Request request);

  sim::Node& node_;
  ClientSettings settings_;
  Watcher watcher_;
  sim::Random random_;
  std::vector<sim::Address> servers_;  // shuffled
  std::size_t next_server_ = 0;

  std::int64_t life_ = 0;  // counts sessions, so that tasks of an old one notice
  bool abandoned_ = false;
  SessionState state_ = SessionState::closed;
  SessionId session_;
  Bytes password_;
  Duration timeout_{};
  Zxid last_zxid_;
  std::int32_t last_xid_ = 0;
  sim::Connection stream_;
  Instant last_sent_;
  Instant last_received_;
  std::deque<std::shared_ptr<Call>> calls_;  // in the order in which they were sent
  ClientWatches watches_;
  std::deque<std::pair<WatchEvent, sim::EventId>> events_;
  sim::Signal changed_;   // state_
  sim::Signal answered_;  // some call is done
  sim::Signal has_events_;
};

ZooKeeperClient::Core::Core(sim::Node& node, ClientSettings settings, Watcher watcher)
    : node_(node),
      settings_(std::move(settings)),
      watcher_(std::move(watcher)),
      random_(node.random().split("zookeeper-client/" + settings_.name)),
      servers_(settings_.servers),
      timeout_(settings_.session_timeout),
      changed_(node, "ZooKeeper's session"),
      answered_(node, "ZooKeeper's reply"),
      has_events_(node, "ZooKeeper's events") {
  LOGQUAKE_CHECK(!servers_.empty(), "a ZooKeeper client needs at least one server");
  random_.shuffle(servers_);
}

void ZooKeeperClient::Core::start_dispatching() {
  node_.spawn(settings_.name + "-events",
              [self = shared_from_this()] { self->dispatch_for_ever(); });
}

void ZooKeeperClient::Core::open_session() {
  ++life_;
  stream_.close();
  fail_calls(ErrorCode::connection_loss);
  watches_ = {};
  session_ = {};
  password_ = Bytes(16);
  timeout_ = settings_.session_timeout;
  last_zxid_ = {};
  state_ = SessionState::disconnected;
  changed_.notify_all();
  node_.spawn(format("{}-session-{}", settings_.name, life_),
              [self = shared_from_this(), life = life_] { self->keep_connected(life); });
}

void ZooKeeperClient::Core::abandon() {
  abandoned_ = true;
  stream_.close();
  fail_calls(ErrorCode::connection_loss);
  changed_.notify_all();
  has_events_.notify_all();
}

bool ZooKeeperClient::Core::wait_until_connected(Duration timeout) {
  changed_.wait_until([this] { return abandoned_ || state_ != SessionState::disconnected; },
                      timeout);
  return !abandoned_ && state_ == SessionState::connected;
}

// ---- the session's task ----

void ZooKeeperClient::Core::keep_connected(std::int64_t life) {
  bool first = true;
  while (is_current(life) && state_ == SessionState::disconnected) {
    if (!first) {
      const auto pause = random_.between(Duration::zero(), reconnect_pause);
      node_.sleep_for(pause);
      if (!is_current(life)) return;
    }
    first = false;
    const auto& server = servers_[next_server_++ % servers_.size()];
    if (shake_hands(life, server)) receive_for_ever(life);
  }
}

bool ZooKeeperClient::Core::shake_hands(std::int64_t life, const sim::Address& server) {
  const auto patience = timeout_ / static_cast<std::int64_t>(servers_.size());  // Z-SE-17
  auto connected = node_.connect(server, patience);
  if (!is_current(life) || !connected) return false;
  auto stream = std::move(*connected);
  ConnectRequest request;
  request.last_zxid_seen = last_zxid_;
  request.timeout = static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(settings_.session_timeout).count());
  request.session = session_;
  request.password = password_;
  if (!stream.send(std::move(request))) return false;
  auto answer = stream.receive(patience);
  if (!is_current(life) || !answer) return false;
  const auto* response = answer->as<ConnectResponse>();
  if (response == nullptr) return false;
  if (response->session == SessionId()) {
    expired();
    return false;
  }
  session_ = response->session;
  password_ = response->password;
  timeout_ = milliseconds(response->timeout);
  stream_ = std::move(stream);
  last_sent_ = last_received_ = node_.now();
  node_.record(ClientConnected{session_, sim::to_string(server), timeout_});
  send_watches();
  change_state(SessionState::connected);
  return true;
}

void ZooKeeperClient::Core::send_watches() {
  for (auto& list : watches_.lists(last_zxid_)) {
    Request request;
    request.xid = xid::set_watches;
    request.operation.op = OpCode::set_watches;
    request.watches = std::move(list);
    send(std::move(request));
  }
}

void ZooKeeperClient::Core::receive_for_ever(std::int64_t life) {
  while (is_current(life) && state_ == SessionState::connected) {
    const auto patience = ping_when_due();
    if (!patience) return disconnected("nothing heard for two thirds of the timeout");
    auto message = stream_.receive(*patience);
    if (!is_current(life) || state_ != SessionState::connected) return;
    if (message.is(logquake::ErrorCode::timed_out)) continue;
    if (!message) return disconnected(name_of(message.error().code));
    last_received_ = node_.now();
    take(*message);
  }
}

// How long to wait for a message before asking again; nothing where the server has been silent for
// too long.
std::optional<Duration> ZooKeeperClient::Core::ping_when_due() {
  const auto now = node_.now();
  const auto give_up = last_received_ + timeout_ * 2 / 3;
  if (now >= give_up) return std::nullopt;
  const auto interval = std::min<Duration>(timeout_ / 3, longest_ping_interval);
  if (now >= last_sent_ + interval) {
    Request request;
    request.xid = xid::ping;
    request.operation.op = OpCode::ping;
    send(std::move(request));
  }
  return std::min(give_up, last_sent_ + interval) - now;
}

void ZooKeeperClient::Core::take(const sim::Payload& message) {
  if (const auto* reply = message.as<Reply>()) return take_reply(*reply);
  if (const auto* event = message.as<WatchEvent>()) return take_event(*event);
}

void ZooKeeperClient::Core::take_reply(const Reply& reply) {
  if (reply.zxid > last_zxid_) last_zxid_ = reply.zxid;
  if (reply.xid < 0) return;  // pings and setWatches
  LOGQUAKE_CHECK(!calls_.empty() && calls_.front()->request.xid == reply.xid,
                 "replies come in the order of the requests (Z-WP-14)");
  auto call = calls_.front();
  calls_.pop_front();
  watches_.answered(call->request.operation, reply.error);
  if (is_write(call->request.op()) && reply.error == ErrorCode::ok &&
      std::all_of(reply.members.begin(), reply.members.end(),
                  [](const OperationResult& member) { return member.ok(); })) {
    const auto& request = call->request;
    const auto& path =
        request.members.empty() ? request.operation.path : request.members.back().path;
    node_.record(WriteAcknowledged{session_, reply.xid, request.op(), path, reply.zxid});
  }
  call->reply = reply;
  call->done = true;
  answered_.notify_all();
}

void ZooKeeperClient::Core::take_event(const WatchEvent& event) {
  watches_.fired(event);
  events_.emplace_back(event, node_.cause());
  has_events_.notify_one();
}

void ZooKeeperClient::Core::disconnected(std::string_view why) {
  stream_.close();
  const auto in_flight = static_cast<std::int64_t>(calls_.size());
  if (in_flight > 0) node_.probe(unknown_write, in_flight);
  node_.record(ClientDisconnected{session_, std::string(why), in_flight});
  fail_calls(ErrorCode::connection_loss);
  change_state(SessionState::disconnected);
}

void ZooKeeperClient::Core::expired() {
  node_.record(ClientExpired{session_});
  fail_calls(ErrorCode::session_expired);
  change_state(SessionState::expired);
}

void ZooKeeperClient::Core::fail_calls(ErrorCode code) {
  for (auto& call : calls_) {
    call->failure = code;
    call->done = true;
  }
  calls_.clear();
  answered_.notify_all();
}

void ZooKeeperClient::Core::change_state(SessionState state) {
  state_ = state;
  changed_.notify_all();
  WatchEvent event;
  event.state = state;
  events_.emplace_back(std::move(event), node_.cause());
  has_events_.notify_one();
}

void ZooKeeperClient::Core::dispatch_for_ever() {
  for (;;) {
    has_events_.wait_until([this] { return abandoned_ || !events_.empty(); });
    if (abandoned_) return;
    const auto [event, cause] = std::move(events_.front());
    events_.pop_front();
    node_.set_cause(cause);
    if (watcher_) watcher_(event);
  }
}

// ---- calls ----

void ZooKeeperClient::Core::send(Request request) {
  last_sent_ = node_.now();
  (void)stream_.send(std::move(request));  // a broken stream is noticed by its receiver
}

std::vector<std::shared_ptr<Call>> ZooKeeperClient::Core::call(std::vector<Request> requests) {
  std::vector<std::shared_ptr<Call>> calls;
  for (auto& request : requests) {
    auto call = std::make_shared<Call>();
    call->request = std::move(request);
    calls.push_back(call);
    if (abandoned_ || state_ != SessionState::connected) {
      call->failure = state_ == SessionState::disconnected ? ErrorCode::connection_loss
                                                           : ErrorCode::session_expired;
      call->done = true;
      continue;
    }
    call->request.xid = ++last_xid_;
    calls_.push_back(call);
    send(call->request);
  }
  for (const auto& call : calls) answered_.wait_until([&] { return call->done; });
  return calls;
}

Status ZooKeeperClient::Core::close() {
  if (state_ == SessionState::closed || state_ == SessionState::expired) return {};
  Status outcome = ErrorCode::connection_loss;
  if (state_ == SessionState::connected) {
    Request request;
    request.operation.op = OpCode::close_session;
    const auto life = life_;
    std::vector<Request> requests;
    requests.push_back(std::move(request));
    const auto failure = call(std::move(requests)).front()->failure;
    if (failure == ErrorCode::ok) outcome = {};
    if (life != life_) return outcome;
  }
  ++life_;  // the session's task leaves
  stream_.close();
  fail_calls(ErrorCode::connection_loss);
  change_state(SessionState::closed);
  return outcome;
}

// ---- the client ----

ErrorCode MultiResult::code() const {
  for (const auto& result : results) {
    if (!result.ok()) return result.error;
  }
  return ErrorCode::ok;
}

ZooKeeperClient::ZooKeeperClient(sim::Node& node, ClientSettings settings, Watcher watcher)
    : core_(std::make_shared<Core>(node, std::move(settings), std::move(watcher))) {
  core_->start_dispatching();
}

ZooKeeperClient::~ZooKeeperClient() { core_->abandon(); }

void ZooKeeperClient::open_session() { core_->open_session(); }

bool ZooKeeperClient::wait_until_connected(Duration timeout) {
  return core_->wait_until_connected(timeout);
}

namespace {

// What one call came to: the failure to get a reply, or the reply's own error.
ErrorCode error_of(const Call& call) {
  return call.failure != ErrorCode::ok ? call.failure : call.reply.error;
}

Error explained(const Call& call) {
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
