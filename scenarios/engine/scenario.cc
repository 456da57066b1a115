#include "scenarios/engine/scenario.h"

#include <algorithm>
#include <array>

#include "scenarios/engine/document.h"
#include "scenarios/engine/fact_kinds.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/suggestion.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"

namespace logquake::scenario {
namespace {

std::vector<std::string> names_of(const std::vector<Choice>& choices) {
  std::vector<std::string> names;
  for (const auto& choice : choices) names.push_back(choice.name);
  return names;
}

/// Whether a campaign is expected to see the probe, unless told otherwise.
bool is_to_be_reached(const sim::Probe& probe) {
  return probe.kind == sim::ProbeKind::reachable || probe.kind == sim::ProbeKind::sometimes;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `--set` and `--defect` become part of the document, so that the run's name and its files hold
/// them.
void apply(const Overrides& overrides, Value& document, Problems& problems) {
  for (const auto& assignment : overrides.sets) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos) {
      problems.add({}, format("--set {}: expected KEY=VALUE", assignment));
      continue;
    }
    const auto trouble =
        assign(document, assignment.substr(0, equals), assignment.substr(equals + 1));
    if (!trouble.empty()) problems.add({}, format("--set {}", trouble));
  }
  if (overrides.defects.empty()) return;
  std::vector<Value> names;
  if (const auto* own = document.find("defects"); own != nullptr && own->is(Value::Kind::list)) {
    names = own->elements();
  }
  for (const auto& defect : overrides.defects) {
    auto value = Value::of_text(defect);
    if (std::find(names.begin(), names.end(), value) == names.end())
      names.push_back(std::move(value));
  }
  document.set("defects", Value::of_list(std::move(names)));
}

class Reader {
 public:
  Reader(const Catalog& catalog, Problems& problems, Scenario& scenario)
      : catalog_(catalog),
        problems_(problems),
        scenario_(scenario),
        root_(scenario.document, "", problems) {}

  void read() {
    for (const auto& key : common_keys()) root_.know(key.name);
    read_head();
    scenario_.kit = choose_kit();
    if (scenario_.kit == nullptr) {
      // Without a kit nobody can tell which keys are right.
      root_.everything();
      return;
    }
    for (const auto& kit : catalog_.kits()) {
      if (kit.get() != scenario_.kit) continue;
      for (const auto& key : kit->keys()) root_.know(key.name);
    }
    scenario_.setup = scenario_.kit->read(root_);
    read_workloads();
    read_faults();
    read_expectations();
    read_healing();
    read_swarm();
    read_probes();
    root_.finish();
    if (problems_.empty()) scenario_.setup->finish(problems_);
    if (problems_.empty()) try_settings();
  }

 private:
  void read_head() {
    scenario_.name = root_.text("name", default_name());
    scenario_.about = root_.text("about");
    scenario_.length = root_.duration("length", scenario_.length, 1ms);
    scenario_.settle = root_.duration("settle", scenario_.settle, 1ms);
    read_network();
    if (const auto text = root_.optional_text("strategy")) {
      const auto strategy = sim::parse_strategy(*text);
      if (strategy) {
        scenario_.strategy = *strategy;
      } else {
        root_.fail_expected("strategy", "\"fifo\", \"random\", \"random:20ms\" or \"pct:3:20ms\"");
      }
    }
    if (root_.has("max-events"))
      scenario_.max_events = root_.integer("max-events", 1, 1, 1'000'000'000'000);
    scenario_.defects = root_.texts("defects");
    std::vector<std::string> known;
    for (const auto& listed : catalog_.defects()) known.emplace_back(listed.defect.name);
    for (const auto& defect : scenario_.defects) {
      if (!contains(known, defect)) {
        root_.fail("defects", format("unknown defect \"{}\"{}", defect, suggestion(defect, known)));
      }
    }
  }

