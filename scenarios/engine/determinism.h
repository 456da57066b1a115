// Where two runs part that should have been one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/engine/runner.h"

namespace logquake::scenario {

/// The first differing fact of two recorded runs; a side is absent where that run had ended.
struct Parting {
  std::optional<sim::RecordedFact> first;
  std::optional<sim::RecordedFact> second;
  std::vector<sim::RecordedFact> first_causes;  // oldest first
  std::vector<sim::RecordedFact> second_causes;
};
/// Nothing where all kept facts agree.
std::optional<Parting> find_parting(const report::RunReport& first,
                                    const report::RunReport& second);
/// Several lines: both sides and their causes.
std::string to_text(const Parting& parting);

/// Runs twice. Where the fingerprints differ, the verdict becomes nondeterministic and `stop` tells
/// where the runs part.
RunResult run_twice(const Scenario& scenario, const RunRequest& request);

}  // namespace logquake::scenario
