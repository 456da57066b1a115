#include "scenarios/cli/named_run.h"

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "scenarios/campaign/hunt_directory.h"
#include "scenarios/cli/commands.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/runner.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::json;

void warn(std::string_view text) { std::fputs(format("logquake: {}\n", text).c_str(), stderr); }

bool is_directory(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

/// The run's name of a hunt's first failure: the cheapest run that fails so. Failures are grouped
/// and stand in the order of their seeds.
Result<std::string> failure_of_hunt(const std::string& folder) {
  if (is_unfinished_hunt(folder) && !std::filesystem::exists(folder + "/hunt.json")) {
    return Error{
        ErrorCode::not_found,
        format("{}: holds a hunt that has not come to its end; `logquake hunt --resume {}` "
               "goes on with it",
               folder, folder)};
  }
  const auto path = folder + "/hunt.json";
  Problems problems(path);
  const auto text = read_text_file(path, problems);
  if (!text) return Error{ErrorCode::not_found, problems.to_text()};
  const auto report = Json::parse(*text, nullptr, false);
  if (!report.is_object() || !report.contains("failures"))
    return Error{ErrorCode::corrupt, format("{}: expected a hunt's report", path)};
  for (const auto& failure : report["failures"]) {
    if (!failure.is_object() || !failure.contains("name") || !failure["name"].is_string()) continue;
    const auto verdict = failure.value("verdict", "violated");
    if (verdict != "violated" && verdict != "crashed") continue;
    const auto cheapest = failure.value("cheapest", Json::object());
    return cheapest.is_object() && cheapest.contains("name") && cheapest["name"].is_string()
               ? cheapest["name"].get<std::string>()
               : failure["name"].get<std::string>();
  }
  return Error{ErrorCode::not_found,
               format("{}: holds a hunt in which nothing failed; `logquake run SCENARIO --seed N` "
                      "brings back one of its runs",
                      folder)};
}

std::optional<Scenario> stored_scenario(const std::string& folder, const StoredRun& stored,
                                        const RunName& name, const Catalog& catalog) {
  Problems problems(folder + "/scenario.toml");
  std::optional<Scenario> scenario;
  if (auto document = parse_document(stored.scenario_toml, problems))
    scenario = read_scenario(std::move(*document), name.scenario, catalog, {}, problems);
  if (!scenario) {
    std::fputs(problems.to_text().c_str(), stderr);
    return std::nullopt;
  }
  // The stored scenario is the effective one: overrides are in it already.
  scenario->sets = name.sets;
  scenario->overridden_defects = name.defects;
  return scenario;
}

}  // namespace

std::optional<std::uint64_t> NamedRun::expected_fingerprint() const {
  if (!stored) return std::nullopt;
  // Its process died: there is none.
  if (stored->verdict == report::Verdict::crashed && stored->events == 0) return std::nullopt;
  return stored->fingerprint;
}

bool names_a_run(const std::string& text) {
  return looks_like_run_name(text) || is_directory(text);
}

std::optional<NamedRun> find_named_run(std::string_view command, const std::string& text,
                                       const Catalog& catalog) {
  std::string token = text;
  std::optional<StoredRun> stored;
  if (is_directory(text) && is_hunt(text)) {
    const auto failure = failure_of_hunt(text);
    if (!failure) {
      bad_input(format("{}: {}", command, failure.error().message));
      return std::nullopt;
    }
    warn(format("{} holds a hunt; this is its first failure, {}", text, *failure));
    token = *failure;
  } else if (is_directory(text)) {
    auto read = read_run_directory(text);
    if (!read) {
      bad_input(format("{}: {}", command, read.error().message));
      return std::nullopt;
    }
    stored = std::move(*read);
    token = stored->report.name;
  } else if (!looks_like_run_name(token)) {
    bad_input(format("{}: expected a run directory or a run's name (lq1:...), found \"{}\"",
                     command, token));
    return std::nullopt;
  }
  const auto name = parse_run_name(token);
  if (!name) {
    bad_input(name.error().message);
    return std::nullopt;
  }

  std::optional<Scenario> scenario;
  if (stored) {
    scenario = stored_scenario(text, *stored, *name, catalog);
    if (scenario && stored->report.version != version())
      warn(format("recorded by version {}, this is {}", stored->report.version, version()));
  } else {
    Settings effective;
    effective.subject = name->scenario;
    effective.sets = name->sets;
    effective.defects = name->defects;
    scenario = load(effective, catalog);
  }
  if (!scenario) return std::nullopt;
  if (scenario->content_hash() != name->content_hash) {
    warn(format("the scenario has changed since: its content hash is {}, the run's name has {}",
                report::hex(scenario->content_hash()), report::hex(name->content_hash)));
  }
  NamedRun found{*name, std::move(*scenario), std::nullopt};
  if (stored) found.stored = std::move(stored->report);
  return found;
}

}  // namespace logquake::scenario
