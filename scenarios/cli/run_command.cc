// check and run: one run of one scenario; how a run is performed, kept and told.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "reports/json_report.h"
#include "reports/text_report.h"
#include "scenarios/cli/commands.h"
#include "scenarios/engine/determinism.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/last_words.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/trace_file.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

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

  /// With `trace`, a file that was written while the run ran, as its trace.jsonl.
  Status keep(std::vector<NamedFile> files, const std::string& trace) const {
    std::vector<NamedFile> moved;
    if (!trace.empty()) {
      moved.emplace_back("trace.jsonl", trace);
      std::erase_if(files, [](const NamedFile& file) { return file.first == "trace.jsonl"; });
    }
    auto written = write_directory(path, files, moved);
    if (written && in_store) point_latest("store", path);
    return written;
  }
};

Destination destination_of(const Settings& settings, const std::string& name) {
  if (!settings.out.empty()) return {settings.out, false};
  return {fresh_directory("store", name), true};
}

/// Where the lines of --trace go while the run runs; removed if it has not found its place.
class TracePath {
 public:
  TracePath(bool is_wanted, const std::string& directory) {
    if (!is_wanted) return;
    auto path = path_beside(directory, "trace");
    if (path) {
      path_ = std::move(*path);
    } else {
      trouble_ = path.error().message;
    }
  }
  TracePath(const TracePath&) = delete;
  TracePath& operator=(const TracePath&) = delete;
  ~TracePath() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }
  const std::string& trouble() const { return trouble_; }

 private:
  std::string path_;
  std::string trouble_;
};

/// What a child delivers instead of a story.
std::string trouble_of(const Error& error) {
  return static_cast<char>(exit_harness_trouble) + format("logquake: {}\n", error.message);
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

std::string told_run(const Settings& settings, const report::RunReport& report,
                     const std::string& path) {
  if (wants_json(settings)) return report::json_report(report);
  report::TextOptions options;
  options.colour = ::isatty(STDOUT_FILENO) == 1;
  // The text's last line stays last: it is the way back.
  return format("report: {}/report.html\n\n{}", path, report::text_report(report, options));
}

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
  if (settings.trace && settings.check_determinism)
    return bad_input("--trace writes one run, and --check-determinism runs twice: leave one out");
  const auto destination = destination_of(settings, scenario.name);
  const TracePath trace(settings.trace, destination.path);
  if (!trace.trouble().empty()) return harness_trouble(trace.trouble());
  const auto strategy = kept.strategy.value_or(strategy_for(scenario, kept.seed));
  // The first byte of the payload is the exit code.
  const auto work = [&]() -> std::string {
    RunRequest request{
        .seed = kept.seed, .strategy = strategy, .record = true, .keep = *keep, .log = log};
    std::unique_ptr<TraceFile> file;
    if (settings.trace) {
      auto created = TraceFile::create(trace.path());
      if (!created) return trouble_of(created.error());
      file = std::move(*created);
      request.watch = [&file](sim::Simulation& simulation) { file->watch(simulation); };
    }
    auto result =
        settings.check_determinism ? run_twice(scenario, request) : run(scenario, request);
    compare(kept, result.report);
    if (file) {
      if (const auto closed = file->close(); !closed) return trouble_of(closed.error());
    }
    if (const auto written = destination.keep(files_of_run(scenario, result), trace.path());
        !written)
      return trouble_of(written.error());
    return static_cast<char>(exit_code_of(result.report.verdict)) +
           told_run(settings, result.report, destination.path);
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
      if (const auto written = destination.keep(files_of_run(scenario, dead), trace.path());
          !written) {
        return harness_trouble(written.error().message);
      }
      payload = static_cast<char>(exit_code_of(dead.report.verdict)) +
                told_run(settings, dead.report, destination.path);
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

}  // namespace logquake::scenario
