#include "scenarios/engine/trial_kit.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>

#include "sim/base/format.h"
#include "sim/injector.h"
#include "sim/schedule/sync.h"
#include "sim/simulation.h"

namespace logquake::scenario {

// Not in the unnamed namespace: the watchdog's report is to name it.
[[gnu::noinline]] void never_yield() {
  volatile std::int64_t rounds = 0;
  while (true) rounds = rounds + 1;
}

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
constexpr sim::YieldSite before_tick{"trial.before-tick"};
constexpr sim::Probe tenth{.name = "trial.tenth-tick", .about = "a node ticked ten times"};
constexpr sim::Probe never{.name = "trial.never", .about = "nothing gets here"};

// What its frame happens to hold.
[[gnu::noinline]] std::int64_t stale_byte() {
  // Larger than what any call before has used of the stack: deep down nothing was ever written.
  std::array<unsigned char, 16384> buffer;
  unsigned char* volatile forgotten = buffer.data();  // nobody sees that it is not initialised
  return forgotten[16];
}

[[maybe_unused]] int overflow_stack(int depth) {
  std::array<volatile char, 4096> frame{};
  frame[static_cast<std::size_t>(depth) % frame.size()] = 1;
  return depth > 1'000'000 ? depth : overflow_stack(depth + 1) + frame[0];
}

// A connection that a task forgot: the shared state keeps it open.
void leak_connections(sim::Node& node) {
  std::vector<sim::Connection> kept;
  while (true) {
    if (auto made = node.connect({"trial-server-1", 7}, 1s)) kept.push_back(std::move(*made));
  }
}

// Blocks in its destructor, which runs while the exception that it belongs to unwinds the task.
struct SlowFarewell {
  sim::Node& node;
  ~SlowFarewell() { node.sleep_for(10s); }
};

void throw_inside_catch(sim::Node& node) {
  // Another task throws and catches while this one blocks inside its own handler.
  node.spawn("other", [&node] {
    try {
      throw 1;
    } catch (int) {
      node.sleep_for(20ms);
    }
  });
  try {
    throw std::runtime_error("mine");
  } catch (const std::runtime_error&) {
    node.sleep_for(10ms);
    throw;  // "mine", and nobody else's
  }
}

void devour_memory(sim::Node& node) {
  constexpr std::size_t bite = std::size_t{4} << 20;
  std::vector<std::string> kept;
  while (true) {
    kept.emplace_back();
    kept.back().reserve(bite);  // room is taken, touched or not
    node.sleep_for(1us);
  }
}

void misbehave(sim::Node& node, const std::string& deed) {
  if (deed == "fail-check") LOGQUAKE_CHECK(false, "the trial wants it so");
  if (deed == "overflow") overflow_stack(0);
  if (deed == "abort") std::abort();
  if (deed == "exit") ::_exit(7);
  if (deed == "throw") throw std::runtime_error("a trial");
  if (deed == "throw-other") throw 42;
  if (deed == "throw-in-catch") throw_inside_catch(node);
  if (deed == "throw-while-dying") {
    const SlowFarewell farewell{node};
    node.simulation().crash_process(node.id());
    throw std::runtime_error("a last word");
  }
  if (deed == "leak") leak_connections(node);
  if (deed == "never-yield") never_yield();
  if (deed == "devour-memory") devour_memory(node);
  if (deed == "spin") {
    while (true) node.sleep_for(Duration::zero());
  }
  if (deed == "hang") {
    while (true) ::usleep(1000);  // of real time: it never comes back to the scheduler
  }
}

// Leaks of the outside into a run, each of its own kind: what --check-determinism is there to find.
std::int64_t noise_of(const std::string& deed) {
  if (deed == "drift") return std::int64_t{::getpid()} + std::rand();
  if (deed == "wall-clock")
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  if (deed == "address-order") {
    // In which order a set of pointers lists its elements is up to the allocator.
    std::map<const std::string*, std::int64_t> by_address;
    std::vector<std::unique_ptr<std::string>> elements;
    for (std::int64_t number = 0; number < 8; ++number) {
      elements.push_back(std::make_unique<std::string>("an element too long for its own inside"));
      by_address[elements.back().get()] = number;
    }
    std::int64_t order = 0;
    for (const auto& [address, number] : by_address) order = order * 10 + number;
    return order;
  }
  if (deed == "uninitialised") return stale_byte();
  return 0;
}

sim::Program ticker(const Plan& plan, std::shared_ptr<std::int64_t> left) {
  return [plan, left](sim::Node& node) {
    const auto seed = static_cast<std::int64_t>(node.simulation().options().seed);
    const bool misbehaves = !plan.only_seed || *plan.only_seed == seed;
    for (std::int64_t number = 1; number <= plan.count; ++number) {
      node.sleep_for(node.has(lazy) ? plan.every * 2 : plan.every);
      node.yield(before_tick);
      if (number == 5 && misbehaves) misbehave(node, plan.deed);
      if (number == 10) node.probe(tenth);
      const std::int64_t noise = misbehaves ? noise_of(plan.deed) : 0;
      // Its facts do not tell this one, only its events do.
      if (plan.deed == "hidden-drift" && misbehaves && number == 7) {
        const Duration nap(noise_of("wall-clock") % 1000);
        node.spawn("drifter", [&node, nap] { node.sleep_for(nap); });
      }
      node.record(Ticked{node.name(), number, noise});
    }
    --*left;
    while (plan.deed == "never-converge") node.sleep_for(1s);
    sim::Signal nobody(node, "nobody");
    nobody.wait();
  };
}

void accept_for_ever(sim::Node& node) {
  auto listener = node.listen(7);
  while (auto connection = listener->accept()) connection->close();
}

class TrialWorld : public World {
 public:
  TrialWorld(sim::Simulation& simulation, const Plan& plan)
      : simulation_(simulation), plan_(plan) {}
  void start_load() override {
    *left_ = static_cast<std::int64_t>(plan_.nodes.size());
    if (plan_.deed == "leak") simulation_.add_node("trial-server-1", accept_for_ever);
    for (const auto& name : plan_.nodes) simulation_.add_node(name, ticker(plan_, left_));
  }
  bool load_done() const override { return !is_deadlocked() && *left_ <= 0; }
  std::vector<Pending> pending() const override {
    if (plan_.deed == "never-converge") return {{"trial-1 waits for a better world", "T-3"}};
    return {};
  }
  std::map<std::string, std::int64_t> counts() const override { return {{"nodes", *left_}}; }

