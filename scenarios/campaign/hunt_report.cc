#include "scenarios/campaign/hunt_report.h"

#include <algorithm>

#include "sim/base/check.h"

namespace logquake::scenario {

void VerdictCounts::add(report::Verdict verdict) {
  ++runs;
  switch (verdict) {
    case report::Verdict::passed:
      ++passed;
      return;
    case report::Verdict::violated:
      ++violated;
      return;
    case report::Verdict::crashed:
      ++crashed;
      return;
    case report::Verdict::unknown:
      ++unknown;
      return;
    case report::Verdict::nondeterministic:
      ++nondeterministic;
      return;
  }
}

HuntTally::HuntTally(HuntReport& report) : report_(report) {
  report_.scenarios.resize(report_.campaign.scenarios.size());
}

void HuntTally::add(const HuntedRun& run) {
  const auto scenario = report_.campaign.find(run.content_hash);
  LOGQUAKE_CHECK(scenario.has_value(), "a run belongs to a scenario of its campaign");
  report_.counts.add(run.verdict);
  report_.scenarios[*scenario].add(run.verdict);
  report_.last = std::max(report_.last, run.seed);
  report_.events += run.events;
  report_.simulated += run.simulated;
  fingerprint_.fold(run.fingerprint);
  report_.fingerprint = fingerprint_.value();
  report_.coverage.add(*scenario, run);
  for (const auto& anomaly : run.anomalies) add_anomaly(anomaly, run.seed);
  for (const auto& failure : run.failures) add_failure(*scenario, run, failure);
}

void HuntTally::add_failure(std::size_t scenario, const HuntedRun& run, const Failure& failure) {
  const FailedRun failed{.seed = run.seed,
                         .events = run.events,
                         .strategy = run.strategy,
                         .message = failure.message,
                         .name = run.name,
                         .command = run.command};
  auto& failures = report_.failures;
  const auto same = std::find_if(failures.begin(), failures.end(), [&](const HuntFailure& known) {
    return known.scenario == scenario && known.checker == failure.checker &&
           known.signature == failure.signature;
  });
  if (same == failures.end()) {
    failures.push_back({.scenario = scenario,
                        .checker = failure.checker,
                        .signature = failure.signature,
                        .verdict = run.verdict,
                        .count = 1,
                        .first = failed,
                        .cheapest = failed,
                        .story = {}});
    return;
  }
  ++same->count;
  if (failed.events < same->cheapest.events) same->cheapest = failed;
}

void HuntTally::add_anomaly(const CountedAnomaly& anomaly, std::uint64_t seed) {
  auto& anomalies = report_.anomalies;
  const auto key = std::pair(anomaly.checker, anomaly.clause);
  auto place = std::lower_bound(anomalies.begin(), anomalies.end(), key,
                                [](const HuntAnomaly& known, const auto& wanted) {
                                  return std::pair(known.checker, known.clause) < wanted;
                                });
  if (place == anomalies.end() || std::pair(place->checker, place->clause) != key) {
    place = anomalies.insert(place, {anomaly.checker, anomaly.clause, 0, 0, seed});
  }
  ++place->runs;
  place->count += anomaly.count;
  place->first_seed = std::min(place->first_seed, seed);
}

int exit_code_of(const HuntReport& report) {
  if (report.counts.nondeterministic > 0) return 3;
  if (report.counts.violated + report.counts.crashed > 0) return 1;
  if (!report.missing_probes.empty()) return 1;
  return report.counts.unknown > 0 ? 2 : 0;
}

}  // namespace logquake::scenario
