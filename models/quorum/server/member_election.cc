#include "models/quorum/server/member_election.h"

#include "models/quorum/defects.h"
#include "models/quorum/ensemble_facts.h"

namespace logquake::zookeeper {
namespace {

ElectionSettings settings_of(const sim::Node& node, const ServerSettings& settings) {
  ElectionSettings election;
  election.max_wait = settings.max_notification_interval;
  election.min_wait = std::min(election.min_wait, election.max_wait);
  election.skip_leader_self_report = node.has(skip_leader_self_report);
  election.no_vote_refresh_after_sync = node.has(no_vote_refresh_after_sync);
  return election;
}

std::string_view role_of(PeerState state) {
  switch (state) {
    case PeerState::leading:
      return "leading";
    case PeerState::following:
      return "following";
    default:
      return "observing";
  }
}

}  // namespace

MemberElection::MemberElection(sim::Node& node, const ServerSettings& settings, ServerId self,
                               const QuorumVerifier& verifier)
    : node_(node),
      self_(self),
      rules_(self, verifier, settings_of(node, settings)),
      links_(node, settings, self,
             [this](const Notification& heard) { perform(rules_.receive(heard, node_.now())); }),
      deadline_moved_(node, "the next wait of an election"),
      decided_(node, "a leader") {}

void MemberElection::start() {
  links_.listen();
  node_.spawn("zookeeper-election", [this] { keep_time(); });
}

Decision MemberElection::elect(Zxid zxid, std::int64_t current_epoch) {
  decision_.reset();
  node_.record(ElectionStarted{rules_.logical_clock() + 1, zxid, current_epoch});
  perform(rules_.start(
      {.leader = self_, .zxid = zxid, .election_epoch = 0, .peer_epoch = current_epoch},
      node_.now()));
  decided_.wait_until([this] { return decision_.has_value(); });
  node_.record(ElectionDecided{std::string(role_of(decision_->state)), decision_->leader.value(),
                               rules_.logical_clock()});
  return *decision_;
}

void MemberElection::keep_time() {
  for (;;) {
    const auto deadline = rules_.deadline();
    if (deadline == Instant::max()) {
      deadline_moved_.wait();
    } else if (deadline > node_.now()) {
      deadline_moved_.wait(deadline - node_.now());
    } else {
      perform(rules_.expire(node_.now(), links_.has_delivered()));
    }
  }
}

void MemberElection::perform(const ElectionEffects& effects) {
  for (const auto& [to, notification] : effects.sends) links_.send(to, notification);
  if (effects.reconnect_all) links_.reconnect_all();
  if (effects.decision) {
    decision_ = effects.decision;
    decided_.notify_all();
  }
  deadline_moved_.notify_all();
}

}  // namespace logquake::zookeeper
