#include "models/quorum/zookeeper_server.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/client_connection.h"
#include "models/quorum/container_manager.h"
#include "models/quorum/defects.h"
#include "models/quorum/facts.h"
#include "models/quorum/immediate_requests.h"
#include "models/quorum/messages.h"
#include "models/quorum/probes.h"
#include "models/quorum/read_requests.h"
#include "models/quorum/reply_facts.h"
#include "models/quorum/request_preparer.h"
#include "models/quorum/server_database.h"
#include "models/quorum/session_tracker.h"
#include "models/quorum/transaction_facts.h"
#include "models/quorum/watch_table.h"
#include "sim/base/check.h"
#include "sim/base/format.h"
#include "sim/network/connection.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {
namespace {

constexpr ServerId standalone_id{1};       // what a standalone server puts into its session ids
constexpr Duration idle_bucket = 10s;      // Z-SE-16
constexpr std::size_t most_queued = 1000;  // globalOutstandingLimit's default

Duration milliseconds(std::int64_t count) { return std::chrono::milliseconds(count); }
std::int64_t whole_milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

class Server {
 public:
  Server(sim::Node& node, const ServerSettings& settings);
  [[noreturn]] void run();

 private:
  // starting
  void load();
  // connections
  void serve(ClientConnection& connection);
  bool greet(ClientConnection& connection);
  void open_session(ClientConnection& connection, const ConnectRequest& request);
  bool resume_session(ClientConnection& connection, const ConnectRequest& request);
  void refuse(ClientConnection& connection, std::string_view why);
  logquake::Result<sim::Payload> receive(ClientConnection& connection);
  void take_request(ClientConnection& connection, const sim::Payload& message);
  void disconnect(ClientConnection& connection, std::string_view why);
  bool is_one_too_many(const std::string& host) const;
  // the pipeline
  void submit(Work work);
  void commit_for_ever();
  void apply(Work& work);
  void apply_write(Work& work);
  void settle_session(const Work& work, const Applied& applied);
  void reply_to_write(const Work& work, Applied& applied);
  void answer(Work& work);
  void fire_watches(const Applied& applied);
  void send_event(ClientConnection& connection, const WatchEvent& event);
  // housekeeping
  void expire_for_ever();
  void expire_sessions();
  void sweep_orphans();
  void remove_empty_containers();
  // small help
  Caller caller_of(SessionId session, const Identities& identities) const;
  Instant session_clock() const;
  ClientConnection* find(ConnectionId id);

  sim::Node& node_;
  ServerSettings settings_;
  bool expires_by_wall_clock_;
  bool drops_before_password_;
  bool acks_before_sync_;
  bool replies_before_watch_;

