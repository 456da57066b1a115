#include "models/quorum/client/client_core.h"

#include <algorithm>
#include <string>

#include "models/quorum/client/client_facts.h"
#include "models/quorum/facts.h"
#include "models/quorum/probes.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

constexpr Duration longest_ping_interval = 10s;  // Z-SE-17, as the Java client
constexpr Duration reconnect_pause = 1s;         // at most, drawn: as the Java client does

// What a call comes to that is made in that state.
ErrorCode failure_of(SessionState state) {
  switch (state) {
    case SessionState::disconnected:
      return ErrorCode::connection_loss;
    case SessionState::auth_failed:
      return ErrorCode::auth_failed;
    default:
      return ErrorCode::session_expired;
  }
}

Duration milliseconds(std::int64_t count) { return std::chrono::milliseconds(count); }

}  // namespace

ClientCore::ClientCore(sim::Node& node, ClientSettings settings, Watcher watcher)
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

void ClientCore::start_dispatching() {
  node_.spawn(settings_.name + "-events",
              [self = shared_from_this()] { self->dispatch_for_ever(); });
}

void ClientCore::open_session() {
  ++life_;
  stream_.close();
  fail_calls(ErrorCode::connection_loss);
  watches_ = {};
  if (state_ == SessionState::auth_failed) credentials_.clear();
  session_ = {};
  password_ = Bytes(16);
  timeout_ = settings_.session_timeout;
  last_zxid_ = {};
  state_ = SessionState::disconnected;
  changed_.notify_all();
  node_.spawn(format("{}-session-{}", settings_.name, life_),
              [self = shared_from_this(), life = life_] { self->keep_connected(life); });
}

void ClientCore::abandon() {
  abandoned_ = true;
  stream_.close();
  fail_calls(ErrorCode::connection_loss);
  changed_.notify_all();
  has_events_.notify_all();
}

bool ClientCore::wait_until_connected(Duration timeout) {
  changed_.wait_until([this] { return abandoned_ || state_ != SessionState::disconnected; },
                      timeout);
  return !abandoned_ && state_ == SessionState::connected;
}

// ---- the session's task ----

