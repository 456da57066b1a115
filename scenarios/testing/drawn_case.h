// What properties of whole runs are about: a scenario and a seed, drawn by RapidCheck and shrunk by
// the steps of `logquake shrink`.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/value.h"
#include "scenarios/testing/fault_plans.h"

namespace logquake::scenario {

struct DrawnCase {
  Value document;  // a scenario file's
  std::uint64_t seed = 1;
  bool operator==(const DrawnCase&) const = default;
};

/// As a scenario file, below a line with the seed: what RapidCheck prints of a counterexample.
void showValue(const DrawnCase& drawn, std::ostream& out);

/// Reads the document; `asked_for` as in read_scenario(). Throws std::invalid_argument with all
/// that is wrong: a generator of such documents is a bug.
Scenario scenario_of(const Value& document, const Catalog& catalog,
                     const std::string& asked_for = "drawn.toml");

/// The documents, each with a drawn plan of faults in place of its own. `facts` as in
/// FaultPlanRange; `narrow` may change what plans may hold, from range_of() the document.
rc::Gen<Value> with_faults(rc::Gen<Value> documents, const Catalog& catalog,
                           std::vector<std::string> facts,
                           std::function<void(FaultPlanRange&)> narrow = {});

/// The documents with these planted bugs switched on: to see that a property can fail.
rc::Gen<Value> with_defects(rc::Gen<Value> documents, std::vector<std::string> defects);

/// The documents with seeds. A counterexample shrinks by reductions_of() what it is once everything
/// that its seed draws is written down, in their order; the seed stays. `catalog` must outlive the
/// generator and the cases.
rc::Gen<DrawnCase> drawn_cases(rc::Gen<Value> documents, const Catalog& catalog);

}  // namespace logquake::scenario
