// check, run, replay and report: one run of one scenario.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "reports/html_report.h"
#include "reports/json_report.h"
#include "reports/text_report.h"
#include "scenarios/cli/commands.h"
#include "scenarios/engine/determinism.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/last_words.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/run_name.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void warn(std::string_view text) { std::fputs(format("logquake: {}\n", text).c_str(), stderr); }

bool wants_json(const Settings& settings) { return settings.format == "json"; }

std::optional<sim::Level> level_named(const std::string& name) {
  for (const auto level : {sim::Level::trace, sim::Level::debug, sim::Level::info, sim::Level::warn,
                           sim::Level::error}) {
    if (sim::name_of(level) == name) return level;
  }
  return std::nullopt;
}

int bad_level(std::string_view flag, const std::string& found) {
  return bad_input(
      format("{}: expected trace, debug, info, warn or error, found \"{}\"", flag, found));
}

/// Where the run goes: --out, or a new folder of the store.
struct Destination {
  std::string path;
  bool in_store = false;

  Status keep(const std::vector<NamedFile>& files) const {
    auto written = write_directory(path, files);
    if (written && in_store) point_latest("store", path);
    return written;
  }
};

Destination destination_of(const Settings& settings, const std::string& name) {
  if (!settings.out.empty()) return {settings.out, false};
  return {fresh_directory("store", name), true};
}

std::string told(const Settings& settings, const report::RunReport& report,
                 const std::string& path) {
  if (wants_json(settings)) return report::json_report(report);
  report::TextOptions options;
  options.colour = ::isatty(STDOUT_FILENO) == 1;
  // The text's last line stays last: it is the way back.
  return format("report: {}/report.html\n\n{}", path, report::text_report(report, options));
}

void compare(const KeptRun& kept, report::RunReport& report) {
  if (!kept.expected_fingerprint || report.verdict == report::Verdict::crashed) return;
  if (report.fingerprint == *kept.expected_fingerprint) return;
  report.verdict = report::Verdict::nondeterministic;
  report.stop = format(
      "the fingerprint is {}, but {} was recorded: logquake has changed since, or the run is not "
      "deterministic (--check-determinism tells)",
      report::hex(report.fingerprint), report::hex(*kept.expected_fingerprint));
}

}  // namespace

int check_command(const Settings& settings, const Catalog& catalog) {
  const auto scenario = load(settings, catalog);
  if (!scenario) return exit_bad_input;
  std::uint64_t seed = 1;
  if (!settings.seed.empty()) {
    const auto parsed = parse_seed(settings.seed);
    if (!parsed) return bad_input(parsed.error().message);
    seed = *parsed;
  }
  const auto plan = plan_for(*scenario, seed);
  if (wants_json(settings)) {
    print(format("{{\"scenario\": {}, \"content_hash\": {}, \"kit\": {}, \"steps\": {}}}\n",
                 json_quoted(scenario->name), json_quoted(report::hex(scenario->content_hash())),
                 json_quoted(scenario->kit->name()), plan.steps.size()));
    return 0;
  }
  print(format("{}: {}\n", scenario->name, scenario->about.empty() ? "good" : scenario->about));
  print(format("  kit {}, load of {}, then at most {} to converge\n", scenario->kit->name(),
               logquake::to_text(scenario->length), logquake::to_text(scenario->settle)));
  print("  promises:");
  for (const auto& checker : scenario->checkers) print(" " + checker.name);
  const auto settings_drawn = drawn_settings(scenario->swarm, seed);
  if (!settings_drawn.empty()) print(format("\n  settings of seed {}:", seed));
  for (const auto& setting : settings_drawn) print(format("\n       {}", to_string(setting)));
  print(format("\n  plan of seed {}:{}\n", seed, plan.steps.empty() ? " no faults" : ""));
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    const auto& step = plan.steps[at];
    const bool drawn = at >= scenario->plan.steps.size();
    print(format(
        "  {:>3}  {}: {}{}{}\n", at, sim::sentence_of(step.when), sim::sentence_of(step.what),
        step.probability == Ratio{1, 1} ? "" : format(" (chance {})", to_string(step.probability)),
        drawn ? " (drawn)" : ""));
  }
  return 0;
}