void ClientCore::keep_connected(std::int64_t life) {
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

bool ClientCore::shake_hands(std::int64_t life, const sim::Address& server) {
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
  for (const auto& credentials : credentials_) {
    const auto proof = std::make_shared<ClientCall>();
    proof->request.credentials = credentials;
    send_credentials(proof);
  }
  send_watches();
  change_state(SessionState::connected);
  return true;
}

void ClientCore::send_watches() {
  for (auto& list : watches_.lists(last_zxid_)) {
    Request request;
    request.xid = xid::set_watches;
    request.operation.op = list.has_lasting() ? OpCode::set_watches2 : OpCode::set_watches;
    request.watches = std::move(list);
    send(std::move(request));
  }
}

void ClientCore::receive_for_ever(std::int64_t life) {
  while (is_current(life) && state_ == SessionState::connected) {
    const auto patience = ping_when_due();
    if (!patience) return disconnected("nothing heard for two thirds of the timeout");
    auto message = stream_.receive(*patience);
    if (!is_current(life) || state_ != SessionState::connected) return;
    if (message.is(logquake::ErrorCode::timed_out)) continue;
    if (!message) return disconnected(name_of(message.error().code));
    last_received_ = node_.now();
    if (!take(*message)) return disconnected("a reply out of order");
  }
}

// How long to wait for a message before asking again; nothing where the server has been silent for
// too long.
std::optional<Duration> ClientCore::ping_when_due() {
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

// Whether the message was in order.
bool ClientCore::take(const sim::Payload& message) {
  if (const auto* reply = message.as<Reply>()) return take_reply(*reply);
  if (const auto* event = message.as<WatchEvent>()) take_event(*event);
  return true;
}

bool ClientCore::take_reply(const Reply& reply) {
  if (reply.zxid > last_zxid_) last_zxid_ = reply.zxid;
  if (reply.xid == xid::auth) take_proof(reply.error);
  if (reply.xid < 0) return true;  // pings and setWatches
  // Out of order only behind what the server refuses to know (Z-ER-7); it closes the connection
  // then.
  if (calls_.empty() || calls_.front()->request.xid != reply.xid) {
    const auto expected = calls_.empty() ? 0 : calls_.front()->request.xid;
    node_.record(ReplyOutOfOrder{session_, reply.xid, expected, reply.error});
    return false;
  }
  auto call = calls_.front();
  calls_.pop_front();
  node_.record(received_fact(session_, call->request, reply));
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
  return true;
}

void ClientCore::send_credentials(const std::shared_ptr<ClientCall>& call) {
  call->request.xid = xid::auth;
  call->request.operation.op = OpCode::auth;
  proofs_.push_back(call);
  send(call->request);
}

// Auth replies come in the order of their requests, though they overtake others (Z-WP-7).
void ClientCore::take_proof(ErrorCode error) {
  if (proofs_.empty()) return;
  const auto call = std::move(proofs_.front());
  proofs_.pop_front();
  call->failure = error;
  call->done = true;
  answered_.notify_all();
  if (error == ErrorCode::ok) return;
  stream_.close();
  fail_calls(ErrorCode::auth_failed);
  change_state(SessionState::auth_failed);
}

ErrorCode ClientCore::prove(Credentials credentials) {
  if (state_ == SessionState::auth_failed) return ErrorCode::auth_failed;
  credentials_.push_back(credentials);
  if (abandoned_ || state_ != SessionState::connected) return ErrorCode::connection_loss;
  const auto call = std::make_shared<ClientCall>();
  call->request.credentials = std::move(credentials);
  send_credentials(call);
  answered_.wait_until([&] { return call->done; });
  return call->failure;
}

void ClientCore::take_event(const WatchEvent& event) {
  node_.record(EventReceived{session_, event.type, event.path});
  watches_.fired(event);
  events_.emplace_back(event, node_.cause());
  has_events_.notify_one();
}

void ClientCore::disconnected(std::string_view why) {
  stream_.close();
  const auto in_flight = static_cast<std::int64_t>(calls_.size());
  if (in_flight > 0) node_.measure(unknown_write, in_flight);
  node_.record(ClientDisconnected{session_, std::string(why), in_flight});
  fail_calls(ErrorCode::connection_loss);
  change_state(SessionState::disconnected);
}

void ClientCore::expired() {
  node_.record(ClientExpired{session_});
  fail_calls(ErrorCode::session_expired);
  change_state(SessionState::expired);
}

void ClientCore::fail_calls(ErrorCode code) {
  for (auto& call : calls_) {
    if (!abandoned_) {  // else the process may be dying
      node_.record(RequestLost{session_, call->request.xid, call->request.op(),
                               call->request.operation.path, code});
    }
    call->failure = code;
    call->done = true;
  }
  calls_.clear();
  for (auto& proof : proofs_) {
    proof->failure = code;
    proof->done = true;
  }
  proofs_.clear();
  answered_.notify_all();
}

void ClientCore::change_state(SessionState state) {
  state_ = state;
  changed_.notify_all();
  WatchEvent event;
  event.state = state;
  events_.emplace_back(std::move(event), node_.cause());
  has_events_.notify_one();
}

void ClientCore::dispatch_for_ever() {
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

void ClientCore::send(Request request) {
  last_sent_ = node_.now();
  (void)stream_.send(std::move(request));  // a broken stream is noticed by its receiver
}

std::vector<std::shared_ptr<ClientCall>> ClientCore::call(std::vector<Request> requests) {
  std::vector<std::shared_ptr<ClientCall>> calls;
  for (auto& request : requests) {
    auto call = std::make_shared<ClientCall>();
    call->request = std::move(request);
    calls.push_back(call);
    if (abandoned_ || state_ != SessionState::connected) {
      call->failure = failure_of(state_);
      call->done = true;
      continue;
    }
    call->request.xid = ++last_xid_;
    calls_.push_back(call);
    node_.record(sent_fact(session_, call->request));
    send(call->request);
  }
  for (const auto& call : calls) answered_.wait_until([&] { return call->done; });
  return calls;
}

Status ClientCore::close() {
  if (state_ == SessionState::closed || state_ == SessionState::expired) return {};
  if (state_ == SessionState::auth_failed) return ErrorCode::auth_failed;
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

}  // namespace logquake::zookeeper
