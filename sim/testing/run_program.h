// Runs blocking code in a unit test: one machine, one program, a bound on simulated time.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "sim/simulation.h"

namespace logquake::sim::testing {

struct RunProgram {
  Options options;
  Duration limit = 1h;  // simulated
};

/// Runs `program` on a machine named "test-1" until it returns; fails the test where it does not.
inline void run_program(const std::function<void(Node&)>& program, const RunProgram& how = {}) {
  Simulation simulation(how.options);
  bool finished = false;
  simulation.add_node("test-1",
                      [&](Node& node) {
                        program(node);
                        finished = true;
                      },
                      {.restarts_itself = false});
  const Stop stop = simulation.run_until([&] { return finished; }, how.limit);
  EXPECT_EQ(stop.reason, Stop::Reason::condition) << name_of(stop.reason) << ": " << stop.message;
}

/// The same inside a simulation that already has other machines.
inline void run_program(Simulation& simulation, const std::function<void(Node&)>& program,
                        Duration limit = 1h) {
  bool finished = false;
  simulation.add_node("test-1",
                      [&](Node& node) {
                        program(node);
                        finished = true;
                      },
                      {.restarts_itself = false});
  const Stop stop = simulation.run_until([&] { return finished; }, limit);
  EXPECT_EQ(stop.reason, Stop::Reason::condition) << name_of(stop.reason) << ": " << stop.message;
}

}  // namespace logquake::sim::testing
