// list and schema: what there is.
#include <algorithm>
#include <cstdio>

#include "reports/schema.h"
#include "scenarios/campaign/exam_report.h"
#include "scenarios/campaign/hunt_schema.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/run_schemas.h"
#include "scenarios/engine/suggestion.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"
#include "sim/fault.h"

namespace logquake::scenario {
namespace {

struct Item {
  std::string name;
  std::string about;
  std::string source;
  std::string kind = {};  // of a probe
};

const std::vector<std::string> kinds{"scenarios", "defects",  "probes", "kits",       "keys",
                                     "workloads", "checkers", "faults", "strategies", "yields",
                                     "buggify",   "actions",  "roles"};

/// One line a fault: its fields as TOML would have them.
std::string fields_of(const sim::Fault& fault) {
  return std::visit([](const auto& named) { return to_line(DescribedView(named)); }, fault);
}

std::vector<Item> scenarios_of(const Catalog& catalog) {
  std::vector<Item> items;
  for (const auto& scenario : catalog.library())
    items.push_back({scenario.name, scenario.about, scenario.path});
  return items;
}

std::vector<Item> items_of(const std::string& what, const Catalog& catalog) {
  std::vector<Item> items;
  if (what == "scenarios") return scenarios_of(catalog);
  if (what == "defects") {
    for (const auto& [defect, kit] : catalog.defects()) {
      items.push_back(
          {std::string(defect.name),
           format("{}; breaks {}; needs: {}", defect.about, defect.breaks, defect.needs),
           std::string(defect.source)});
    }
  } else if (what == "probes") {
    for (const auto& probe : catalog.probes())
      items.push_back({std::string(probe.name), std::string(probe.about), "",
                       std::string(name_of(probe.kind))});
  } else if (what == "yields") {
    for (const auto& kit : catalog.kits()) {
      for (const auto& site : kit->yield_sites())
        items.push_back({std::string(site.name), "", std::string(kit->name())});
    }
  } else if (what == "buggify") {
    for (const auto& site : catalog.buggify_sites()) {
      items.push_back({std::string(site.name),
                       format("{}; active in {} of runs, then fires at {} of hits", site.about,
                              to_string(site.active), to_string(site.fires)),
                       ""});
    }
  } else if (what == "roles") {
    items = {{"crashed", "the node that has been down longest", "logquake"},
             {"any GROUP", "a keyed choice among the nodes of the group that are up", "logquake"},
             {"all GROUP", "every node of the group", "logquake"},
             {"*", "every node", "logquake"}};
    for (const auto& kit : catalog.kits()) {
      for (const auto& role : kit->roles())
        items.push_back({role.name, role.about, std::string(kit->name())});
    }
  } else if (what == "actions") {
    for (const auto& kit : catalog.kits()) {
      for (const auto& action : kit->actions())
        items.push_back({action.name, action.about, std::string(kit->name())});
    }
  } else if (what == "faults") {
    for (const auto key : sim::fault_keys()) {
      items.push_back(
          {std::string(key), format("fields: {}", fields_of(*sim::fault_named(key))), "logquake"});
    }
  } else if (what == "strategies") {
    items = {{"fifo", "tasks run when they are ready", "logquake"},
             {"random",
              "each wake-up is held back with chance 1/8; random:20ms says by how much at most",
              "logquake"},
             {"pct", "tasks have priorities that change a few times a run; pct:3:20ms: three times",
              "Burckhardt 2010"}};
  } else if (what == "keys") {
    for (const auto& key : common_keys()) items.push_back({key.name, key.about, "logquake"});
    for (const auto& kit : catalog.kits()) {
      for (const auto& key : kit->keys())
        items.push_back({key.name, key.about, std::string(kit->name())});
    }
  } else {
    for (const auto& kit : catalog.kits()) {
      if (what == "kits")
        items.push_back({std::string(kit->name()), std::string(kit->about()), ""});
      const auto choices = what == "workloads" ? kit->workloads() : kit->checkers();
      if (what == "kits") continue;
      for (const auto& choice : choices)
        items.push_back({choice.name, choice.about, std::string(kit->name())});
    }
  }
  return items;
}

std::string as_json(const std::vector<Item>& items) {
  std::string text = "[";
  for (const auto& item : items) {
    const auto kind =
        item.kind.empty() ? std::string() : format(", \"kind\": {}", json_quoted(item.kind));
    text += format("{}\n  {{\"name\": {}, \"about\": {}, \"source\": {}{}}}",
                   text.size() > 1 ? "," : "", json_quoted(item.name), json_quoted(item.about),
                   json_quoted(item.source), kind);
  }
  return text + (items.empty() ? "]\n" : "\n]\n");
}

std::string as_text(const std::vector<Item>& items) {
  std::size_t width = 0;
  for (const auto& item : items) width = std::max(width, item.name.size());
  std::string text;
  for (const auto& item : items) {
    text += format(
        "{:<{}}  {}{}{}\n", item.name, width, item.about,
        item.kind.empty() ? std::string() : format(" ({})", item.kind),
        item.source.empty() || item.source == "logquake" ? "" : format("  [{}]", item.source));
  }
  return text;
}

}  // namespace

int list_command(const Settings& settings, const Catalog& catalog) {
  const auto what = settings.subject.empty() ? std::string("scenarios") : settings.subject;
  if (std::find(kinds.begin(), kinds.end(), what) == kinds.end()) {
    return bad_input(format("list: nothing is called \"{}\"{}", what, suggestion(what, kinds)));
  }
  const auto items = items_of(what, catalog);
  std::fputs((settings.format == "json" ? as_json(items) : as_text(items)).c_str(), stdout);
  return 0;
}

int schema_command(const Settings& settings, const Catalog&) {
  std::vector<std::string> names{"exam", "hunt", "hunt-log"};
  for (const auto name : report::schema_names()) names.emplace_back(name);
  for (auto& name : run_schema_names()) names.push_back(std::move(name));
  if (settings.subject.empty()) {
    for (const auto& name : names) std::fputs((name + "\n").c_str(), stdout);
    return 0;
  }
  auto text = settings.subject == "exam" ? exam_schema() : hunt_schema(settings.subject);
  if (text.empty()) text = report::schema_text(settings.subject);
  if (text.empty()) text = run_schema(settings.subject);
  if (text.empty()) {
    return bad_input(format("schema: nothing is called \"{}\"{}", settings.subject,
                            suggestion(settings.subject, names)));
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace logquake::scenario
