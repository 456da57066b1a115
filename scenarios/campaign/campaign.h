// What a hunt is asked for, all of it that its results depend on: the first line of hunt.jsonl. Two
// hunts of one campaign have the same results, whoever runs which share of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/campaign/shard.h"
#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"
#include "sim/base/time.h"

namespace logquake::scenario {

/// A probe that a scenario's models list.
struct ListedProbe {
  std::string name;
  std::string kind;  // "sometimes", see sim::ProbeKind
  bool operator==(const ListedProbe&) const = default;
};

struct CampaignScenario {
  std::string name;
  std::string about;
  std::string asked_for;     // a library scenario or a path
  std::string content_hash;  // of the effective scenario, 16 hex digits
  std::vector<std::string> checkers;
  std::vector<ListedProbe> probes;
  /// Those that its [probes] asks for; without that table nothing.
  std::optional<std::vector<std::string>> required_probes;
  std::vector<std::string> fact_kinds;  // that its models may state
  bool operator==(const CampaignScenario&) const = default;
};

/// Everything that the results depend on.
struct Campaign {
  std::string version;  // of logquake
  std::string binary;   // hash of the executable, 16 hex digits
  std::vector<CampaignScenario> scenarios;
  std::uint64_t first = 1;
  std::optional<std::uint64_t> last;  // included; without it the hunt counts up
  bool until_fail = false;            // ends with the first seed that fails
  std::string strategy;               // empty: what each seed draws
  std::vector<std::string> sets;
  std::vector<std::string> defects;
  bool check_determinism = false;
  Duration patience = 300s;       // of real time for one run; longer is a hang
  std::int64_t memory_bytes = 0;  // for one worker; zero: no bound
  Shard shard;
  bool operator==(const Campaign&) const = default;

  /// How many runs the shard has; nothing where no end is set.
  std::optional<std::int64_t> runs() const;
  /// The place of the scenario of that content hash.
  std::optional<std::size_t> find(std::string_view content_hash) const;
};

/// One run's place in a campaign: its runs come seed by seed, each seed with every scenario.
struct RunPlace {
  std::uint64_t seed = 0;
  std::size_t scenario = 0;
  auto operator<=>(const RunPlace&) const = default;
};
/// The nth run (from 0) of the campaign's shard, wherever its seeds end; nothing beyond 2^64.
std::optional<RunPlace> place_of(const Campaign& campaign, std::uint64_t number);

/// What the campaign must know of a scenario.
CampaignScenario campaign_scenario_of(const Scenario& scenario);
/// The hash of the executable that runs, 16 hex digits; nothing where it cannot be read.
std::string hash_of_this_binary();

/// One line of JSON, without the line break.
std::string to_line(const Campaign& campaign);
/// Errors: corrupt, with what was expected.
Result<Campaign> parse_campaign(std::string_view line);

/// The first setting in which two campaigns differ, their shards aside: "the binary: 3fa2...
/// against 17b0..."; empty where their results belong together.
std::string difference_of(const Campaign& left, const Campaign& right);

}  // namespace logquake::scenario
