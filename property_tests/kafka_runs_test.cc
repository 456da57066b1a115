// Claims about all runs of a Kafka cluster, whatever it consists of and whatever befalls it.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <utility>

#include "models/broker/replication_defects.h"
#include "property_tests/gen/kafka_scenarios.h"
#include "property_tests/planted.h"
#include "scenarios/engine/runner.h"
#include "scenarios/kafka/kafka_kit.h"
#include "scenarios/shrink/shrink.h"
#include "scenarios/testing/run_passes.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::property {
namespace {

using scenario::DrawnCase;
using scenario::Value;

const scenario::Catalog& catalog() {
  static const auto* made = [] {
    auto* fresh = new scenario::Catalog;
    fresh->add(scenario::kafka_kit());
    return fresh;
  }();
  return *made;
}

/// RapidCheck's own shrinking takes some hundred runs one after the other, and may end with another
/// promise than it began with: failures go to `shrink`.
rc::Gen<DrawnCase> cases(rc::Gen<Value> documents) {
  return rc::gen::noShrink(drawn_cases(std::move(documents), catalog()));
}

RC_GTEST_PROP(KafkaRuns, AcknowledgedRecordsSurviveWhateverTheClusterAndTheFaults, ()) {
  const auto drawn = *cases(kafka_scenarios(catalog()));
  expect_run_passes(drawn, catalog(), {.shrink_runs = 500});
}

TEST(KafkaRunsProperty, HandsAnAcknowledgementThatCameTooEarlyToShrink) {
  const sim::testing::ScratchFolder folder("planted");
  const scenario::RunPassesOptions planted{.folder = folder.path(), .shrink_runs = 500};
  std::string told;
  const auto found = smallest_counterexample<DrawnCase>(
      cases(scenario::with_defects(kafka_scenarios(catalog()),
                                   {std::string(kafka::ack_before_replication.name)})),
      [&](const DrawnCase& drawn) {
        auto trouble = trouble_with_run(drawn, catalog(), planted);
        if (trouble) told = *trouble;
        return trouble;
      },
      500);
  ASSERT_TRUE(found.has_value());

  const auto path = (planted.folder /
                     "KafkaRunsProperty.HandsAnAcknowledgementThatCameTooEarlyToShrink.shrunk.toml")
                        .string();
  EXPECT_NE(told.find(path), std::string::npos) << told;
  scenario::Problems problems(path);
  const auto shrunk = load_scenario(path, catalog(), {}, problems);
  ASSERT_TRUE(shrunk.has_value()) << problems.to_text();
  EXPECT_NE(told.find("(K-INV-1)"), std::string::npos) << told;
  EXPECT_LE(size_of(*shrunk).steps, 2) << told;
  EXPECT_LE(size_of(*shrunk).operations, 20) << told;
  const auto failing = run(*shrunk, {.seed = found->seed}).report;
  EXPECT_EQ(failing.verdict, report::Verdict::violated);
  // It is the defect that fails, and nothing else: both pass without.
  for (auto mended : {shrunk->document, found->document}) {
    mended.remove("defects");
    const auto report = run(scenario_of(mended, catalog()), {.seed = found->seed}).report;
    EXPECT_EQ(report.verdict, report::Verdict::passed) << report.stop << "\n" << to_toml(mended);
  }
}

}  // namespace
}  // namespace logquake::property