int run_and_keep(const Scenario& scenario, const KeptRun& kept, const Settings& settings) {
  std::optional<Duration> patience;
  if (!read_duration("--patience", settings.patience, patience)) return exit_bad_input;
  const auto memory = parse_memory(settings.memory.empty() ? "8GiB" : settings.memory);
  if (!memory) return bad_input(memory.error().message);
  const auto keep = level_named(settings.keep);
  if (!keep) return bad_level("--keep", settings.keep);
  std::optional<sim::Level> log;
  if (!settings.log.empty()) {
    log = level_named(settings.log);
    if (!log) return bad_level("--log", settings.log);
  }
  if (!settings.out.empty()) {
    if (const auto allowed = try_directory(settings.out); !allowed) {
      return bad_input(format("--out {}", allowed.error().message));
    }
  }
  const auto destination = destination_of(settings, scenario.name);
  const auto strategy = kept.strategy.value_or(strategy_for(scenario, kept.seed));
  // The first byte of the payload is the exit code.
  const auto work = [&]() -> std::string {
    const RunRequest request{
        .seed = kept.seed, .strategy = strategy, .record = true, .keep = *keep, .log = log};
    auto result =
        settings.check_determinism ? run_twice(scenario, request) : run(scenario, request);
    compare(kept, result.report);
    if (const auto written = destination.keep(files_of_run(scenario, result)); !written) {
      return static_cast<char>(exit_harness_trouble) +
             format("logquake: {}\n", written.error().message);
    }
    return static_cast<char>(exit_code_of(result.report.verdict)) +
           told(settings, result.report, destination.path);
  };
  std::string payload;
  if (settings.in_process) {
    const RealTimeLimit limit(patience.value_or(1h));
    payload = work();
  } else {
    auto result = run_in_child(work, patience.value_or(1h), *memory);
    payload = std::move(result.payload);
    if (result.how != WorkResult::How::delivered) {
      RunResult dead;
      dead.report = report_of_dead_run(scenario, kept.seed, strategy, result.last_words);
      dead.plan = plan_for(scenario, kept.seed);
      if (const auto written = destination.keep(files_of_run(scenario, dead)); !written) {
        return harness_trouble(written.error().message);
      }
      payload = static_cast<char>(exit_code_of(dead.report.verdict)) +
                told(settings, dead.report, destination.path);
    }
  }
  const int code = static_cast<unsigned char>(payload.front());
  if (code == exit_harness_trouble) {
    std::fputs(payload.c_str() + 1, stderr);
  } else {
    print(std::string_view(payload).substr(1));
  }
  return code;
}

int run_command(const Settings& settings, const Catalog& catalog) {
  KeptRun kept;
  if (!settings.seed.empty()) {
    const auto seed = parse_seed(settings.seed);
    if (!seed) return bad_input(seed.error().message);
    kept.seed = *seed;
  }
  if (!read_strategy(settings, kept.strategy)) return exit_bad_input;
  const auto scenario = load(settings, catalog);
  return scenario ? run_and_keep(*scenario, kept, settings) : exit_bad_input;
}

int replay_command(const Settings& settings, const Catalog& catalog) {
  KeptRun kept;
  std::string token = settings.subject;
  std::optional<StoredRun> stored;
  std::error_code ignored;
  if (std::filesystem::is_directory(settings.subject, ignored)) {
    if (std::filesystem::exists(settings.subject + "/hunt.json", ignored)) {
      return bad_input(format("replay {}: holds a hunt; replay one of the names in its hunt.json",
                              settings.subject));
    }
    auto read = read_run_directory(settings.subject);
    if (!read) return bad_input(format("replay: {}", read.error().message));
    stored = std::move(*read);
    token = stored->report.name;
  } else if (!looks_like_run_name(token)) {
    return bad_input(
        format("replay: expected a run directory or a run's name (lq1:...), found \"{}\"", token));
  }
  const auto name = parse_run_name(token);
  if (!name) return bad_input(name.error().message);
  kept.seed = name->seed;
  kept.strategy = name->strategy;

  std::optional<Scenario> scenario;
  if (stored) {
    // The stored scenario is the effective one: overrides are in it already.
    Problems problems(settings.subject + "/scenario.toml");
    if (auto document = parse_document(stored->scenario_toml, problems)) {
      scenario = read_scenario(std::move(*document), name->scenario, catalog, {}, problems);
    }
    if (!scenario) {
      std::fputs(problems.to_text().c_str(), stderr);
      return exit_bad_input;
    }
    scenario->sets = name->sets;
    scenario->overridden_defects = name->defects;
    kept.expected_fingerprint = stored->report.fingerprint;
    if (stored->report.verdict == report::Verdict::crashed && stored->report.events == 0) {
      kept.expected_fingerprint.reset();  // its process died: there is none
    }
    if (stored->report.version != version()) {
      warn(format("recorded by version {}, this is {}", stored->report.version, version()));
    }
  } else {
    Settings effective = settings;
    effective.subject = name->scenario;
    effective.sets = name->sets;
    effective.defects = name->defects;
    scenario = load(effective, catalog);
    if (!scenario) return exit_bad_input;
  }
  if (scenario->content_hash() != name->content_hash) {
    warn(format("the scenario has changed since: its content hash is {}, the run's name has {}",
                report::hex(scenario->content_hash()), report::hex(name->content_hash)));
  }
  return run_and_keep(*scenario, kept, settings);
}

int report_command(const Settings& settings, const Catalog&) {
  const auto folder = settings.subject.empty() ? std::string("store/latest") : settings.subject;
  Problems problems(folder + "/hunt.json");
  std::error_code ignored;
  if (std::filesystem::exists(folder + "/hunt.json", ignored)) {
    const auto text = read_text_file(folder + "/hunt.json", problems);
    if (!text) return bad_input(problems.to_text());
    print(*text);
    return 0;
  }
  const auto stored = read_run_directory(folder);
  if (!stored) return bad_input(format("report: {}", stored.error().message));
  const auto page = report::html_report(stored->report);
  const auto path = folder + "/report.html";
  const auto fresh = format("{}.{}", path, ::getpid());
  std::FILE* file = std::fopen(fresh.c_str(), "wb");
  if (file == nullptr) return harness_trouble(format("{}: cannot be written", fresh));
  const bool written = std::fwrite(page.data(), 1, page.size(), file) == page.size();
  if (std::fclose(file) != 0 || !written || std::rename(fresh.c_str(), path.c_str()) != 0) {
    std::remove(fresh.c_str());
    return harness_trouble(format("{}: cannot be written", path));
  }
  print(told(settings, stored->report, folder));
  return 0;
}

}  // namespace logquake::scenario
