// Claims about all runs of the gossip model, whatever it consists of and whatever befalls it.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>

#include "models/gossip/defects.h"
#include "property_tests/gen/gossip_scenarios.h"
#include "property_tests/gen/tables.h"
#include "property_tests/planted.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/shrink/shrink.h"
#include "scenarios/testing/run_passes.h"
#include "sim/base/format.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::property {
namespace {

using scenario::DrawnCase;

const scenario::Catalog& catalog() {
  static const auto* made = [] {
    auto* fresh = new scenario::Catalog;
    fresh->add(scenario::gossip_kit());
    return fresh;
  }();
  return *made;
}

rc::Gen<DrawnCase> broken_cases(std::string_view defect) {
  return drawn_cases(scenario::with_defects(gossip_scenarios(catalog()), {std::string(defect)}),
                     catalog());
}

const sim::testing::ScratchFolder folder("planted");
const scenario::RunPassesOptions planted{.folder = folder.path()};

RC_GTEST_PROP(GossipRuns,
              EveryAcknowledgedRumourReachesEveryNodeWhateverTheTopologyTheLoadAndTheFaults, ()) {
  const auto drawn = *drawn_cases(gossip_scenarios(catalog()), catalog());
  expect_run_passes(drawn, catalog());
}

TEST(GossipRunsProperty, FindsNodesThatForgetAndShrinksToOneFaultAndOneRumour) {
  std::string told;
  const auto found = smallest_counterexample<DrawnCase>(
      broken_cases(gossip::forget_after_restart.name),
      [&told](const DrawnCase& drawn) {
        auto trouble = trouble_with_run(drawn, catalog(), planted);
        if (trouble) told = *trouble;
        return trouble;
      },
      300);

  ASSERT_TRUE(found.has_value());
  EXPECT_LE(found->document.find("fault")->elements().size(), 1U);
  const auto size = size_of(scenario_of(found->document, catalog()));
  EXPECT_LE(size.operations, 2) << to_text(size);
  EXPECT_NE(told.find("G-INV-2"), std::string::npos) << told;
}

TEST(GossipRunsProperty, FindsRumoursThatAreOnlyPushed) {
  const auto found = smallest_counterexample<DrawnCase>(
      broken_cases(gossip::skip_anti_entropy.name),
      [](const DrawnCase& drawn) { return trouble_with_run(drawn, catalog(), planted); }, 300);

  ASSERT_TRUE(found.has_value());
  EXPECT_LE(size_of(scenario_of(found->document, catalog())).steps, 1);
}

// What a failing property prints: the file, the seed, the command, and the string for RC_PARAMS.
TEST(GossipRunsProperty, IsBroughtBackByItsFileAndByRapidChecksString) {
  std::optional<DrawnCase> last;
  std::string told;
  const auto property = [&] {
    last = *broken_cases(gossip::forget_after_restart.name);
    if (const auto trouble = trouble_with_run(*last, catalog(), planted)) {
      told = *trouble;
      RC_FAIL(*trouble);
    }
  };
  rc::detail::TestParams params;
  params.seed = 7;
  params.maxSuccess = 300;
  params.disableShrinking = true;
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
  ASSERT_TRUE(result.is<rc::detail::FailureResult>());
  const auto failed = *last;

  // RapidCheck's string, written and read as RC_PARAMS is.
  rc::detail::Configuration printed;
  printed.reproduce.emplace("p", result.get<rc::detail::FailureResult>().reproduce);
  const auto again = rc::detail::configFromString(rc::detail::configToMinimalString(printed));
  last.reset();
  rc::detail::TestMetadata metadata;
  metadata.id = "p";
  rc::detail::TestListenerAdapter nobody;
  (void)rc::detail::checkTestable(property, metadata, params, nobody, again.reproduce);
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(*last, failed);

  // The file and the seed of the command.
  const auto path =
      planted.folder / "GossipRunsProperty.IsBroughtBackByItsFileAndByRapidChecksString.toml";
  EXPECT_NE(told.find(format("logquake run {} --seed {}", path.string(), failed.seed)),
            std::string::npos)
      << told;
  scenario::Problems problems(path.string());
  const auto read = load_scenario(path.string(), catalog(), {}, problems);
  ASSERT_TRUE(read.has_value()) << problems.to_text();
  EXPECT_EQ(run(*read, {.seed = failed.seed}).report.verdict, report::Verdict::violated);
}

// ---- a batch ----

/// Whether the run is the same alone, and after others of its own scenario in one process.
std::optional<std::string> batch_differs(const DrawnCase& drawn, const scenario::Catalog& known) {
  const auto alone =
      run(scenario_of(drawn.document, known), {.seed = drawn.seed}).report.fingerprint;
  const auto scenario = scenario_of(drawn.document, known);
  (void)run(scenario, {.seed = drawn.seed + 1});
  (void)run(scenario, {.seed = drawn.seed + 2, .record = true});
  const auto after_others = run(scenario, {.seed = drawn.seed}).report.fingerprint;
  if (alone == after_others) return std::nullopt;
  return format("{:x} alone, {:x} after two others", alone, after_others);
}

RC_GTEST_PROP(GossipRuns, AreTheSameInABatchAndAlone, ()) {
  const auto drawn = *drawn_cases(gossip_scenarios(catalog()), catalog());
  if (const auto wrong = batch_differs(drawn, catalog())) RC_FAIL(*wrong);
}

TEST(GossipRunsProperty, FindsRunsThatRememberOthers) {
  const auto trial = scenario::trial_catalog();
  const auto documents = rc::gen::exec([] {
    auto document = Value::of_table();
    document.set("trial",
                 table({{"deed", text("drift")}, {"nodes", number(*rc::gen::inRange(1, 6))}}));
    document.set("workload",
                 Value::of_list({table({{"type", text("ticks")}, {"count", number(20)}})}));
    return document;
  });

  const auto found = smallest_counterexample<DrawnCase>(
      drawn_cases(documents, trial),
      [&trial](const DrawnCase& drawn) { return batch_differs(drawn, trial); });

  ASSERT_TRUE(found.has_value());
}

}  // namespace
}  // namespace logquake::property