  void read_network() {
    auto table = root_.table("network");
    if (!table) return;
    auto& network = scenario_.network;
    network.latency_low = table->duration("latency_low", network.latency_low, 1ns);
    network.latency_high = table->duration("latency_high", network.latency_high, 1ns);
    network.pair_offset = table->duration("pair_offset", network.pair_offset);
    if (network.latency_high < network.latency_low) {
      table->fail("latency_high",
                  format("{} is below latency_low, which is {}", to_text(network.latency_high),
                         to_text(network.latency_low)));
    }
  }

  std::string default_name() const {
    const auto slash = scenario_.asked_for.find_last_of('/');
    auto name =
        slash == std::string::npos ? scenario_.asked_for : scenario_.asked_for.substr(slash + 1);
    if (name.ends_with(".toml")) name.resize(name.size() - 5);
    return name;
  }

  const Kit* choose_kit() {
    std::vector<std::string> kit_names;
    std::vector<std::string> all_keys;
    for (const auto& kit : catalog_.kits()) {
      kit_names.emplace_back(kit->name());
      for (const auto& key : kit->keys()) all_keys.push_back(key.name);
    }
    if (root_.has("kit")) {
      const auto* found = catalog_.find_kit(root_.choice("kit", kit_names, ""));
      return found;
    }
    const Kit* chosen = nullptr;
    std::string chosen_by;
    for (const auto& kit : catalog_.kits()) {
      for (const auto& key : kit->keys()) {
        if (!root_.has(key.name) || chosen == kit.get()) continue;
        if (chosen != nullptr) {
          root_.fail(key.name,
                     format("belongs to the kit \"{}\", but \"{}\" belongs to the kit \"{}\"",
                            kit->name(), chosen_by, chosen->name()));
          return nullptr;
        }
        chosen = kit.get();
        chosen_by = key.name;
      }
    }
    if (chosen != nullptr) return chosen;
    if (catalog_.kits().size() == 1) return catalog_.kits().front().get();
    report_unknown_keys(all_keys);
    return nullptr;
  }

  void report_unknown_keys(std::vector<std::string> all_keys) {
    const auto kit_keys = all_keys;
    for (const auto& key : common_keys()) all_keys.push_back(key.name);
    const auto common = names_of(common_keys());
    bool reported = false;
    for (const auto& entry : scenario_.document.entries()) {
      if (contains(common, entry.key)) continue;
      problems_.add(entry.place,
                    format("{}: unknown key{}", entry.key, suggestion(entry.key, all_keys, 0)));
      reported = true;
    }
    if (!reported) {
      problems_.add({1, 1}, format("nothing to simulate: expected one of the tables {}",
                                   quoted_list(kit_keys)));
    }
  }

  void read_workloads() {
    const auto known = names_of(scenario_.kit->workloads());
    for (auto& table : root_.tables("workload")) {
      const auto type = table.required_text("type");
      if (!table.has("type")) {
        table.everything();
      } else if (!contains(known, type)) {
        table.fail("type", format("unknown workload \"{}\"{}", type, suggestion(type, known)));
        table.everything();
      } else {
        scenario_.setup->add_workload(type, table);
      }
    }
  }

  void read_faults() {
    auto targets = scenario_.setup->targets();
    for (const auto& site : scenario_.kit->yield_sites()) targets.sites.emplace_back(site.name);
    const auto fact_kinds = fact_kinds_of(*scenario_.kit);
    std::vector<int> numbers;
    for (auto& table : root_.tables("fault")) {
      if (auto step = read_fault_step(table, numbers, targets, fact_kinds))
        scenario_.plan.steps.push_back(*step);
    }
    auto mix = root_.table("faults");
    if (!mix) return;
    scenario_.unrestricted = mix->boolean("unrestricted", false);
    if (mix->keys() == std::vector<std::string>{"unrestricted"}) return;  // draws nothing
    std::vector<std::string> known;
    for (const auto family : fault_families) known.emplace_back(name_of(family));
    for (const auto& name : mix->texts("mix")) {
      const auto found = std::find(known.begin(), known.end(), name);
      if (found == known.end()) {
        mix->fail("mix",
                  format("unknown family of faults \"{}\"{}", name, suggestion(name, known)));
      } else {
        scenario_.mix.families.insert(
            fault_families[static_cast<std::size_t>(found - known.begin())]);
      }
    }
    if (!mix->has("mix"))
      scenario_.mix.families.insert(fault_families.begin(), fault_families.end());
    scenario_.mix.intensity = mix->ratio("intensity", scenario_.mix.intensity);
    scenario_.buggify = mix->boolean("buggify", false);
    scenario_.buggify_off = mix->texts("buggify-off");
    std::vector<std::string> sites;
    for (const auto& site : catalog_.buggify_sites()) sites.emplace_back(site.name);
    for (const auto& site : scenario_.buggify_off) {
      if (!contains(sites, site))
        mix->fail("buggify-off", format("unknown site \"{}\"{}", site, suggestion(site, sites)));
    }
  }

