#include "models/quorum/server/leader_role.h"

#include <utility>
#include <variant>

#include "models/quorum/defects.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/probes.h"
#include "models/quorum/storage/storage.h"
#include "models/quorum/zab/zab_defects.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

LeadershipSettings settings_of(const sim::Node& node, const ServerSettings& settings) {
  LeadershipSettings leadership;
  leadership.tick = settings.tick_time;
  leadership.init_limit = settings.init_limit;
  leadership.sync_limit = settings.sync_limit;
  leadership.counter_limit = settings.counter_limit;
  leadership.sync_mistakes.trunc_across_epochs = node.has(trunc_across_epochs);
  leadership.sync_mistakes.diff_from_zero_window = node.has(diff_from_zero_window);
  leadership.newleader_too_early = node.has(newleader_too_early);
  leadership.no_rollover_guard = node.has(no_rollover_guard);
  return leadership;
}

LeaderHistory history_of(const MemberHistory& history) {
  return {history.accepted_epoch(), history.current_epoch(), history.last_zxid(), history.window()};
}

}  // namespace

LeaderRole::LeaderRole(Member& member, const QuorumVerifier& verifier)
    : MemberRole(member),
      rules_(member.id, verifier, settings_of(member.node, member.settings),
             history_of(member.history), member.node.now()) {}

// ---- links ----

bool LeaderRole::begin() {
  const auto port = settings().server(member_.id)->quorum_port;
  auto listener = node().listen(port);
  if (!listener) node().exit(format("listen at {}: {}", port, to_string(listener.error())));
  listener_ = std::move(*listener);
  // Right is to wait until all of it is committed (Z-SY-12).
  if (node().has(snapshot_uncommitted)) history().save_snapshot();
  const auto self = std::static_pointer_cast<LeaderRole>(shared_from_this());
  node().spawn("zookeeper-quorum-port", [self] { self->accept_for_ever(); });
  return true;
}

void LeaderRole::finish() {
  listener_.close();
  for (const auto& [id, link] : std::exchange(links_, {})) link->close();
}

void LeaderRole::accept_for_ever() {
  const auto self = std::static_pointer_cast<LeaderRole>(shared_from_this());
  while (!is_over()) {
    auto accepted = listener_.accept();
    if (!accepted || is_over()) return;
    const auto link =
        std::make_shared<Link>(node(), std::move(*accepted), "a packet for a learner");
    node().spawn("zookeeper-from-learner", [self, link] { self->receive_for_ever(link); });
    node().spawn("zookeeper-to-learner", [link] { link->send_for_ever(); });
  }
}

void LeaderRole::receive_for_ever(const std::shared_ptr<Link>& link) {
  const auto patience = settings().init_limit * settings().tick_time;
  while (!is_over() && !link->is_closed()) {
    auto message = link->receive(patience);
    if (is_over() || link->is_closed()) break;
    if (!message) {
      post([this, link] {
        link->close();
        const auto found = links_.find(link->learner);
        if (found == links_.end() || found->second != link) return;
        links_.erase(found);
        perform(rules_.disconnected(link->learner, node().now()));
      });
      return;
    }
    post([this, link, message = std::move(*message)] {
      const auto* packet = message.as<QuorumPacket>();
      if (packet == nullptr || link->is_closed()) return;
      if (link->learner == ServerId()) return greet(link, *packet);
      take(link->learner, *packet);
    });
  }
  link->close();
}

void LeaderRole::greet(const std::shared_ptr<Link>& link, const QuorumPacket& info) {
  if (settings().server(info.sid) == nullptr || info.sid == member_.id) return link->close();
  link->learner = info.sid;
  auto& current = links_[info.sid];
  if (current != nullptr) current->close();
  current = link;
  perform(rules_.connected(info, node().now()));
}

void LeaderRole::send(ServerId to, QuorumPacket packet) {
  const auto found = links_.find(to);
  if (found == links_.end()) return;
  found->second->send(std::move(packet));
}

// ---- what learners say ----

void LeaderRole::take(ServerId from, const QuorumPacket& packet) {
  switch (packet.type) {
    case PacketType::request: {
      if (!sequencer_) return;
      const auto& forwarded = packet.forwarded;
      if (forwarded.op == OpCode::sync)
        return perform(rules_.sync(from, forwarded.session, forwarded.request.xid));
      Work work;
      work.session = forwarded.session;
      work.identities = forwarded.identities;
      work.op = forwarded.op;
      work.timeout = forwarded.timeout;
      work.message = forwarded.request;
      return propose(sequencer_->prepare(work, from));
    }
    case PacketType::revalidate: {
      QuorumPacket answer = packet;
      answer.is_valid = sequencer_ && sequencer_->move(packet.session, packet.timeout, from);
      if (answer.is_valid) node().record(SessionMoved{packet.session, from.value()});
      return send(from, std::move(answer));
    }
    case PacketType::ping:
      if (sequencer_) {
        for (const auto& touch : packet.touches) sequencer_->touch(touch.session, touch.timeout);
      }
      break;
    default:
      break;
  }
  perform(rules_.receive(from, packet, node().now()));
}

