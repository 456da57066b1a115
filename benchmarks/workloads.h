// The worlds that are measured: W1 to W5 of docs/benchmarks.md, the same shapes as the peers'.
#pragma once

#include <cstdint>

#include "sim/simulation.h"

namespace logquake::benchmarks {

struct Ball {
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
  }
};

struct Caught {
  static constexpr std::string_view kind = "benchmark.caught";
  static constexpr sim::Level level = sim::Level::trace;
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
  }
};

/// Options of a world that runs as long as somebody looks at the clock.
sim::Options unbounded();

/// W1: `nodes` machines with one task each, which sleeps 1..1000 us over and over.
void add_sleeping_nodes(sim::Simulation& simulation, int nodes);

/// W5: `tasks` tasks on one machine, each of which sleeps 1..1000 us over and over.
void add_sleeping_tasks(sim::Simulation& simulation, int tasks);

/// W4: `tasks` tasks on one machine, each of which waits at a mailbox of its own for ever.
void add_blocked_tasks(sim::Simulation& simulation, int tasks);

/// What the players of W2 do with each ball besides throwing it back.
struct PairHabits {
  bool states_facts = true;
  const sim::Defect* asks_for = nullptr;  // once, and branches on the answer at each ball
  const sim::Probe* probes = nullptr;     // a place that is never reached
};
/// W2: `pairs` pairs throw a ball over a connection, a timeout of 10 s armed and cancelled for each
/// throw; `received` counts the catches. The world's options say what the latency is.
void add_pairs(sim::Simulation& simulation, int pairs, std::int64_t& received,
               PairHabits habits = {});
sim::Options options_of_pairs();

/// W3: `nodes` machines that forward each rumour they have not heard to three pseudo-random others,
/// by datagrams, and one that starts a new rumour every millisecond; `delivered` counts.
void add_gossip(sim::Simulation& simulation, int nodes, std::int64_t& delivered);
sim::Options options_of_gossip();

}  // namespace logquake::benchmarks
