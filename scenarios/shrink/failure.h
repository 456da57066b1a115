// What broke: the thing that must stay the same while a scenario gets smaller.
#pragma once

#include <optional>
#include <string>

#include "reports/run_report.h"

namespace logquake::scenario {

/// The first broken promise of a run, or its crash. Two failures are alike where checker and clause
/// agree, whatever the message; without a clause (liveness, probes, crashes) where the message
/// agrees but for its numbers and durations.
struct Failure {
  report::Verdict verdict = report::Verdict::violated;
  std::string checker;  // "crash" for crashes
  std::string clause;
  std::string signature;
  std::string message;  // of the run it was taken from
};

/// Nothing for a run that neither broke a promise nor crashed.
std::optional<Failure> failure_of(const report::RunReport& report);
/// Whether the run broke the same promise, first or among others, or crashed the same way.
bool fails_alike(const report::RunReport& report, const Failure& failure);
/// "K-INV-1 (acked-records-survive)".
std::string name_of(const Failure& failure);

}  // namespace logquake::scenario
