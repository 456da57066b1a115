#include "scenarios/campaign/exam.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/engine/failure.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/worker_pool.h"
#include "scenarios/shrink/shrink.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using RealClock = std::chrono::steady_clock;

/// What the exam wants to know of one run.
struct ExaminedRun {
  bool failed = false;
  Duration cpu{};
  std::string clause;
  std::string message;
  std::string name;
  std::string command;
  std::vector<std::string> anomalies;  // their clauses
};

ExaminedRun examine(const report::RunReport& report) {
  ExaminedRun run;
  // A run that could not be judged is no find.
  run.failed =
      report.verdict != report::Verdict::passed && report.verdict != report::Verdict::unknown;
  if (run.failed) {
    const auto failures = failures_of(report);
    if (!failures.empty()) {
      const auto& first = failures.front();
      run.clause = first.clause.empty() ? first.checker : first.clause;
      run.message = first.message;
    }
    run.name = report.name;
    run.command = report.replay_command;
  }
  for (const auto& anomaly : report.anomalies) run.anomalies.push_back(anomaly.clause);
  return run;
}

/// In a worker.
std::string run_seed(const Scenario& scenario, std::uint64_t seed) {
  const auto run = examine(scenario::run(scenario, {.seed = seed}).report);
  return nlohmann::json({{"failed", run.failed},
                         {"clause", run.clause},
                         {"message", run.message},
                         {"name", run.name},
                         {"command", run.command},
                         {"anomalies", run.anomalies}})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// In the parent: what came back, or how the worker died.
ExaminedRun understand(const Scenario& scenario, std::uint64_t seed, const WorkResult& result) {
  if (result.how != WorkResult::How::delivered) {
    auto run = examine(
        report_of_dead_run(scenario, seed, strategy_for(scenario, seed), result.last_words));
    run.cpu = result.cpu;
    return run;
  }
  const auto told = nlohmann::json::parse(result.payload);
  return {.failed = told.at("failed").get<bool>(),
          .cpu = result.cpu,
          .clause = told.at("clause").get<std::string>(),
          .message = told.at("message").get<std::string>(),
          .name = told.at("name").get<std::string>(),
          .command = told.at("command").get<std::string>(),
          .anomalies = told.at("anomalies").get<std::vector<std::string>>()};
}

/// Runs seeds from `first` on until one is what is looked for, in as many processes as there may
/// be, and knows then what all smaller seeds gave: so the answer does not depend on who was faster.
class Search {
 public:
  using Wanted = std::function<bool(const ExaminedRun&)>;
  Search(const Scenario& scenario, const ExamRequest& request,
         std::optional<RealClock::time_point> until)
      : scenario_(scenario), request_(request), until_(until) {}

  struct Found {
    std::int64_t seeds = 0;  // up to the one that was found, or all
    Duration cpu{};          // of these
    std::optional<ExaminedRun> run;
  };

  /// False from `go_on` ends it, with what is known by then.
  Found from(std::uint64_t first, const Wanted& wanted, const std::function<bool()>& go_on) {
    std::map<std::uint64_t, ExaminedRun> runs;
    std::optional<std::uint64_t> found;
    std::uint64_t next_seed = first;
    std::uint64_t known_below = first;  // all smaller seeds have been run
    const auto end = first + static_cast<std::uint64_t>(request_.seeds);
    WorkerPool pool({.jobs = request_.jobs, .patience = request_.patience},
                    [this](std::uint64_t seed) { return run_seed(scenario_, seed); });
    pool.run(
        [&]() -> std::optional<std::uint64_t> {
          const bool is_late = until_ && RealClock::now() >= *until_;
          if (found || next_seed == end || is_late) return std::nullopt;
          return next_seed++;
        },
        [&](std::uint64_t seed, const WorkResult& result) {
          auto run = understand(scenario_, seed, result);
          if (wanted(run)) found = std::min(found.value_or(seed), seed);
          runs.emplace(seed, std::move(run));
          while (runs.contains(known_below)) ++known_below;
        },
        [&] { return go_on() && !(found && known_below > *found); });
    Found answer;
    for (auto& [seed, run] : runs) {
      if (found && seed > *found) break;
      ++answer.seeds;
      answer.cpu += run.cpu;
      if (found && seed == *found) answer.run = std::move(run);
    }
    return answer;
  }

 private:
  const Scenario& scenario_;
  const ExamRequest& request_;
  std::optional<RealClock::time_point> until_;
};

template <class T>
T median(std::vector<T> values) {
  if (values.empty()) return T{};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  // Of an even number: the mean of the two in the middle.
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// Of the campaigns that found the defect, or of all where none did.
template <class Field>
auto median_of(const std::vector<ExamCampaign>& campaigns, Field field) {
  std::vector<std::decay_t<decltype(campaigns.front().*field)>> values;
  const bool any = std::any_of(campaigns.begin(), campaigns.end(),
                               [](const ExamCampaign& each) { return each.found; });
  for (const auto& campaign : campaigns) {
    if (campaign.found || !any) values.push_back(campaign.*field);
  }
  return median(std::move(values));
}

std::optional<Scenario> load_for(const ExamScenario& where, const std::vector<std::string>& defects,
                                 const Catalog& catalog, Problems& problems) {
  Problems own(where.path);
  auto scenario = load_scenario(where.path, catalog, {where.sets, defects}, own);
  for (const auto& problem : own.sorted()) problems.add({}, to_string(problem));
  return scenario;
}

/// What is left of the run of `seed` when it has been shrunk; nothing where it cannot be, or was
/// not. `go_on` ends it early.
std::optional<ExamStory> steps_after_shrinking(const Scenario& scenario, const Catalog& catalog,
                                               std::uint64_t seed, const ExamRequest& request,
                                               const std::function<bool()>& go_on) {
  const auto shrunk =
      shrink(scenario, catalog, seed, strategy_for(scenario, seed),
             {.jobs = request.jobs, .asked_for = {}},
             {.progress = [&go_on](const ShrinkProgress&) { return go_on(); }, .better = {}});
  if (!shrunk || shrunk->end == ShrinkEnd::interrupted) return std::nullopt;
  return ExamStory{shrunk->after.steps, shrunk->after.operations};
}

class Examination {
 public:
  Examination(const ExamRequest& request, const Catalog& catalog,
              const std::function<bool(const std::string&)>& progress)
      : request_(request), catalog_(catalog), progress_(progress) {}

  /// Tells how long it is likely to take.
  void begin(std::size_t questions, std::size_t anomalies) {
    // Chosen: means of docs/exam.md; a defect that is not found takes all its seeds and far longer.
    constexpr Duration one_hunt = 150ms;
    constexpr Duration one_shrinking = 1500ms;
    const auto jobs = std::max(1, request_.jobs);
    const auto count = static_cast<std::int64_t>(questions + anomalies);
    const auto campaign = one_hunt * count / jobs;
    auto total = campaign * std::max(1, request_.campaigns);
    if (request_.shrinks) total += one_shrinking * static_cast<std::int64_t>(questions) / jobs;
    const auto whole = [](Duration duration) { return (duration + 1s - 1ns) / 1s; };
    tell(
        format("{} defects and {} anomalies, {} campaigns of about {}s each; {}"
               "about {}s, longer where a defect is not found",
               questions, anomalies, request_.campaigns, whole(campaign),
               request_.shrinks ? "with shrinking " : "in all ", whole(total)));
  }

  ExamAnswer answer(const ExamQuestion& question, const Scenario& scenario) {
    ExamAnswer answer{question.defect, question.scenario, question.clauses, {}, {}};
    const auto until = deadline();
    for (int number = 0; number < request_.campaigns && !is_over_; ++number) {
      ExamCampaign campaign;
      campaign.first_seed = first_seed_of(number);
      const auto found =
          Search(scenario, request_, until)
              .from(
                  campaign.first_seed, [](const ExaminedRun& run) { return run.failed; },
                  [this] { return go_on(); });
      campaign.seeds = found.seeds;
      campaign.cpu = found.cpu;
      campaign.found = found.run.has_value();
      if (found.run) {
        campaign.clause = found.run->clause;
        campaign.message = found.run->message;
        campaign.name = found.run->name;
        campaign.command = found.run->command;
      }
      // Of one that was interrupted nothing is known.
      if (campaign.found || !is_over_) answer.campaigns.push_back(std::move(campaign));
    }
    const auto& first = answer.campaigns;
    if (request_.shrinks && !first.empty() && first.front().found && !is_over_) {
      const auto seed =
          first.front().first_seed + static_cast<std::uint64_t>(first.front().seeds) - 1;
      answer.story =
          steps_after_shrinking(scenario, catalog_, seed, request_, [this] { return go_on(); });
    }
    tell(format("{}: {}", question.defect,
                answer.found()
                    ? format("found by {} after {} seeds", answer.clause(), answer.seeds())
                    : std::string("not found")));
    return answer;
  }

  ExamSight look_for(const ExamAnomaly& anomaly, const Scenario& scenario) {
    std::uint64_t seed = 0;
    const auto found = Search(scenario, request_, deadline())
                           .from(
                               first_seed_of(0),
                               [&anomaly](const ExaminedRun& run) {
                                 return std::find(run.anomalies.begin(), run.anomalies.end(),
                                                  anomaly.clause) != run.anomalies.end();
                               },
                               [this] { return go_on(); });
    if (found.run) seed = first_seed_of(0) + static_cast<std::uint64_t>(found.seeds) - 1;
    tell(format("{} in {}: {}", anomaly.clause, anomaly.scenario.name,
                seed > 0 ? format("shown by seed {}", seed)
                         : format("not shown by {} seeds", found.seeds)));
    return {anomaly, found.seeds, seed};
  }

  bool is_over() const { return is_over_; }

 private:
  std::optional<RealClock::time_point> deadline() const {
    if (!request_.time) return std::nullopt;
    return RealClock::now() + *request_.time;
  }
  bool go_on() {
    is_over_ = is_over_ || !progress_({});
    return !is_over_;
  }
  void tell(const std::string& line) { is_over_ = !progress_(line) || is_over_; }

  const ExamRequest& request_;
  const Catalog& catalog_;
  const std::function<bool(const std::string&)>& progress_;
  bool is_over_ = false;
};

}  // namespace

bool ExamAnswer::found() const {
  return !campaigns.empty() && std::all_of(campaigns.begin(), campaigns.end(),
                                           [](const ExamCampaign& each) { return each.found; });
}

std::int64_t ExamAnswer::seeds() const { return median_of(campaigns, &ExamCampaign::seeds); }

Duration ExamAnswer::cpu() const { return median_of(campaigns, &ExamCampaign::cpu); }

std::string ExamAnswer::clause() const {
  std::string most;
  std::int64_t votes = 0;
  for (const auto& campaign : campaigns) {
    const auto same = std::count_if(campaigns.begin(), campaigns.end(), [&](const auto& other) {
      return other.clause == campaign.clause;
    });
    if (!campaign.found || same <= votes) continue;
    votes = same;
    most = campaign.clause;
  }
  return most;
}

std::vector<std::string> ExamAnswer::unexpected() const {
  std::set<std::string> others;
  for (const auto& each : campaigns) {
    if (each.found && std::find(expected.begin(), expected.end(), each.clause) == expected.end())
      others.insert(each.clause);
  }
  return {others.begin(), others.end()};
}

int ExamReport::exit_code() const {
  const bool all_found = std::all_of(answers.begin(), answers.end(),
                                     [](const ExamAnswer& answer) { return answer.found(); });
  const bool all_shown = std::all_of(sights.begin(), sights.end(),
                                     [](const ExamSight& sight) { return sight.seed > 0; });
  if (!all_found || !all_shown) return 1;
  return interrupted ? 2 : 0;
}

std::uint64_t first_seed_of(int number) {
  // Far enough apart that campaigns never meet.
  return 1 + static_cast<std::uint64_t>(number) * 1'000'000;
}

std::optional<ExamReport> sit_exam(const ExamPaper& paper, const std::vector<std::string>& defects,
                                   const ExamRequest& request, const Catalog& catalog,
                                   Problems& problems,
                                   const std::function<bool(const std::string&)>& progress) {
  const auto is_asked = [&defects](const std::string& defect) {
    return defects.empty() || std::find(defects.begin(), defects.end(), defect) != defects.end();
  };
  std::vector<std::pair<const ExamQuestion*, Scenario>> questions;
  std::vector<std::pair<const ExamAnomaly*, Scenario>> anomalies;
  for (const auto& question : paper.questions) {
    if (!is_asked(question.defect)) continue;
    if (auto scenario = load_for(question.scenario, {question.defect}, catalog, problems))
      questions.emplace_back(&question, std::move(*scenario));
  }
  for (const auto& anomaly : paper.anomalies) {
    if (!defects.empty()) break;
    if (auto scenario = load_for(anomaly.scenario, {}, catalog, problems))
      anomalies.emplace_back(&anomaly, std::move(*scenario));
  }
  if (!problems.empty()) return std::nullopt;

  ExamReport report;
  report.campaigns = request.campaigns;
  report.seeds = request.seeds;
  for (const auto& excuse : paper.excuses) {
    if (is_asked(excuse.defect)) report.excuses.push_back(excuse);
  }
  Examination examination(request, catalog, progress);
  examination.begin(questions.size(), anomalies.size());
  for (const auto& [question, scenario] : questions) {
    if (examination.is_over()) break;
    auto answer = examination.answer(*question, scenario);
    if (!examination.is_over() || !answer.campaigns.empty())
      report.answers.push_back(std::move(answer));
  }
  for (const auto& [anomaly, scenario] : anomalies) {
    if (examination.is_over()) break;
    auto sight = examination.look_for(*anomaly, scenario);
    if (!examination.is_over() || sight.seed > 0) report.sights.push_back(std::move(sight));
  }
  report.interrupted = examination.is_over();
  return report;
}

}  // namespace logquake::scenario
