#include "reports/run_report.h"

#include <gtest/gtest.h>

#include "reports/sample_report.h"

namespace logquake::report {
namespace {

TEST(RunReport, FindsFactsById) {
  const auto report = sample_violated_run();

  ASSERT_NE(find_fact(report, sim::EventId(59)), nullptr);
  EXPECT_EQ(find_fact(report, sim::EventId(59))->sentence, "adds 1, now 59");
  EXPECT_EQ(find_fact(report, sim::EventId(60)), nullptr);
}

TEST(Causes, RunFromTheFirstToTheFactItself) {
  const auto report = sample_violated_run();

  const auto chain = causes_of(report, sim::EventId(103));

  ASSERT_GE(chain.size(), 3U);
  EXPECT_EQ(chain.front().fact->kind, "node.started");
  EXPECT_EQ(chain.back().fact->id, sim::EventId(103));
}

TEST(Causes, FoldRowsOfOneKind) {
  const auto report = sample_violated_run();

  const auto chain = causes_of(report, sim::EventId(59));

  ASSERT_EQ(chain.size(), 4U);
  EXPECT_EQ(chain[2].fact->id, sim::EventId(20));
  EXPECT_EQ(chain[3].skipped, 38);
}

TEST(Causes, KeepTheLastOfALongChain) {
  const auto report = sample_violated_run();

  const auto chain = causes_of(report, sim::EventId(141), 3);

  ASSERT_EQ(chain.size(), 3U);
  EXPECT_EQ(chain.back().fact->id, sim::EventId(141));
}

TEST(Causes, EndWhereAFactWasNotKept) {
  auto report = sample_violated_run();
  std::erase_if(report.facts,
                [](const sim::RecordedFact& fact) { return fact.id == sim::EventId(100); });

  EXPECT_EQ(causes_of(report, sim::EventId(101)).size(), 1U);
}

TEST(RunReport, ProvesAViolationByTheLastFactThatWasKept) {
  const auto report = sample_violated_run();
  const auto kept = report.facts.front().id;
  const sim::EventId not_kept(1'000'000);

  EXPECT_EQ(proof_of(report, {.facts = {kept, not_kept}}), &report.facts.front());
  EXPECT_EQ(proof_of(report, {.facts = {not_kept}}), nullptr);
}

}  // namespace
}  // namespace logquake::report
