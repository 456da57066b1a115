#include "models/quorum/zab/election.h"

#include <algorithm>
#include <set>

#include "sim/base/check.h"

namespace logquake::zookeeper {

Election::Election(ServerId self, QuorumVerifier verifier, ElectionSettings settings)
    : self_(self), verifier_(std::move(verifier)), settings_(settings) {}

ElectionEffects Election::start(const Vote& self, Instant now) {
  phase_ = Phase::collecting;
  state_ = PeerState::looking;
  ++logical_clock_;
  wait_ = settings_.min_wait;
  deadline_ = deadline_after(now, wait_);
  round_.clear();
  out_of_election_.clear();
  inbox_.clear();
  initial_ = is_observer() ? minimum_vote : self;
  if (!is_observer()) initial_.leader = self_;
  propose(initial_);

  ElectionEffects effects;
  broadcast(effects);
  drain(now, effects);
  return effects;
}

ElectionEffects Election::receive(const Notification& heard, Instant now) {
  ElectionEffects effects;
  if (phase_ == Phase::stopped) return effects;
  if (!verifier_.is_voter(heard.sender)) {  // a courtesy, and not counted (Z-EL-10)
    effects.sends.emplace_back(heard.sender, current());
    return effects;
  }
  const bool asks = heard.state == PeerState::looking;
  if (!is_looking()) {
    if (asks) effects.sends.emplace_back(heard.sender, current());  // Z-EL-9
    return effects;
  }
  // An observer's round moves no voter, and a voter answers it whatever it says: the two would
  // answer each other for ever.
  if (asks && heard.vote.election_epoch < logical_clock_ && !is_observer())
    effects.sends.emplace_back(heard.sender, current());  // so that the laggard catches up (Z-EL-6)
  inbox_.push_back(heard);
  drain(now, effects);
  return effects;
}

ElectionEffects Election::expire(Instant now, bool delivered) {
  ElectionEffects effects;
  if (now < deadline_) return effects;
  if (phase_ == Phase::finalizing) {
    decide(vote_, effects);
    return effects;
  }
  if (delivered) {
    broadcast(effects);
  } else {
    effects.reconnect_all = true;
  }
  wait_ = wait_ > settings_.max_wait / 2 ? settings_.max_wait : wait_ * 2;
  deadline_ = deadline_after(now, wait_);
  drain(now, effects);
  return effects;
}

void Election::settled(std::int64_t new_epoch) {
  LOGQUAKE_CHECK(phase_ == Phase::decided, "only a decision can have held");
  if (!settings_.no_vote_refresh_after_sync) vote_.peer_epoch = new_epoch;
}

void Election::propose(Vote vote) {
  vote.election_epoch = logical_clock_;
  vote_ = vote;
}

// To all voters, this server included (Z-EL-4).
void Election::broadcast(ElectionEffects& effects) {
  for (const auto voter : verifier_.voters()) {
    if (voter == self_) {
      inbox_.push_back(current());
    } else {
      effects.sends.emplace_back(voter, current());
    }
  }
}

void Election::drain(Instant now, ElectionEffects& effects) {
  while (is_looking() && !inbox_.empty()) {
    const auto heard = inbox_.front();
    inbox_.pop_front();
    take(heard, now, effects);
  }
}

void Election::take(const Notification& heard, Instant now, ElectionEffects& effects) {
  if (phase_ == Phase::finalizing) {
    if (!is_better(heard.vote, vote_, verifier_)) {  // dropped unrecorded (Z-EL-7)
      deadline_ = deadline_after(now, settings_.finalize_wait);
      return;
    }
    phase_ = Phase::collecting;  // "put back": taken below as any other message of the round
  }
  deadline_ = deadline_after(now, wait_);  // the wait begins anew, its length stays (Z-EL-5)
  if (!verifier_.is_voter(heard.vote.leader)) return;
  switch (heard.state) {
    case PeerState::looking:
      hear_looking(heard, now, effects);
      break;
    case PeerState::following:
    case PeerState::leading:
      hear_settled(heard, effects);
      break;
    case PeerState::observing:
      break;
  }
}

// Source: Z-EL-2, Z-EL-6.
void Election::hear_looking(const Notification& heard, Instant now, ElectionEffects& effects) {
  if (is_observer()) return;  // it waits for a leader that has reported itself
  if (initial_.zxid == uninitialised_zxid || heard.vote.zxid == uninitialised_zxid) return;
  const auto round = heard.vote.election_epoch;
  if (round < logical_clock_) return;
  if (round > logical_clock_) {
    logical_clock_ = round;
    round_.clear();
    propose(is_better(heard.vote, initial_, verifier_) ? heard.vote : initial_);
    broadcast(effects);
  } else if (is_better(heard.vote, vote_, verifier_)) {
    propose(heard.vote);
    broadcast(effects);
  }
  round_[heard.sender] = heard;
  if (has_quorum(round_, current())) {
    phase_ = Phase::finalizing;
    deadline_ = deadline_after(now, settings_.finalize_wait);
  }
}

// Source: Z-EL-8.
void Election::hear_settled(const Notification& heard, ElectionEffects& effects) {
  if (heard.vote.election_epoch == logical_clock_) {
    round_[heard.sender] = heard;
    if (may_join(round_, heard)) {
      decide(heard.vote, effects);
      return;
    }
  }
  out_of_election_[heard.sender] = heard;
  if (!may_join(out_of_election_, heard)) return;
  logical_clock_ = heard.vote.election_epoch;
  decide(heard.vote, effects);
}

bool Election::has_quorum(const Votes& votes, const Notification& choice) const {
  // Servers whose votes are not refreshed are compared as they were before ZOOKEEPER-1732: whole.
  const bool whole = settings_.no_vote_refresh_after_sync;
  std::set<ServerId> supporters;
  for (const auto& [sender, heard] : votes) {
    if (whole ? heard.vote == choice.vote : agree(heard, choice)) supporters.insert(sender);
  }
  return verifier_.contains_quorum(supporters);
}

// Whether a quorum supports a leader that leads. Without the second half a server would follow a
// dead one for as long as others have not noticed.
bool Election::may_join(const Votes& votes, const Notification& heard) const {
  if (!has_quorum(votes, heard)) return false;
  const auto leader = heard.vote.leader;
  if (leader == self_) return heard.vote.election_epoch == logical_clock_;
  if (settings_.skip_leader_self_report) return true;
  const auto report = votes.find(leader);
  return report != votes.end() && report->second.state == PeerState::leading;
}

void Election::decide(const Vote& vote, ElectionEffects& effects) {
  phase_ = Phase::decided;
  deadline_ = Instant::max();
  vote_ = vote;
  inbox_.clear();
  if (vote.leader == self_) {
    state_ = PeerState::leading;
  } else {
    state_ = is_observer() ? PeerState::observing : PeerState::following;
  }
  effects.decision = Decision{.state = state_, .leader = vote.leader};
}

}  // namespace logquake::zookeeper
