// For tests: a simulation with one standalone server.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/client/zookeeper_client.h"
#include "models/quorum/server/raw_client.h"
#include "models/quorum/server/zookeeper_server.h"
#include "sim/base/check.h"
#include "sim/simulation.h"

namespace logquake::zookeeper::testing {

/// One server with ticks of 500 ms, as in the recorded checks.
class World {
 public:
  explicit World(std::set<std::string, std::less<>> defects = {}, std::uint64_t seed = 1,
                 const ServerSettings& settings = ticking(500ms))
      : World(options_of(std::move(defects), seed), settings) {}
  World(const sim::Options& options, const ServerSettings& settings) : simulation(options) {
    simulation.add_node("zookeeper-1",
                        [settings](sim::Node& node) { run_zookeeper(node, settings); });
    (void)simulation.run_for(1s);  // until it listens
  }

  static ServerSettings ticking(Duration tick) {
    ServerSettings settings;
    settings.tick_time = tick;
    return settings;
  }
  static sim::Options options_of(std::set<std::string, std::less<>> defects, std::uint64_t seed) {
    sim::Options options;
    options.seed = seed;
    options.defects = std::move(defects);
    return options;
  }

  /// Runs `program` on a client machine until it returns; its clients' tasks may outlive it.
  void run(const std::function<void(sim::Node&)>& program, Duration limit = 1h) {
    bool finished = false;
    simulation.add_node("test-1",
                        [&](sim::Node& node) {
                          program(node);
                          finished = true;
                          node.sleep_for(limit);
                        },
                        {.group = {}, .restarts_itself = false});
    const auto stop = simulation.run_until([&] { return finished; }, limit);
    LOGQUAKE_CHECK(stop.reason == sim::Stop::Reason::condition,
                   std::string(name_of(stop.reason)) + ": " + stop.message);
  }
  sim::NodeId server() { return simulation.node("zookeeper-1").id(); }

  /// Calls `listener` for each fact of that type.
  template <class Fact>
  void on(std::function<void(const Fact&)> listener) {
    simulation.trace().subscribe([listener = std::move(listener)](const sim::TraceEvent& event) {
      if (const auto* fact = event.as<Fact>()) listener(*fact);
    });
  }

  sim::Simulation simulation;
};

}  // namespace logquake::zookeeper::testing
