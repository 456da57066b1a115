// RapidCheck's generator of fault plans, for the properties of any model: kinds, targets, triggers
// and fields are drawn, and every plan is one that a scenario file may have.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "scenarios/engine/kit.h"
#include "scenarios/engine/scenario.h"
#include "sim/base/time.h"
#include "sim/fault.h"

namespace logquake::scenario {

/// What fault plans may hold.
struct FaultPlanRange {
  /// Whom they may strike, as Setup::targets() says; who is spared, by family or by the fault's
  /// key, is spared here too. Names of roles that end with a colon are passed over: say
  /// "leader-of:orders-0" instead.
  FaultTargets targets;
  Duration length = 5s;  // instants lie within its first nine tenths
  int most_steps = 6;
  /// Kinds of facts that steps may wait for, best such as come several times in each run.
  std::vector<std::string> facts;
  /// The kinds of faults, by their keys; empty: fair_faults().
  std::vector<std::string> kinds;
};

/// The machines, roles and yield sites of the scenario, and its length.
FaultPlanRange range_of(const Scenario& scenario);

/// The kinds that leave what was synced alone, and end when all heals: whatever they do, a system
/// may be asked to keep what it acknowledged and to go on afterwards. Without those that need an
/// action of the model (`invoke`) or datagrams.
std::vector<std::string> fair_faults();

/// Plans of up to `most_steps` steps, few for small sizes: at an instant, on a fact or after
/// another step; for a while or until all heals; by name, by role, or any or all of a group. What
/// dies is often started again. Does not shrink: a plan gets smaller with its scenario
/// (drawn_case.h).
rc::Gen<sim::FaultPlan> fault_plans(FaultPlanRange range);

}  // namespace logquake::scenario
