// shrink: the smallest scenario that fails as a run did, with a line that says how far it is.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/interruption.h"
#include "scenarios/cli/named_run.h"
#include "scenarios/cli/status_line.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/worker_pool.h"
#include "scenarios/shrink/shrink.h"
#include "scenarios/shrink/shrunk_story.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr int exit_did_not_fail = 2;

/// "118 of 1000 candidates, 9s of 2m00s of CPU time, 3 fault steps, 6 operations in 29s of 12 fault
/// steps, 901 operations in 3m".
std::string progress_text(const ShrinkProgress& progress, const ShrinkRequest& request) {
  return format("{} of {} candidates, {} of {} of CPU time, {} of {}", progress.runs,
                request.most_runs, clock_text(progress.cpu), clock_text(request.most_cpu),
                to_text(progress.best), to_text(progress.before));
}

std::string_view name_of(ShrinkEnd end) {
  switch (end) {
    case ShrinkEnd::minimal:
      return "minimal";
    case ShrinkEnd::runs:
      return "runs";
    case ShrinkEnd::cpu:
      return "cpu";
    case ShrinkEnd::time:
      return "time";
    case ShrinkEnd::interrupted:
      return "interrupted";
  }
  return "";
}

std::string to_json(const Shrunk& shrunk, const std::string& directory) {
  const auto size = [](const ScenarioSize& of) {
    return Json{{"steps", of.steps},
                {"operations", of.operations},
                {"length_seconds", static_cast<double>(of.length / 1ms) / 1000}};
  };
  const Json out = {{"directory", directory},
                    {"name", shrunk.report.name},
                    {"scenario", shrunk.scenario.name},
                    {"seed", shrunk.seed},
                    {"checker", shrunk.failure.checker},
                    {"clause", shrunk.failure.clause},
                    {"message", shrunk.failure.message},
                    {"before", size(shrunk.before)},
                    {"after", size(shrunk.after)},
                    {"minimal", shrunk.end == ShrinkEnd::minimal},
                    {"interrupted", shrunk.end == ShrinkEnd::interrupted},
                    {"end", name_of(shrunk.end)},
                    {"runs", shrunk.runs},
                    {"cpu_seconds", static_cast<double>(shrunk.cpu / 1ms) / 1000},
                    {"seconds", static_cast<double>(shrunk.wall / 1ms) / 1000},
                    {"taken", shrunk.taken}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool read_request(const Settings& settings, ShrinkRequest& request) {
  request.jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 256U));
  if (!settings.jobs.empty()) {
    const auto jobs = parse_jobs(settings.jobs);
    if (!jobs) return bad_input(jobs.error().message), false;
    request.jobs = *jobs;
  }
  std::optional<Duration> time;
  std::optional<Duration> cpu;
  if (!read_duration("--time", settings.time, time)) return false;
  if (!read_duration("--cpu", settings.cpu, cpu)) return false;
  request.time = time.value_or(request.time);
  request.most_cpu = cpu.value_or(request.most_cpu);
  return read_count("--runs", settings.runs, request.most_runs);
}

/// The whole of it, told and written in a child: the failure may be the death of its process.
Status keep(const Shrunk& shrunk, const Catalog& catalog, const std::string& path,
            std::string& story) {
  constexpr Duration patience = 300s;  // chosen: a dozen runs, recorded
  const auto told = run_in_child(
      [&] {
        const auto files = files_of_shrunk(shrunk, catalog);
        const auto written = write_directory(path, files);
        return written ? files.back().second : std::string();
      },
      patience);
  story = told.payload;
  if (told.how == WorkResult::How::delivered && !story.empty()) return {};
  story = story_of(shrunk, shrunk.report, std::nullopt);
  auto files = files_so_far(shrunk.scenario, shrunk.report);
  files.front().second = annotated_toml(shrunk.scenario, shrunk.failure, shrunk.report.name);
  files.emplace_back("story.md", story);
  return write_directory(path, files);
}

}  // namespace

int shrink_run(const std::string& subject, const std::string& path, const Settings& settings,
               const Catalog& catalog, std::string& told) {
  ShrinkRequest request;
  if (!read_request(settings, request)) return exit_bad_input;
  const auto named = find_named_run("shrink", subject, catalog);
  if (!named) return exit_bad_input;
  request.asked_for = path + "/scenario.toml";

  Status kept;
  const Interruption interruption;
  StatusLine line;
  const auto shrunk =
      shrink(named->scenario, catalog, named->name.seed, named->name.strategy, request,
             {.progress =
                  [&](const ShrinkProgress& progress) {
                    if (!progress.news.empty())
                      line.say(format("{}: {}", to_text(progress.best), progress.news));
                    line.show(progress.elapsed, [&] { return progress_text(progress, request); });
                    return !Interruption::has_come();
                  },
              .better =
                  [&](const Scenario& scenario, const report::RunReport& report) {
                    kept = write_directory(path, files_so_far(scenario, report));
                  }});
  line.end();
  if (!shrunk) {
    if (shrunk.error().code != ErrorCode::not_found) return bad_input(shrunk.error().message);
    std::fputs(format("logquake: shrink: {}\n", shrunk.error().message).c_str(), stderr);
    return exit_did_not_fail;
  }
  std::string story;
  kept = keep(*shrunk, catalog, path, story);
  if (!kept) return harness_trouble(kept.error().message);
  told = settings.format == "json"
             ? to_json(*shrunk, path)
             : format("{}/scenario.toml\n{}/report.html\n\n{}", path, path, story);
  return 0;
}

int shrink_command(const Settings& settings, const Catalog& catalog) {
  const auto& subject = settings.subject;
  if (!settings.out.empty()) {
    if (const auto allowed = try_directory(settings.out); !allowed)
      return bad_input(format("--out {}", allowed.error().message));
  }
  auto path = settings.out;
  if (path.empty()) {
    const auto named = find_named_run("shrink", subject, catalog);
    if (!named) return exit_bad_input;
    path = fresh_directory("store", named->scenario.name + "-shrunk");
  }
  std::string told;
  const int code = shrink_run(subject, path, settings, catalog, told);
  if (code == 0 && settings.out.empty()) point_latest("store", path);
  std::fputs(told.c_str(), stdout);
  return code;
}

}  // namespace logquake::scenario
