// Claims about drawn scenarios of every model: what they are once written down, and what is left of
// them when they get smaller.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "property_tests/gen/gossip_scenarios.h"
#include "property_tests/gen/kafka_scenarios.h"
#include "property_tests/planted.h"
#include "scenarios/engine/concrete.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/kafka/kafka_kit.h"
#include "scenarios/shrink/reduction.h"
#include "scenarios/testing/drawn_case.h"
#include "scenarios/zookeeper/zookeeper_kit.h"
#include "sim/base/format.h"

namespace logquake::property {
namespace {

using scenario::DrawnCase;
using scenario::Scenario;
using scenario::Value;

class Drawn {
 public:
  Drawn() {
    catalog_.add(scenario::gossip_kit());
    catalog_.add(scenario::kafka_kit());
    catalog_.add(scenario::zookeeper_kit());
  }
  const scenario::Catalog& catalog() const { return catalog_; }

  /// Of both models, half of them with faults that the seed draws on top.
  rc::Gen<DrawnCase> cases() const {
    const auto documents = rc::gen::oneOf(gossip_scenarios(catalog_), kafka_scenarios(catalog_));
    return scenario::drawn_cases(
        rc::gen::noShrink(rc::gen::map(rc::gen::pair(documents, rc::gen::arbitrary<bool>()),
                                       [](const std::pair<Value, bool>& drawn) {
                                         auto document = drawn.first;
                                         if (drawn.second) add_mix(document);
                                         return document;
                                       })),
        catalog_);
  }

  Scenario written_down(const DrawnCase& drawn) const {
    const auto scenario = scenario_of(drawn.document, catalog_);
    return concrete(scenario, catalog_, drawn.seed, strategy_for(scenario, drawn.seed)).value();
  }

 private:
  static void add_mix(Value& document) {
    if (document.find("faults") == nullptr) document.set("faults", Value::of_table());
    document.find("faults")->set("mix", Value::of_text("network, crash, disk, clock"));
    document.find("faults")->set("intensity", Value::of_text("1/1"));
  }

  scenario::Catalog catalog_;
};

const Drawn& drawn_ones() {
  static const Drawn drawn;
  return drawn;
}

// ---- written down ----

std::optional<std::string> runs_differ(const Scenario& one, const Scenario& other,
                                       std::uint64_t seed) {
  const auto first = run(one, {.seed = seed}).report;
  const auto second = run(other, {.seed = seed}).report;
  if (first.fingerprint == second.fingerprint && first.verdict == second.verdict)
    return std::nullopt;
  return format("{} and {} events, fingerprints {:x} and {:x}", first.events, second.events,
                first.fingerprint, second.fingerprint);
}

RC_GTEST_PROP(DrawnScenarios, RunAsTheConcreteOnesThatTheirSeedsMakeOfThem, ()) {
  const auto drawn = *drawn_ones().cases();
  const auto scenario = scenario_of(drawn.document, drawn_ones().catalog());
  if (const auto wrong = runs_differ(scenario, drawn_ones().written_down(drawn), drawn.seed))
    RC_FAIL(*wrong);
}

// A step that is forgotten when the plan is written down changes some run.
TEST(DrawnScenariosProperty, FindsAStepThatWasNotWrittenDown) {
  const auto forgets_a_step = [](const DrawnCase& drawn) -> std::optional<std::string> {
    const auto written = drawn_ones().written_down(drawn);
    auto plan = written.plan;
    if (plan.steps.empty()) return std::nullopt;
    plan.steps.pop_back();
    auto document = written.document;
    scenario::set_plan(document, plan);
    return runs_differ(written, scenario_of(document, drawn_ones().catalog()), drawn.seed);
  };

  const auto found = smallest_counterexample<DrawnCase>(drawn_ones().cases(), forgets_a_step);

  ASSERT_TRUE(found.has_value());
  EXPECT_LE(found->document.find("fault")->elements().size(), 1U);
}

RC_GTEST_PROP(DrawnScenarios, AreTheSameAfterBeingWrittenToAFile, ()) {
  const auto drawn = *drawn_ones().cases();
  scenario::Problems problems("drawn.toml");
  const auto again = scenario::parse_document(to_toml(drawn.document), problems);
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == drawn.document);
}

// ---- smaller ----

/// Why a reduction's result is no scenario.
std::string refusal(const Value& document) {
  scenario::Problems problems("drawn.toml");
  (void)read_scenario(document, "drawn.toml", drawn_ones().catalog(), {}, problems);
  return problems.to_text();
}

/// Whether all that is wrong is that faults name nodes which the reduction has taken away: where
/// there are fewer nodes, or fewer workloads, which have nodes of their own. Such reductions are
/// none. Whatever else is refused would be a reduction that makes no sense.
bool names_what_is_gone(const scenario::Reduction& reduction, const Scenario& written,
                        const std::string& refusal) {
  using scenario::Aspect;
  if (reduction.aspect != Aspect::nodes && reduction.aspect != Aspect::load) return false;
  const auto before = to_toml(written.document);
  std::istringstream lines(refusal);
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view words = "no node or role ";
    const auto at = line.find(words);
    if (!line.starts_with("drawn.toml: fault.") || at == std::string::npos) return false;
    const auto name = line.substr(at + words.size());
    // In its quotes, as the scenario has it, where it was fine.
    if (before.find(name.substr(0, name.find('"', 1) + 1)) == std::string::npos) return false;
  }
  return true;
}