 private:
  bool is_deadlocked() const {
    const auto seed = static_cast<std::int64_t>(simulation_.options().seed);
    return plan_.deed == "deadlock" && (!plan_.only_seed || *plan_.only_seed == seed);
  }

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
      plan_.deed = table->choice("deed", {"tick",           "fail-check",
                                          "overflow",       "hang",
                                          "abort",          "exit",
                                          "spin",           "drift",
                                          "deadlock",       "never-converge",
                                          "throw",          "throw-other",
                                          "throw-in-catch", "throw-while-dying",
                                          "leak",           "never-yield",
                                          "wall-clock",     "address-order",
                                          "uninitialised",  "hidden-drift",
                                          "devour-memory"},
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
  std::vector<Shrinkable> shrinkable() const override {
    return {{.path = "workload.*.count", .least = 1, .otherwise = 20},
            {.path = "trial.nodes", .least = 1, .otherwise = 2}};
  }
  std::vector<Choice> workloads() const override { return {{"ticks", "ticks"}}; }
  std::vector<Choice> checkers() const override { return {{"few-ticks", "T-1"}}; }
  std::vector<sim::Defect> defects() const override { return {lazy}; }
  std::vector<sim::Probe> probes() const override { return {tenth, never}; }
  std::vector<sim::YieldSite> yield_sites() const override { return {before_tick}; }
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
