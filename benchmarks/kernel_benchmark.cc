// The kernel's own speed: W1 to W5 of docs/benchmarks.md, fingerprint on.
#include <benchmark/benchmark.h>

#include "benchmarks/memory.h"
#include "benchmarks/workloads.h"

namespace logquake::benchmarks {
namespace {

// One item is one wake-up.
void measure_events(benchmark::State& state, sim::Simulation& simulation, Duration step) {
  const auto before = simulation.trace().events();
  for (auto _ : state) (void)simulation.run_for(step);
  state.SetItemsProcessed(simulation.trace().events() - before);
}

void sleeping_tasks(benchmark::State& state) {
  sim::Simulation simulation(unbounded());
  add_sleeping_nodes(simulation, 1000);
  (void)simulation.run_for(10ms);
  measure_events(state, simulation, 10ms);
}
BENCHMARK(sleeping_tasks)->Name("W1_sleeping_tasks")->Unit(benchmark::kMillisecond);

// One item is one message received.
void connection_pairs(benchmark::State& state) {
  sim::Simulation simulation(options_of_pairs());
  std::int64_t received = 0;
  add_pairs(simulation, 100, received);
  (void)simulation.run_for(100ms);
  received = 0;
  for (auto _ : state) (void)simulation.run_for(100ms);
  state.SetItemsProcessed(received);
}
BENCHMARK(connection_pairs)->Name("W2_connection_pairs")->Unit(benchmark::kMillisecond);

// One item is one delivery.
void gossip(benchmark::State& state) {
  sim::Simulation simulation(options_of_gossip());
  std::int64_t delivered = 0;
  add_gossip(simulation, 500, delivered);
  (void)simulation.run_for(1s);
  delivered = 0;
  for (auto _ : state) (void)simulation.run_for(10ms);
  state.SetItemsProcessed(delivered);
}
BENCHMARK(gossip)->Name("W3_gossip")->Unit(benchmark::kMillisecond);

// One item is one task started and blocked; what counts is the memory.
void blocked_tasks(benchmark::State& state) {
  constexpr int tasks = 100'000;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const auto before = resident_bytes();
    sim::Simulation simulation(unbounded());
    add_blocked_tasks(simulation, tasks);
    (void)simulation.run_for(1ms);
    bytes = resident_bytes() - before;
  }
  state.SetItemsProcessed(state.iterations() * tasks);
  state.counters["bytes_per_fiber"] = static_cast<double>(bytes) / tasks;
}
BENCHMARK(blocked_tasks)->Name("W4_blocked_tasks")->Iterations(1)->Unit(benchmark::kMillisecond);

void pending_timers(benchmark::State& state) {
  sim::Simulation simulation(unbounded());
  add_sleeping_tasks(simulation, 100'000);
  (void)simulation.run_for(2ms);
  measure_events(state, simulation, 1ms);
}
BENCHMARK(pending_timers)->Name("W5_pending_timers")->Unit(benchmark::kMillisecond);

// W1 again, over the number of machines: how much an event costs when there are many.
void many_nodes(benchmark::State& state) {
  sim::Simulation simulation(unbounded());
  add_sleeping_nodes(simulation, static_cast<int>(state.range(0)));
  (void)simulation.run_for(2ms);
  measure_events(state, simulation, 1ms);
}
BENCHMARK(many_nodes)
    ->Name("many_nodes")
    ->RangeMultiplier(10)
    ->Range(100, 100'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace logquake::benchmarks
