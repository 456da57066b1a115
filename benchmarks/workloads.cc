#include "benchmarks/workloads.h"

#include <array>
#include <memory>
#include <string>

#include "sim/base/check.h"
#include "sim/random.h"
#include "sim/schedule/sync.h"

namespace logquake::benchmarks {
namespace {

// Peers draw whole microseconds as well.
void sleep_for_ever(sim::Node& node, sim::Random& random) {
  for (;;) node.sleep_for(1us * random.between(1, 1000));
}

void play(sim::Node& node, sim::Connection& connection, std::int64_t& received,
          const PairHabits& habits) {
  const bool differs = habits.asks_for != nullptr && node.has(*habits.asks_for);
  for (;;) {
    auto message = connection.receive(10s);
    if (!message) return;
    ++received;
    const std::int64_t number = message->as<Ball>()->number;
    if (differs) return;
    if (habits.probes != nullptr && number < 0) node.probe(*habits.probes);
    if (habits.states_facts) node.record(Caught{number});
    if (!connection.send(Ball{number + 1})) return;
  }
}

/// Which of the last rumours a machine has heard. A rumour is told for less than 100 ms, so those
/// of the last four seconds are more than enough.
class Heard {
 public:
  /// Whether this is news.
  bool add(std::int64_t rumour) {
    while (newest_ < rumour) forget(++newest_);
    auto& word = words_[index(rumour)];
    const std::uint64_t bit = std::uint64_t{1} << (rumour % 64);
    const bool is_news = (word & bit) == 0;
    word |= bit;
    return is_news;
  }

 private:
  static constexpr std::int64_t kept = 4096;
  static std::size_t index(std::int64_t rumour) {
    return static_cast<std::size_t>(rumour % kept / 64);
  }
  // What had this place before is too old to matter.
  void forget(std::int64_t rumour) {
    words_[index(rumour)] &= ~(std::uint64_t{1} << (rumour % 64));
  }
  std::int64_t newest_ = -1;
  std::array<std::uint64_t, kept / 64> words_{};
};

}  // namespace

sim::Options unbounded() {
  sim::Options options;
  options.max_events = std::int64_t{1} << 60;
  return options;
}

void add_sleeping_nodes(sim::Simulation& simulation, int nodes) {
  for (int number = 0; number < nodes; ++number) {
    simulation.add_node("sleeper-" + std::to_string(number),
                        [](sim::Node& node) { sleep_for_ever(node, node.random()); });
  }
}

void add_sleeping_tasks(sim::Simulation& simulation, int tasks) {
  simulation.add_node("sleepers", [tasks](sim::Node& node) {
    for (int number = 0; number < tasks; ++number) {
      node.spawn("task-" + std::to_string(number), [&node, number] {
        sim::Random random(static_cast<std::uint64_t>(number));
        sleep_for_ever(node, random);
      });
    }
    node.sleep_for(sim::forever);
  });
}

void add_blocked_tasks(sim::Simulation& simulation, int tasks) {
  simulation.add_node("waiters", [tasks](sim::Node& node) {
    for (int number = 0; number < tasks; ++number) {
      node.spawn("task-" + std::to_string(number), [&node] {
        sim::Channel<std::int64_t> mailbox(node, 16, "its mailbox");
        (void)mailbox.pop();
      });
    }
    node.sleep_for(sim::forever);
  });
}

sim::Options options_of_pairs() {
  sim::Options options = unbounded();
  options.network = {.latency_low = 900us, .latency_high = 1100us};
  return options;
}

void add_pairs(sim::Simulation& simulation, int pairs, std::int64_t& received, PairHabits habits) {
  for (int pair = 0; pair < pairs; ++pair) {
    const std::string server = "catcher-" + std::to_string(pair);
    simulation.add_node(server, [&received, habits](sim::Node& node) {
      auto listener = node.listen(1);
      auto connection = listener->accept();
      play(node, *connection, received, habits);
    });
    simulation.add_node("pitcher-" + std::to_string(pair),
                        [&received, habits, server](sim::Node& node) {
                          auto connection = node.connect({server, 1}, 10s);
                          LOGQUAKE_CHECK(connection->send(Ball{0}).ok(), "the first throw");
                          play(node, *connection, received, habits);
                        });
  }
}

sim::Options options_of_gossip() {
  sim::Options options = unbounded();
  options.network = {.latency_low = 1ms, .latency_high = 10ms};
  return options;
}

void add_gossip(sim::Simulation& simulation, int nodes, std::int64_t& delivered) {
  for (int number = 0; number < nodes; ++number) {
    simulation.add_node("node-" + std::to_string(number), [nodes, &delivered](sim::Node& node) {
      const auto heard = std::make_unique<Heard>();
      sim::Random& random = node.random();
      for (;;) {
        const auto datagram = node.receive_datagram(sim::forever);
        if (!datagram) return;
        ++delivered;
        const auto rumour = *datagram->message.as<Ball>();
        if (!heard->add(rumour.number)) continue;
        for (int copy = 0; copy < 3; ++copy) {
          const auto to = random.between(0, nodes - 1);
          node.send_datagram(sim::NodeId(static_cast<std::int32_t>(to)), rumour);
        }
      }
    });
  }
  simulation.add_node("source", [nodes](sim::Node& node) {
    sim::Random& random = node.random();
    for (std::int64_t number = 0;; ++number) {
      node.sleep_for(1ms);
      const auto to = random.between(0, nodes - 1);
      node.send_datagram(sim::NodeId(static_cast<std::int32_t>(to)), Ball{number});
    }
  });
}

}  // namespace logquake::benchmarks
