#include "scenarios/campaign/hunt.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <set>

#include "scenarios/campaign/hunt_directory.h"
#include "scenarios/campaign/stories.h"
#include "scenarios/engine/determinism.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using RealClock = std::chrono::steady_clock;

Duration since(RealClock::time_point start) {
  return std::chrono::duration_cast<Duration>(RealClock::now() - start);
}

Duration processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + Duration(used.tv_nsec);
}

std::optional<sim::Strategy> strategy_of(const Campaign& campaign) {
  if (campaign.strategy.empty()) return std::nullopt;
  const auto strategy = sim::parse_strategy(campaign.strategy);
  return strategy ? std::optional(*strategy) : std::nullopt;
}

/// In a worker: one run; the time it took, and its line.
std::string run_place(const Campaign& campaign, const Scenario& scenario, std::uint64_t seed) {
  const auto before = processor_time();
  RunRequest request{.seed = seed};
  request.strategy = strategy_of(campaign);
  request.count_facts = true;
  const auto result =
      campaign.check_determinism ? run_twice(scenario, request) : run(scenario, request);
  const auto line = to_line(hunted_run_of(result));
  return format("{} {}", (processor_time() - before).count(), line);
}

std::string news_of(const HuntedRun& run) {
  if (run.failures.empty()) return {};
  const auto& failure = run.failures.front();
  const auto said = failure.message.substr(0, failure.message.find('\n'));
  const bool is_promise = run.verdict == report::Verdict::violated;
  return format("seed {} {}: {}{}", run.seed, name_of(run.verdict),
                is_promise ? failure.checker + ": " : std::string(), said);
}

class Hunter {
 public:
  Hunter(const Campaign& campaign, std::span<const Scenario> scenarios, const HuntRequest& request,
         const std::function<bool(const HuntProgress&)>& progress)
      : campaign_(campaign),
        scenarios_(scenarios),
        request_(request),
        progress_(progress),
        coverage_(campaign) {
    state_.total = campaign.runs().value_or(0);
    state_.probes_to_reach = coverage_.probes_to_reach();
  }

  Result<HuntReport> hunt() {
    if (auto begun = begin(); !begun) return begun.error();
    run_what_is_left();
    writer_->sync_into(trouble_);
    if (trouble_) return *trouble_;
    return finish();
  }

 private:
  /// Writes, and remembers the first thing that went wrong.
  struct Writer {
    HuntLogWriter log;
    void sync_into(std::optional<Error>& trouble) {
      if (auto synced = log.sync(); !synced && !trouble) trouble = synced.error();
    }
  };

  Status begin() {
    const auto& directory = request_.directory;
    if (!request_.resume) {
      std::vector<NamedFile> files;
      const auto names = scenario_file_names(scenarios_.size());
      for (std::size_t at = 0; at < names.size(); ++at) {
        files.emplace_back(names[at], scenarios_[at].toml());
      }
      if (auto begun = begin_hunt_directory(directory, campaign_, files); !begun) return begun;
    }
    auto opened = HuntLogWriter::open(directory);
    if (!opened) return opened.error();
    writer_.emplace(Writer{std::move(*opened)});
    const auto text = read_hunt_file(directory, "hunt.jsonl");
    if (!text) return text.error();
    const auto log = parse_hunt_log(*text, [this](const HuntedRun& run) { take_known(run); });
    if (!log) return Error{log.error().code, format("{}/{}", directory, log.error().message)};
    if (log->campaign.shard != campaign_.shard) {
      return Error{ErrorCode::invalid_argument,
                   format("{}: holds shard {}, not {}", directory, to_string(log->campaign.shard),
                          to_string(campaign_.shard))};
    }
    if (const auto difference = difference_of(log->campaign, campaign_); !difference.empty()) {
      return Error{ErrorCode::invalid_argument,
                   format("{}: holds another campaign: {}", directory, difference)};
    }
    return writer_->log.cut_to(log->bytes);
  }

  void take_known(const HuntedRun& run) {
    const auto scenario = campaign_.find(run.content_hash);
    if (!scenario) return;  // another campaign, as will be told
    done_.insert({run.seed, *scenario});
    ++state_.resumed;
    count(run, *scenario);
  }

  void count(const HuntedRun& run, std::size_t scenario) {
    ++state_.runs;
    coverage_.add(scenario, run);
    if (run.verdict != report::Verdict::passed) ++state_.failures;
    if (is_failure(run.verdict)) first_failure_ = std::min(first_failure_, run.seed);
  }

  /// The next number whose run is not done, or nothing.
  std::optional<std::uint64_t> next() {
    for (;; ++number_) {
      const auto place = place_of(campaign_, number_);
      if (!place || (campaign_.last && place->seed > *campaign_.last)) return std::nullopt;
      if (campaign_.until_fail && place->seed > first_failure_) return std::nullopt;
      // A seed that has begun is run with every scenario.
      const bool begins = place->scenario == 0;
      if (begins && request_.time && since(start_) >= *request_.time) return std::nullopt;
      if (!done_.contains(*place)) return number_++;
    }
  }

