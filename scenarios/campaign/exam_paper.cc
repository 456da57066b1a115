#include "scenarios/campaign/exam_paper.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "scenarios/engine/document.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/suggestion.h"
#include "scenarios/engine/table_reader.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;

/// "K-INV-1": words of capitals, then a number.
// "K-REP-40", "Z-INV-5c".
bool is_clause(std::string_view text) {
  const auto last = text.rfind('-');
  if (last == std::string_view::npos || last == 0) return false;
  const auto group = text.substr(0, last);
  auto number = text.substr(last + 1);
  if (!number.empty() && number.back() >= 'a' && number.back() <= 'z') number.remove_suffix(1);
  return !number.empty() && std::all_of(group.begin(), group.end(), [](char c) {
    return c == '-' || (c >= 'A' && c <= 'Z');
  }) && std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class PaperReader {
 public:
  PaperReader(const Catalog& catalog, std::string folder)
      : catalog_(catalog), folder_(std::move(folder)) {
    for (const auto& each : catalog.defects()) defects_.emplace_back(each.defect.name);
    // Those of the runner itself, see failures_of().
    checkers_ = {std::string(liveness_checker), "probes", "crash"};
    for (const auto& kit : catalog.kits()) {
      for (const auto& checker : kit->checkers()) checkers_.push_back(checker.name);
    }
  }

  ExamPaper read(TableReader& root) {
    ExamPaper paper;
    for (auto& table : root.tables("question")) {
      paper.questions.push_back({defect(table), scenario(table), clauses(table)});
    }
    for (auto& table : root.tables("anomaly")) {
      auto where = scenario(table);
      auto named = table.required_text("clause");
      if (!named.empty() && !is_clause(named)) {
        table.fail("clause", format("expected a clause such as \"K-REP-40\", found \"{}\"", named));
      }
      paper.anomalies.push_back({std::move(where), std::move(named)});
    }
    for (auto& table : root.tables("unanswered"))
      paper.excuses.push_back({defect(table), table.required_text("reason")});
    return paper;
  }

 private:
  std::string defect(TableReader& table) {
    auto name = table.required_text("defect");
    if (name.empty()) return name;
    if (std::find(defects_.begin(), defects_.end(), name) == defects_.end()) {
      table.fail("defect",
                 format("no defect is called \"{}\"{}", name, suggestion(name, defects_)));
    } else if (!asked_.insert(name).second) {
      table.fail("defect", format("\"{}\" has been asked for already", name));
    }
    return name;
  }

  ExamScenario scenario(TableReader& table) {
    ExamScenario scenario{table.required_text("scenario"), {}, table.texts("set")};
    if (scenario.name.empty()) return scenario;
    std::string problem;
    if (scenario.name.find('/') == std::string::npos) {
      if (find_scenario_name(scenario.name, problem)) {
        scenario.path = scenario.name;
      } else {
        table.fail("scenario", problem);
      }
      return scenario;
    }
    scenario.path = (fs::path(folder_) / (scenario.name + ".toml")).string();
    std::error_code ignored;
    if (!fs::is_regular_file(scenario.path, ignored))
      table.fail("scenario", format("there is no file {}", scenario.path));
    return scenario;
  }

  bool find_scenario_name(const std::string& name, std::string& problem) const {
    std::vector<std::string> known;
    for (const auto& each : catalog_.library()) known.push_back(each.name);
    if (std::find(known.begin(), known.end(), name) != known.end()) return true;
    problem = format("unknown scenario \"{}\"{}", name, suggestion(name, known));
    return false;
  }

  std::vector<std::string> clauses(TableReader& table) {
    if (!table.has("clause")) return table.required_text("clause"), std::vector<std::string>{};
    auto named = table.texts("clause");
    if (named.empty()) table.fail_expected("clause", "a clause or a checker");
    for (const auto& each : named) {
      if (is_clause(each)) continue;
      if (std::find(checkers_.begin(), checkers_.end(), each) != checkers_.end()) continue;
      table.fail("clause", format("expected a clause such as \"K-INV-1\" or a checker, found "
                                  "\"{}\"{}",
                                  each, suggestion(each, checkers_)));
    }
    return named;
  }

  const Catalog& catalog_;
  std::string folder_;
  std::vector<std::string> defects_;
  std::vector<std::string> checkers_;
  std::set<std::string> asked_;
};

}  // namespace

std::optional<std::string> find_exam(const Catalog& catalog) {
  for (const auto& folder : catalog.library_folders()) {
    const auto path = fs::path(folder) / exam_file;
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) return path.string();
  }
  return std::nullopt;
}

std::optional<ExamPaper> read_exam(const std::string& path, const Catalog& catalog,
                                   Problems& problems) {
  problems.rename(path);
  const auto document = read_document(path, problems);
  if (!document) return std::nullopt;
  ExamPaper paper;
  {
    TableReader root(*document, "", problems);
    paper = PaperReader(catalog, fs::path(path).parent_path().string()).read(root);
  }
  if (!problems.empty()) return std::nullopt;
  return paper;
}

}  // namespace logquake::scenario
