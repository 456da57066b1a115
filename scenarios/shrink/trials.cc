#include "scenarios/shrink/trials.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "reports/json_report.h"
#include "scenarios/engine/report_reader.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::json;

/// The candidate as a scenario, its costs bounded; nothing where it is none.
std::optional<Scenario> read_candidate(const Value& document, const std::string& asked_for,
                                       const Catalog& catalog, const TrialLimits& limits) {
  Problems problems(asked_for);
  auto scenario = read_scenario(document, asked_for, catalog, {}, problems);
  if (!scenario) return std::nullopt;
  const auto own = scenario->max_events.value_or(std::numeric_limits<std::int64_t>::max());
  if (std::min(own, limits.most_events) < std::numeric_limits<std::int64_t>::max())
    scenario->max_events = std::min(own, limits.most_events);
  if (limits.under_load) scenario->settle = 1ms;
  return scenario;
}

/// In a worker. Empty where the candidate is no scenario.
std::string run_candidate(const Scenario& scenario, std::uint64_t seed) {
  const auto result = scenario::run(scenario, {.seed = seed});
  Json head;
  head["load_began"] =
      result.load_began ? result.load_began->time_since_epoch().count() : std::int64_t{-1};
  head["healing_began"] =
      result.healing_began ? result.healing_began->time_since_epoch().count() : std::int64_t{-1};
  head["struck"] = Json::array();
  for (const auto& struck : result.struck) head["struck"].push_back(struck.step);
  return head.dump() + "\n" + report::json_report(result.report);
}

std::optional<Trial> understand(const std::string& payload) {
  const auto line = std::min(payload.find('\n'), payload.size());
  if (line == payload.size()) return std::nullopt;
  auto report = parse_result(std::string_view(payload).substr(line + 1));
  const auto head = Json::parse(payload.substr(0, line), nullptr, false);
  if (!report || head.is_discarded()) return std::nullopt;
  Trial trial;
  trial.report = std::move(*report);
  for (const auto& step : head["struck"]) trial.struck.insert(step.get<int>());
  const auto began = head["load_began"].get<std::int64_t>();
  const auto healed = head["healing_began"].get<std::int64_t>();
  trial.was_healed = healed >= 0;
  const auto end = trial.was_healed ? Duration(healed) : trial.report.simulated;
  if (began >= 0) trial.load_ran = std::max(Duration::zero(), end - Duration(began));
  return trial;
}

}  // namespace

Trials::Trials(const Catalog& catalog, std::string asked_for, Options options,
               std::function<bool()> goes_on)
    : catalog_(catalog),
      asked_for_(std::move(asked_for)),
      options_(options),
      goes_on_(std::move(goes_on)) {}

std::optional<std::size_t> Trials::search(
    const std::vector<Value>& documents, const TrialLimits& limits,
    const std::function<bool(std::size_t, std::optional<Trial>)>& accepts) {
  const auto left = std::max<std::int64_t>(0, options_.most_runs - runs_);
  const auto count = std::min(documents.size(), static_cast<std::size_t>(left));
  std::vector<bool> judged(count, false);
  std::size_t next = 0;
  std::size_t first = count;  // the first accepted so far
  const auto is_done = [&] {
    const auto end = judged.begin() + static_cast<std::ptrdiff_t>(first);
    return std::find(judged.begin(), end, false) == end;
  };
  WorkerPool pool(
      {.jobs = options_.jobs, .patience = options_.patience}, [&](std::uint64_t number) {
        const auto candidate = read_candidate(documents[number], asked_for_, catalog_, limits);
        return candidate ? run_candidate(*candidate, options_.seed) : std::string();
      });
  pool.run(
      [&]() -> std::optional<std::uint64_t> {
        if (stopped_ || next >= first) return std::nullopt;
        return next++;
      },
      [&](std::uint64_t number, const WorkResult& result) {
        std::optional<Trial> trial;
        if (result.how == WorkResult::How::delivered) {
          trial = understand(result.payload);
        } else {
          trial.emplace();
          trial->report.verdict = report::Verdict::crashed;
          trial->report.stop = result.last_words;
        }
        const auto index = static_cast<std::size_t>(number);
        judged[index] = true;
        cpu_ += result.cpu;
        if (index < first && accepts(index, std::move(trial))) first = index;
      },
      [&] {
        if (!goes_on_() || cpu_ >= options_.most_cpu) stopped_ = true;
        return !stopped_ && !is_done();
      });
  if (!is_done()) return std::nullopt;
  runs_ += static_cast<std::int64_t>(std::min(first + 1, count));
  if (first < count) return first;
  stopped_ = stopped_ || count < documents.size();
  return std::nullopt;
}

std::optional<Trial> Trials::run(const Value& document, const TrialLimits& limits) {
  std::optional<Trial> only;
  const auto found = search({document}, limits, [&only](std::size_t, std::optional<Trial> trial) {
    only = std::move(trial);
    return only.has_value();
  });
  return found ? std::move(only) : std::nullopt;
}

std::optional<Trials::Found> Trials::first_that_fails(const std::vector<Value>& documents,
                                                      const Failure& failure,
                                                      const TrialLimits& limits) {
  std::map<std::size_t, Trial> failing;
  const auto found = search(documents, limits, [&](std::size_t index, std::optional<Trial> trial) {
    if (!trial || !fails_alike(trial->report, failure)) return false;
    if (limits.under_load && trial->was_healed) return false;
    failing.emplace(index, std::move(*trial));
    return true;
  });
  if (!found) return std::nullopt;
  return Found{*found, std::move(failing.at(*found))};
}

}  // namespace logquake::scenario
