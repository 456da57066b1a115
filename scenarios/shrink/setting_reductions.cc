#include "scenarios/shrink/setting_reductions.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "scenarios/engine/kit.h"
#include "scenarios/shrink/document_path.h"
#include "scenarios/shrink/smaller_values.h"
#include "sim/base/format.h"
#include "sim/probes.h"

namespace logquake::scenario {
namespace {

using Way = Shrinkable::Way;

Reduction value_reduction(Aspect aspect, std::string sentence, std::string subject,
                          std::int64_t rank, std::string path, std::optional<Value> value) {
  return {.aspect = aspect,
          .sentence = std::move(sentence),
          .subject = std::move(subject),
          .rank = rank,
          .plan = std::nullopt,
          .changes = {{std::move(path), std::move(value)}}};
}

std::string parent_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return std::string(path.substr(0, dot == std::string_view::npos ? 0 : dot));
}

std::optional<Duration> duration_at(const Value& document, std::string_view path) {
  const auto* value = find_at(document, path);
  if (value == nullptr || !value->is(Value::Kind::text)) return std::nullopt;
  const auto parsed = parse_duration(value->text());
  return parsed ? std::optional(*parsed) : std::nullopt;
}

/// What the number at `path` is or means: of things done without an end, as many as there is room
/// for.
std::optional<std::int64_t> number_at(const Scenario& scenario, const Shrinkable& what,
                                      const std::string& path) {
  const auto* value = find_at(scenario.document, path);
  if (value != nullptr && !value->is(Value::Kind::integer)) return std::nullopt;
  const auto number =
      value != nullptr ? std::optional<std::int64_t>(value->integer()) : what.otherwise;
  if (!number || *number != 0 || what.paced_by.empty()) return number;
  const auto pace = duration_at(scenario.document, format("{}.{}", parent_of(path), what.paced_by));
  if (!pace || *pace <= Duration::zero()) return std::nullopt;
  return scenario.length / *pace + 1;
}

std::string now_text(const Value* value, std::string_view otherwise) {
  return value != nullptr ? found_phrase(*value) : std::string(otherwise);
}

/// The reductions of one value that the kit names.
void shrink_value(const Scenario& scenario, const Shrinkable& what, const std::string& path,
                  Aspect aspect, std::vector<Reduction>& found) {
  const auto* value = find_at(scenario.document, path);
  const auto add = [&](const std::string& from, const std::string& to, std::int64_t rank,
                       Value smaller) {
    found.push_back(value_reduction(aspect, format("takes {} from {} to {}", path, from, to), path,
                                    rank, path, std::move(smaller)));
  };
  switch (what.way) {
    case Way::absent:
      if (value != nullptr)
        found.push_back(
            value_reduction(aspect, format("drops {}", path), path, 0, path, std::nullopt));
      return;
    case Way::fewer: {
      const auto number = number_at(scenario, what, path);
      if (!number) return;
      const bool unbounded = value == nullptr || value->integer() == 0;
      for (const auto smaller : smaller_numbers(*number, what.least)) {
        add(!what.paced_by.empty() && unbounded ? "no end" : format("{}", *number),
            format("{}", smaller), smaller, Value::of_integer(smaller));
      }
      return;
    }
    case Way::shorter:
    case Way::rarer: {
      auto duration = duration_at(scenario.document, path);
      const bool has_pace =
          what.paced_by.empty() ||
          find_at(scenario.document, format("{}.{}", parent_of(path), what.paced_by)) != nullptr;
      if (!duration && value == nullptr && what.otherwise && has_pace)
        duration = Duration(*what.otherwise);
      if (!duration) return;
      const bool rarer = what.way == Way::rarer;
      // Of one thing it does not matter how often it is done.
      const auto* count = find_at(scenario.document, parent_of(path) + ".count");
      if (rarer && count != nullptr && count->integer() == 1) return;
      const auto values = rarer ? longer_durations(*duration, Duration(what.least))
                                : shorter_durations(*duration, Duration(what.least));
      for (const auto smaller : values) {
        add(to_text(*duration), to_text(smaller), rarer ? -smaller.count() : smaller.count(),
            Value::of_text(to_text(smaller)));
      }
      return;
    }
  }
}

void drop_elements(const Scenario& scenario, std::string_view list, Aspect aspect,
                   std::string_view noun, std::string_view key, std::vector<Reduction>& found) {
  const auto* elements = scenario.document.find(list);
  if (elements == nullptr || !elements->is(Value::Kind::list)) return;
  for (std::size_t at = 0; at < elements->elements().size(); ++at) {
    const auto path = format("{}.{}", list, at);
    const auto* name = elements->elements()[at].find(key);
    found.push_back(value_reduction(
        aspect, format("drops {} {} ({})", noun, at, now_text(name, "without a name")), path, 0,
        path, std::nullopt));
  }
}

bool is_of_load(const Shrinkable& what) { return what.path.starts_with("workload."); }

void shrink_values(const Scenario& scenario, Aspect aspect, std::vector<Reduction>& found) {
  for (const auto& what : scenario.kit->shrinkable()) {
    if (is_of_load(what) != (aspect == Aspect::load)) continue;
    for (const auto& path : paths_like(scenario.document, what.path))
      shrink_value(scenario, what, path, aspect, found);
  }
}

Reduction with_strategy(std::string sentence, std::string subject, std::int64_t rank,
                        const sim::Strategy& strategy) {
  return value_reduction(Aspect::schedule, std::move(sentence), std::move(subject), rank,
                         "strategy", Value::of_text(sim::to_string(strategy)));
}

std::vector<std::string> all_nodes(const Scenario& scenario) {
  std::vector<std::string> nodes;
  for (const auto& target : scenario.setup->targets().nodes) nodes.push_back(target.node);
  return nodes;
}

}  // namespace