ZabActions LeaderRole::logged(Zxid zxid) { return rules_.logged(zxid, node().now()); }

void LeaderRole::expire() { perform(rules_.expire(node().now())); }

// ---- what the rules ask for ----

void LeaderRole::act(const ZabAction& action) {
  if (const auto* sending = std::get_if<SendPacket>(&action)) {
    send(sending->to, sending->packet);
  } else if (const auto* snapshot = std::get_if<SendSnapshot>(&action)) {
    QuorumPacket packet;
    packet.type = PacketType::snap;
    packet.zxid = snapshot->zxid;
    packet.snapshot = encode_snapshot(history().tree());
    send(snapshot->to, std::move(packet));
  } else if (const auto* dropped = std::get_if<DropLearner>(&action)) {
    const auto found = links_.find(dropped->learner);
    if (found == links_.end()) return;
    if (dropped->is_violation) node().record(ProtocolViolated{dropped->why});
    found->second->close();
    links_.erase(found);
  } else if (const auto* proposed = std::get_if<ProposeEpoch>(&action)) {
    epoch_ = proposed->epoch;
    node().record(EpochProposed{epoch_});
  } else if (const auto* plan = std::get_if<SynchronizeLearner>(&action)) {
    node().record(LearnerSynchronized{plan->learner.value(), std::string(name_of(plan->method)),
                                      plan->from, plan->to});
  } else if (std::holds_alternative<Establish>(action)) {
    establish(epoch_);
  } else if (const auto* commit = std::get_if<Commit>(&action)) {
    node().record(TransactionCommitted{commit->zxid});
  }
}

void LeaderRole::establish(std::int64_t epoch) {
  node().record(LeaderEstablished{epoch, history().tree().last_zxid()});
  history().lead(epoch);
  established_ = node().now();
  sequencer_.emplace(node(), settings(), history().tree(), make_zxid(epoch, 0), [this](Work work) {
    post([this, work = std::move(work)] { propose(sequencer_->prepare(work, member_.id)); });
  });
  const auto self = std::static_pointer_cast<LeaderRole>(shared_from_this());
  node().spawn("zookeeper-expiry",
               [self] { self->sequencer_->keep_watch([&] { return self->is_over(); }); });
  start_serving("leader", epoch);
}

void LeaderRole::deliver(const Transaction& transaction) {
  MemberRole::deliver(transaction);
  sequencer_->applied(transaction);
}

void LeaderRole::propose(const Transaction& transaction) {
  if (!rules_.is_counter_used_up()) {
    counted_.count_proposal(transaction.proposal_bytes());
    node().record(TransactionProposed{transaction.zxid, content_of(transaction)});
  }
  perform(rules_.propose(transaction, node().now()));
}

// ---- what clients ask ----

Zxid LeaderRole::last_zxid() const {
  return std::max(history().last_applied(), make_zxid(epoch_, 0));  // Z-SE-24
}

void LeaderRole::heard(SessionId session, Duration timeout) { sequencer_->touch(session, timeout); }

bool LeaderRole::resume(SessionId session, Duration timeout) {
  if (!sequencer_->move(session, timeout, member_.id)) return false;
  node().record(SessionMoved{session, member_.id.value()});
  return true;
}

void LeaderRole::describe(ServerStatistics& statistics) const {
  MemberRole::describe(statistics);
  statistics.mode = ServerMode::leader;
  statistics.peer_state = "leading - broadcast";
  statistics.session_buckets = sequencer_->session_buckets();
  auto leader = counted_;
  leader.learners = static_cast<std::int64_t>(links_.size());
  leader.synced_followers = rules_.synced_followers();
  leader.synced_observers = rules_.synced_observers();
  leader.pending_syncs = rules_.pending_syncs();
  leader.uptime_ms = (node().now() - established_) / std::chrono::milliseconds(1);
  statistics.leader = leader;
}

void LeaderRole::submit(Work work) {
  post([this, work = std::move(work)]() mutable {
    if (work.op != OpCode::create_session) {
      const auto error = sequencer_->session_error(work.session, member_.id);
      // Pings and reads too; a write becomes an error transaction first (Z-SE-15, Z-DM-18).
      if (error == ErrorCode::session_moved && !work.is_write)
        return member_.clients.disconnect(work.origin, "moved");
      work.refusal = error;
    }
    if (!work.is_write) return order_.read(std::move(work));
    const auto transaction = sequencer_->prepare(work, member_.id);
    work.refusal = ErrorCode::ok;
    order_.wait(std::move(work));
    propose(transaction);
  });
}

}  // namespace logquake::zookeeper
