#include "models/quorum/service/client_service.h"

#include <algorithm>
#include <utility>

#include "models/quorum/defects.h"
#include "models/quorum/facts.h"
#include "models/quorum/probes.h"
#include "models/quorum/service/immediate_requests.h"
#include "models/quorum/service/reply_facts.h"
#include "models/quorum/service/transaction_facts.h"
#include "models/quorum/tree/read_requests.h"
#include "models/quorum/tree/request_preparer.h"
#include "models/quorum/tree/session_tracker.h"
#include "models/quorum/wire/messages.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

constexpr Duration idle_bucket = 10s;  // Z-SE-16

Duration milliseconds(std::int64_t count) { return std::chrono::milliseconds(count); }
std::int32_t whole_milliseconds(Duration duration) {
  return static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

bool has_moved(const Transaction& transaction) {
  return std::any_of(transaction.changes.begin(), transaction.changes.end(),
                     [](const Change& change) { return change.error == ErrorCode::session_moved; });
}

}  // namespace

ClientService::ClientService(sim::Node& node, const ServerSettings& settings, ServerId id,
                             ServerDatabase& database)
    : node_(node),
      settings_(settings),
      database_(database),
      drops_before_password_(node.has(drop_before_password)),
      replies_before_watch_(node.has(reply_before_watch)),
      replies_session_moved_(node.has(reply_session_moved)),
      watches_({node.has(watch_modes_overwrite), node.has(check_watches_of_all)}),
      id_(id) {}

void ClientService::open(std::shared_ptr<RequestRoute> route) {
  route_ = std::move(route);
  const auto elapsed = node_.now().time_since_epoch();
  // Neither what this process has given out nor what its predecessors did: a reboot sets the clock
  // back (Z-SE-1).
  const auto own =
      next_session_ == SessionId() ? SessionId() : SessionId(next_session_.value() - 1);
  const auto highest = std::max(own, database_.tree().highest_session(id_));
  next_session_ = first_session_id(
      id_, std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(), highest);
}

void ClientService::shut() {
  route_ = nullptr;
  for (auto& [id, connection] : connections_) end(*connection, "not-serving");
}

void ClientService::listen() {
  auto listener = node_.listen(settings_.client_port);
  if (!listener)
    node_.exit(format("listen at {}: {}", settings_.client_port, to_string(listener.error())));
  listener_ = std::move(*listener);
}

void ClientService::accept_for_ever() {
  for (;;) {
    auto accepted = listener_.accept();
    if (!accepted) node_.exit(format("accept: {}", to_string(accepted.error())));
    admit(std::move(*accepted));
  }
}

// ---- connections ----

void ClientService::admit(sim::Connection stream) {
  auto host = stream.peer().host;
  if (is_one_too_many(host)) {
    node_.record(ConnectionRefused{{}, host, "too-many"});
    return;  // closed at once (Z-SE-23)
  }
  ++last_connection_;
  auto connection = std::make_unique<ClientConnection>();
  connection->id = last_connection_;
  connection->stream = std::move(stream);
  connection->identities = identities_of_host(host);
  connection->counted.address = sim::to_string(connection->stream.peer());
  connection->counted.established = node_.wall_clock();
  connection->host = std::move(host);
  connection->last_heard = node_.now();
  auto& served = *connection;
  connections_[served.id] = std::move(connection);
  node_.spawn(format("zookeeper-client-{}", served.id), [this, &served] { serve(served); });
}

void ClientService::serve(ClientConnection& connection) {
  std::string why = "refused";
  if (greet(connection)) {
    for (;;) {
      auto message = receive(connection);
      if (!message) {
        why = message.is(logquake::ErrorCode::timed_out) ? "silent" : "lost";
        break;
      }
      if (const auto route = route_) route->wait_for_room();
      node_.yield(before_validation);
      if (!connection.stream.is_open() || !is_open()) break;
      take_request(connection, *message);
    }
  }
  end(connection, why);
  connections_.erase(connection.id);
}

Instant ClientService::idle_at(const ClientConnection& connection) {
  const auto patience = connection.established ? connection.timeout : idle_bucket;
  return next_bucket(connection.last_heard + patience, idle_bucket);
}

// Blocks until the client says something; a silent one is timed out as in Z-SE-16.
logquake::Result<sim::Payload> ClientService::receive(ClientConnection& connection) {
  for (;;) {
    const auto left = idle_at(connection) - node_.now();
    if (left <= Duration::zero()) return logquake::ErrorCode::timed_out;
    auto message = connection.stream.receive(left);
    // The patience may have grown while we waited: the session was set up.
    if (message.is(logquake::ErrorCode::timed_out)) continue;
    if (!message) return message;
    connection.last_heard = node_.now();
    ++connection.counted.received;
    ++counted_.received;
    return message;
  }
}

