// Where two runs part that should have been one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "scenarios/engine/runner.h"

namespace logquake::scenario {

/// A kernel event as a line: "#7 at 1s: a-1/main goes on".
using EventLine = std::string;

/// The first differing fact of two recorded runs; a side is absent where that run had ended.
struct Parting {
  std::optional<sim::RecordedFact> last_common;  // the last fact before it, the same in both

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

/// The first differing event of the kernel: which task went on, and when; "" where that run had
/// ended.
struct EventParting {
  sim::EventId id;  // the smaller of the two, where they differ
  EventLine first;
  EventLine second;
};
/// Nothing where all kept events agree.
std::optional<EventParting> find_parting(const sim::EventLog& first, const sim::EventLog& second);

/// Runs twice. Where the fingerprints differ, the verdict becomes nondeterministic and `stop` tells
/// where the runs part: the first differing event of the kernel, if it comes before, and the first
/// differing fact with its causes. What no run may depend on is made to differ between the two:
/// addresses on the heap, and what uninitialised memory and new stacks hold.
RunResult run_twice(const Scenario& scenario, const RunRequest& request);

}  // namespace logquake::scenario
