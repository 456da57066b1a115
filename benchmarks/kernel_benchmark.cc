// The kernel's own speed: the workloads W1 and W2 of docs/architecture.md, fingerprint on.
#include <benchmark/benchmark.h>

#include "sim/random.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

struct Ball {
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
  }
};

struct Caught {
  static constexpr std::string_view kind = "benchmark.caught";
  static constexpr Level level = Level::trace;
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
  }
};

Options unbounded() {
  Options options;
  options.max_events = std::int64_t{1} << 60;
  return options;
}

// W1: 1,000 tasks, each sleeping 1..1000 us over and over; one item is one wake-up.
void sleeping_tasks(benchmark::State& state) {
  Simulation simulation(unbounded());
  for (int number = 0; number < 1000; ++number) {
    simulation.add_node("sleeper-" + std::to_string(number), [](Node& node) {
      Random& random = node.random();
      for (;;) node.sleep_for(random.between(1us, 1000us));
    });
  }
  (void)simulation.run_for(1ms);
  const auto before = simulation.trace().events();
  for (auto _ : state) (void)simulation.run_for(10ms);
  state.SetItemsProcessed(simulation.trace().events() - before);
}
BENCHMARK(sleeping_tasks)->Name("W1_sleeping_tasks")->Unit(benchmark::kMillisecond);

// W2: 100 pairs throw a ball over a link of about 1 ms, a timeout armed and cancelled for each
// throw, the latency drawn, one fact stated for each catch; one item is one message received.
void connection_pairs(benchmark::State& state) {
  Options options = unbounded();
  options.network = {.latency_low = 900us, .latency_high = 1100us};
  Simulation simulation(options);
  std::int64_t received = 0;
  const auto play = [&received](Node& node, Connection& connection) {
    for (;;) {
      auto ball = connection.receive(10s);
      if (!ball) return;
      ++received;
      const auto* caught = ball->as<Ball>();
      node.record(Caught{caught->number});
      if (!connection.send(Ball{caught->number + 1})) return;
    }
  };
  for (int pair = 0; pair < 100; ++pair) {
    const std::string server = "catcher-" + std::to_string(pair);
    simulation.add_node(server, [&play](Node& node) {
      auto listener = node.listen(1);
      auto connection = listener->accept();
      play(node, *connection);
    });
    simulation.add_node("pitcher-" + std::to_string(pair), [&play, server](Node& node) {
      auto connection = node.connect({server, 1}, 10s);
      (void)connection->send(Ball{0});
      play(node, *connection);
    });
  }
  (void)simulation.run_for(100ms);
  received = 0;
  for (auto _ : state) (void)simulation.run_for(100ms);
  state.SetItemsProcessed(received);
}
BENCHMARK(connection_pairs)->Name("W2_connection_pairs")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace logquake::sim
