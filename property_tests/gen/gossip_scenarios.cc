#include "property_tests/gen/gossip_scenarios.h"

#include <vector>

#include "property_tests/gen/common_keys.h"
#include "property_tests/gen/tables.h"
#include "scenarios/testing/drawn_case.h"

namespace logquake::property {
namespace {

Value drawn_topology() {
  return table({{"nodes", number(*rc::gen::inRange(1, 8))},
                {"push-every", duration(drawn_duration(10ms, 50))},
                {"compare-every", duration(drawn_duration(100ms, 20))},
                {"pushes", number(*rc::gen::inRange(1, 6))}});
}

Value drawn_teller() {
  return table({{"type", text("rumours")},
                {"every", duration(drawn_duration(10ms, 50))},
                {"count", number(*rc::gen::inRange(1, 40))}});
}

}  // namespace

rc::Gen<Value> calm_gossip_scenarios() {
  return rc::gen::noShrink(rc::gen::exec([] {
    auto document = drawn_common_keys({.name = "drawn gossip",
                                       .about = "every acknowledged rumour reaches every node",
                                       .most_length = 8s,
                                       .settle = 60s});
    document.set("gossip", drawn_topology());
    std::vector<Value> load{drawn_teller()};
    if (drawn_chance(3)) load.push_back(drawn_teller());
    document.set("workload", Value::of_list(std::move(load)));
    document.set("expect", Value::of_list({table({{"checker", text("rumours-reach-all")}})}));
    return document;
  }));
}

rc::Gen<Value> gossip_scenarios(const scenario::Catalog& catalog) {
  return scenario::with_faults(
      calm_gossip_scenarios(), catalog,
      {"gossip.rumour-heard", "gossip.rumour-acknowledged", "gossip.node-started"});
}

}  // namespace logquake::property
