// Whether a service behaved as objects that each do one thing at a time: linearizability. Source:
// Herlihy and Wing, "Linearizability: A Correctness Condition for Concurrent Objects" (1990).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/linearizability/counterexample.h"
#include "scenarios/linearizability/history.h"
#include "scenarios/linearizability/search.h"
#include "scenarios/linearizability/sequential_model.h"

namespace logquake::linearizability {

enum class Verdict : std::uint8_t {
  linearizable,
  not_linearizable,
  unknown,  // the bound on work was reached, or the history is none
};

struct Judgement {
  Verdict verdict = Verdict::linearizable;
  std::string reason;  // of `unknown`
  std::optional<Counterexample> counterexample;
  std::int64_t objects = 0;
  std::int64_t operations = 0;
  std::int64_t unknown_outcomes = 0;
  std::int64_t work = 0;  // see Limits
};

/// Judges each object by itself (a history is linearizable if and only if it is for each object),
/// in the order of their names, each under `limits`. The first that is not linearizable is told;
/// only where none is does an object that could not be judged count.
Judgement judge(const History& history, const SequentialModel& model, const Limits& limits = {});

}  // namespace logquake::linearizability