  void run_what_is_left() {
    WorkerPool pool({.jobs = request_.jobs,
                     .patience = campaign_.patience,
                     .memory_bytes = campaign_.memory_bytes},
                    [this](std::uint64_t number) {
                      const auto place = place_of(campaign_, number).value();
                      return run_place(campaign_, scenarios_[place.scenario], place.seed);
                    });
    pool.run([this] { return next(); },
             [this](std::uint64_t number, const WorkResult& result) { take(number, result); },
             [this] { return tell({}); });
  }

  void take(std::uint64_t number, const WorkResult& result) {
    const auto place = place_of(campaign_, number).value();
    RunTiming timing{.content_hash = campaign_.scenarios[place.scenario].content_hash,
                     .seed = place.seed,
                     .wall = result.wall,
                     .cpu = {},
                     .worker = result.worker};
    const auto run = understand(place, result, timing.cpu);
    writer_->log.append(to_line(run), to_line(timing));
    state_.simulated += run.simulated;
    count(run, place.scenario);
    if (const auto news = news_of(run); !news.empty()) tell(news);
  }

  /// What came back, or a run that tells how its process died.
  HuntedRun understand(const RunPlace& place, const WorkResult& result, Duration& cpu) const {
    auto why = result.last_words;
    if (result.how == WorkResult::How::delivered) {
      const auto space = std::min(result.payload.find(' '), result.payload.size());
      auto run = parse_hunted_run(std::string_view(result.payload).substr(space));
      std::int64_t nanoseconds = 0;
      std::from_chars(result.payload.data(), result.payload.data() + space, nanoseconds);
      cpu = Duration(nanoseconds);
      if (run) return std::move(*run);
      why = to_string(run.error());
    }
    const auto& scenario = scenarios_[place.scenario];
    const auto strategy = strategy_of(campaign_).value_or(strategy_for(scenario, place.seed));
    RunResult dead;
    dead.report = report_of_dead_run(scenario, place.seed, strategy, std::move(why));
    return hunted_run_of(dead);
  }

  /// Puts on the disk what came, then tells of it. False to end the hunt.
  bool tell(const std::string& news) {
    if (trouble_ || is_interrupted_) return false;
    if (news.empty() && since(start_) - told_ < request_.sync_every) return true;
    told_ = since(start_);
    writer_->sync_into(trouble_);
    state_.elapsed = told_;
    state_.probes_reached = coverage_.probes_reached();
    state_.fault_kinds = coverage_.fault_kinds_struck();
    state_.news = news;
    is_interrupted_ = !progress_(state_);
    state_.news.clear();
    return !trouble_ && !is_interrupted_;
  }

  Result<HuntReport> finish() {
    const auto& directory = request_.directory;
    const auto text = read_hunt_file(directory, "hunt.jsonl");
    if (!text) return text.error();
    auto log = parse_hunt_log(*text);
    if (!log) return log.error();
    auto runs = std::move(log->runs);
    if (!is_interrupted_) runs = runs_that_count(campaign_, std::move(runs));
    auto report = report_of(campaign_, runs, *text);
    report.interrupted = is_interrupted_;
    report.probes_are_required = request_.require_probes;
    if (request_.require_probes) {
      report.missing_probes = report.coverage.missing(campaign_, request_.required_probes);
    }
    if (!is_interrupted_) {
      tell_stories(report, scenarios_, request_.jobs, [this] { return progress_(state_); });
    }
    std::vector<NamedFile> files;
    const auto timings = read_hunt_file(directory, "timings.jsonl");
    auto sorted = sorted_timings(timings ? *timings : std::string(), campaign_, runs, report.cpu);
    if (!is_interrupted_) {
      std::error_code ignored;
      std::filesystem::remove_all(directory + "/stories", ignored);
      files.emplace_back("hunt.jsonl", sorted_log(campaign_, std::move(runs), *text));
      files.emplace_back("timings.jsonl", std::move(sorted));
    }
    report.wall = since(start_);
    for (auto& file : files_of_report(report)) files.push_back(std::move(file));
    if (auto written = replace_files(directory, files); !written) return written.error();
    return report;
  }

  const Campaign& campaign_;
  std::span<const Scenario> scenarios_;
  const HuntRequest& request_;
  const std::function<bool(const HuntProgress&)>& progress_;
  const RealClock::time_point start_ = RealClock::now();
  std::optional<Writer> writer_;
  std::set<RunPlace> done_;  // by earlier sessions
  std::uint64_t number_ = 0;
  std::uint64_t first_failure_ = UINT64_MAX;
  Coverage coverage_;
  HuntProgress state_;
  Duration told_{};
  bool is_interrupted_ = false;
  std::optional<Error> trouble_;
};

}  // namespace

Result<HuntReport> hunt(const Campaign& campaign, std::span<const Scenario> scenarios,
                        const HuntRequest& request,
                        const std::function<bool(const HuntProgress&)>& progress) {
  return Hunter(campaign, scenarios, request, progress).hunt();
}

}  // namespace logquake::scenario
