// Discovery and synchronization. Broadcast is in leadership_broadcast.cc.
#include "models/quorum/zab/leadership.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {

Leadership::Leadership(ServerId self, QuorumVerifier verifier, LeadershipSettings settings,
                       LeaderHistory history, Instant now)
    : self_(self),
      verifier_(std::move(verifier)),
      settings_(std::move(settings)),
      history_(std::move(history)),
      highest_accepted_(history_.accepted_epoch),
      is_alone_(verifier_.contains_quorum({self})),
      stage_ends_(is_alone_ ? now : deadline_after(now, limit(settings_.init_limit))),
      processed_(history_.last_zxid) {
  LOGQUAKE_CHECK(history_.window.empty() || history_.window.max() <= history_.last_zxid,
                 "the window holds what is in the log");
}

// ---- discovery ----

ZabActions Leadership::connected(const QuorumPacket& info, Instant now) {
  if (is_over_) return {};
  learners_.erase(info.sid);
  LOGQUAKE_CHECK(info.sid != self_, "a leader does not follow itself");
  const bool is_observer = info.type == PacketType::observer_info;
  if (!is_observer && (info.type != PacketType::follower_info || !verifier_.is_voter(info.sid))) {
    drop(info.sid, info.type == PacketType::follower_info
                       ? "FOLLOWERINFO of a server that is no voter"
                       : format("{} as the first packet", name_of(info.type)));
    return take_actions();
  }

  Learner& learner = learners_[info.sid];
  learner.is_observer = is_observer;
  learner.heard = now;
  learner.synced_until = tick_ + settings_.init_limit + settings_.sync_limit;
  highest_accepted_ = std::max(highest_accepted_, epoch_of(info.zxid));
  if (epoch_ != 0) {
    tell_epoch(info.sid, learner);  // a late one: the epoch does not change (Z-DI-8)
  } else {
    propose_epoch(now);
  }
  return take_actions();
}

void Leadership::propose_epoch(Instant now) {
  std::set<ServerId> present{self_};
  for (const auto& [id, learner] : learners_) {
    if (!learner.is_observer) present.insert(id);
  }
  if (!verifier_.contains_quorum(present)) return;

  epoch_ = highest_accepted_ + 1;
  stage_ends_ = deadline_after(now, limit(settings_.init_limit));
  actions_.push_back(ProposeEpoch{epoch_});
  actions_.push_back(StoreAcceptedEpoch{epoch_});  // before anybody hears of it (Z-DI-4)
  for (auto& [id, learner] : learners_) tell_epoch(id, learner);
  promised_.insert(self_);
  if (verifier_.contains_quorum(promised_)) adopt_epoch(now);
}

void Leadership::tell_epoch(ServerId id, Learner& learner) {
  learner.was_told_epoch = true;
  send(id, PacketType::leader_info, make_zxid(epoch_, 0));
}

ZabActions Leadership::receive(ServerId from, const QuorumPacket& packet, Instant now) {
  const auto found = learners_.find(from);
  if (is_over_ || found == learners_.end()) return {};
  Learner& learner = found->second;
  learner.heard = now;
  if (learner.stage == Stage::up_to_date) learner.synced_until = tick_ + settings_.sync_limit;

  switch (packet.type) {
    case PacketType::ack_epoch:
      on_ack_epoch(from, learner, packet, now);
      break;
    case PacketType::ack:
      on_ack(from, learner, packet, now);
      break;
    default:
      break;
  }
  return take_actions();
}

void Leadership::on_ack_epoch(ServerId from, Learner& learner, const QuorumPacket& packet,
                              Instant now) {
  if (!learner.was_told_epoch || learner.stage != Stage::informed)
    return refuse(from, "ACKEPOCH out of its place");
  learner.last_zxid = packet.zxid;
  if (phase_ != Phase::discovery) return synchronize(from, learner, now);

  const bool counts = !learner.is_observer && packet.epoch != -1;
  const auto is_ahead =
      std::pair(packet.epoch, packet.zxid) > std::pair(history_.current_epoch, history_.last_zxid);
  if (counts && is_ahead) {
    return drop(
        from, format("follower is ahead of the leader: epoch {} {}, here epoch {} {}", packet.epoch,
                     hex_of(packet.zxid), history_.current_epoch, hex_of(history_.last_zxid)));
  }
  learner.stage = Stage::promised;
  // A promise is durable: it counts even if the link breaks before the others have made theirs.
  if (counts) promised_.insert(from);
  if (verifier_.contains_quorum(promised_)) adopt_epoch(now);
}

void Leadership::adopt_epoch(Instant now) {
  phase_ = Phase::synchronization;
  stage_ends_ = deadline_after(now, limit(settings_.init_limit));
  actions_.push_back(StoreCurrentEpoch{epoch_});
  last_proposed_ = make_zxid(epoch_, 0);
  adopted_.insert(self_);
  for (auto& [id, learner] : learners_) {
    if (learner.stage == Stage::promised) synchronize(id, learner, now);
  }
  if (verifier_.contains_quorum(adopted_)) establish(now);
}

