#include "scenarios/engine/trial_kit.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

#include "sim/base/format.h"
#include "sim/injector.h"
#include "sim/simulation.h"
#include "sim/sync.h"

namespace logquake::scenario {
namespace {

struct Ticked {
  static constexpr std::string_view kind = "trial.ticked";
  static constexpr sim::Level level = sim::Level::info;
  std::string node;
  std::int64_t number = 0;
  std::int64_t noise = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("number", number);
    io("noise", noise);
  }
};

struct Plan {
  std::vector<std::string> nodes;
  std::string deed = "tick";
  std::optional<std::int64_t> only_seed;
  std::vector<std::string> secrets;  // texts of the file, to check their places
  Duration every = 10ms;
  std::int64_t count = 20;
};

constexpr sim::Defect lazy{.name = "trial.lazy",
                           .about = "ticks only half as often",
                           .source = "logquake",
                           .breaks = "T-1",
                           .needs = "nothing"};
constexpr sim::Probe tenth{.name = "trial.tenth-tick", .about = "a node ticked ten times"};
constexpr sim::Probe never{.name = "trial.never", .about = "nothing gets here"};

[[maybe_unused]] int overflow_stack(int depth) {
  std::array<volatile char, 4096> frame{};
  frame[static_cast<std::size_t>(depth) % frame.size()] = 1;
  return depth > 1'000'000 ? depth : overflow_stack(depth + 1) + frame[0];
}

void misbehave(sim::Node& node, const std::string& deed) {
  if (deed == "fail-check") LOGQUAKE_CHECK(false, "the trial wants it so");
  if (deed == "overflow") overflow_stack(0);
  if (deed == "abort") std::abort();
  if (deed == "exit") ::_exit(7);
  if (deed == "spin") {
    while (true) node.sleep_for(Duration::zero());
  }
  if (deed == "hang") {
    while (true) ::usleep(1000);  // of real time: a loop that never blocks
  }
}

sim::Program ticker(const Plan& plan, std::shared_ptr<std::int64_t> left) {
  return [plan, left](sim::Node& node) {
    const auto seed = static_cast<std::int64_t>(node.simulation().options().seed);
    const bool misbehaves = !plan.only_seed || *plan.only_seed == seed;
    for (std::int64_t number = 1; number <= plan.count; ++number) {
      node.sleep_for(node.has(lazy) ? plan.every * 2 : plan.every);
      if (number == 5 && misbehaves) misbehave(node, plan.deed);
      if (number == 10) node.probe(tenth);
      // Real chance, which no model may use: what --check-determinism is there to find.
      const std::int64_t noise = plan.deed == "drift" && misbehaves ? ::getpid() + std::rand() : 0;
      node.record(Ticked{node.name(), number, noise});
    }
    --*left;
    while (plan.deed == "never-converge") node.sleep_for(1s);
    sim::Signal nobody(node, "nobody");
    nobody.wait();
  };
}

class TrialWorld : public World {
 public:
  TrialWorld(sim::Simulation& simulation, const Plan& plan)
      : simulation_(simulation), plan_(plan) {}
  void start_load() override {
    *left_ = static_cast<std::int64_t>(plan_.nodes.size());
    for (const auto& name : plan_.nodes) simulation_.add_node(name, ticker(plan_, left_));
  }
  bool load_done() const override { return plan_.deed != "deadlock" && *left_ <= 0; }
  std::vector<std::string> pending() const override {
    if (plan_.deed == "never-converge") return {"trial-1 waits for a better world"};
    return {};
  }
  std::map<std::string, std::int64_t> counts() const override { return {{"nodes", *left_}}; }

 private:
  sim::Simulation& simulation_;
  Plan plan_;
  std::shared_ptr<std::int64_t> left_ = std::make_shared<std::int64_t>(0);
};

/// T-1: fewer than `below` ticks. T-2 excuses every tenth tick.
class FewTicks : public Checker {
 public:
  explicit FewTicks(std::int64_t below) : below_(below) {}
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    const auto* ticked = event.as<Ticked>();
    if (ticked == nullptr) return;
    ++ticks_;
    if (ticked->number % 10 == 0) findings.anomaly("T-2", "a tenth tick", 1, {event.id});
    if (ticks_ == below_)
      findings.violation("T-1", format("{} ticked for the {}th time", ticked->node, ticks_));
  }
  void at_end(const Ending&, Findings& findings) override {
    if (below_ == 0) findings.unknown("there was no bound");
    findings.promise("T-1", format("{} ticks", ticks_));
  }

 private:
  std::int64_t below_;
  std::int64_t ticks_ = 0;
};

class TrialSetup : public Setup {
 public:
  explicit TrialSetup(TableReader& root) {
    std::int64_t nodes = 2;
    if (auto table = root.table("trial")) {
      nodes = table->integer("nodes", 2, 1, 9);
      plan_.deed = table->choice("deed",
                                 {"tick", "fail-check", "overflow", "hang", "abort", "exit", "spin",
                                  "drift", "deadlock", "never-converge"},
                                 "tick");
      plan_.only_seed = table->optional_integer("only-seed", 0);
      const auto note = table->placed_text("note");
      if (const auto at = note.text.find("wrong"); at != std::string::npos) {
        root.problems().add(note.place_at(at), "trial.note: expected better words");
      }
    }
    for (std::int64_t number = 1; number <= nodes; ++number)
      plan_.nodes.push_back(format("trial-{}", number));
  }
  void add_workload(const std::string&, TableReader& parameters) override {
    plan_.every = parameters.duration("every", plan_.every, 1us);
    plan_.count = parameters.integer("count", plan_.count, 0);
  }
  std::optional<CheckerFactory> checker(const std::string& name, TableReader& parameters) override {
    const auto below = parameters.integer("below", -1);
    return CheckerFactory{name, [below] { return std::make_unique<FewTicks>(below); }};
  }
  std::vector<CheckerFactory> checkers() const override { return {}; }
  FaultTargets targets() const override {
    FaultTargets targets{
        .nodes = {}, .roles = {"first", "nth:"}, .actions = {"applaud"}, .most_down = {}};
    for (const auto& node : plan_.nodes) targets.nodes.push_back({node, "trial", {}});
    return targets;
  }
  std::unique_ptr<World> build(sim::Simulation& simulation) const override {
    return std::make_unique<TrialWorld>(simulation, plan_);
  }

 private:
  Plan plan_;
};

class TrialKit : public Kit {
 public:
  std::string_view name() const override { return "trial"; }
  std::string_view about() const override { return "nodes that tick"; }
  std::vector<Choice> keys() const override {
    return {{"trial", "[trial]: nodes, deed, only-seed, note"}};
  }
  std::unique_ptr<Setup> read(TableReader& root) const override {
    return std::make_unique<TrialSetup>(root);
  }
  std::vector<Choice> workloads() const override { return {{"ticks", "ticks"}}; }
  std::vector<Choice> checkers() const override { return {{"few-ticks", "T-1"}}; }
  std::vector<sim::Defect> defects() const override { return {lazy}; }
  std::vector<sim::Probe> probes() const override { return {tenth, never}; }
  std::vector<std::string> fact_kinds() const override { return {"trial.ticked", "node.started"}; }
};

}  // namespace

std::unique_ptr<Kit> trial_kit() { return std::make_unique<TrialKit>(); }

Catalog trial_catalog() {
  Catalog catalog;
  catalog.add(trial_kit());
  return catalog;
}

}  // namespace logquake::scenario