  void read_healing() {
    if (auto table = root_.table("healing"))
      scenario_.healing = scenario::read_healing(*table, scenario_.setup->targets());
  }

  void read_swarm() {
    if (auto table = root_.table("swarm")) scenario_.swarm = scenario::read_swarm(*table);
  }

  // Both ends of what a setting may be must be right by themselves.
  void try_settings() {
    for (const auto& setting : scenario_.swarm.settings) {
      for (const auto& text : setting.extremes()) {
        Value document = scenario_.document;
        document.remove("swarm");
        auto trouble = assign(document, setting.key, text);
        if (trouble.empty()) {
          Problems problems("");
          static_cast<void>(
              read_scenario(std::move(document), scenario_.asked_for, catalog_, {}, problems));
          if (!problems.empty()) trouble = problems.sorted().front().message;
        }
        if (trouble.empty()) continue;
        problems_.add(setting.place, format("swarm: with {} = {}: {}", setting.key, text, trouble));
        break;
      }
    }
  }

  void read_expectations() {
    const auto known = names_of(scenario_.kit->checkers());
    for (auto& table : root_.tables("expect")) {
      const auto name = table.required_text("checker");
      if (!table.has("checker")) {
        table.everything();
      } else if (!contains(known, name)) {
        table.fail("checker", format("unknown checker \"{}\"{}", name, suggestion(name, known)));
        table.everything();
      } else if (auto factory = scenario_.setup->checker(name, table)) {
        scenario_.checkers.push_back(std::move(*factory));
      }
    }
    const auto asked_for = static_cast<std::ptrdiff_t>(scenario_.checkers.size());
    for (auto& factory : scenario_.setup->checkers()) {
      const auto begin = scenario_.checkers.begin();
      const bool is_asked_for = std::any_of(
          begin, begin + asked_for,
          [&factory](const CheckerFactory& other) { return other.name == factory.name; });
      if (!is_asked_for) scenario_.checkers.push_back(std::move(factory));
    }
  }

  void read_probes() {
    auto table = root_.table("probes");
    if (!table) return;
    std::vector<std::string> known;
    std::vector<std::string> expected;
    for (const auto& probe : scenario_.kit->probes()) {
      if (probe.kind != sim::ProbeKind::unreachable) known.emplace_back(probe.name);
      if (is_to_be_reached(probe)) expected.emplace_back(probe.name);
    }
    const auto names_in = [&](const std::string& key) {
      auto names = table->texts(key);
      for (const auto& name : names) {
        if (!contains(known, name))
          table->fail(key, format("unknown probe \"{}\"{}", name, suggestion(name, known)));
      }
      return names;
    };
    const bool names_them = table->has("require");
    auto required = names_them ? names_in("require") : expected;
    if (names_them && table->has("except")) {
      table->fail("except", "expected either require or except, found both");
    }
    const auto except = names_in("except");
    std::erase_if(required, [&except](const auto& name) { return contains(except, name); });
    scenario_.required_probes = std::move(required);
  }

  const Catalog& catalog_;
  Problems& problems_;
  Scenario& scenario_;
  TableReader root_;
};

}  // namespace