std::vector<Reduction> schedule_reductions(const Scenario& scenario) {
  std::vector<Reduction> found;
  const auto strategy = scenario.strategy.value_or(sim::Strategy{});
  if (strategy.kind == sim::Strategy::Kind::fifo) return found;
  found.push_back(with_strategy("lets every task run at once (fifo)", "strategy", 0, {}));
  // Fewer nodes: halves, quarters and so on.
  const auto nodes = strategy.only.empty() ? all_nodes(scenario) : strategy.only;
  const auto whole = nodes.size();
  std::set<std::vector<std::string>> seen;
  for (auto size = (whole + 1) / 2; whole > 1 && size > 0; size = size == 1 ? 0 : (size + 1) / 2) {
    for (std::size_t begin = 0; begin < whole; begin += size) {
      const auto end = std::min(begin + size, whole);
      auto fewer = strategy;
      fewer.only.clear();
      std::string names;
      for (std::size_t at = 0; at < whole; ++at) {
        if (at < begin || at >= end) {
          fewer.only.push_back(nodes[at]);
        } else {
          names += (names.empty() ? "" : ", ") + nodes[at];
        }
      }
      if (fewer.only.empty() || !seen.insert(fewer.only).second) continue;
      found.push_back(with_strategy(format("lets the tasks of {} run at once", names),
                                    format("strategy of {}", names), 0, fewer));
    }
  }
  for (const auto slack : shorter_durations(strategy.slack, 1us)) {
    auto shorter = strategy;
    shorter.slack = slack;
    found.push_back(with_strategy(format("holds tasks back for at most {}", to_text(slack)),
                                  "strategy slack", slack.count(), shorter));
  }
  return found;
}

std::vector<Reduction> load_reductions(const Scenario& scenario) {
  std::vector<Reduction> found;
  drop_elements(scenario, "workload", Aspect::load, "workload", "type", found);
  shrink_values(scenario, Aspect::load, found);
  return found;
}

std::vector<Reduction> node_reductions(const Scenario& scenario) {
  std::vector<Reduction> found;
  drop_elements(scenario, "expect", Aspect::nodes, "promise", "checker", found);
  shrink_values(scenario, Aspect::nodes, found);
  return found;
}

