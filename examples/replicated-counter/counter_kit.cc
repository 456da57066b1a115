#include "counter_kit.h"

#include <algorithm>

#include "defects.h"
#include "programs.h"
#include "sim/simulation.h"
#include "steps_survive.h"

namespace counter {

using namespace logquake;

namespace {

using Clients = std::vector<std::shared_ptr<Progress>>;

class CounterWorld : public scenario::World {
 public:
  CounterWorld(sim::Simulation& simulation, std::vector<std::int64_t> loads)
      : simulation_(simulation), loads_(std::move(loads)) {
    simulation.add_node("primary", primary({"copy-1", "copy-2"}));
    simulation.add_node("copy-1", copy());
    simulation.add_node("copy-2", copy());
  }

  void start_load() override {
    for (const auto steps : loads_) {
      clients_.push_back(std::make_shared<Progress>());
      simulation_.add_node(format("client-{}", clients_.size()),
                           client("primary", steps, clients_.back()));
    }
  }
  bool load_done() const override {
    return std::all_of(clients_.begin(), clients_.end(),
                       [](const auto& progress) { return progress->done; });
  }
  void stop_load() override {
    for (const auto& progress : clients_) progress->stopped = true;
  }
  std::vector<scenario::Pending> pending() const override { return {}; }
  std::map<std::string, std::int64_t> counts() const override {
    std::int64_t acknowledged = 0;
    for (const auto& progress : clients_) acknowledged += progress->acknowledged;
    return {{"steps acknowledged", acknowledged}};
  }

 private:
  sim::Simulation& simulation_;
  std::vector<std::int64_t> loads_;
  Clients clients_;
};

class CounterSetup : public scenario::Setup {
 public:
  void add_workload(const std::string&, scenario::TableReader& parameters) override {
    loads_.push_back(parameters.integer("steps", 100, 0, 1'000'000));
  }
  std::optional<scenario::CheckerFactory> checker(const std::string&,
                                                  scenario::TableReader&) override {
    return steps_survive();
  }
  std::vector<scenario::CheckerFactory> checkers() const override { return {steps_survive()}; }
  scenario::FaultTargets targets() const override {
    scenario::FaultTargets targets;
    targets.nodes = {{"primary", "primary", {}}, {"copy-1", "copy", {}}, {"copy-2", "copy", {}}};
    return targets;
  }
  std::unique_ptr<scenario::World> build(sim::Simulation& simulation) const override {
    return std::make_unique<CounterWorld>(simulation, loads_);
  }

 private:
  std::vector<std::int64_t> loads_;
};

class CounterKit : public scenario::Kit {
 public:
  std::string_view name() const override { return "counter"; }
  std::string_view about() const override { return "a counter on one primary and two copies"; }
  std::vector<scenario::Choice> keys() const override { return {{"counter", "[counter]"}}; }
  std::unique_ptr<scenario::Setup> read(scenario::TableReader& root) const override {
    root.table("counter");
    return std::make_unique<CounterSetup>();
  }
  std::vector<scenario::Choice> workloads() const override {
    return {{"steps", "a client that counts `steps` steps"}};
  }
  std::vector<scenario::Choice> checkers() const override {
    return {{"steps-survive", "R-INV-1: a step that was acknowledged is never forgotten"}};
  }
  std::vector<sim::Defect> defects() const override {
    return {counter_defects.begin(), counter_defects.end()};
  }
};

}  // namespace

std::unique_ptr<scenario::Kit> counter_kit() { return std::make_unique<CounterKit>(); }

}  // namespace counter
