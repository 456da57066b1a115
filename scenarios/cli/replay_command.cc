// replay and report: a run that is there already, once more.
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <filesystem>

#include "reports/html_report.h"
#include "reports/json_report.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/named_run.h"
#include "scenarios/engine/break_point.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/event_story.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// An event's number; nothing after printing what is wrong.
std::optional<sim::EventId> read_event(std::string_view flag, const std::string& text) {
  std::int64_t number = 0;
  const auto* last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, number);
  if (read.ec == std::errc{} && read.ptr == last && number > 0) return sim::EventId(number);
  bad_input(format("{}: expected the number of an event, from 1, found \"{}\"", flag, text));
  return std::nullopt;
}

RunRequest request_for(const NamedRun& named) {
  RunRequest request;
  request.seed = named.name.seed;
  request.strategy = named.name.strategy;
  return request;
}

/// Prints the story around one event of the run.
int tell_around(const NamedRun& named, const Settings& settings) {
  const auto event = read_event("--around", settings.around);
  if (!event) return exit_bad_input;
  std::optional<Duration> patience;
  if (!read_duration("--patience", settings.patience, patience)) return exit_bad_input;
  // The first byte of the payload tells a story from what is wrong.
  const auto work = [&]() -> std::string {
    EventWitness witness(*event);
    auto request = request_for(named);
    request.record = true;
    request.keep = sim::Level::trace;
    request.watch = [&witness](sim::Simulation& simulation) { witness.watch(simulation); };
    const auto story = witness.story(run(named.scenario, request));
    if (!story) return "?" + format("replay --around: {}", story.error().message);
    return "+" + (settings.format == "json" ? to_json(*story) : to_text(*story));
  };
  const auto result = run_in_child(work, patience.value_or(1h));
  if (result.how != WorkResult::How::delivered) {
    return bad_input(
        format("replay --around {}: the run does not come to its end: {}; `replay --trace` writes "
               "what happens until then",
               *event, result.last_words));
  }
  if (result.payload.front() == '?') return bad_input(result.payload.substr(1));
  print(std::string_view(result.payload).substr(1));
  return 0;
}

/// Runs in this process and stops at one event.
int break_at(const NamedRun& named, const Settings& settings) {
  const auto event = read_event("--break-at", settings.break_at);
  if (!event) return exit_bad_input;
  BreakPoint point(*event, [&](const std::string& where) {
    std::fputs(format("logquake: {}\n", where).c_str(), stderr);
    if (is_debugged()) return;
    std::fputs(format("logquake: no debugger is attached, the run goes on; to stop here:\n"
                      "  gdb -ex run --args logquake replay '{}' --break-at {}\n"
                      "(`up` leads to the program's own code; `break logquake_break_at` stops here "
                      "too)\n",
                      settings.subject, *event)
                   .c_str(),
               stderr);
  });
  auto request = request_for(named);
  request.watch = [&point](sim::Simulation& simulation) { point.watch(simulation); };
  const auto result = run(named.scenario, request);
  if (!point.was_hit()) {
    return bad_input(
        format("replay --break-at: the run has no event {}: it has {}, numbered from 1", *event,
               result.report.events));
  }
  print(format("{}: the run went on to its end: {}\n", report::name_of(result.report.verdict),
               result.report.stop));
  return exit_code_of(result.report.verdict);
}

}  // namespace

int replay_command(const Settings& settings, const Catalog& catalog) {
  const int modes = (settings.trace ? 1 : 0) + (settings.around.empty() ? 0 : 1) +
                    (settings.break_at.empty() ? 0 : 1);
  if (modes > 1)
    return bad_input("replay: expected one of --trace, --around and --break-at at a time");
  auto named = find_named_run("replay", settings.subject, catalog);
  if (!named) return exit_bad_input;
  if (!settings.around.empty()) return tell_around(*named, settings);
  if (!settings.break_at.empty()) return break_at(*named, settings);
  KeptRun kept;
  kept.seed = named->name.seed;
  kept.strategy = named->name.strategy;
  kept.expected_fingerprint = named->expected_fingerprint();
  return run_and_keep(named->scenario, kept, settings);
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
  print(told_run(settings, stored->report, folder));
  return 0;
}

}  // namespace logquake::scenario
