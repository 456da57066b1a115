// A fault plan with fewer steps.
#pragma once

#include <set>
#include <string>

#include "sim/fault.h"

namespace logquake::scenario {

/// The plan without the steps of these numbers; the others keep their numbers. A step that undoes
/// one that is gone and follows it (the restart of a crash, the healing of a cut) goes too. Another
/// that follows it takes over what it waited for, or, where that was a fact, waits for the fact
/// alone.
sim::FaultPlan without(const sim::FaultPlan& plan, const std::set<int>& numbers);

/// "3", "2, 5 to 9".
std::string list_of(const std::set<int>& numbers);

}  // namespace logquake::scenario
