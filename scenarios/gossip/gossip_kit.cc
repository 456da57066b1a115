#include "scenarios/gossip/gossip_kit.h"

#include <algorithm>

#include "models/gossip/defects.h"
#include "models/gossip/facts.h"
#include "models/gossip/gossip_node.h"
#include "models/gossip/probes.h"
#include "models/gossip/teller.h"
#include "scenarios/gossip/rumours_reach_all.h"
#include "sim/base/format.h"
#include "sim/simulation.h"

namespace logquake::scenario {
namespace {

struct GossipPlan {
  gossip::GossipOptions options;
  std::vector<gossip::TellerOptions> tellers;
};

class GossipWorld : public World {
 public:
  GossipWorld(sim::Simulation& simulation, const GossipPlan& plan)
      : simulation_(simulation),
        plan_(plan),
        knowledge_(std::make_shared<RumourKnowledge>(plan.options.peers)) {
    simulation.trace().subscribe(
        [knowledge = knowledge_](const sim::TraceEvent& event) { knowledge->on_fact(event); });
    for (const auto& name : plan.options.peers)
      simulation.add_node(name, gossip::gossip_node(plan.options));
  }

  void start_load() override {
    for (const auto& options : plan_.tellers) {
      progress_.push_back(std::make_shared<gossip::TellerProgress>());
      simulation_.add_node(format("teller-{}", progress_.size()),
                           gossip::teller(options, progress_.back()));
    }
  }
  bool load_done() const override {
    return std::all_of(progress_.begin(), progress_.end(),
                       [](const auto& progress) { return progress->done; });
  }
  void stop_load() override {
    for (const auto& progress : progress_) progress->stopped = true;
  }

  // A minority, of which nobody is the only one to know an acknowledged rumour.
  std::set<std::string> expendable(sim::Random& random) const override {
    auto nodes = plan_.options.peers;
    std::set<std::string> away;
    auto most = random.below((nodes.size() + 1) / 2);
    while (most > 0 && !nodes.empty()) {
      const auto at = nodes.begin() + static_cast<std::ptrdiff_t>(random.below(nodes.size()));
      auto without = away;
      without.insert(*at);
      nodes.erase(at);
      if (!knowledge_->is_known_without(without)) continue;
      away = std::move(without);
      --most;
    }
    return away;
  }
  void healed(const std::set<std::string>& gone) override { gone_ = gone; }

  std::vector<Pending> pending() const override {
    std::vector<Pending> pending;
    for (const auto& [node, rumours] : knowledge_->missing()) {
      if (!gone_.contains(node)) pending.push_back({line_of(node, rumours), "G-INV-1"});
    }
    return pending;
  }
  std::vector<Hopeless> hopeless() const override {
    std::vector<Hopeless> hopeless;
    for (const auto& [node, rumours] : knowledge_->missing()) {
      if (!knowledge_->are_unknown_without(gone_, rumours)) continue;
      hopeless.push_back(
          {line_of(node, rumours), "G-INV-1", "only nodes that never come back know them"});
    }
    return hopeless;
  }

  std::map<std::string, std::int64_t> counts() const override {
    std::int64_t acknowledged = 0;
    for (const auto& progress : progress_) acknowledged += progress->acknowledged;
    return {{"rumours acknowledged", acknowledged}};
  }

 private:
  static std::string line_of(const std::string& node, const std::set<gossip::RumourId>& rumours) {
    return format("{} waits for {} rumours, among them {}", node, rumours.size(), *rumours.begin());
  }

