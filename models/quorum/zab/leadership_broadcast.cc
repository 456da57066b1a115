// A leader's broadcast: proposals, commits, syncs and the clock. The way there is in leadership.cc.
#include <algorithm>

#include "models/quorum/zab/leadership.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {

Zxid Leadership::next_zxid() const { return zxid_after(last_proposed_, settings_.counter_limit); }

bool Leadership::is_counter_used_up() const {
  return !settings_.no_rollover_guard && counter_of(next_zxid()) >= settings_.counter_limit;
}

ZabActions Leadership::propose(const Transaction& transaction, Instant now) {
  if (is_over_) return {};
  LOGQUAKE_CHECK(phase_ == Phase::broadcast, "only an established leader proposes");
  LOGQUAKE_CHECK(transaction.zxid == next_zxid(), "proposals are numbered without a gap");
  if (is_counter_used_up()) {
    give_up(format("the counter of epoch {} is used up", epoch_));
    return take_actions();
  }

  last_proposed_ = transaction.zxid;
  outstanding_.add(transaction);
  for (auto& [id, learner] : learners_) {
    if (learner.is_observer || !is_forwarded_to(learner)) continue;
    send_transaction(id, PacketType::proposal, transaction);
    learner.unacked.push_back({transaction.zxid, now});
  }
  actions_.push_back(Append{transaction});
  return take_actions();
}

ZabActions Leadership::logged(Zxid zxid, Instant) {
  if (is_over_) return {};
  outstanding_.ack_up_to(self_, zxid);
  commit_what_is_acked();
  return take_actions();
}

void Leadership::commit_what_is_acked() {
  while (outstanding_.is_next_committed(verifier_)) {
    const Transaction transaction = outstanding_.take_next();
    processed_ = transaction.zxid;
    history_.window.add(transaction);
    actions_.push_back(Commit{transaction.zxid});
    for (const auto& [id, learner] : learners_) {
      if (!is_forwarded_to(learner)) continue;
      if (learner.is_observer) {
        send_transaction(id, PacketType::inform, transaction);
      } else {
        send(id, PacketType::commit, transaction.zxid);
      }
    }
    actions_.push_back(Deliver{transaction});
    answer_syncs_up_to(transaction.zxid);
  }
}

ZabActions Leadership::sync(ServerId from, SessionId session, std::int32_t xid) {
  if (is_over_) return {};
  if (from == self_) {
    actions_.push_back(CompleteSync{session, xid});
  } else {
    syncs_.push_back({outstanding_.empty() ? processed_ : outstanding_.last(), from, session, xid});
    answer_syncs_up_to(processed_);
  }
  return take_actions();
}

void Leadership::answer_syncs_up_to(Zxid zxid) {
  while (!syncs_.empty() && syncs_.front().after <= zxid) {
    const WaitingSync& waiting = syncs_.front();
    // One that has reconnected meanwhile does not know the request any more, and does not mind.
    if (learners_.contains(waiting.from)) {
      actions_.push_back(SendPacket{waiting.from,
                                    {.type = PacketType::sync,
                                     .zxid = zxid,
                                     .session = waiting.session,
                                     .xid = waiting.xid}});
    }
    syncs_.pop_front();
  }
}

// ---- the clock ----

Instant Leadership::deadline() const {
  if (is_over_) return Instant::max();
  return phase_ == Phase::broadcast ? next_half_tick_ : stage_ends_;
}

ZabActions Leadership::expire(Instant now) {
  if (is_over_) return {};
  if (epoch_ == 0 && is_alone_) propose_epoch(now);
  if (phase_ != Phase::broadcast) {
    if (now >= stage_ends_) {
      give_up(format("no quorum within {}: {}", to_text(limit(settings_.init_limit)),
                     epoch_ == 0                  ? "of followers"
                     : phase_ == Phase::discovery ? "of promises"
                                                  : "of acks of NEWLEADER"));
    }
    return take_actions();
  }
  if (now < next_half_tick_) return take_actions();
  // Half a tick from now, not from when it was due: what a frozen leader missed is not made up for.
  next_half_tick_ = deadline_after(now, settings_.tick / 2);
  check_learners(now);
  if (!is_half_) {
    ++tick_;
    check_quorum();
  }
  is_half_ = !is_half_;
  if (!is_over_) send_pings();
  return take_actions();
}

void Leadership::send_pings() {
  for (const auto& [id, learner] : learners_) {
    if (is_forwarded_to(learner)) send(id, PacketType::ping, last_proposed_);
  }
}

void Leadership::check_learners(Instant now) {
  const auto learners = learners_;
  for (const auto& [id, learner] : learners) {
    const bool is_up_to_date = learner.stage == Stage::up_to_date;
    const Duration patience = limit(is_up_to_date ? settings_.sync_limit : settings_.init_limit);
    if (now >= deadline_after(learner.heard, patience)) {
      drop(id, "silent for " + to_text(patience));
    } else if (is_up_to_date && !learner.unacked.empty() &&
               now >= deadline_after(learner.unacked.front().at, patience)) {
      drop(id,
           format("no ack of {} for {}", hex_of(learner.unacked.front().zxid), to_text(patience)));
    }
  }
}

void Leadership::check_quorum() {
  std::set<ServerId> synced{self_};
  for (const auto& [id, learner] : learners_) {
    if (!learner.is_observer && tick_ <= learner.synced_until) synced.insert(id);
  }
  if (!verifier_.contains_quorum(synced)) give_up("no quorum of synced followers");
}

}  // namespace logquake::zookeeper
