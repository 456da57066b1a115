// Fault steps to and from TOML, for any fault of sim/fault.h: the descriptions of the faults are
// the format.
#pragma once

#include <optional>

#include "scenarios/engine/kit.h"
#include "scenarios/engine/table_reader.h"
#include "scenarios/engine/value.h"
#include "sim/fault.h"

namespace logquake::scenario {

/// Reads one [[fault]]: exactly one trigger (`at`, `on`, `after`), exactly one fault by its key,
/// perhaps a `probability` and a `number`. `numbers` are those of the steps before it; its own is
/// added. Targets are checked against `targets` where it lists nodes, kinds of facts against
/// `fact_kinds` where it lists any.
std::optional<sim::FaultStep> read_fault_step(TableReader& step, std::vector<int>& numbers,
                                              const FaultTargets& targets,
                                              const std::vector<std::string>& fact_kinds);

/// The table that read_fault_step() reads back as the same step.
Value to_value(const sim::FaultStep& step);
/// A document of [[fault]] tables: plan.toml.
Value to_value(const sim::FaultPlan& plan);

}  // namespace logquake::scenario