// ---- synchronization ----

void Leadership::synchronize(ServerId id, Learner& learner, Instant now) {
  // All that is committed is applied here, so what lies above is uncommitted and may be cut off
  // the learner's log. It has to be acked again then (Z-SY-13).
  outstanding_.forget(id);
  const SyncPlan plan = plan_sync(learner.last_zxid, history_.window, processed_,
                                  settings_.log_suffix, settings_.sync_mistakes);
  actions_.push_back(SynchronizeLearner{id, plan.method, learner.last_zxid, processed_});
  // Choosing where to start and starting are one step: nothing falls between them (Z-SY-4).
  learner.stage = Stage::syncing;
  if (plan.method == PacketType::snap) {
    actions_.push_back(SendSnapshot{id, plan.zxid});
  } else {
    send(id, plan.method, plan.zxid);
  }
  const Zxid marker = make_zxid(epoch_, 0);
  if (settings_.newleader_too_early) send(id, PacketType::new_leader, marker);
  send_history(id, learner, plan, now);
  if (!settings_.newleader_too_early) send(id, PacketType::new_leader, marker);
}

void Leadership::send_history(ServerId id, Learner& learner, const SyncPlan& plan, Instant now) {
  for (const Transaction& transaction : plan.follow) {
    send_transaction(id, PacketType::proposal, transaction);
    send(id, PacketType::commit, transaction.zxid);
  }
  if (learner.is_observer) return;
  for (const auto& proposal : outstanding_.proposals()) {
    send_transaction(id, PacketType::proposal, proposal.transaction);
    learner.unacked.push_back({proposal.transaction.zxid, now});
  }
}

void Leadership::on_ack(ServerId from, Learner& learner, const QuorumPacket& packet, Instant now) {
  const Zxid marker = make_zxid(epoch_, 0);
  if (learner.stage < Stage::syncing) return refuse(from, "ACK before the synchronization");
  if (learner.stage == Stage::syncing) {
    if (packet.zxid != marker)
      return refuse(from, format("ACK {} where that of NEWLEADER was due", hex_of(packet.zxid)));
    learner.stage = Stage::adopted;
    if (!learner.is_observer) adopted_.insert(from);
    if (phase_ == Phase::broadcast) {
      bring_up_to_date(from, learner, now);
    } else if (verifier_.contains_quorum(adopted_)) {
      establish(now);
    }
    return;
  }
  if (packet.zxid == marker || learner.is_observer) return;
  while (!learner.unacked.empty() && learner.unacked.front().zxid <= packet.zxid)
    learner.unacked.pop_front();
  outstanding_.ack(from, packet.zxid);
  commit_what_is_acked();
}

void Leadership::establish(Instant now) {
  phase_ = Phase::broadcast;
  actions_.push_back(SaveSnapshot{});  // Z-SY-12; all that is in it is committed from now on
  processed_ = make_zxid(epoch_, 0);
  next_half_tick_ = deadline_after(now, settings_.tick / 2);
  is_half_ = true;
  actions_.push_back(Establish{epoch_});
  for (auto& [id, learner] : learners_) {
    if (learner.stage == Stage::adopted) bring_up_to_date(id, learner, now);
  }
}

void Leadership::bring_up_to_date(ServerId id, Learner& learner, Instant now) {
  learner.stage = Stage::up_to_date;
  // Its limits begin here: until now it was the leader that kept it waiting.
  learner.heard = now;
  for (Sent& sent : learner.unacked) sent.at = now;
  send(id, PacketType::up_to_date, make_zxid(epoch_, 0));
}

// ---- common ----

ZabActions Leadership::disconnected(ServerId learner, Instant) {
  if (!is_over_) learners_.erase(learner);
  return take_actions();
}

std::int64_t Leadership::count_up_to_date(bool observers) const {
  return std::count_if(learners_.begin(), learners_.end(), [&](const auto& entry) {
    return entry.second.stage == Stage::up_to_date && entry.second.is_observer == observers;
  });
}

void Leadership::send(ServerId to, PacketType type, Zxid zxid) {
  actions_.push_back(SendPacket{to, {.type = type, .zxid = zxid}});
}

void Leadership::send_transaction(ServerId to, PacketType type, const Transaction& transaction) {
  actions_.push_back(
      SendPacket{to, {.type = type, .zxid = transaction.zxid, .transaction = transaction}});
}

void Leadership::drop(ServerId learner, std::string why) {
  learners_.erase(learner);
  actions_.push_back(DropLearner{learner, std::move(why)});
}

void Leadership::refuse(ServerId learner, std::string why) {
  learners_.erase(learner);
  actions_.push_back(DropLearner{learner, std::move(why), true});
}

void Leadership::give_up(std::string why) {
  is_over_ = true;
  actions_.push_back(GiveUp{std::move(why)});
}

ZabActions Leadership::take_actions() { return std::exchange(actions_, {}); }

}  // namespace logquake::zookeeper
