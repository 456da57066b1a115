#include "models/quorum/server/ensemble_member.h"

#include <memory>

#include "models/quorum/server/leader_role.h"
#include "models/quorum/server/learner_role.h"
#include "models/quorum/server/member_election.h"
#include "models/quorum/server/read_only_mode.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

// Owners of nodes with a time to live have this top byte (Z-SE-1).
constexpr ServerId reserved_id{255};

}  // namespace

void run_ensemble_member(sim::Node& node, const ServerSettings& settings) {
  const auto* own = settings.server_at(node.name());
  if (own == nullptr) node.exit(format("no server.N line names {}", node.name()));
  if (settings.extended_types && own->id == reserved_id)
    node.exit(
        "server 255 cannot be with extended types: owners of nodes with a time to live look like "
        "its sessions");
  const auto verifier = verifier_of(settings);
  if (const auto sound = verifier.check(); !sound) node.exit(to_string(sound.error()));

  MemberHistory history(node, settings);
  history.load();
  ClientService clients(node, settings, own->id, history.database());
  clients.listen();
  node.spawn("zookeeper-client-port", [&] { clients.accept_for_ever(); });
  node.spawn("zookeeper-log", [&] { history.log_for_ever(); });
  MemberElection election(node, settings, own->id, verifier);
  election.start();
  Member member{node,    settings, own->id,
                history, clients,  [&](std::int64_t epoch) { election.settled(epoch); }};
  for (;;) {
    history.settle();
    const auto read_only = std::make_shared<ReadOnlyMode>(member);
    read_only->start();
    const auto decision = election.elect(history.last_zxid(), history.current_epoch());
    read_only->end();
    if (decision.state == PeerState::leading) {
      std::make_shared<LeaderRole>(member, verifier)->run();
    } else {
      std::make_shared<LearnerRole>(member, decision.leader, own->is_observer)->run();
    }
  }
}

}  // namespace logquake::zookeeper
