// A ZooKeeper ensemble of three in its simulation: how fast elections, writes and reads go by.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/quorum/client/zookeeper_client.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/server/zookeeper_server.h"
#include "sim/base/format.h"
#include "sim/simulation.h"

namespace logquake::zookeeper {
namespace {

ServerSettings ensemble() {
  ServerSettings settings;
  settings.tick_time = 500ms;
  for (int id = 1; id <= 3; ++id) {
    EnsembleServer server;
    server.id = ServerId(id);
    server.host = format("zookeeper-{}", id);
    settings.servers.push_back(server);
  }
  return settings;
}

void add_servers(sim::Simulation& simulation, const ServerSettings& settings) {
  for (const auto& server : settings.servers) {
    simulation.add_node(server.host,
                        [&settings](sim::Node& node) { run_zookeeper(node, settings); });
  }
}

std::vector<sim::Address> addresses(const ServerSettings& settings) {
  std::vector<sim::Address> all;
  for (const auto& server : settings.servers) all.push_back({server.host, settings.client_port});
  return all;
}

// The leader's process dies again and again: an item is an established leader.
void zookeeper_elections(benchmark::State& state) {
  const auto settings = ensemble();
  std::int64_t elections = 0;
  for (auto _ : state) {
    sim::Simulation simulation({.seed = 1});
    std::optional<sim::NodeId> leader;
    simulation.trace().subscribe([&](const sim::TraceEvent& event) {
      if (event.as<LeaderEstablished>() != nullptr) leader = event.node;
    });
    add_servers(simulation, settings);
    for (int election = 0; election < 100; ++election) {
      leader.reset();
      (void)simulation.run_until([&] { return leader.has_value(); }, 120s);
      if (!leader) return state.SkipWithError("nobody is elected");
      ++elections;
      const auto dead = *leader;
      simulation.crash_process(dead);
      simulation.after(1s, [&simulation, dead] { simulation.restart(dead); });
    }
  }
  state.SetItemsProcessed(elections);
}
BENCHMARK(zookeeper_elections)->Unit(benchmark::kMillisecond);

// Eight clients spread over the servers set a node of their own: an item is an answered request.
void run_clients(benchmark::State& state, bool writes) {
  const auto settings = ensemble();
  std::int64_t answered = 0;
  for (auto _ : state) {
    sim::Simulation simulation({.seed = 1});
    add_servers(simulation, settings);
    int done = 0;
    for (int client = 1; client <= 8; ++client) {
      simulation.add_node(format("client-{}", client), [&, client](sim::Node& node) {
        ZooKeeperClient zookeeper(node, {.servers = addresses(settings)});
        zookeeper.open_session();
        while (!zookeeper.wait_until_connected(60s)) {
        }
        const auto path = format("/node-{}", client);
        (void)zookeeper.create(path, "0");
        for (int i = 0; i < 1000; ++i) {
          const bool ok =
              writes ? zookeeper.set(path, std::to_string(i)).ok() : zookeeper.get(path).ok();
          if (ok) ++answered;
        }
        ++done;
        node.sleep_for(1h);
      });
    }
    (void)simulation.run_until([&] { return done == 8; }, 1h);
  }
  state.SetItemsProcessed(answered);
}
void zookeeper_writes(benchmark::State& state) { run_clients(state, true); }
void zookeeper_reads(benchmark::State& state) { run_clients(state, false); }
BENCHMARK(zookeeper_writes)->Unit(benchmark::kMillisecond);
BENCHMARK(zookeeper_reads)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace logquake::zookeeper
