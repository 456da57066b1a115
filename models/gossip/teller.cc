#include "models/gossip/teller.h"

#include "models/gossip/gossip_node.h"
#include "sim/network/connection.h"

namespace logquake::gossip {
namespace {

constexpr Duration patience = 1s;

bool tell(sim::Node& node, const std::string& to, RumourId rumour) {
  auto connection = node.connect({to, gossip_port}, patience);
  if (!connection) return false;
  if (!connection->send(Tell{rumour})) return false;
  const auto answer = connection->receive(patience);
  return answer && answer->as<Told>() != nullptr;
}

}  // namespace

sim::Program teller(TellerOptions options, std::shared_ptr<TellerProgress> progress) {
  return [options = std::move(options), progress = std::move(progress)](sim::Node& node) {
    for (std::int64_t number = 0; number < options.count && !progress->stopped; ++number) {
      const RumourId rumour(options.first + number);
      while (!progress->stopped && !tell(node, node.random().pick(options.nodes), rumour))
        node.sleep_for(100ms);
      if (progress->stopped) break;
      ++progress->acknowledged;
      node.sleep_for(options.every);
    }
    progress->done = true;
    // A program that returns has exited and would be started again.
    while (true) node.sleep_for(1h);
  };
}

}  // namespace logquake::gossip
