#include "models/quorum/zab/zab_ensemble.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "models/quorum/zab/zab_testing.h"
#include "sim/base/format.h"

namespace logquake::zookeeper::testing {

namespace {

bool is_prefix(const History& prefix, const History& whole) {
  return prefix.size() <= whole.size() && std::equal(prefix.begin(), prefix.end(), whole.begin());
}

}  // namespace

std::string text_of_history(const History& history) {
  std::string text;
  for (std::size_t i = 0; i < history.size();) {
    std::size_t end = i + 1;
    while (end < history.size() && history[end].zxid == history[end - 1].zxid + 1) ++end;
    if (!text.empty()) text += " ";
    text += hex_of(history[i].zxid);
    if (end > i + 1) text += format("-{:x}", counter_of(history[end - 1].zxid));
    i = end;
  }
  return text.empty() ? "nothing" : text;
}

std::set<Zxid> DurableState::covered() const {
  std::set<Zxid> zxids;
  for (const auto& each : history()) zxids.insert(each.zxid);
  return zxids;
}

bool DurableState::holds(Zxid zxid) const {
  const auto is_in = [zxid](const History& ordered) {
    const auto found =
        std::lower_bound(ordered.begin(), ordered.end(), zxid,
                         [](const Transaction& each, Zxid wanted) { return each.zxid < wanted; });
    return found != ordered.end() && found->zxid == zxid;
  };
  return is_in(zxid <= snapshot_zxid ? snapshot : log);
}

History DurableState::history() const {
  History all = snapshot;
  for (const auto& each : log) {
    if (each.zxid > snapshot_zxid) all.push_back(each);
  }
  return all;
}

Zxid DurableState::last() const {
  return log.empty() ? snapshot_zxid : std::max(snapshot_zxid, log.back().zxid);
}

bool Member::serves() const {
  if (role == Role::leading) return leadership->phase() == Leadership::Phase::broadcast;
  return role == Role::following && following->is_serving();
}

void ZabEnsemble::add(ServerId id, bool is_observer, DurableState disk) {
  Member& added = members_[id];
  added.id = id;
  added.is_observer = is_observer;
  added.disk = std::move(disk);
  recover(added);
}

std::set<ServerId> ZabEnsemble::voters() const {
  std::set<ServerId> ids;
  for (const auto& [id, each] : members_) {
    if (!each.is_observer) ids.insert(id);
  }
  return ids;
}

// ---- what happens from outside ----

void ZabEnsemble::lead(ServerId id) {
  Member& leader = member(id);
  leader.role = Member::Role::leading;
  leader.leader = id;
  leader.leadership.emplace(id, QuorumVerifier::majority_of(voters()), settings,
                            LeaderHistory{.accepted_epoch = leader.disk.accepted_epoch,
                                          .current_epoch = leader.disk.current_epoch,
                                          .last_zxid = leader.last,
                                          .window = leader.window},
                            now_);
  perform(leader, leader.leadership->expire(now_));
}

void ZabEnsemble::follow(ServerId id, ServerId leader) {
  Member& learner = member(id);
  learner.role = Member::Role::following;
  learner.leader = leader;
  learner.following.emplace(id, learner.is_observer,
                            LearnerHistory{.accepted_epoch = learner.disk.accepted_epoch,
                                           .current_epoch = learner.disk.current_epoch,
                                           .last_zxid = learner.last},
                            mistakes);
  packets_[{id, leader}] = {};
  packets_[{leader, id}] = {};
  perform(learner, learner.following->connected());
}

void ZabEnsemble::propose(ServerId leader, std::string_view data) {
  Member& proposer = member(leader);
  const auto next =
      transaction(proposer.leadership->next_zxid(),
                  format("{}@{}{}", hex_of(proposer.leadership->next_zxid()), leader, data));
  perform(proposer, proposer.leadership->propose(next, now_));
}

void ZabEnsemble::sync(ServerId at, SessionId session, std::int32_t xid) {
  Member& leader = member(member(at).leader);
  perform(leader, leader.leadership->sync(at, session, xid));
}

bool ZabEnsemble::deliver(ServerId from, ServerId to) {
  const auto link = packets_.find({from, to});
  if (link == packets_.end() || link->second.empty()) return false;
  const QuorumPacket packet = std::move(link->second.front());
  link->second.pop_front();
  Member& receiver = member(to);
  if (tell)
    tell(format("{} hears {} {} from {}", to, name_of(packet.type), hex_of(packet.zxid), from));

  if (receiver.role == Member::Role::leading) {
    const bool is_first =
        packet.type == PacketType::follower_info || packet.type == PacketType::observer_info;
    perform(receiver, is_first ? receiver.leadership->connected(packet, now_)
                               : receiver.leadership->receive(from, packet, now_));
  } else if (receiver.role == Member::Role::following) {
    if (packet.type == PacketType::ping) {
      send(receiver, {from, {.type = PacketType::ping, .zxid = packet.zxid}});
    } else if (packet.type == PacketType::sync) {
      perform(receiver, {CompleteSync{packet.session, packet.xid}});
    } else {
      perform(receiver, receiver.following->receive(packet));
    }
  }
  return true;
}

std::vector<std::pair<ServerId, ServerId>> ZabEnsemble::links_with_packets() const {
  std::vector<Link> links;
  for (const auto& [link, queue] : packets_) {
    if (!queue.empty()) links.push_back(link);
  }
  return links;
}

void ZabEnsemble::garble(ServerId from, ServerId to) {
  packets_.at({from, to}).front().transaction = {};
}

void ZabEnsemble::deliver_all() {
  for (auto links = links_with_packets(); !links.empty(); links = links_with_packets()) {
    for (const auto& [from, to] : links) {
      while (deliver(from, to)) {
      }
    }
  }
}

void ZabEnsemble::make_log_durable(ServerId id) {
  Member& owner = member(id);
  if (owner.unlogged.empty()) return;
  append_durably(owner, std::exchange(owner.unlogged, {}));
  const Zxid last = owner.disk.last();
  if (owner.role == Member::Role::leading) {
    perform(owner, owner.leadership->logged(last, now_));
  } else if (owner.role == Member::Role::following) {
    perform(owner, owner.following->logged(last));
  }
}

void ZabEnsemble::cut(ServerId learner) {
  Member& cut_off = member(learner);
  if (cut_off.role != Member::Role::following) return;
  say(format("{} loses its leader", learner));
  break_link(cut_off);
}

void ZabEnsemble::crash(ServerId id, std::size_t surviving) {
  Member& dead = member(id);
  say(format("{} crashes", id));
  const auto kept = std::min(surviving, dead.unlogged.size());
  append_durably(dead, History(dead.unlogged.begin(),
                               dead.unlogged.begin() + static_cast<std::ptrdiff_t>(kept)));
  dead.unlogged.clear();
  if (dead.role == Member::Role::leading) stop_leading(dead);
  if (dead.role == Member::Role::following) break_link(dead);
  dead.role = Member::Role::down;
  dead.state.clear();
}

void ZabEnsemble::restart(ServerId id) {
  Member& back = member(id);
  back.role = Member::Role::looking;
  recover(back);
}

void ZabEnsemble::advance(Duration step) {
  now_ += step;
  for (auto& [id, each] : members_) {
    if (each.role == Member::Role::leading && each.leadership->deadline() <= now_)
      perform(each, each.leadership->expire(now_));
  }
}

// ---- the carrier ----

void ZabEnsemble::perform(Member& member, const ZabActions& actions) {
  for (const auto& action : actions) {
    if (crashes_before && crashes_before(member, action)) return crash(member.id);
    if (tell) tell(format("{} > {}", member.id, to_string(action)));
    perform_one(member, action);
    if (std::holds_alternative<GiveUp>(action) || std::holds_alternative<ExitProcess>(action))
      return;
    if (member.role == Member::Role::down) return;
  }
  if (logs_at_once && !slow_disks.contains(member.id)) make_log_durable(member.id);
}

void ZabEnsemble::perform_one(Member& member, const ZabAction& action) {
  if (const auto* accept = std::get_if<StoreAcceptedEpoch>(&action)) {
    if (accept->epoch < member.disk.accepted_epoch) broken("Z-INV-10: acceptedEpoch decreases");
    member.disk.accepted_epoch = accept->epoch;
  } else if (const auto* adopt = std::get_if<StoreCurrentEpoch>(&action)) {
    if (adopt->epoch < member.disk.current_epoch) broken("Z-INV-10: currentEpoch decreases");
    member.disk.current_epoch = adopt->epoch;
    if (adopt->epoch > member.disk.accepted_epoch) broken("Z-INV-10: adopted, but not accepted");
  } else if (std::holds_alternative<SaveSnapshot>(action)) {
    save_snapshot(member);
  } else if (const auto* cut_to = std::get_if<TruncateTo>(&action)) {
    truncate(member, cut_to->to);
  } else if (const auto* durable = std::get_if<AppendDurably>(&action)) {
    append_durably(member, durable->transactions);
    if (!durable->transactions.empty()) member.last = durable->transactions.back().zxid;
  } else if (const auto* append = std::get_if<Append>(&action)) {
    member.unlogged.push_back(append->transaction);
    member.last = append->transaction.zxid;
  } else if (const auto* install = std::get_if<InstallSnapshot>(&action)) {
    std::size_t index = 0;
    const auto text = text_of(install->snapshot);
    std::from_chars(text.data(), text.data() + text.size(), index);
    member.state = snapshots_.at(index);
    member.last = install->zxid;
    member.window.clear();
    member.replaces_log = true;
  } else if (const auto* past = std::get_if<ApplyHistory>(&action)) {
    apply(member, past->transaction);
  } else if (const auto* news = std::get_if<Deliver>(&action)) {
    apply(member, news->transaction);
    check_serving(member, false);
  } else if (const auto* packet = std::get_if<SendPacket>(&action)) {
    send(member, *packet);
  } else if (const auto* snap = std::get_if<SendSnapshot>(&action)) {
    snapshots_.push_back(member.state);
    send(member, {snap->to,
                  {.type = PacketType::snap,
                   .zxid = snap->zxid,
                   .snapshot = to_bytes(format("{}", snapshots_.size() - 1))}});
  } else if (const auto* dropped = std::get_if<DropLearner>(&action)) {
    Member& learner = this->member(dropped->learner);
    if (learner.role == Member::Role::following && learner.leader == member.id) break_link(learner);
  } else if (std::holds_alternative<Establish>(action)) {
    member.last = make_zxid(member.leadership->epoch(), 0);
    on_establish(member);
  } else if (const auto* commit = std::get_if<Commit>(&action)) {
    on_commit(member, commit->zxid);
  } else if (std::holds_alternative<StartServing>(action)) {
    check_serving(member, true);
  } else if (std::holds_alternative<GiveUp>(action)) {
    if (member.role == Member::Role::leading) {
      stop_leading(member);
      look_again(member);
    } else {
      break_link(member);
    }
  } else if (const auto* failure = std::get_if<ExitProcess>(&action)) {
    broken(format("{} exits: {}", member.id, failure->why));
    crash(member.id);
  }
}

void ZabEnsemble::append_durably(Member& member, const History& transactions) {
  for (const auto& each : transactions) {
    if (each.zxid <= member.disk.last())
      broken(format("Z-INV-8: {} appends {} behind {}", member.id, hex_of(each.zxid),
                    hex_of(member.disk.last())));
    check_same(each);
    member.disk.log.push_back(each);
  }
}

void ZabEnsemble::truncate(Member& member, Zxid to) {
  const auto before = member.disk.covered();
  auto& log = member.disk.log;
  const bool is_known =
      to == member.disk.snapshot_zxid ||
      std::any_of(log.begin(), log.end(), [&](const Transaction& each) { return each.zxid == to; });
  if (!is_known) {
    // Z-SY-11. It happens by rule (2) of Z-SY-2, as long as the leader has nothing of its own.
    const auto& behind = committed_.empty() ? to : committed_.back().zxid;
    if (behind > to) broken(format("Z-SY-3: {} cannot truncate to {}", member.id, hex_of(to)));
    return crash(member.id);
  }
  // An older snapshot and the log make up for one that holds too much.
  std::erase_if(member.disk.snapshot, [&](const Transaction& each) { return each.zxid > to; });
  member.disk.snapshot_zxid = std::min(member.disk.snapshot_zxid, to);
  std::erase_if(log, [&](const Transaction& each) { return each.zxid > to; });
  member.state = member.disk.history();
  member.last = to;
  member.window.truncate_to(to);
  on_removal(member, before);
}

void ZabEnsemble::save_snapshot(Member& member) {
  const auto before = member.disk.covered();
  member.disk.snapshot = member.state;
  member.disk.snapshot_zxid = member.last;
  if (member.replaces_log) member.disk.log.clear();
  member.replaces_log = false;
  on_removal(member, before);
}

void ZabEnsemble::apply(Member& member, const Transaction& transaction) {
  if (!member.state.empty() && member.state.back().zxid >= transaction.zxid)
    broken(format("Z-INV-8: {} applies {} behind {}", member.id, hex_of(transaction.zxid),
                  hex_of(member.state.back().zxid)));
  member.state.push_back(transaction);
  member.window.add(transaction);
}

void ZabEnsemble::send(Member& member, const SendPacket& send) {
  const ServerId to = member.role == Member::Role::leading ? send.to : member.leader;
  const auto link = packets_.find({member.id, to});
  if (link != packets_.end()) link->second.push_back(send.packet);
}

void ZabEnsemble::break_link(Member& learner) {
  const ServerId leader_id = learner.leader;
  if (packets_.erase({learner.id, leader_id}) + packets_.erase({leader_id, learner.id}) > 0) {
    Member& leader = member(leader_id);
    if (leader.role == Member::Role::leading)
      perform(leader, leader.leadership->disconnected(learner.id, now_));
  }
  look_again(learner);
}

void ZabEnsemble::stop_leading(Member& leader) {
  leader.role = Member::Role::looking;
  for (auto& [id, each] : members_) {
    if (each.role == Member::Role::following && each.leader == leader.id) break_link(each);
  }
}

/// Back to LOOKING without a restart: the log that is under way arrives, and all of it is applied.
void ZabEnsemble::look_again(Member& member) {
  if (member.role == Member::Role::down) return;
  append_durably(member, std::exchange(member.unlogged, {}));
  const bool has_led = member.leadership && member.leader == member.id;
  const Zxid marker = has_led && member.leadership->phase() == Leadership::Phase::broadcast
                          ? make_zxid(member.leadership->epoch(), 0)
                          : Zxid{};
  const Zxid named = mistakes.advance_last_queued_before_apply && member.following
                         ? member.following->last_queued()
                         : Zxid{};
  member.role = Member::Role::looking;
  member.leader = {};
  if (member.replaces_log) {
    recover(member);  // Z-SY-10: a SNAP that was interrupted
  } else {
    for (const auto& each : member.disk.history()) {
      if (member.state.empty() || member.state.back().zxid < each.zxid) apply(member, each);
    }
    member.last = std::max({member.disk.last(), marker, named});
  }
  member.leadership.reset();
  member.following.reset();
}

void ZabEnsemble::recover(Member& member) {
  // Z-DI-9: a crash between the log and currentEpoch.
  const auto last_epoch = epoch_of(member.disk.last());
  if (last_epoch > member.disk.accepted_epoch) broken("Z-INV-10: a log above acceptedEpoch");
  member.disk.current_epoch = std::max(member.disk.current_epoch, last_epoch);
  member.leadership.reset();
  member.following.reset();
  member.leader = {};
  member.replaces_log = false;
  member.state = member.disk.snapshot;
  member.last = member.disk.last();
  member.window = CommittedWindow(window_size);
  for (const auto& each : member.disk.log) {
    if (each.zxid > member.disk.snapshot_zxid) apply(member, each);
  }
}

// ---- the promises ----

void ZabEnsemble::on_establish(Member& leader) {
  const auto epoch = leader.leadership->epoch();
  if (!established_.emplace(epoch, leader.id).second)
    broken(format("Z-INV-1: a second leader of epoch {}", epoch));
  // One that learns of its last acks when a newer leader is established already has nothing that
  // the newer one lacks, and will commit nothing (Z-INV-22).
  const bool is_late = established_.rbegin()->first > epoch;
  if (is_late ? !is_prefix(leader.state, committed_) : !is_prefix(committed_, leader.state))
    broken(format("Z-INV-6: leader {} of epoch {} has {}, committed is {}", leader.id, epoch,
                  text_of_history(leader.state), text_of_history(committed_)));
  if (!is_durable_at_quorum([&](const DurableState& disk) {
        return std::all_of(leader.state.begin(), leader.state.end(),
                           [&](const Transaction& each) { return disk.holds(each.zxid); });
      }))
    broken(format("Z-INV-11: the history of epoch {} is not durable at a quorum", epoch));
  if (!is_late && is_prefix(committed_, leader.state)) committed_ = leader.state;
}

void ZabEnsemble::on_commit(Member&, Zxid zxid) {
  if (!is_durable_at_quorum([&](const DurableState& disk) { return disk.holds(zxid); }))
    broken(format("Z-INV-11: {} is committed, but not durable at a quorum", hex_of(zxid)));
  if (committed_.empty() || committed_.back().zxid < zxid) {
    if (!established_.empty() && established_.rbegin()->first > epoch_of(zxid))
      broken(
          format("Z-INV-22: {} is committed after a newer leader was established", hex_of(zxid)));
    committed_.push_back(known_.at(zxid));
  } else if (std::none_of(committed_.begin(), committed_.end(),
                          [&](const Transaction& each) { return each.zxid == zxid; })) {
    broken(format("Z-INV-22: {} is committed late", hex_of(zxid)));
  }
}

/// A server that rejoins may be cut below what commits before the proposals that follow the TRUNC
/// reach it; a quorum of others has it then (Z-SY-13).
void ZabEnsemble::on_removal(const Member& member, const std::set<Zxid>& before) {
  const auto after = member.disk.covered();
  for (const auto& each : committed_) {
    if (before.contains(each.zxid) && !after.contains(each.zxid) &&
        !is_durable_at_quorum([&](const DurableState& disk) { return disk.holds(each.zxid); }))
      broken(format("Z-INV-6: {} removes the committed {}", member.id, hex_of(each.zxid)));
  }
}

void ZabEnsemble::check_serving(const Member& member, bool from_the_start) {
  const auto size = member.state.size();
  const auto is_same = [&](std::size_t index) { return member.state[index] == committed_[index]; };
  const bool is_committed = size <= committed_.size() &&
                            (from_the_start || size < 2 ? is_prefix(member.state, committed_)
                                                        : is_same(size - 2) && is_same(size - 1));
  if (!is_committed)
    broken(format("Z-INV-3, Z-INV-4: {} serves {}, committed is {}", member.id,
                  text_of_history(member.state), text_of_history(committed_)));
}

void ZabEnsemble::check_same(const Transaction& transaction) {
  const auto known = known_.emplace(transaction.zxid, transaction).first;
  if (!(known->second == transaction))
    broken(format("Z-INV-22: two transactions are {}", hex_of(transaction.zxid)));
}

bool ZabEnsemble::is_durable_at_quorum(
    const std::function<bool(const DurableState&)>& holds) const {
  std::set<ServerId> holders;
  for (const auto& [id, each] : members_) {
    if (!each.is_observer && holds(each.disk)) holders.insert(id);
  }
  return QuorumVerifier::majority_of(voters()).contains_quorum(holders);
}

void ZabEnsemble::broken(const std::string& promise) {
  say("!! " + promise);
  if (accuse) accuse(promise);
}

}  // namespace logquake::zookeeper::testing
