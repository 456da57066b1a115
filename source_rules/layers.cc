// Which folder may include from which, and which file may include what is not ours.
#include <algorithm>
#include <array>

#include "sim/base/format.h"
#include "source_rules/rules.h"

namespace logquake::source_rules {
namespace {

struct Layer {
  std::string_view folder;  // the longest that fits a path is its layer
  std::string_view below;   // folders it may include from, besides itself, separated by spaces
};

// A folder named in `below` stands for itself, not for the layers inside it, unless it ends in
// "/*".
constexpr std::array<Layer, 38> layers{{
    {"sim/base", ""},
    {"sim/testing", "sim sim/base"},
    {"sim", "sim/base"},
    {"reports", "sim sim/base"},
    {"models/protocol", "sim sim/base"},
    {"models/quorum/wire", "sim sim/base"},
    {"models/quorum/tree", "models/quorum/wire sim sim/base"},
    {"models/quorum/zab", "models/quorum/tree models/quorum/wire sim sim/base"},
    {"models/quorum/storage",
     "models/quorum models/quorum/zab models/quorum/tree models/quorum/wire sim sim/base"},
    {"models/quorum/service",
     "models/quorum models/quorum/storage models/quorum/zab models/quorum/tree models/quorum/wire "
     "sim sim/base"},
    {"models/quorum/server",
     "models/quorum models/quorum/service models/quorum/storage models/quorum/zab "
     "models/quorum/tree models/quorum/wire sim sim/base"},
    {"models/quorum/client", "models/quorum models/quorum/wire sim sim/base"},
    // Settings, facts and catalogues: what its rooms share.
    {"models/quorum", "models/quorum/zab models/quorum/wire sim sim/base"},
    {"models/database", "sim sim/base"},
    {"models/queue", "sim sim/base"},
    {"models/groups", "models/protocol sim sim/base"},
    {"models/client", "models/groups models/protocol sim sim/base"},
    {"models/broker/log", "models/broker models/protocol sim sim/base"},
    {"models/broker/controller",
     "models/broker models/groups models/quorum models/quorum/* models/protocol sim sim/base"},
    {"models/broker/replication",
     "models/broker models/broker/controller models/broker/log models/quorum models/quorum/* "
     "models/protocol sim sim/base"},
    {"models/broker/coordinator",
     "models/broker models/broker/log models/groups models/protocol sim sim/base"},
    {"models/broker/server",
     "models/broker models/broker/* models/groups models/quorum models/quorum/* models/protocol "
     "sim sim/base"},
    // Settings, facts and catalogues: what its rooms share.
    {"models/broker", "models/groups models/protocol sim sim/base"},
    {"models/connect", "models/client models/database models/protocol sim sim/base"},
    {"models/streams", "models/client models/protocol sim sim/base"},
    {"models", "models/* sim sim/base"},
    {"scenarios/engine", "reports sim sim/base"},
    {"scenarios/campaign", "scenarios/shrink scenarios/engine reports sim sim/base"},
    {"scenarios/linearizability", "scenarios/engine reports sim sim/base"},
    {"scenarios/shrink", "scenarios/engine reports sim sim/base"},
    {"scenarios/testing", "scenarios/engine scenarios/shrink reports sim sim/base"},
    {"scenarios/cli", "scenarios/* reports sim sim/base"},
    {"scenarios", "scenarios/* models models/* reports sim sim/base"},
    {"property_tests", "scenarios/* models models/* reports sim sim/base sim/testing"},
    {"conformance/zookeeper", "models/quorum models/quorum/* sim sim/base"},
    {"benchmarks", "scenarios/* models models/* reports sim sim/base sim/testing"},
    {"examples",
     "scenarios/engine scenarios/cli scenarios/linearizability scenarios/shrink scenarios/testing "
     "reports sim sim/base sim/testing"},
    {"source_rules", "sim/base"},
}};

bool lies_in(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

const Layer* layer_of(std::string_view path) {
  const Layer* best = nullptr;
  for (const auto& layer : layers) {
    if (lies_in(path, layer.folder) && (!best || layer.folder.size() > best->folder.size()))
      best = &layer;
  }
  return best;
}

bool allows(const Layer& from, const Layer& to, std::string_view included) {
  if (from.folder == to.folder) return true;
  for (auto rest = from.below; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    auto allowed = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (allowed == to.folder) return true;
    if (allowed.ends_with("/*") && lies_in(included, allowed.substr(0, allowed.size() - 2)))
      return true;
  }
  return false;
}

bool is_test(std::string_view path) {
  return path.ends_with("_test.cc") || path.ends_with("_testing.h") ||
         path.ends_with("_testing.cc") || path.ends_with("_harness.h") ||
         lies_in(path, "property_tests");
}

// The rooms of one model: a test of one may stand on all of them.
bool are_of_one_model(std::string_view path, std::string_view other) {
  constexpr std::string_view models = "models/";
  if (!path.starts_with(models)) return false;
  const auto end = path.find('/', models.size());
  return end != std::string_view::npos && other.starts_with(path.substr(0, end + 1));
}

struct Door {
  std::string_view header;  // a prefix
  std::string_view files;   // prefixes of the paths that may include it, separated by spaces
  bool in_tests;
};

constexpr std::array<Door, 12> doors{{
    {"boost/", "sim/schedule/stack_switch.cc", false},
    {"spdlog/", "sim/trace/logging.", false},
    {"fmt/", "sim/base/format.h", false},
    {"xxhash.h", "sim/base/hash.cc", false},
    {"nlohmann/",
     "reports/json_report.cc models/connect/json.cc models/broker/controller/zookeeper_schema.cc "
     "scenarios/",
     true},
    {"toml++/", "scenarios/engine/document.cc", false},
    {"CLI/", "scenarios/cli/", false},
    {"gtest/", "sim/testing/ scenarios/testing/ examples/", true},
    {"gmock/", "sim/testing/ examples/", true},
    {"rapidcheck", "sim/testing/ scenarios/testing/ property_tests/ examples/", true},
    {"benchmark/", "benchmarks/", false},
    {"valgrind/", "sim/schedule/fiber.cc", false},
}};

bool may_pass(const Door& door, const SourceFile& file) {
  if (door.in_tests && is_test(file.path)) return true;
  for (auto rest = door.files; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (std::string_view(file.path).starts_with(rest.substr(0, end))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

std::string to_string(const Problem& problem) {
  return format("{}:{}: {}", problem.path, problem.line, problem.what);
}

Problems check_layers(const Sources& files) {
  Problems problems;
  for (const auto& file : files) {
    const auto* from = layer_of(file.path);
    if (!from) {
      problems.push_back(
          {file.path, 1, "belongs to no layer: name its folder in source_rules/layers.cc"});
      continue;
    }
    for (const auto& include : includes_of(file)) {
      if (!include.is_quoted) continue;
      const auto* to = layer_of(include.name);
      if (!to) {
        // A user's own files stand beside each other.
        if (from->folder == "examples" && include.name.find('/') == std::string::npos) continue;
        problems.push_back(
            {file.path, include.line,
             format("includes \"{}\", which no layer has: include from the root", include.name)});
      } else if (is_test(file.path) &&
                 (to->folder == "sim/testing" || are_of_one_model(file.path, include.name))) {
        continue;
      } else if (!allows(*from, *to, include.name)) {
        problems.push_back({file.path, include.line,
                            format("{} must not include from {} (\"{}\")", from->folder, to->folder,
                                   include.name)});
      }
    }
  }
  return problems;
}

Problems check_doors(const Sources& files) {
  Problems problems;
  for (const auto& file : files) {
    for (const auto& include : includes_of(file)) {
      if (include.is_quoted) continue;
      for (const auto& door : doors) {
        if (std::string_view(include.name).starts_with(door.header) && !may_pass(door, file)) {
          problems.push_back({file.path, include.line,
                              format("includes <{}>, whose door is {}", include.name, door.files)});
        }
      }
    }
  }
  return problems;
}

}  // namespace logquake::source_rules
