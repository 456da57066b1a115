#include "facts.h"
#include "messages.h"
#include "programs.h"
#include "sim/network/connection.h"
#include "sim/schedule/sync.h"
#include "value_log.h"

namespace counter {

using namespace logquake;

namespace {

void serve(sim::Node& node, ValueLog& log, sim::Connection& connection) {
  while (const auto request = connection.receive(sim::forever)) {
    const auto* keep = request->as<Keep>();
    if (keep == nullptr) return;
    if (!log.keep(keep->value)) node.exit("the disk fails");
    node.record(ValueKept{node.name(), log.value()});
    if (!connection.send(Kept{log.value()})) return;
  }
}

}  // namespace

sim::Program copy() {
  return [](sim::Node& node) {
    ValueLog log(node);
    auto listener = node.listen(copy_port);
    if (!listener) return;
    while (auto connection = listener->accept()) {
      auto shared = std::make_shared<sim::Connection>(std::move(*connection));
      node.spawn("primary", [&node, &log, shared] { serve(node, log, *shared); });
    }
  };
}

}  // namespace counter
