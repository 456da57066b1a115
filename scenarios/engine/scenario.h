// A scenario: load, faults and promises, read from TOML and ready to run any number of times.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/checker.h"
#include "scenarios/engine/fault_mix.h"
#include "scenarios/engine/healing.h"
#include "scenarios/engine/kit.h"
#include "scenarios/engine/swarm.h"
#include "scenarios/engine/value.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/fault.h"
#include "sim/simulation.h"

namespace logquake::scenario {

struct Scenario {
  std::string name;
  std::string about;
  std::string
      asked_for;  // how it was named: a library scenario or a path; what `replay` reads again
  Duration length = 60s;  // of the load under faults
  Duration settle = 60s;  // the bound on what must happen after healing
  sim::NetworkOptions network;
  std::optional<sim::Strategy> strategy;
  std::optional<std::int64_t> max_events;  // more than the kernel's own bound, or fewer
  std::vector<std::string> defects;
  sim::FaultPlan plan;                   // the steps of the file
  FaultMix mix;                          // what each seed draws on top
  Swarm swarm;                           // settings that each seed draws
  Healing healing;                       // what comes back when the load is over
  bool buggify = false;                  // sites in the code may fire
  std::vector<std::string> buggify_off;  // but these never do
  bool unrestricted = false;             // faults may damage every copy: only safety can be judged
  std::vector<CheckerFactory> checkers;
  /// The probes that a hunt with --require-probes must reach; without the table [probes] nothing.
  std::optional<std::vector<std::string>> required_probes;
  const Catalog* catalog = nullptr;  // must outlive the scenario
  const Kit* kit = nullptr;          // lent by the catalog
  std::unique_ptr<Setup> setup;
  Value document;                 // effective: as read, after overrides; what the hash is taken of
  std::vector<std::string> sets;  // the overrides, as given, for the run's name
  std::vector<std::string> overridden_defects;  // those that --defect added, likewise

  /// Of the effective document, whatever its spacing and order of keys.
  std::uint64_t content_hash() const;
  /// The effective document; a run of it is a run of this.
  std::string toml() const;
};

/// What a command line adds to a file.
struct Overrides {
  std::vector<std::string> sets;     // "cluster.brokers=5"
  std::vector<std::string> defects;  // joined with the scenario's own
};

/// Finds and reads a scenario: `name` is a path (anything with a slash or ".toml") or a library
/// scenario. Otherwise the reasons are in `problems`, all at once.
std::optional<Scenario> load_scenario(const std::string& name, const Catalog& catalog,
                                      const Overrides& overrides, Problems& problems);

/// Reads a document that is already a tree; `asked_for` as above.
std::optional<Scenario> read_scenario(Value document, const std::string& asked_for,
                                      const Catalog& catalog, const Overrides& overrides,
                                      Problems& problems);

/// The scenario with the settings that the seed draws in place of its own: one without [swarm],
/// otherwise the same. Errors: invalid_argument where they do not fit together.
Result<Scenario> for_seed(const Scenario& scenario, std::uint64_t seed);

/// The path behind a scenario's name, or the problem: "unknown scenario "gosip"; did you mean
/// "gossip"?".
std::optional<std::string> find_scenario(const std::string& name, const Catalog& catalog,
                                         std::string& problem);

/// The keys that every scenario file may have, for suggestions and `logquake schema`.
std::vector<Choice> common_keys();

}  // namespace logquake::scenario