std::vector<Choice> common_keys() {
  return {
      {"name", "what the scenario is called; default: the file's name"},
      {"about", "one sentence: the promise"},
      {"length", "how long the load runs under faults, \"180s\"; default 60s"},
      {"settle", "how long everything may take to converge after healing; default 60s"},
      {"kit", "the family of models, where the other keys do not tell"},
      {"strategy",
       "how ready tasks are scheduled: \"fifo\", \"random\", \"pct:3\"; default: drawn per seed"},
      {"max-events", "the bound on events of the kernel; a run that reaches it is unknown"},
      {"network",
       "[network]: latency_low and latency_high of a message (100us, 400us) and pair_offset: up to "
       "how much farther apart two machines are for ever"},
      {"defects", "defects to switch on, see `logquake list defects`"},
      {"workload", "[[workload]]: load, by type, see `logquake list workloads`"},
      {"fault", "[[fault]]: one step of the plan, see `logquake list faults`"},
      {"faults",
       "[faults]: what each seed draws on top; mix = \"network, crash, disk, clock, "
       "partition, slowness, refusal\", intensity = "
       "\"1/4\"; buggify = true lets the code do what is rare, see `logquake list buggify`"},
      {"healing",
       "[healing]: who = \"all\", \"quorum\" or \"drawn\": whether all machines come back when the "
       "load is over, or only some without whose peers all can go on; gone = [...]: these never "
       "do"},
      {"swarm",
       "[swarm]: settings = [{ key = \"cluster.brokers\", among = [3, 5] }]: what each seed draws, "
       "`from` .. `to` or `among`, each with a `chance` of being in play (1/2)"},
      {"expect", "[[expect]]: a promise, by checker, see `logquake list checkers`"},
      {"probes",
       "[probes]: what a hunt with --require-probes must reach: require = [...], or all but "
       "except = [...], see `logquake list probes`"}};
}

std::uint64_t Scenario::content_hash() const { return hash64(canonical_text(document)); }

std::string Scenario::toml() const { return to_toml(document); }

std::optional<std::string> find_scenario(const std::string& name, const Catalog& catalog,
                                         std::string& problem) {
  if (name.find('/') != std::string::npos || name.ends_with(".toml") || name == "." || name == "..")
    return name;
  const auto library = catalog.library();
  std::vector<std::string> known;
  for (const auto& scenario : library) {
    if (scenario.name == name) return scenario.path;
    known.push_back(scenario.name);
  }
  problem = format("unknown scenario \"{}\"{}", name, suggestion(name, known));
  return std::nullopt;
}

std::optional<Scenario> read_scenario(Value document, const std::string& asked_for,
                                      const Catalog& catalog, const Overrides& overrides,
                                      Problems& problems) {
  Scenario scenario;
  scenario.catalog = &catalog;
  scenario.asked_for = asked_for;
  scenario.sets = overrides.sets;
  scenario.overridden_defects = overrides.defects;
  scenario.document = std::move(document);
  apply(overrides, scenario.document, problems);
  if (problems.empty()) Reader(catalog, problems, scenario).read();
  if (!problems.empty()) return std::nullopt;
  return scenario;
}

Result<Scenario> for_seed(const Scenario& scenario, std::uint64_t seed) {
  Value document = scenario.document;
  document.remove("swarm");
  for (const auto& drawn : drawn_settings(scenario.swarm, seed)) {
    if (const auto trouble = assign(document, drawn.key, drawn.text); !trouble.empty())
      return Error{ErrorCode::invalid_argument, trouble};
  }
  Problems problems(scenario.asked_for);
  auto own =
      read_scenario(std::move(document), scenario.asked_for, *scenario.catalog, {}, problems);
  if (!own) return Error{ErrorCode::invalid_argument, problems.to_text()};
  own->sets = scenario.sets;
  own->overridden_defects = scenario.overridden_defects;
  return std::move(*own);
}

std::optional<Scenario> load_scenario(const std::string& name, const Catalog& catalog,
                                      const Overrides& overrides, Problems& problems) {
  std::string problem;
  const auto path = find_scenario(name, catalog, problem);
  if (!path) {
    problems.add({}, problem);
    return std::nullopt;
  }
  problems.rename(*path);
  auto document = read_document(*path, problems);
  if (!document) return std::nullopt;
  return read_scenario(std::move(*document), name, catalog, overrides, problems);
}

}  // namespace logquake::scenario