  sim::Simulation& simulation_;
  const GossipPlan& plan_;
  std::shared_ptr<RumourKnowledge> knowledge_;
  std::vector<std::shared_ptr<gossip::TellerProgress>> progress_;
  std::set<std::string> gone_;
};

class GossipSetup : public Setup {
 public:
  explicit GossipSetup(TableReader& root) {
    std::int64_t nodes = 5;
    if (auto table = root.table("gossip")) {
      auto& options = plan_.options;
      nodes = table->integer("nodes", nodes, 1, 500);
      options.push_every = table->duration("push-every", options.push_every, 1ms);
      options.compare_every = table->duration("compare-every", options.compare_every, 1ms);
      options.pushes = static_cast<int>(table->integer("pushes", options.pushes, 1, 1000));
    }
    for (std::int64_t number = 1; number <= nodes; ++number) {
      plan_.options.peers.push_back(format("gossip-{}", number));
    }
  }

  void add_workload(const std::string&, TableReader& parameters) override {
    gossip::TellerOptions options;
    options.every = parameters.duration("every", options.every, 1us);
    options.count = parameters.integer("count", options.count, 0, 1'000'000);
    options.nodes = plan_.options.peers;
    // Tellers share no numbers.
    options.first = 1 + static_cast<std::int64_t>(plan_.tellers.size()) * 1'000'000;
    plan_.tellers.push_back(std::move(options));
  }

  std::optional<CheckerFactory> checker(const std::string& name, TableReader&) override {
    if (name == "rumours-reach-all") return rumours_reach_all(plan_.options.peers);
    return acknowledged_rumours_survive();
  }
  std::vector<CheckerFactory> checkers() const override { return {acknowledged_rumours_survive()}; }

  FaultTargets targets() const override {
    FaultTargets targets;
    for (const auto& name : plan_.options.peers) targets.nodes.push_back({name, "gossip", {}});
    return targets;
  }

  std::unique_ptr<World> build(sim::Simulation& simulation) const override {
    return std::make_unique<GossipWorld>(simulation, plan_);
  }

 private:
  GossipPlan plan_;
};

class GossipKit : public Kit {
 public:
  std::string_view name() const override { return "gossip"; }
  std::string_view about() const override { return "nodes that spread rumours among each other"; }
  std::vector<Choice> keys() const override {
    return {{"gossip", "[gossip]: nodes, push-every, compare-every, pushes"}};
  }
  std::vector<Shrinkable> shrinkable() const override {
    using Way = Shrinkable::Way;
    const gossip::TellerOptions usual;
    constexpr Duration rare = 10s;  // chosen: everything that one rumour brings about is over
    return {{.path = "workload.*.every",
             .way = Way::rarer,
             .least = rare.count(),
             .otherwise = usual.every.count()},
            {.path = "workload.*.count", .least = 1, .otherwise = usual.count},
            {.path = "gossip.nodes", .least = 1, .otherwise = 5}};
  }
  std::unique_ptr<Setup> read(TableReader& root) const override {
    return std::make_unique<GossipSetup>(root);
  }
  std::vector<Choice> workloads() const override {
    return {{"rumours", "starts a rumour at some node, `every` so often, `count` of them"}};
  }
  std::vector<Choice> checkers() const override {
    return {{"rumours-reach-all",
             "G-INV-1: every acknowledged rumour reaches every node once all has healed"},
            {"acknowledged-rumours-survive",
             "G-INV-2: a node that acknowledged a rumour keeps it over any crash"}};
  }
  std::vector<sim::Defect> defects() const override {
    return {gossip::gossip_defects.begin(), gossip::gossip_defects.end()};
  }
  std::vector<sim::Probe> probes() const override {
    return {gossip::gossip_probes.begin(), gossip::gossip_probes.end()};
  }
  std::vector<std::string> fact_kinds() const override {
    return {std::string(gossip::NodeStarted::kind), std::string(gossip::RumourHeard::kind),
            std::string(gossip::RumourAcknowledged::kind),
            std::string(gossip::AntiEntropyRound::kind)};
  }
  std::vector<sim::BuggifySite> buggify_sites() const override {
    return {gossip::gossip_buggify_sites.begin(), gossip::gossip_buggify_sites.end()};
  }
};

}  // namespace

std::unique_ptr<Kit> gossip_kit() { return std::make_unique<GossipKit>(); }

}  // namespace logquake::scenario
