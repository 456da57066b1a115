#include "scenarios/engine/failure.h"

#include <gtest/gtest.h>

namespace logquake::scenario {
namespace {

report::RunReport violated(std::vector<report::Violation> violations) {
  report::RunReport report;
  report.verdict = report::Verdict::violated;
  report.violations = std::move(violations);
  return report;
}

TEST(Failure, IsTheFirstViolationOfEachChecker) {
  const auto failures = failures_of(violated({{"acked", "K-INV-1", "3 of 20 lost", {}, {}},
                                              {"acked", "K-INV-1", "4 of 20 lost", {}, {}},
                                              {"liveness", "", "not within 60s", {}, {}}}));

  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures.front(),
            (Failure{"acked", "K-INV-1", "K-INV-1: # of # lost", "3 of 20 lost"}));
  EXPECT_EQ(failures.back().signature, "not within #s");
}

TEST(Failure, IsTheReasonWhereNoPromiseBroke) {
  report::RunReport report;
  report.verdict = report::Verdict::crashed;
  report.stop = "abort in the task broker-12/main\n    at f() +0x1";

  const auto failures = failures_of(report);

  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures.front().checker, "crash");
  EXPECT_EQ(failures.front().signature, "abort in the task broker-#/main");
  EXPECT_EQ(failures.front().message, report.stop);
}

TEST(Failure, IsNoneOfARunThatPassed) { EXPECT_TRUE(failures_of({}).empty()); }

}  // namespace
}  // namespace logquake::scenario
