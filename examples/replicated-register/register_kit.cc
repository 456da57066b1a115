#include "register_kit.h"

#include "defects.h"
#include "programs.h"
#include "register_is_atomic.h"
#include "register_is_linearizable.h"
#include "sim/simulation.h"

namespace atomic_register {

using namespace logquake;

namespace {

const std::vector<std::string> replicas{"replica-1", "replica-2", "replica-3"};

// The machines of one run.
class RegisterWorld : public scenario::World {
 public:
  RegisterWorld(sim::Simulation& simulation, std::int64_t writes) : simulation_(simulation) {
    load_->writes = writes;
    for (const auto& name : replicas) simulation.add_node(name, replica());
  }

  void start_load() override {
    simulation_.add_node("writer-1", writer(replicas, load_));
    simulation_.add_node("reader-1", reader(replicas, load_));
    simulation_.add_node("reader-2", reader(replicas, load_));
  }
  bool load_done() const override { return load_->is_over; }
  void stop_load() override { load_->is_over = true; }
  std::vector<scenario::Pending> pending() const override { return {}; }
  std::map<std::string, std::int64_t> counts() const override {
    return {{"values written", load_->written}, {"values read", load_->read}};
  }

 private:
  sim::Simulation& simulation_;
  std::shared_ptr<Load> load_ = std::make_shared<Load>();
};

// What a scenario file says about the register.
class RegisterSetup : public scenario::Setup {
 public:
  void add_workload(const std::string&, scenario::TableReader& parameters) override {
    writes_ += parameters.integer("writes", 100, 1, 1'000'000);
  }
  std::optional<scenario::CheckerFactory> checker(const std::string& name,
                                                  scenario::TableReader&) override {
    return name == "register-is-atomic" ? register_is_atomic() : register_is_linearizable();
  }
  std::vector<scenario::CheckerFactory> checkers() const override {
    return {register_is_atomic(), register_is_linearizable()};
  }
  scenario::FaultTargets targets() const override {
    scenario::FaultTargets targets;
    for (const auto& name : replicas) targets.nodes.push_back({name, "replica", {}});
    for (const auto* name : {"writer-1", "reader-1", "reader-2"})
      targets.nodes.push_back({name, "client", {}});
    return targets;
  }
  std::unique_ptr<scenario::World> build(sim::Simulation& simulation) const override {
    return std::make_unique<RegisterWorld>(simulation, writes_);
  }

 private:
  std::int64_t writes_ = 0;
};

class RegisterKit : public scenario::Kit {
 public:
  std::string_view name() const override { return "register"; }
  std::string_view about() const override { return "an atomic register on three replicas"; }
  std::vector<scenario::Choice> keys() const override { return {{"register", "[register]"}}; }
  std::unique_ptr<scenario::Setup> read(scenario::TableReader& root) const override {
    root.table("register");
    return std::make_unique<RegisterSetup>();
  }
  std::vector<scenario::Choice> workloads() const override {
    return {{"register", "one writer of `writes` values, and two readers"}};
  }
  std::vector<scenario::Choice> checkers() const override {
    return {{"register-is-atomic", "R-REG-1: reads are as new as all that was known before"},
            {"register-is-linearizable", "R-REG-2: operations take effect one after another"}};
  }
  std::vector<sim::Defect> defects() const override {
    return {register_defects.begin(), register_defects.end()};
  }
};

}  // namespace

std::unique_ptr<scenario::Kit> register_kit() { return std::make_unique<RegisterKit>(); }

}  // namespace atomic_register
