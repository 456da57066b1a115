// hunt: many seeds, with a line that says how far it is.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

#include "scenarios/campaign/hunt.h"
#include "scenarios/campaign/hunt_directory.h"
#include "scenarios/cli/commands.h"
#include "scenarios/engine/run_directory.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

// The one thing that a signal may touch.
volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

/// Real time for a person: "3m20s".
std::string clock_text(Duration duration) {
  const auto seconds = duration / 1s;
  if (seconds < 60) return format("{}s", seconds);
  if (seconds < 3600) return format("{}m{:02}s", seconds / 60, seconds % 60);
  return format("{}h{:02}m", seconds / 3600, seconds % 3600 / 60);
}

class ProgressLine {
 public:
  explicit ProgressLine(std::optional<Duration> time)
      : time_(time), terminal_(::isatty(STDERR_FILENO) == 1) {}

  bool show(const HuntProgress& progress) {
    if (!progress.news.empty() && told_++ < most_told) {
      put(format("{}{}\n", terminal_ ? "\r\033[K" : "", progress.news));
      if (told_ == most_told) put("further failures are counted only\n");
    }
    // A terminal sees the line move; a log gets one now and then.
    const Duration pause = terminal_ ? Duration(200ms) : Duration(10s);
    if (progress.elapsed - shown_ >= pause) {
      shown_ = progress.elapsed;
      put(terminal_ ? "\r\033[K" + line(progress) : line(progress) + "\n");
    }
    return interrupted == 0;
  }
  void end() const {
    if (terminal_) put("\r\033[K");
  }

 private:
  static constexpr int most_told = 10;
  static void put(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
  }

  std::string line(const HuntProgress& progress) const {
    const auto milliseconds = std::max<std::int64_t>(1, progress.elapsed / 1ms);
    const auto tenths = progress.runs * 10'000 / milliseconds;
    auto text = format("{}{} runs, {}.{}/s, {} failures", progress.runs,
                       progress.total > 0 ? format(" of {}", progress.total) : "", tenths / 10,
                       tenths % 10, progress.failures);
    std::optional<Duration> left;
    if (progress.total > 0 && progress.runs > 0) {
      left = Duration(progress.elapsed.count() / progress.runs * (progress.total - progress.runs));
    }
    if (time_)
      left = std::min(left.value_or(*time_), std::max(Duration::zero(), *time_ - progress.elapsed));
    if (left) text += format(", {} left", clock_text(*left));
    return text;
  }

  std::optional<Duration> time_;
  bool terminal_;
  Duration shown_{};
  int told_ = 0;
};

bool read_request(const Settings& settings, HuntRequest& request) {
  if (!settings.seeds.empty()) {
    const auto seeds = parse_seeds(settings.seeds);
    if (!seeds) return bad_input(seeds.error().message), false;
    request.first = seeds->first;
    request.last = seeds->last;
  }
  request.jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 256U));
  if (!settings.jobs.empty()) {
    const auto jobs = parse_jobs(settings.jobs);
    if (!jobs) return bad_input(jobs.error().message), false;
    request.jobs = *jobs;
  }
  std::optional<Duration> patience;
  if (!read_duration("--time", settings.time, request.time)) return false;
  if (!read_duration("--patience", settings.patience, patience)) return false;
  request.patience = patience.value_or(request.patience);
  request.check_determinism = settings.check_determinism;
  // Without any end: a hundred seeds. Chosen: a minute or so.
  if (!request.last && !request.time) request.last = request.first + 99;
  return read_strategy(settings, request.strategy);
}

}  // namespace

int hunt_command(const Settings& settings, const Catalog& catalog) {
  HuntRequest request;
  if (!read_request(settings, request)) return exit_bad_input;
  const auto scenario = load(settings, catalog);
  if (!scenario) return exit_bad_input;
  if (!settings.out.empty()) {
    if (const auto allowed = try_directory(settings.out); !allowed) {
      return bad_input(format("--out {}", allowed.error().message));
    }
  }

  interrupted = 0;
  const auto before = std::signal(SIGINT, interrupt);
  ProgressLine line(request.time);
  const auto report = hunt(*scenario, request,
                           [&line](const HuntProgress& progress) { return line.show(progress); });
  std::signal(SIGINT, before);
  line.end();

  const bool in_store = settings.out.empty();
  const auto path = in_store ? fresh_directory("store", scenario->name + "-hunt") : settings.out;
  if (const auto written = write_directory(path, files_of_hunt(*scenario, report)); !written) {
    return harness_trouble(written.error().message);
  }
  if (in_store) point_latest("store", path);
  const auto text = settings.format == "json" ? to_json(report)
                                              : format("{}/hunt.json\n", path) + to_text(report);
  std::fputs(text.c_str(), stdout);
  return exit_code_of(report);
}

}  // namespace logquake::scenario