std::vector<Reduction> length_reductions(const Scenario& scenario) {
  std::vector<Reduction> found;
  for (const auto length : shorter_durations(scenario.length, shortest_load)) {
    found.push_back(value_reduction(Aspect::length,
                                    format("ends the load after {}", to_text(length)), "length",
                                    length.count(), "length", Value::of_text(to_text(length))));
  }
  return found;
}

std::vector<Reduction> buggify_reductions(const Scenario& scenario) {
  std::vector<Reduction> found;
  if (!scenario.buggify) return found;
  auto none = value_reduction(Aspect::buggify, "lets no site in the code fire", "buggify", 0,
                              "faults.buggify", std::nullopt);
  none.changes.push_back({"faults.buggify-off", std::nullopt});
  found.push_back(std::move(none));
  const std::set<std::string> off(scenario.buggify_off.begin(), scenario.buggify_off.end());
  auto sites = scenario.kit->buggify_sites();
  sites.insert(sites.end(), sim::kernel_buggify_sites.begin(), sim::kernel_buggify_sites.end());
  for (const auto& site : sites) {
    if (off.contains(std::string(site.name))) continue;
    auto more = off;
    more.insert(std::string(site.name));
    std::vector<Value> names;
    for (const auto& name : more) names.push_back(Value::of_text(name));
    found.push_back(value_reduction(Aspect::buggify, format("lets {} never fire", site.name),
                                    format("buggify {}", site.name), 0, "faults.buggify-off",
                                    Value::of_list(std::move(names))));
  }
  return found;
}

std::vector<Reduction> default_reductions(const Scenario& scenario) {
  std::vector<Reduction> found;
  if (scenario.document.find("healing") != nullptr) {
    found.push_back(value_reduction(Aspect::settings, "lets everything heal when the load is over",
                                    "healing", 0, "healing", std::nullopt));
  }
  if (const auto* network = scenario.document.find("network")) {
    found.push_back(value_reduction(Aspect::settings, "leaves the network as it is by default",
                                    "network", 0, "network", std::nullopt));
    // The two bounds of the latency make sense together only.
    Reduction latency{.aspect = Aspect::settings,
                      .sentence = "leaves the latency of messages as it is by default",
                      .subject = "network.latency"};
    for (const auto& entry : network->entries()) {
      if (entry.key.starts_with("latency_"))
        latency.changes.push_back({"network." + entry.key, std::nullopt});
    }
    if (!latency.changes.empty()) found.push_back(std::move(latency));
    for (const auto& entry : network->entries()) {
      if (entry.key.starts_with("latency_")) continue;
      const auto path = "network." + entry.key;
      found.push_back(value_reduction(Aspect::settings,
                                      format("leaves {} as it is by default", path), path, 0, path,
                                      std::nullopt));
    }
  }
  return found;
}

std::int64_t operations_of(const Scenario& scenario) {
  std::int64_t operations = 0;
  for (const auto& what : scenario.kit->shrinkable()) {
    if (!is_of_load(what) || !what.path.ends_with(".count")) continue;
    for (const auto& path : paths_like(scenario.document, what.path)) {
      const auto holder = parent_of(path);
      auto number = number_at(scenario, what, path).value_or(0);
      const auto pace = duration_at(scenario.document, holder + ".every");
      if (pace && *pace > Duration::zero()) {
        const auto after = duration_at(scenario.document, holder + ".after").value_or(0ns);
        const auto left = std::max(Duration::zero(), scenario.length - after);
        number = std::min(number, left / *pace + 1);
      }
      const auto* statements = find_at(scenario.document, holder + ".statements");
      const auto each = statements != nullptr && statements->is(Value::Kind::list)
                            ? static_cast<std::int64_t>(statements->elements().size())
                            : 1;
      operations += number * each;
    }
  }
  return operations;
}

}  // namespace logquake::scenario
