#include "scenarios/zookeeper/fact_kinds.h"

#include <array>
#include <string_view>

namespace logquake::scenario {
namespace {

constexpr std::array<std::string_view, 52> kinds{"recipe.barrier-entered",
                                                 "recipe.counter-added",
                                                 "recipe.line-headed",
                                                 "recipe.line-left",
                                                 "recipe.members-seen",
                                                 "recipe.resource-used",
                                                 "zookeeper.appended",
                                                 "zookeeper.client-connected",
                                                 "zookeeper.client-disconnected",
                                                 "zookeeper.client-expired",
                                                 "zookeeper.committed",
                                                 "zookeeper.connection-closed",
                                                 "zookeeper.connection-refused",
                                                 "zookeeper.delivered",
                                                 "zookeeper.election-decided",
                                                 "zookeeper.epoch-adopted",
                                                 "zookeeper.epoch-promised",
                                                 "zookeeper.epoch-proposed",
                                                 "zookeeper.epochs-read",
                                                 "zookeeper.event-received",
                                                 "zookeeper.leader-established",
                                                 "zookeeper.learner-synchronized",
                                                 "zookeeper.log-synced",
                                                 "zookeeper.looking",
                                                 "zookeeper.new-leader-acked",
                                                 "zookeeper.proposal-acked",
                                                 "zookeeper.proposed",
                                                 "zookeeper.protocol-violated",
                                                 "zookeeper.recovered",
                                                 "zookeeper.replaced",
                                                 "zookeeper.reply-out-of-order",
                                                 "zookeeper.reply-received",
                                                 "zookeeper.request-lost",
                                                 "zookeeper.request-sent",
                                                 "zookeeper.server-started",
                                                 "zookeeper.serving-started",
                                                 "zookeeper.serving-stopped",
                                                 "zookeeper.session-closed",
                                                 "zookeeper.session-created",
                                                 "zookeeper.session-expired",
                                                 "zookeeper.session-moved",
                                                 "zookeeper.session-resumed",
                                                 "zookeeper.snapshot-taken",
                                                 "zookeeper.truncated",
                                                 "zookeeper.voter-stranded",
                                                 "zookeeper.watch-fired",
                                                 "zookeeper.write-acknowledged",
                                                 "zookeeper.write-refused",
                                                 "zookeeper.write-replied",
                                                 "zookeeper.znode-changed",
                                                 "zookeeper.znode-created",
                                                 "zookeeper.znode-deleted"};

}  // namespace

std::vector<std::string> zookeeper_fact_kinds() { return {kinds.begin(), kinds.end()}; }

}  // namespace logquake::scenario