bool ClientService::greet(ClientConnection& connection) {
  auto message = receive(connection);
  if (!message) return false;
  if (const auto* word = message->as<FourLetterWord>()) answer(connection, *word);
  const auto* request = message->as<ConnectRequest>();
  if (request == nullptr || !is_open()) return false;   // Z-WP-16: not a word
  if (route_->is_read_only() && !request->read_only) {  // Z-WP-17: not a word
    node_.record(ConnectionRefused{request->session, connection.host, "not-read-only"});
    return false;
  }
  if (request->last_zxid_seen > route_->last_zxid()) {  // Z-SE-14: not a word
    node_.record(ConnectionRefused{request->session, connection.host, "ahead-of-server"});
    return false;
  }
  connection.timeout = settings_.negotiated(milliseconds(request->timeout));
  if (request->session != SessionId()) return resume_session(connection, *request);
  open_session(connection);
  return true;
}

void ClientService::open_session(ClientConnection& connection) {
  connection.session = next_session_;
  ++next_session_;
  Work work;
  work.origin = connection.id;
  work.session = connection.session;
  work.identities = connection.identities;
  work.op = OpCode::create_session;
  work.is_write = true;
  work.timeout = connection.timeout;
  work.received = node_.now();
  work.cause = node_.cause();
  route_->submit(std::move(work));
}

bool ClientService::resume_session(ClientConnection& connection, const ConnectRequest& request) {
  const auto session = request.session;
  const bool is_own = request.password == session_password(session);
  if (is_own || drops_before_password_) {  // Z-SE-13
    const auto owner = owners_.find(session);
    if (owner != owners_.end()) disconnect(owner->second, "replaced");
  }
  if (!is_own) {
    refuse(connection, "bad-password");
    return false;
  }
  const auto route = route_;  // it may be gone when the leader has answered
  const bool is_alive = route->resume(session, connection.timeout);
  if (route != route_ || !connection.stream.is_open()) return false;
  if (!is_alive) {
    refuse(connection, "session-gone");
    return false;
  }
  connection.session = session;
  node_.record(SessionResumed{session, connection.host, connection.timeout});
  establish(connection);
  return true;
}

void ClientService::establish(ClientConnection& connection) {
  connection.established = true;
  owners_[connection.session] = connection.id;
  send(connection, ConnectResponse{whole_milliseconds(connection.timeout), connection.session,
                                   session_password(connection.session), route_->is_read_only()});
}

// All zero, and no more (Z-SE-12).
void ClientService::refuse(ClientConnection& connection, std::string_view why) {
  node_.record(ConnectionRefused{connection.session, connection.host, std::string(why)});
  ConnectResponse response;
  response.password = Bytes(16);
  send(connection, std::move(response));
}

void ClientService::take_request(ClientConnection& connection, const sim::Payload& message) {
  const auto* request = request_in(message);
  if (request == nullptr || frame_bytes(*request) > max_frame_bytes) {
    end(connection, "refused");  // Z-WP-1
    return;
  }
  if (connection.ignored) return;
  route_->heard(connection.session, connection.timeout);  // whatever it is (Z-SE-6)
  if (auto answer = answer_at_once(*request, connection.host, connection.identities)) {
    send(connection, std::move(answer->reply));
    if (answer->closes) end(connection, "refused");
    return;
  }
  Work work;
  work.origin = connection.id;
  work.session = connection.session;
  work.identities = connection.identities;
  work.message = message;
  work.op = request->op();
  work.is_write = consumes_zxid(*request);
  work.received = node_.now();
  work.cause = node_.cause();
  ++connection.counted.queued;
  if (work.op == OpCode::close_session) connection.ignored = true;  // Z-ER-11
  route_->submit(std::move(work));
}

void ClientService::disconnect(ConnectionId connection, std::string_view why) {
  if (auto* found = find(connection)) end(*found, why);
}

void ClientService::end(ClientConnection& connection, std::string_view why) {
  watches_.forget(connection.id);
  const auto owner = owners_.find(connection.session);
  if (owner != owners_.end() && owner->second == connection.id) owners_.erase(owner);
  if (!connection.stream.is_open() && !connection.established) return;
  node_.record(ConnectionClosed{connection.session, connection.host, std::string(why)});
  connection.established = false;
  connection.stream.close();
}

bool ClientService::is_one_too_many(const std::string& host) const {
  if (settings_.max_client_connections == 0) return false;
  std::int32_t count = 0;
  for (const auto& [id, connection] : connections_) {
    if (connection->host == host && connection->stream.is_open()) ++count;
  }
  return count >= settings_.max_client_connections;
}

// ---- effects ----

void ClientService::deliver(const Transaction& transaction, const Work& work) {
  auto applied = database_.apply(transaction);
  tell_of(node_, transaction, work.message.as<Request>(), applied);
  if (replies_before_watch_) reply_to_write(transaction, work, applied);
  fire_watches(applied);
  settle_session(transaction, work, applied);
  if (!replies_before_watch_) reply_to_write(transaction, work, applied);
}

