#include "scenarios/testing/drawn_case.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "scenarios/engine/concrete.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/runner.h"
#include "scenarios/shrink/reduction.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

/// The scenario with everything written down that the seed draws.
std::shared_ptr<const Scenario> concrete_case(const DrawnCase& drawn, const Catalog& catalog) {
  const auto scenario = scenario_of(drawn.document, catalog);
  auto written = concrete(scenario, catalog, drawn.seed, strategy_for(scenario, drawn.seed));
  if (!written) return nullptr;
  return std::make_shared<const Scenario>(std::move(*written));
}

/// First the same run written down, then what each reduction leaves of it, where that is a
/// scenario.
rc::Seq<DrawnCase> smaller_cases(const DrawnCase& drawn, const Catalog& catalog) {
  const auto written = concrete_case(drawn, catalog);
  if (!written) return {};
  const DrawnCase same{written->document, drawn.seed};
  if (same.document != drawn.document) return rc::seq::just(same);
  return rc::seq::mapMaybe(
      rc::seq::fromContainer(reductions_of(*written)),
      [written, &catalog, seed = drawn.seed](const Reduction& reduction) -> rc::Maybe<DrawnCase> {
        const auto smaller = apply(reduction, *written, catalog);
        if (!smaller) return rc::Nothing;
        return DrawnCase{smaller->document, seed};
      });
}

}  // namespace

void showValue(const DrawnCase& drawn, std::ostream& out) {
  out << "# seed " << drawn.seed << '\n' << to_toml(drawn.document);
}

Scenario scenario_of(const Value& document, const Catalog& catalog, const std::string& asked_for) {
  Problems problems(asked_for);
  auto scenario = read_scenario(document, asked_for, catalog, {}, problems);
  if (!scenario)
    throw std::invalid_argument(format("{}\n{}", problems.to_text(), to_toml(document)));
  return std::move(*scenario);
}

rc::Gen<Value> with_faults(rc::Gen<Value> documents, const Catalog& catalog,
                           std::vector<std::string> facts,
                           std::function<void(FaultPlanRange&)> narrow) {
  return rc::gen::noShrink(rc::gen::exec([=, &catalog] {
    Value document = *documents;
    document.remove("fault");
    auto range = range_of(scenario_of(document, catalog));
    range.facts = facts;
    if (narrow) narrow(range);
    const auto plan = *fault_plans(std::move(range));
    if (!plan.steps.empty()) document.set("fault", *to_value(plan).find("fault"));
    return document;
  }));
}

rc::Gen<Value> with_defects(rc::Gen<Value> documents, std::vector<std::string> defects) {
  return rc::gen::noShrink(
      rc::gen::map(std::move(documents), [defects = std::move(defects)](Value document) {
        std::vector<Value> names;
        for (const auto& defect : defects) names.push_back(Value::of_text(defect));
        document.set("defects", Value::of_list(std::move(names)));
        return document;
      }));
}

rc::Gen<DrawnCase> drawn_cases(rc::Gen<Value> documents, const Catalog& catalog) {
  const auto draw = rc::gen::noShrink(rc::gen::exec([documents = std::move(documents)] {
    DrawnCase drawn;
    drawn.document = *documents;
    drawn.seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
    return drawn;
  }));
  return rc::Gen<DrawnCase>([draw, &catalog](const rc::Random& random, int size) {
    return rc::shrinkable::shrinkRecur(
        draw(random, size).value(),
        [&catalog](const DrawnCase& drawn) { return smaller_cases(drawn, catalog); });
  });
}

}  // namespace logquake::scenario
