// What a run that did not pass is known by: the promise that broke, and the message without its
// numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run_report.h"

namespace logquake::scenario {

/// The checker that the runner itself is: what had to happen and did not.
inline constexpr std::string_view liveness_checker = "liveness";

/// One way in which a run failed.
struct Failure {
  std::string checker;    // for crashes "crash", for other trouble the verdict's name
  std::string clause;     // may be empty
  std::string signature;  // "G-INV-1: # of # acknowledged rumours never reached gossip-#"
  std::string message;
  bool operator==(const Failure&) const = default;
};

/// How the run failed: the first violation of each checker (the others follow from it more often
/// than not), or what crashed it or kept it from being judged. Empty where it passed.
std::vector<Failure> failures_of(const report::RunReport& report);

/// The first of them, of a run that broke a promise or crashed; nothing for others.
std::optional<Failure> failure_of(const report::RunReport& report);
/// Whether the run broke the same promise, first or among others, or crashed the same way. Two are
/// alike where checker and clause agree, whatever the message; in what did not converge (liveness),
/// and without a clause (probes, crashes), where the message agrees too, but for its numbers and
/// durations.
bool fails_alike(const report::RunReport& report, const Failure& failure);
/// The same failure as this run tells it, with its own message; nothing where it does not fail
/// alike.
std::optional<Failure> failure_alike(const report::RunReport& report, const Failure& failure);
/// "K-INV-1 (acked-records-survive)".
std::string name_of(const Failure& failure);

/// Violated, crashed or nondeterministic: not passed, and not merely unknown.
bool is_failure(report::Verdict verdict);

/// The message without its numbers; "45s" and "1500ms" are both one.
std::string signature_of(std::string_view message);

/// 0 passed, 1 violated or crashed, 2 unknown, 3 nondeterministic.
int exit_code_of(report::Verdict verdict);

}  // namespace logquake::scenario
