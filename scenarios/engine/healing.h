// What heals when the load is over: everything, or a quorum whose peers stay away for ever.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "scenarios/engine/kit.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

class TableReader;

/// [healing] of a scenario file:
///
///     [healing]
///     who  = "drawn"            # "all" (the default), "quorum", or what the seed draws of the two
///     gone = ["broker-2"]       # in any case these never come back
struct Healing {
  enum class Who : std::uint8_t { all, quorum, drawn };
  Who who = Who::all;
  std::vector<std::string> gone;
  bool operator==(const Healing&) const = default;
};

/// Reads the table; `targets` says which machines there are.
Healing read_healing(TableReader& table, const FaultTargets& targets);

/// `healing` with what `seed` draws: everything heals, or a quorum.
Healing healing_for(const Healing& healing, std::uint64_t seed);

/// Ends all faults but those of the machines that stay away, and returns their names. Of these what
/// is paused stays so, and what is down loses its power if it has any; of the others each dies,
/// loses power or is cut off, for good: a keyed choice. `healing` has nothing to draw. Must be
/// called outside all tasks.
std::set<std::string> heal(sim::Simulation& simulation, const World& world, const Healing& healing,
                           sim::EventId cause);

}  // namespace logquake::scenario
