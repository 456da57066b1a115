#include "models/quorum/service/sequencer.h"

#include <chrono>
#include <utility>

#include "models/quorum/defects.h"
#include "models/quorum/facts.h"
#include "models/quorum/probes.h"
#include "models/quorum/tree/container_manager.h"

namespace logquake::zookeeper {
namespace {

Duration milliseconds(std::int64_t count) { return std::chrono::milliseconds(count); }

PreparerSettings rules_of(const sim::Node& node, const ServerSettings& settings) {
  PreparerSettings rules;
  rules.extended_types = settings.extended_types;
  rules.counter_limit = settings.counter_limit;
  rules.multi_create_without_stat = node.has(multi_create_without_stat);
  rules.close_keeps_child_count = node.has(close_keeps_child_count);
  rules.close_leaves_ephemerals = node.has(delayed_ephemeral_delete);
  return rules;
}

}  // namespace

Sequencer::Sequencer(sim::Node& node, const ServerSettings& settings, const ZnodeTree& tree,
                     Zxid last, Sink sink)
    : node_(node),
      settings_(settings),
      tree_(tree),
      expires_by_wall_clock_(node.has(wallclock_expiry)),
      sink_(std::move(sink)),
      preparer_(tree, rules_of(node, settings), last),
      tracker_(settings.tick_time) {
  const auto now = session_clock();
  for (const auto& [session, timeout] : tree_.sessions()) {
    tracker_.add(session, milliseconds(timeout), now);
    last_heard_[session] = node_.now();
  }
  for (const auto& [path, znode] : tree_.nodes()) {
    if (znode.is_ephemeral() && tree_.sessions().count(znode.owner) == 0)
      orphans_[znode.owner] = node_.now();
  }
  next_container_check_ = node_.now() + container_check;
}

Transaction Sequencer::prepare(const Work& work, ServerId server) {
  auto caller = caller_of(work.session, work.identities);
  switch (work.op) {
    case OpCode::create_session:
      tracker_.add(work.session, work.timeout, session_clock());
      last_heard_[work.session] = node_.now();
      owners_[work.session] = server;
      caller.session_error = ErrorCode::ok;
      return preparer_.prepare_new_session(
          caller, std::chrono::duration_cast<std::chrono::milliseconds>(work.timeout).count());
    case OpCode::close_session: {
      const auto* request = work.message.as<Request>();
      if (request != nullptr && caller.session_error != ErrorCode::ok) node_.probe(double_close);
      tracker_.mark_closing(work.session);
      return preparer_.prepare_close(caller, request == nullptr ? 0 : request->xid);
    }
    default:
      caller.session_error = session_error(work.session, server);
      return preparer_.prepare(caller, *work.message.as<Request>());
  }
}

ErrorCode Sequencer::session_error(SessionId session, ServerId server) {
  if (session == SessionId()) return ErrorCode::ok;
  if (!tracker_.is_live(session)) return ErrorCode::session_expired;
  // After a change of leader nobody owns it: the first server that asks does (Z-SE-15).
  const auto owner = owners_.try_emplace(session, server).first->second;
  return owner == server ? ErrorCode::ok : ErrorCode::session_moved;
}

bool Sequencer::touch(SessionId session, Duration timeout) {
  if (!tracker_.touch(session, timeout, session_clock())) return false;
  last_heard_[session] = node_.now();
  return true;
}

bool Sequencer::move(SessionId session, Duration timeout, ServerId server) {
  if (!touch(session, timeout)) return false;
  owners_[session] = server;
  return true;
}

void Sequencer::applied(const Transaction& transaction) {
  preparer_.applied(transaction.zxid);
  if (transaction.op != OpCode::close_session) return;
  const auto session = transaction.session;
  tracker_.remove(session);
  last_heard_.erase(session);
  owners_.erase(session);
  if (!tree_.ephemerals_of(session).empty())
    orphans_[session] = node_.now() + 3 * settings_.tick_time;
}

void Sequencer::keep_watch(const std::function<bool()>& is_over) {
  for (;;) {
    node_.sleep_for(next_bucket(node_.now(), settings_.tick_time) - node_.now());
    if (is_over()) return;
    expire_sessions();
    sweep_orphans();
    if (node_.now() >= next_container_check_) remove_empty_containers();
  }
}

void Sequencer::expire_sessions() {
  for (const auto session : tracker_.expire(session_clock())) {
    Work work;
    work.session = session;
    work.op = OpCode::close_session;
    node_.set_cause({});
    const auto heard = last_heard_.find(session);
    const auto silence = heard == last_heard_.end() ? Duration() : node_.now() - heard->second;
    work.cause = node_.record(SessionExpired{session, tracker_.timeout_of(session), silence});
    sink_(std::move(work));
  }
}

// Only the defect zk.delayed-ephemeral-delete leaves any.
void Sequencer::sweep_orphans() {
  for (auto at = orphans_.begin(); at != orphans_.end();) {
    if (at->second > node_.now()) {
      ++at;
      continue;
    }
    for (const auto& path : tree_.ephemerals_of(at->first)) {
      Request request;
      request.operation = remove_op(path);
      Work work;
      work.op = OpCode::remove;
      work.message = request;
      sink_(std::move(work));
    }
    at = orphans_.erase(at);
  }
}

void Sequencer::remove_empty_containers() {
  next_container_check_ = node_.now() + container_check;
  const auto now = unix_milliseconds(node_.wall_clock());
  for (const auto& path : deletion_candidates(tree_, now)) {
    Work work;
    work.op = OpCode::delete_container;
    work.message = delete_container_request(path);
    sink_(std::move(work));
  }
}

Caller Sequencer::caller_of(SessionId session, const Identities& identities) const {
  Caller caller;
  caller.session = session;
  caller.identities = identities;
  caller.time = unix_milliseconds(node_.wall_clock());
  if (session != SessionId() && !tracker_.is_live(session))
    caller.session_error = ErrorCode::session_expired;
  return caller;
}

ExpiryBuckets<SessionId> Sequencer::session_buckets() const {
  ExpiryBuckets<SessionId> buckets;
  for (const auto& [expiry, sessions] : tracker_.buckets()) {
    const auto at = node_.wall_clock() + (expiry - session_clock());
    buckets.emplace_back(at, std::vector<SessionId>(sessions.begin(), sessions.end()));
  }
  return buckets;
}

Instant Sequencer::session_clock() const {
  if (expires_by_wall_clock_) return Instant(node_.wall_clock().time_since_epoch());
  return node_.now();
}

}  // namespace logquake::zookeeper