  ServerDatabase database_;
  std::optional<RequestPreparer> preparer_;
  SessionTracker tracker_;
  std::map<SessionId, Instant> last_heard_;   // on the monotonic clock, for SessionExpired
  std::map<SessionId, ConnectionId> owners_;  // where each session is connected now
  std::map<SessionId, Instant> orphans_;      // of the defect zk.delayed-ephemeral-delete
  WatchTable watches_;
  std::map<ConnectionId, std::unique_ptr<ClientConnection>> connections_;
  ConnectionId last_connection_;
  SessionId next_session_;
  std::deque<Work> queue_;
  sim::Signal has_work_;
  sim::Signal has_room_;
  Instant next_container_check_;
};

Server::Server(sim::Node& node, const ServerSettings& settings)
    : node_(node),
      settings_(settings),
      expires_by_wall_clock_(node.has(wallclock_expiry)),
      drops_before_password_(node.has(drop_before_password)),
      acks_before_sync_(node.has(ack_before_sync)),
      replies_before_watch_(node.has(reply_before_watch)),
      database_(node, settings),
      tracker_(settings.tick_time),
      watches_({node.has(watch_modes_overwrite), node.has(check_watches_of_all)}),
      has_work_(node, "a request"),
      has_room_(node, "room among the outstanding requests") {}

void Server::run() {
  load();
  auto listener = node_.listen(settings_.client_port);
  if (!listener)
    node_.exit(format("listen at {}: {}", settings_.client_port, to_string(listener.error())));
  node_.record(ServerStarted{"standalone", database_.tree().last_zxid()});
  node_.spawn("zookeeper-commit", [this] { commit_for_ever(); });
  node_.spawn("zookeeper-expiry", [this] { expire_for_ever(); });
  for (;;) {
    auto accepted = listener->accept();
    if (!accepted) node_.exit(format("accept: {}", to_string(accepted.error())));
    auto host = accepted->peer().host;
    if (is_one_too_many(host)) {
      node_.record(ConnectionRefused{{}, host, "too-many"});
      continue;  // closed at once (Z-SE-23)
    }
    ++last_connection_;
    auto connection = std::make_unique<ClientConnection>();
    connection->id = last_connection_;
    connection->stream = std::move(*accepted);
    connection->identities = identities_of_host(host);
    connection->host = std::move(host);
    connection->last_heard = node_.now();
    auto& served = *connection;
    connections_[served.id] = std::move(connection);
    node_.spawn(format("zookeeper-client-{}", served.id), [this, &served] { serve(served); });
  }
}

// ---- starting ----

void Server::load() {
  database_.load();
  PreparerSettings rules;
  rules.extended_types = settings_.extended_types;
  rules.multi_create_without_stat = node_.has(multi_create_without_stat);
  rules.close_keeps_child_count = node_.has(close_keeps_child_count);
  rules.close_leaves_ephemerals = node_.has(delayed_ephemeral_delete);
  preparer_.emplace(database_.tree(), rules);
  const auto now = session_clock();
  for (const auto& [session, timeout] : database_.tree().sessions()) {  // full timeouts (Z-SE-19)
    tracker_.add(session, milliseconds(timeout), now);
    last_heard_[session] = node_.now();
  }
  for (const auto& [path, znode] : database_.tree().nodes()) {
    if (znode.is_ephemeral() && database_.tree().sessions().count(znode.owner) == 0)
      orphans_[znode.owner] = node_.now();
  }
  next_session_ =
      first_session_id(standalone_id, whole_milliseconds(node_.now().time_since_epoch()),
                       database_.tree().highest_session());
  next_container_check_ = node_.now() + container_check;
}

// ---- connections ----

void Server::serve(ClientConnection& connection) {
  std::string why = "refused";
  if (greet(connection)) {
    for (;;) {
      auto message = receive(connection);
      if (!message) {
        why = message.is(logquake::ErrorCode::timed_out) ? "silent" : "lost";
        break;
      }
      connection.last_heard = node_.now();
      has_room_.wait_until([this] { return queue_.size() < most_queued; });
      node_.yield(before_validation);
      if (!connection.stream.is_open()) break;
      take_request(connection, *message);
    }
  }
  disconnect(connection, why);
  connections_.erase(connection.id);
}

// Blocks until the client says something; a silent one is timed out as in Z-SE-16.
logquake::Result<sim::Payload> Server::receive(ClientConnection& connection) {
  for (;;) {
    const auto patience = connection.established ? connection.timeout : idle_bucket;
    const auto left = next_bucket(connection.last_heard + patience, idle_bucket) - node_.now();
    if (left <= Duration::zero()) return logquake::ErrorCode::timed_out;
    auto message = connection.stream.receive(left);
    // The patience may have grown while we waited: the session was set up.
    if (!message.is(logquake::ErrorCode::timed_out)) return message;
  }
}

bool Server::greet(ClientConnection& connection) {
  auto message = receive(connection);
  if (!message) return false;
  const auto* request = message->as<ConnectRequest>();
  if (request == nullptr) return false;
  connection.last_heard = node_.now();
  if (request->last_zxid_seen > database_.tree().last_zxid()) {  // Z-SE-14: not a word
    node_.record(ConnectionRefused{request->session, connection.host, "ahead-of-server"});
    return false;
  }
  connection.timeout = settings_.negotiated(milliseconds(request->timeout));
  if (request->session != SessionId()) return resume_session(connection, *request);
  open_session(connection, *request);
  return true;
}

void Server::open_session(ClientConnection& connection, const ConnectRequest&) {
  const auto session = next_session_;
  ++next_session_;
  connection.session = session;
  tracker_.add(session, connection.timeout, session_clock());
  last_heard_[session] = node_.now();
  Work work;
  work.origin = connection.id;
  work.session = session;
  work.op = OpCode::create_session;
  work.transaction = preparer_->prepare_new_session(caller_of(session, connection.identities),
                                                    whole_milliseconds(connection.timeout));
  submit(std::move(work));
}

bool Server::resume_session(ClientConnection& connection, const ConnectRequest& request) {
  const auto session = request.session;
  const bool is_own = request.password == session_password(session);
  if (is_own || drops_before_password_) {  // Z-SE-13
    const auto owner = owners_.find(session);
    if (owner != owners_.end()) {
      if (auto* old = find(owner->second)) disconnect(*old, "replaced");
    }
  }
  if (!is_own) {
    refuse(connection, "bad-password");
    return false;
  }
  if (!tracker_.touch(session, connection.timeout, session_clock())) {
    refuse(connection, "session-gone");
    return false;
  }
  last_heard_[session] = node_.now();
  connection.session = session;
  connection.established = true;
  owners_[session] = connection.id;
  node_.record(SessionResumed{session, connection.host, connection.timeout});
  (void)connection.stream.send(
      ConnectResponse{static_cast<std::int32_t>(whole_milliseconds(connection.timeout)), session,
                      session_password(session)});
  return true;
}

// All zero, and no more (Z-SE-12).
void Server::refuse(ClientConnection& connection, std::string_view why) {
  node_.record(ConnectionRefused{connection.session, connection.host, std::string(why)});
  ConnectResponse response;
  response.password = Bytes(16);
  (void)connection.stream.send(std::move(response));
}

void Server::take_request(ClientConnection& connection, const sim::Payload& message) {
  const auto* request = request_in(message);
  if (request == nullptr || frame_bytes(*request) > max_frame_bytes) {
    disconnect(connection, "refused");  // Z-WP-1
    return;
  }
  if (connection.ignored) return;
  if (auto answer = answer_at_once(*request, connection.host, connection.identities)) {
    (void)connection.stream.send(std::move(answer->reply));
    if (answer->closes) disconnect(connection, "refused");
    return;
  }
  Work work;
  work.origin = connection.id;
  work.session = connection.session;
  work.message = message;
  work.op = request->op();
  if (tracker_.touch(connection.session, connection.timeout, session_clock()))
    last_heard_[connection.session] = node_.now();
  const auto caller = caller_of(connection.session, connection.identities);
  if (work.op == OpCode::close_session) {
    connection.ignored = true;
    if (caller.session_error != ErrorCode::ok) node_.probe(double_close);
    tracker_.mark_closing(connection.session);
    work.transaction = preparer_->prepare_close(caller, request->xid);
  } else if (consumes_zxid(*request)) {
    if (!queue_.empty()) node_.probe(behind_pending);
    work.transaction = preparer_->prepare(caller, *request);
  } else {
    work.refusal = caller.session_error;
    work.identities = caller.identities;
  }
  submit(std::move(work));
}

void Server::disconnect(ClientConnection& connection, std::string_view why) {
  watches_.forget(connection.id);
  const auto owner = owners_.find(connection.session);
  if (owner != owners_.end() && owner->second == connection.id) owners_.erase(owner);
  if (!connection.stream.is_open() && !connection.established) return;
  node_.record(ConnectionClosed{connection.session, connection.host, std::string(why)});
  connection.established = false;
  connection.stream.close();
}

bool Server::is_one_too_many(const std::string& host) const {
  if (settings_.max_client_connections == 0) return false;
  std::int32_t count = 0;
  for (const auto& [id, connection] : connections_) {
    if (connection->host == host && connection->stream.is_open()) ++count;
  }
  return count >= settings_.max_client_connections;
}

// ---- the pipeline ----

void Server::submit(Work work) {
  work.cause = node_.cause();
  queue_.push_back(std::move(work));
  has_work_.notify_one();
}

void Server::commit_for_ever() {
  for (;;) {
    has_work_.wait_until([this] { return !queue_.empty(); });
    std::vector<Work> batch(std::make_move_iterator(queue_.begin()),
                            std::make_move_iterator(queue_.end()));
    queue_.clear();
    has_room_.notify_all();
    if (acks_before_sync_) {
      for (auto& work : batch) apply(work);
      database_.make_durable(batch);
    } else {
      database_.make_durable(batch);
      for (auto& work : batch) apply(work);
    }
    database_.snapshot_when_due();
  }
}

void Server::apply(Work& work) {
  node_.set_cause(work.cause);
  if (work.transaction) {
    apply_write(work);
  } else {
    answer(work);
  }
}

void Server::apply_write(Work& work) {
  auto applied = database_.apply(*work.transaction);
  preparer_->applied(work.transaction->zxid);
  tell_of(node_, *work.transaction, work.message.as<Request>(), applied);
  if (replies_before_watch_) reply_to_write(work, applied);
  fire_watches(applied);
  settle_session(work, applied);
  if (!replies_before_watch_) reply_to_write(work, applied);
}

void Server::settle_session(const Work& work, const Applied& applied) {
  const auto session = work.session;
  auto* connection = find(work.origin);
  if (work.op == OpCode::create_session) {
    const auto timeout = milliseconds(work.transaction->changes.front().timeout);
    node_.record(SessionCreated{session, connection == nullptr ? std::string() : connection->host,
                                timeout, work.transaction->zxid});
    if (connection == nullptr || !connection->stream.is_open()) return;  // Z-SE-25
    connection->established = true;
    owners_[session] = connection->id;
    (void)connection->stream.send(
        ConnectResponse{static_cast<std::int32_t>(whole_milliseconds(connection->timeout)), session,
                        session_password(session)});
  }
  if (work.op == OpCode::close_session) {
    tracker_.remove(session);
    last_heard_.erase(session);
    const auto removed = static_cast<std::int64_t>(applied.events.size());
    const auto left = static_cast<std::int64_t>(database_.tree().ephemerals_of(session).size());
    if (removed > 0) node_.measure(ephemerals_swept, removed);
    if (left > 0) orphans_[session] = node_.now() + 3 * settings_.tick_time;
    node_.record(SessionClosed{session, work.transaction->zxid, removed, left});
  }
}

void Server::reply_to_write(const Work& work, Applied& applied) {
  if (work.op == OpCode::create_session) return;
  auto* connection = find(work.origin);
  const auto* request = work.message.as<Request>();
  if (connection != nullptr && request != nullptr) {
    Reply reply;
    reply.xid = request->xid;
    reply.zxid = work.transaction->zxid;
    if (work.transaction->op == OpCode::multi) {
      reply.members = std::move(applied.results);  // errors are told inside (Z-MU-3)
    } else {
      reply.result = std::move(applied.results.front());
      reply.error = reply.result.error;
    }
    node_.record(WriteReplied{work.session, work.transaction->zxid});
    (void)connection->stream.send(std::move(reply));
  }
  if (work.op != OpCode::close_session) return;
  const auto owner =
      owners_.find(work.session);  // Z-SE-20; an expired session's connection goes too
  if (owner == owners_.end()) return;
  if (auto* connected = find(owner->second)) disconnect(*connected, "closed");
}

void Server::answer(Work& work) {
  auto* connection = find(work.origin);
  if (connection == nullptr || !connection->stream.is_open()) return;
  const auto& request = *work.message.as<Request>();
  if (work.refusal != ErrorCode::ok) {
    Reply reply;
    reply.xid = request.xid;
    reply.zxid = database_.tree().last_zxid();
    reply.error = work.refusal;
    (void)connection->stream.send(std::move(reply));
    return;
  }
  auto answer = answer_read({connection->id, work.session, work.identities}, request,
                            database_.tree(), watches_);
  for (const auto& event : answer.events) {
    node_.probe(watch_caught_up);
    send_event(*connection, event);
  }
  (void)connection->stream.send(std::move(answer.reply));
}

void Server::fire_watches(const Applied& applied) {
  for (const auto& event : applied.events) {
    for (const auto& delivery : watches_.fire(event)) {
      if (auto* connection = find(delivery.to)) send_event(*connection, delivery.event);
    }
  }
}

void Server::send_event(ClientConnection& connection, const WatchEvent& event) {
  node_.record(
      WatchFired{connection.session, event.type, event.path, database_.tree().last_zxid()});
  (void)connection.stream.send(event);
}

// ---- housekeeping ----

void Server::expire_for_ever() {
  for (;;) {
    node_.sleep_for(next_bucket(node_.now(), settings_.tick_time) - node_.now());
    expire_sessions();
    sweep_orphans();
    if (node_.now() >= next_container_check_) remove_empty_containers();
  }
}

void Server::expire_sessions() {
  for (const auto session : tracker_.expire(session_clock())) {
    Work work;
    work.session = session;
    work.op = OpCode::close_session;
    node_.set_cause({});
    const auto heard = last_heard_.find(session);
    const auto silence = heard == last_heard_.end() ? Duration() : node_.now() - heard->second;
    node_.record(SessionExpired{session, tracker_.timeout_of(session), silence});
    work.transaction = preparer_->prepare_close(caller_of(session, {}), 0);
    submit(std::move(work));
  }
}

// Only the defect zk.delayed-ephemeral-delete leaves any.
void Server::sweep_orphans() {
  for (auto at = orphans_.begin(); at != orphans_.end();) {
    if (at->second > node_.now()) {
      ++at;
      continue;
    }
    for (const auto& path : database_.tree().ephemerals_of(at->first)) {
      Request request;
      request.operation = remove_op(path);
      Work work;
      work.op = OpCode::remove;
      work.transaction = preparer_->prepare(caller_of({}, {}), request);
      submit(std::move(work));
    }
    at = orphans_.erase(at);
  }
}

void Server::remove_empty_containers() {
  next_container_check_ = node_.now() + container_check;
  const auto now = unix_milliseconds(node_.wall_clock());
  for (const auto& path : deletion_candidates(database_.tree(), now)) {
    Work work;
    work.op = OpCode::delete_container;
    work.transaction = preparer_->prepare(caller_of({}, {}), delete_container_request(path));
    submit(std::move(work));
  }
}

// ---- small help ----

Caller Server::caller_of(SessionId session, const Identities& identities) const {
  Caller caller;
  caller.session = session;
  caller.identities = identities;
  caller.time = unix_milliseconds(node_.wall_clock());
  if (session != SessionId() && !tracker_.is_live(session))
    caller.session_error = ErrorCode::session_expired;
  return caller;
}

Instant Server::session_clock() const {
  if (expires_by_wall_clock_) return Instant(node_.wall_clock().time_since_epoch());
  return node_.now();
}

ClientConnection* Server::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

}  // namespace

void run_zookeeper(sim::Node& node, const ServerSettings& settings) {
  Server server(node, settings);
  server.run();
}

}  // namespace logquake::zookeeper
