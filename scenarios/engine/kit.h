// How a family of models plugs into the runner, the hunter and the command line: a Kit reads its
// keys of the scenario file into a Setup, the Setup builds a World on a Simulation. scenarios/kafka
// and users' own models use the same three interfaces.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/checker.h"
#include "scenarios/engine/table_reader.h"
#include "sim/defect.h"
#include "sim/probe.h"

namespace logquake::sim {
class Random;
class Simulation;
}  // namespace logquake::sim

namespace logquake::scenario {

/// What can be named in a scenario file: a key, a type of workload, a checker.
struct Choice {
  std::string name;
  std::string about;  // one sentence
};

/// The families of swarm faults: `mix = "network, crash, disk, clock, partition, slowness,
/// refusal"`.
enum class FaultFamily : std::uint8_t {
  network,
  crash,
  disk,
  clock,
  partition,  // cuts through a whole group
  slowness,   // of CPUs, disks and links
  refusal,    // of connects, and answers that get lost
};
inline constexpr std::array<FaultFamily, 7> fault_families{
    FaultFamily::network,   FaultFamily::crash,    FaultFamily::disk,   FaultFamily::clock,
    FaultFamily::partition, FaultFamily::slowness, FaultFamily::refusal};
std::string_view name_of(FaultFamily family);

/// A machine that faults may strike.
struct FaultTarget {
  std::string node;   // "broker-1"
  std::string group;  // "broker"
  /// Swarm faults leave it alone in these respects, by family or by the fault's key ("disk",
  /// "power_loss").
  std::vector<std::string> spared;
};

/// Where a scenario's faults may strike.
struct FaultTargets {
  std::vector<FaultTarget> nodes;
  /// Names that the model settles when a fault strikes: "controller", or with a colon at the end a
  /// prefix, "leader-of:".
  std::vector<std::string> roles;
  /// What `invoke` may call.
  std::vector<std::string> actions;
  /// How many nodes of a group swarm faults take down at once; without an entry a minority, at
  /// least one.
  std::map<std::string, int> most_down;
  /// Where `hold` may keep a task; unchecked where empty. Filled in from the kit's yield sites.
  std::vector<std::string> sites;
};

/// What must still happen before a run may be judged.
struct Pending {
  std::string line;    // who waits for what and why
  std::string clause;  // that promises it, "K-INV-80"; or empty
};

/// Something pending that, by the system's own rules, can never happen any more.
struct Hopeless {
  std::string pending;  // the line of a Pending that it explains
  std::string clause;   // the rule
  std::string why;      // "broker-2, alone in sync, is gone"
};

/// What of a kit's keys can be made smaller without changing what a scenario is about: for the
/// shrinker and for properties. The engine knows its own keys.
struct Shrinkable {
  enum class Way : std::uint8_t {
    fewer,    // a whole number, towards `least`
    shorter,  // a duration, towards `least` nanoseconds
    rarer,    // a duration before or between things done, towards `least`, which is longer
    absent,   // an element of a list, or a key: gone
  };
  std::string path;  // "gossip.nodes"; "*" stands for each element: "workload.*.count"
  Way way = Way::fewer;
  std::int64_t least = 1;
  std::optional<std::int64_t> otherwise{};  // what a missing key means; without: it is left alone
  /// The key beside it that says how often something is done: where that is missing, so is this. A
  /// number of things done that is zero or missing is as many as the scenario's length has room
  /// for.
  std::string paced_by{};
};

/// The models of one run, standing on its simulation; it dies before the simulation.
class World {
 public:
  virtual ~World() = default;
  /// Whether what the load needs is there (topics, tables, connectors). Faults strike and the load
  /// starts only then; asked ten times a simulated second.
  virtual bool is_ready() const { return true; }
  /// Starts the workloads. Called once, when ready.
  virtual void start_load() = 0;
  /// Whether the workloads have done what they had to do. Those without an end are told to stop by
  /// stop_load() when the scenario's length is over.
  virtual bool load_done() const = 0;
  virtual void stop_load() {}
  /// Machines without which all that must happen still can, so that they may stay away for ever; of
  /// several such sets one that `random` draws. Asked once, when the load is over, with the faults
  /// still there.
  virtual std::set<std::string> expendable(sim::Random& random) const {
    static_cast<void>(random);
    return {};
  }
  /// Called when the faults have been healed; the machines of `gone` never come back. Liveness is
  /// demanded from here on, of what the others can do.
  virtual void healed(const std::set<std::string>& gone) { static_cast<void>(gone); }
  /// Of what is pending that which can never happen, though every rule is kept. Asked once, when
  /// the time to converge is over.
  virtual std::vector<Hopeless> hopeless() const { return {}; }
  /// What must still happen, after healing, before the run may be judged. Asked ten times a
  /// simulated second.
  virtual std::vector<Pending> pending() const = 0;
  /// What the workloads did, for the report: {"records acknowledged", 312}.
  virtual std::map<std::string, std::int64_t> counts() const { return {}; }
};

/// What a scenario says about one kit's models: a value that builds any number of runs.
class Setup {
 public:
  virtual ~Setup() = default;
  /// One [[workload]] of a type that the kit lists; its keys but `type` are in `parameters`.
  virtual void add_workload(const std::string& type, TableReader& parameters) = 0;
  /// One [[expect]] with a checker that the kit lists; its keys but `checker` are in `parameters`.
  /// Nothing after a problem.
  virtual std::optional<CheckerFactory> checker(const std::string& name,
                                                TableReader& parameters) = 0;
  /// Judges what can be judged once everything is read: does the named table exist, is the URL
  /// known?
  virtual void finish(Problems& problems) { static_cast<void>(problems); }
  /// The checkers that watch every run of this setup, whether asked for or not.
  virtual std::vector<CheckerFactory> checkers() const = 0;
  virtual FaultTargets targets() const = 0;
  /// Puts nodes, programs, fault roles and actions on the simulation. Does not run it.
  virtual std::unique_ptr<World> build(sim::Simulation& simulation) const = 0;
};

class Kit {
 public:
  virtual ~Kit() = default;
  virtual std::string_view name() const = 0;   // "kafka"
  virtual std::string_view about() const = 0;  // one sentence
  /// The top-level keys of a scenario file that belong to this kit. A scenario is of the kit whose
  /// keys it uses, unless it says `kit = "..."`.
  virtual std::vector<Choice> keys() const = 0;
  /// Reads those keys; what is wrong goes to `root.problems()`. Never null. The setup must not keep
  /// `root`.
  virtual std::unique_ptr<Setup> read(TableReader& root) const = 0;
  virtual std::vector<Choice> workloads() const = 0;
  virtual std::vector<Choice> checkers() const = 0;
  virtual std::vector<sim::Defect> defects() const { return {}; }
  virtual std::vector<sim::Probe> probes() const { return {}; }
  virtual std::vector<sim::YieldSite> yield_sites() const { return {}; }
  virtual std::vector<sim::BuggifySite> buggify_sites() const { return {}; }
  /// What can be made smaller, the most rewarding first.
  virtual std::vector<Shrinkable> shrinkable() const { return {}; }
  /// What targets may name besides nodes, and what `invoke` may call, for `logquake list`.
  virtual std::vector<Choice> roles() const { return {}; }
  virtual std::vector<Choice> actions() const { return {}; }
  /// The kinds of facts that `on = { fact = "..." }` may name; unchecked where empty.
  virtual std::vector<std::string> fact_kinds() const { return {}; }
};

}  // namespace logquake::scenario
