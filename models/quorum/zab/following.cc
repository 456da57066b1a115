#include "models/quorum/zab/following.h"

#include <utility>

#include "sim/base/format.h"

namespace logquake::zookeeper {

Following::Following(ServerId self, bool is_observer, LearnerHistory history,
                     FollowingMistakes mistakes)
    : self_(self),
      is_observer_(is_observer),
      history_(history),
      mistakes_(mistakes),
      last_queued_(history.last_zxid) {}

ZabActions Following::connected() {
  QuorumPacket info{
      .type = is_observer_ ? PacketType::observer_info : PacketType::follower_info,
      .zxid = make_zxid(history_.accepted_epoch, 0),
      .sid = self_,
  };
  actions_.push_back(SendPacket{{}, std::move(info)});
  return take_actions();
}

ZabActions Following::receive(const QuorumPacket& packet) {
  if (is_over_) return {};
  switch (packet.type) {
    case PacketType::leader_info:
      on_leader_info(packet);
      break;
    case PacketType::diff:
    case PacketType::trunc:
    case PacketType::snap:
      on_sync_start(packet);
      break;
    case PacketType::proposal:
    case PacketType::commit:
    case PacketType::inform:
      if (phase_ == Phase::discovery) {
        give_up(format("{} before the synchronization", name_of(packet.type)));
      } else if (is_adopted_ &&
                 !(mistakes_.ack_newleader_before_log && phase_ == Phase::synchronization)) {
        on_news(packet);
      } else {
        on_history(packet);
      }
      break;
    case PacketType::new_leader:
      on_new_leader(packet);
      break;
    case PacketType::up_to_date:
      on_up_to_date(packet);
      break;
    default:
      give_up(format("{} is nothing that a leader says here", name_of(packet.type)));
  }
  return take_actions();
}

ZabActions Following::logged(Zxid zxid) {
  while (!unacked_.empty() && unacked_.front() <= zxid) {
    if (!is_observer_ && !is_over_) send(PacketType::ack, unacked_.front());
    unacked_.pop_front();
  }
  return take_actions();
}

// ---- discovery ----

void Following::on_leader_info(const QuorumPacket& packet) {
  if (has_leader_info_) return give_up("LEADERINFO twice");
  has_leader_info_ = true;
  epoch_ = epoch_of(packet.zxid);

  QuorumPacket answer{
      .type = PacketType::ack_epoch,
      .zxid = history_.last_zxid,
      .epoch = history_.current_epoch,
  };
  if (epoch_ < history_.accepted_epoch) {
    // The promise stays: lowering it would let two leaders of one epoch count it (Z-DI-10).
    is_stranded_ = true;
    return give_up(format("the leader's epoch {} is below the accepted one, {}", epoch_,
                          history_.accepted_epoch));
  }
  if (epoch_ == history_.accepted_epoch) {
    answer.epoch = -1;  // "already promised, do not count me" (Z-DI-5)
  } else {
    actions_.push_back(StoreAcceptedEpoch{epoch_});
    history_.accepted_epoch = epoch_;
  }
  actions_.push_back(SendPacket{{}, std::move(answer)});
}

// ---- synchronization ----

void Following::on_sync_start(const QuorumPacket& packet) {
  if (!has_leader_info_ || phase_ != Phase::discovery)
    return give_up(format("{} out of its place", name_of(packet.type)));
  phase_ = Phase::synchronization;
  switch (packet.type) {
    case PacketType::trunc:
      needs_snapshot_ = true;
      last_queued_ = packet.zxid;
      actions_.push_back(TruncateTo{packet.zxid});
      break;
    case PacketType::snap:
      needs_snapshot_ = true;
      last_queued_ = packet.zxid;
      actions_.push_back(InstallSnapshot{packet.zxid, packet.snapshot});
      break;
    default:
      break;
  }
}

void Following::on_history(const QuorumPacket& packet) {
  switch (packet.type) {
    case PacketType::proposal:
      if (!can_read(packet)) return;
      last_queued_ = packet.zxid;
      history_uncommitted_.push_back(packet.transaction);
      break;
    case PacketType::inform:
      if (!can_read(packet)) return;
      last_queued_ = packet.zxid;
      history_committed_.push_back(packet.transaction);
      break;
    default:
      commit_history(packet.zxid);
  }
}

void Following::commit_history(Zxid zxid) {
  if (history_uncommitted_.empty()) return;
  if (history_uncommitted_.front().zxid != zxid)
    return exit(format("COMMIT {} where {} is the next proposal", hex_of(zxid),
                       hex_of(history_uncommitted_.front().zxid)));
  history_committed_.push_back(std::move(history_uncommitted_.front()));
  history_uncommitted_.pop_front();
}

void Following::on_new_leader(const QuorumPacket& packet) {
  if (phase_ != Phase::synchronization || is_adopted_) return give_up("NEWLEADER out of its place");
  if (epoch_of(packet.zxid) != epoch_)
    return give_up(
        format("NEWLEADER of epoch {} by the leader of epoch {}", epoch_of(packet.zxid), epoch_));
  is_adopted_ = true;
  if (mistakes_.clear_pending_at_newleader && !history_uncommitted_.empty())
    cleared_up_to_ = history_uncommitted_.back().zxid;

  // Z-SY-6: (a), (b), (c), (d), and only then what has no COMMIT yet.
  if (needs_snapshot_) actions_.push_back(SaveSnapshot{});
  if (!mistakes_.ack_newleader_before_log) log_history();
  if (mistakes_.proposal_ack_before_newleader_ack) {
    // The log's thread is faster than the one that reads the leader's packets.
    for (const Transaction& transaction : history_uncommitted_) {
      actions_.push_back(AppendDurably{{transaction}});
      send(PacketType::ack, transaction.zxid);
      pending_.push_back(transaction);
    }
    history_uncommitted_.clear();
  }
  actions_.push_back(StoreCurrentEpoch{epoch_});
  history_.current_epoch = epoch_;
  send(PacketType::ack, make_zxid(epoch_, 0));
  if (!mistakes_.ack_newleader_before_log) log_uncommitted();
}

void Following::log_history() {
  if (!history_committed_.empty()) actions_.push_back(AppendDurably{history_committed_});
  for (const Transaction& transaction : history_committed_)
    actions_.push_back(ApplyHistory{transaction});
  history_committed_.clear();
}

void Following::log_uncommitted() {
  for (const Transaction& transaction : history_uncommitted_) log(transaction);
  history_uncommitted_.clear();
}

void Following::on_up_to_date(const QuorumPacket& packet) {
  if (phase_ != Phase::synchronization || !is_adopted_) return give_up("UPTODATE out of its place");
  if (epoch_of(packet.zxid) != epoch_)
    return give_up(
        format("UPTODATE of epoch {} by the leader of epoch {}", epoch_of(packet.zxid), epoch_));
  phase_ = Phase::broadcast;
  cleared_up_to_ = {};

  send(PacketType::ack, make_zxid(epoch_, 0));
  log_history();  // nothing left, but for the mistake `ack_newleader_before_log`
  log_uncommitted();
  actions_.push_back(StartServing{epoch_});
  for (Transaction& transaction : waits_for_serving_)
    actions_.push_back(Deliver{std::move(transaction)});
  waits_for_serving_.clear();
}

// ---- broadcast ----

void Following::on_news(const QuorumPacket& packet) {
  switch (packet.type) {
    case PacketType::proposal:
      if (!can_read(packet) || !accepts(packet.zxid)) return;
      log(packet.transaction);
      break;
    case PacketType::inform:
      if (!can_read(packet) || !accepts(packet.zxid)) return;
      actions_.push_back(Append{packet.transaction});
      deliver(packet.transaction);
      break;
    default: {
      if (packet.zxid <= cleared_up_to_)
        return exit(format("COMMIT {} finds an empty queue", hex_of(packet.zxid)));
      if (pending_.empty()) return;
      if (pending_.front().zxid != packet.zxid)
        return exit(format("COMMIT {} where {} is the next proposal", hex_of(packet.zxid),
                           hex_of(pending_.front().zxid)));
      const Transaction transaction = std::move(pending_.front());
      pending_.pop_front();
      deliver(transaction);
    }
  }
}

bool Following::accepts(Zxid zxid) {
  if (zxid <= last_queued_) return false;
  // A counter of 0 is no proposal of a leader that guards it (Z-ZX-3).
  const bool is_first_of_epoch = epoch_of(zxid) > epoch_of(last_queued_) && counter_of(zxid) <= 1;
  if (zxid != last_queued_ + 1 && !is_first_of_epoch) {
    exit(format("proposal {} behind {}", hex_of(zxid), hex_of(last_queued_)));
    return false;
  }
  last_queued_ = zxid;
  return true;
}

bool Following::can_read(const QuorumPacket& packet) {
  if (packet.transaction.zxid == packet.zxid) return true;
  if (mistakes_.advance_last_queued_before_apply) last_queued_ = packet.zxid;
  give_up(format("cannot read {} {}", name_of(packet.type), hex_of(packet.zxid)));
  return false;
}

void Following::log(const Transaction& transaction) {
  actions_.push_back(Append{transaction});
  unacked_.push_back(transaction.zxid);
  pending_.push_back(transaction);
}

void Following::deliver(const Transaction& transaction) {
  if (phase_ == Phase::broadcast) {
    actions_.push_back(Deliver{transaction});
  } else {
    waits_for_serving_.push_back(transaction);
  }
}

void Following::send(PacketType type, Zxid zxid) {
  actions_.push_back(SendPacket{{}, {.type = type, .zxid = zxid}});
}

void Following::give_up(std::string why) {
  is_over_ = true;
  actions_.push_back(GiveUp{std::move(why)});
}

void Following::exit(std::string why) {
  is_over_ = true;
  actions_.push_back(ExitProcess{std::move(why)});
}

ZabActions Following::take_actions() { return std::exchange(actions_, {}); }

}  // namespace logquake::zookeeper