void ClientService::settle_session(const Transaction& transaction, const Work& work,
                                   const Applied& applied) {
  const auto session = transaction.session;
  if (transaction.op == OpCode::create_session) {
    auto* connection = find(work.origin);
    const auto timeout = milliseconds(transaction.changes.front().timeout);
    node_.record(SessionCreated{session, connection == nullptr ? std::string() : connection->host,
                                timeout, transaction.zxid});
    if (connection == nullptr || !connection->stream.is_open()) return;  // Z-SE-25
    count_reply(*connection, work, transaction.zxid);
    establish(*connection);
  }
  if (transaction.op == OpCode::close_session) {
    const auto removed = static_cast<std::int64_t>(applied.events.size());
    const auto left = static_cast<std::int64_t>(database_.tree().ephemerals_of(session).size());
    if (removed > 0) node_.measure(ephemerals_swept, removed);
    node_.record(SessionClosed{session, transaction.zxid, removed, left});
  }
}

void ClientService::reply_to_write(const Transaction& transaction, const Work& work,
                                   Applied& applied) {
  if (transaction.op == OpCode::create_session) return;
  auto* connection = find(work.origin);
  const auto* request = work.message.as<Request>();
  if (connection != nullptr && has_moved(transaction) && !replies_session_moved_)
    return end(*connection, "moved");  // not a word (Z-SE-15)
  if (connection != nullptr && request != nullptr) {
    Reply reply;
    reply.xid = request->xid;
    reply.zxid = transaction.zxid;
    if (transaction.op == OpCode::multi) {
      reply.members = std::move(applied.results);  // errors are told inside (Z-MU-3)
    } else {
      reply.result = std::move(applied.results.front());
      reply.error = reply.result.error;
    }
    node_.record(WriteReplied{work.session, transaction.zxid});
    reply_to(*connection, work, std::move(reply));
  }
  if (transaction.op != OpCode::close_session) return;
  // Z-SE-20; an expired session's connection goes too.
  const auto owner = owners_.find(transaction.session);
  if (owner != owners_.end()) disconnect(owner->second, "closed");
}

void ClientService::answer(const Work& work) {
  auto* connection = find(work.origin);
  if (connection == nullptr || !connection->stream.is_open()) return;
  const auto* asked = work.message.as<Request>();
  if (work.refusal != ErrorCode::ok) {
    Reply reply;
    if (asked != nullptr) reply.xid = asked->xid;  // nothing asks for a session (Z-OBS-72)
    reply.zxid = route_->last_zxid();
    reply.error = work.refusal;
    return reply_to(*connection, work, std::move(reply));
  }
  const auto& request = *asked;
  auto answer = answer_read({connection->id, work.session, work.identities}, request,
                            database_.tree(), watches_);
  answer.reply.zxid = std::max(answer.reply.zxid, route_->last_zxid());
  for (const auto& event : answer.events) {
    node_.probe(watch_caught_up);
    send_event(*connection, event);
  }
  reply_to(*connection, work, std::move(answer.reply));
}

void ClientService::fire_watches(const Applied& applied) {
  for (const auto& event : applied.events) {
    for (const auto& delivery : watches_.fire(event)) {
      auto* connection = find(delivery.to);
      if (connection == nullptr) continue;
      // The watch is used up all the same.
      if (!delivery.readers.empty() &&
          !allows(delivery.readers, permission::read, connection->identities))
        continue;
      send_event(*connection, delivery.event);
    }
  }
}

void ClientService::send_event(ClientConnection& connection, const WatchEvent& event) {
  node_.record(
      WatchFired{connection.session, event.type, event.path, database_.tree().last_zxid()});
  send(connection, event);
}

void ClientService::send(ClientConnection& connection, sim::Payload message) {
  ++connection.counted.sent;
  ++counted_.sent;
  (void)connection.stream.send(std::move(message));  // a broken stream is noticed by its receiver
}

void ClientService::reply_to(ClientConnection& connection, const Work& work, Reply reply) {
  --connection.counted.queued;
  count_reply(connection, work, reply.zxid);
  send(connection, std::move(reply));
}

void ClientService::count_reply(ClientConnection& connection, const Work& work, Zxid zxid) {
  const auto* request = work.message.as<Request>();
  const auto taken = (node_.now() - work.received) / std::chrono::milliseconds(1);
  counted_.latency.add(taken);
  auto& counted = connection.counted;
  counted.last_response_ms = node_.now().time_since_epoch() / std::chrono::milliseconds(1);
  counted.count_reply(work.op, request == nullptr ? 0 : request->xid, zxid, taken);
}

const ClientConnection* ClientService::connection_of(SessionId session) const {
  const auto owner = owners_.find(session);
  if (owner == owners_.end()) return nullptr;
  const auto found = connections_.find(owner->second);
  return found == connections_.end() ? nullptr : found->second.get();
}

ClientConnection* ClientService::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

}  // namespace logquake::zookeeper
