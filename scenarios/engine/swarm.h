// Settings that each seed draws for itself, besides its faults: cluster size, load, timeouts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/engine/problems.h"
#include "sim/base/ratio.h"

namespace logquake::scenario {

class TableReader;

/// One thing that a seed may set. `key` is a path as `--set` takes it.
struct SwarmSetting {
  std::string key;
  Ratio chance{1, 2};              // of being in play; else the scenario's own value stays
  std::vector<std::string> among;  // TOML values to choose from; or, where empty,
  std::string from;                // whole numbers or durations, both ends included
  std::string to;
  Place place;

  /// What must be right by itself: every choice, or both ends.
  std::vector<std::string> extremes() const;
};

/// [swarm] of a scenario file:
///
///     [swarm]
///     settings = [
///       { key = "cluster.brokers", among = [3, 5] },
///       { key = "workload.0.every", from = "5ms", to = "200ms" },
///       { key = "cluster.properties/replica.lag.time.max.ms", from = 5000, to = 30000, chance =
///       "1/4" },
///     ]
struct Swarm {
  std::vector<SwarmSetting> settings;
};

Swarm read_swarm(TableReader& table);

/// "cluster.brokers" = 5.
struct DrawnSetting {
  std::string key;
  std::string text;  // a TOML value
};
std::string to_string(const DrawnSetting& setting);

/// What the seed draws, in the order of the file. Each setting has a stream of its own, named by
/// its key: adding or dropping one leaves the others as they were. A quarter of the values are an
/// end of their range, for that is where trouble lives.
std::vector<DrawnSetting> drawn_settings(const Swarm& swarm, std::uint64_t seed);

}  // namespace logquake::scenario
