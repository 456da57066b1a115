#include "scenarios/zookeeper/workloads/client_program.h"

#include <utility>

namespace logquake::scenario {
namespace {

constexpr Duration patience = 1s;  // chosen: how often a client without a connection looks up

}  // namespace

sim::Program client_program(ClientPlan plan, std::function<ClientStep()> make,
                            std::shared_ptr<ClientProgress> progress) {
  return [plan = std::move(plan), make = std::move(make), progress = std::move(progress),
          lives = std::make_shared<std::int64_t>(0)](sim::Node& node) {
    const auto life = ++*lives;
    zookeeper::EventBell bell(node);
    zookeeper::ZooKeeperClient client(node, {plan.servers, plan.session_timeout, "zookeeper"},
                                      bell.watcher());
    const auto step = make();
    std::int64_t number = 0;
    while (!progress->is_stopped && (plan.count == 0 || number < plan.count)) {
      const auto state = client.state();
      if (state == zookeeper::SessionState::expired || state == zookeeper::SessionState::closed)
        client.open_session();
      if (!client.wait_until_connected(patience)) continue;
      ClientAtWork work{node, client, bell, *progress, life, ++number};
      step(work);
      node.sleep_for(plan.every);
    }
    progress->is_finished = true;
    for (;;) node.sleep_for(1h);
  };
}

void ensure_node(ClientAtWork& work, const std::string& path, const std::string& data) {
  while (!work.progress.is_stopped) {
    const auto created = work.client.create(path, data);
    if (created || created.is(zookeeper::ErrorCode::node_exists)) return;
    if (created.is(zookeeper::ErrorCode::session_expired)) return;
    (void)work.client.wait_until_connected(patience);
  }
}

}  // namespace logquake::scenario
