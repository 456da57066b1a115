#include "models/quorum/server/learner_role.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/probes.h"
#include "models/quorum/zab/zab_defects.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

constexpr int connect_tries = 5;  // Z-DI-2
constexpr Duration connect_pause = 100ms;

FollowingMistakes mistakes_of(const sim::Node& node) {
  FollowingMistakes mistakes;
  mistakes.ack_newleader_before_log = node.has(ack_newleader_before_log);
  mistakes.clear_pending_at_newleader = node.has(clear_pending_at_newleader);
  mistakes.proposal_ack_before_newleader_ack = node.has(proposal_ack_before_newleader_ack);
  mistakes.advance_last_queued_before_apply = node.has(advance_last_queued_before_apply);
  return mistakes;
}

LearnerHistory history_of(const MemberHistory& history) {
  return {history.accepted_epoch(), history.current_epoch(), history.last_zxid()};
}

}  // namespace

LearnerRole::LearnerRole(Member& member, ServerId leader, bool is_observer)
    : MemberRole(member),
      leader_(leader),
      is_observer_(is_observer),
      rules_(member.id, is_observer, history_of(member.history), mistakes_of(member.node)),
      answered_(member.node, "the leader's word on a session") {}

// ---- the link ----

bool LearnerRole::begin() {
  const auto* leader = settings().server(leader_);
  const auto patience = settings().init_limit * settings().tick_time;
  const auto give_up_at = node().now() + patience;
  for (int tries = 0; tries < connect_tries && node().now() < give_up_at; ++tries) {
    if (tries > 0) node().sleep_for(connect_pause);
    auto connected = node().connect({leader->host, leader->quorum_port}, give_up_at - node().now());
    if (!connected) continue;
    link_ = std::make_shared<QuorumLink>(node(), std::move(*connected), "a packet for the leader");
    const auto self = std::static_pointer_cast<LearnerRole>(shared_from_this());
    node().spawn("zookeeper-from-leader", [self] { self->receive_for_ever(); });
    node().spawn("zookeeper-to-leader", [link = link_] { link->send_for_ever(); });
    perform(rules_.connected());
    return true;
  }
  return false;
}

void LearnerRole::finish() {
  if (link_) link_->close();
  if (is_adopted_ && node().has(advance_last_queued_before_apply))
    history().claim(rules_.last_queued());
  for (auto& [session, questions] : questions_) {
    for (const auto& question : questions) question->is_answered = true;
  }
  questions_.clear();
  answered_.notify_all();
}

// Z-TM-5: the leader may take its time until its history is here, and less afterwards.
Duration LearnerRole::patience() const {
  return (is_adopted_ ? settings().sync_limit : settings().init_limit) * settings().tick_time;
}

void LearnerRole::receive_for_ever() {
  auto heard_at = node().now();
  while (!is_over()) {
    const auto left = heard_at + patience() - node().now();
    auto message = link_->receive(std::clamp(left, Duration(1ns), settings().tick_time));
    if (is_over()) return;
    const bool is_silent = message.is(logquake::ErrorCode::timed_out);
    if (is_silent && node().now() < heard_at + patience()) continue;
    if (!message) {
      post([this, is_silent] {
        give_up(is_silent ? "the leader is silent" : "the link to the leader is lost");
      });
      return;
    }
    heard_at = node().now();
    post([this, message = std::move(*message)] {
      if (const auto* packet = message.as<QuorumPacket>()) take(*packet);
    });
  }
}

// ---- what the leader says ----

void LearnerRole::take(const QuorumPacket& packet) {
  if (packet.type == PacketType::ping) {
    QuorumPacket answer;
    answer.type = PacketType::ping;
    answer.zxid = packet.zxid;
    for (const auto& [session, timeout] : std::exchange(touched_, {}))
      answer.touches.push_back({session, timeout});
    return link_->send(std::move(answer));
  }
  if (packet.type == PacketType::revalidate) return answer_question(packet);
  // Behind the commits that it speaks of, which are delivered by now (Z-SN-1).
  if (packet.type == PacketType::sync) return order_.complete_sync(packet.session, packet.xid);
  perform(rules_.receive(as_read(packet)));
  if (rules_.is_stranded())
    node().record(VoterStranded{history().accepted_epoch(), epoch_of(packet.zxid)});
}

QuorumPacket LearnerRole::as_read(const QuorumPacket& packet) {
  auto read = packet;
  const bool is_proposal = packet.type == PacketType::proposal || packet.type == PacketType::inform;
  if (is_proposal && node().buggify(unreadable_proposal)) read.transaction = {};
  return read;
}

ZabActions LearnerRole::logged(Zxid zxid) { return rules_.logged(zxid); }

void LearnerRole::act(const ZabAction& action) {
  if (const auto* sending = std::get_if<SendPacket>(&action)) {
    if (sending->packet.type == PacketType::ack) {
      if (counter_of(sending->packet.zxid) == 0) {
        // The second one, behind UPTODATE, says nothing (Z-SY-8).
        if (!is_adopted_) node().record(NewLeaderAcked{epoch_of(sending->packet.zxid)});
        is_adopted_ = true;
      } else {
        node().record(ProposalAcked{sending->packet.zxid});
      }
    }
    link_->send(sending->packet);
  } else if (const auto* serving = std::get_if<StartServing>(&action)) {
    start_serving(is_observer_ ? "observer" : "follower", serving->epoch);
  }
}

void LearnerRole::deliver(const Transaction& transaction) {
  if (transaction.op == OpCode::create_session)  // once at every learner (Z-SE-6)
    touched_[transaction.session] = std::chrono::milliseconds(transaction.changes.front().timeout);
  MemberRole::deliver(transaction);
}

// ---- what clients ask ----

void LearnerRole::submit(Work work) {
  post([this, work = std::move(work)]() mutable {
    if (work.op != OpCode::sync && !work.is_write) return order_.read(std::move(work));
    QuorumPacket packet;
    packet.type = PacketType::request;
    packet.forwarded.session = work.session;
    packet.forwarded.identities = work.identities;
    packet.forwarded.op = work.op;
    packet.forwarded.timeout = work.timeout;
    if (const auto* request = work.message.as<Request>()) packet.forwarded.request = *request;
    order_.wait(std::move(work));
    link_->send(std::move(packet));
  });
}

void LearnerRole::describe(ServerStatistics& statistics) const {
  MemberRole::describe(statistics);
  statistics.mode = is_observer_ ? ServerMode::observer : ServerMode::follower;
  statistics.peer_state = is_observer_ ? "observing - broadcast" : "following - broadcast";
}

bool LearnerRole::resume(SessionId session, Duration timeout) {
  if (is_over()) return false;
  const auto question = std::make_shared<Question>();
  questions_[session].push_back(question);
  QuorumPacket packet;
  packet.type = PacketType::revalidate;
  packet.session = session;
  packet.timeout = timeout;
  link_->send(std::move(packet));
  answered_.wait_until([&] { return question->is_answered; });
  return question->is_alive;
}

void LearnerRole::answer_question(const QuorumPacket& packet) {
  const auto found = questions_.find(packet.session);
  if (found == questions_.end()) return;
  const auto question = found->second.front();
  found->second.pop_front();
  if (found->second.empty()) questions_.erase(found);
  question->is_answered = true;
  question->is_alive = packet.is_valid;
  if (packet.is_valid) touched_[packet.session] = packet.timeout;
  answered_.notify_all();
}

}  // namespace logquake::zookeeper