std::optional<std::string> first_senseless(const DrawnCase& drawn,
                                           const std::vector<scenario::Reduction>& reductions) {
  const auto written = drawn_ones().written_down(drawn);
  for (const auto& reduction : reductions) {
    const auto document = reduced(reduction, written);
    if (document == written.document) return format("{}: changes nothing", reduction.sentence);
    const auto why = refusal(document);
    if (!why.empty() && !names_what_is_gone(reduction, written, why))
      return format("{}: {}", reduction.sentence, why);
  }
  return std::nullopt;
}

RC_GTEST_PROP(Reductions, OfADrawnScenarioAreValidScenariosUnlessTheyNameWhatIsGone, ()) {
  const auto drawn = *drawn_ones().cases();
  if (const auto wrong = first_senseless(drawn, reductions_of(drawn_ones().written_down(drawn))))
    RC_FAIL(*wrong);
}

// A reduction that takes a step out and leaves those that count on it is found.
TEST(ReductionsProperty, FindsAReductionThatForgetsWhatCountsOnAStep) {
  const auto forgetful = [](const DrawnCase& drawn) {
    std::vector<scenario::Reduction> reductions;
    const auto written = drawn_ones().written_down(drawn);
    for (std::size_t at = 0; at < written.plan.steps.size(); ++at) {
      scenario::Reduction reduction{.sentence = format("drops the step at {}", at)};
      reduction.plan = written.plan;
      reduction.plan->steps.erase(reduction.plan->steps.begin() + static_cast<std::ptrdiff_t>(at));
      reductions.push_back(std::move(reduction));
    }
    return first_senseless(drawn, reductions);
  };

  const auto found = smallest_counterexample<DrawnCase>(drawn_ones().cases(), forgetful);

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->document.find("fault")->elements().size(), 2U);
}

// So is one that names a node which was never there.
TEST(ReductionsProperty, FindsAReductionThatNamesNoNode) {
  const auto misspelt = [](const DrawnCase& drawn) {
    std::vector<scenario::Reduction> reductions;
    const auto written = drawn_ones().written_down(drawn);
    auto plan = written.plan;
    if (plan.steps.empty()) return first_senseless(drawn, reductions);
    plan.steps.front().what = sim::Pause{"nobody-9", 1ms};
    reductions.push_back({.aspect = scenario::Aspect::nodes, .sentence = "misspells a node"});
    reductions.back().plan = std::move(plan);
    return first_senseless(drawn, reductions);
  };

  const auto found = smallest_counterexample<DrawnCase>(drawn_ones().cases(), misspelt);

  ASSERT_TRUE(found.has_value());
}

RC_GTEST_PROP(Reductions, TakenOneAfterAnotherComeToAnEnd, ()) {
  auto smaller = *drawn_ones().cases();
  constexpr int most = 1000;  // far more than halving takes
  int taken = 0;
  while (taken < most) {
    const auto written = drawn_ones().written_down(smaller);
    std::optional<Scenario> next;
    for (const auto& reduction : reductions_of(written)) {
      next = apply(reduction, written, drawn_ones().catalog());
      if (next) break;
    }
    if (!next) break;
    smaller.document = next->document;
    ++taken;
  }
  RC_ASSERT(taken < most);
}

}  // namespace
}  // namespace logquake::property
