// One way to make a scenario smaller or gentler, as a value: what the shrinker tries, and what
// generators of properties shrink by.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/value.h"
#include "sim/base/time.h"
#include "sim/fault.h"

namespace logquake::scenario {

/// What a reduction makes smaller, in the order in which it is worth trying.
enum class Aspect : std::uint8_t {
  schedule,    // choices towards fifo
  faults,      // fewer fault steps
  length,      // the load's length, the instants of steps, the waiting between them
  load,        // fewer things done, less often
  nodes,       // fewer machines, topics, connectors, promises
  parameters,  // faults that are shorter and gentler
  buggify,     // sites in the code that never fire
  settings,    // settings of the network and of healing towards defaults
};
inline constexpr std::array every_aspect{Aspect::schedule, Aspect::faults,  Aspect::length,
                                         Aspect::load,     Aspect::nodes,   Aspect::parameters,
                                         Aspect::buggify,  Aspect::settings};

/// No load is cut shorter. Chosen: as short as a person would write it.
inline constexpr Duration shortest_load = std::chrono::seconds(1);

struct Reduction {
  Aspect aspect{};
  std::string sentence;   // "drops fault step 3 (broker-1 loses power)"
  std::string subject;    // what it makes smaller: "workload.0.count"
  std::int64_t rank = 0;  // of several for one subject the smaller goes further

  /// What it changes: the plan as a whole, or values of the document; nothing as a value removes.
  struct Change {
    std::string path;
    std::optional<Value> value;
  };
  std::optional<sim::FaultPlan> plan;
  std::vector<Change> changes;
};

/// Every reduction of a concrete scenario (concrete.h), ordered by aspect, in each the most
/// ambitious first. Each makes something smaller, so that taking one after another comes to an end.
/// Pure; whether a result is a valid scenario, apply() tells.
std::vector<Reduction> reductions_of(const Scenario& scenario);
std::vector<Reduction> reductions_of(const Scenario& scenario, Aspect aspect);

/// The document of the scenario it was made for, reduced.
Value reduced(const Reduction& reduction, const Scenario& scenario);
/// The same as a scenario; nothing where the result is not valid (a fault strikes a node that is
/// gone).
std::optional<Scenario> apply(const Reduction& reduction, const Scenario& scenario,
                              const Catalog& catalog);

}  // namespace logquake::scenario
