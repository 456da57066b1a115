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
  EXPECT_EQ(failures.back().signature, "not within #");
}

TEST(Failure, IsOneForAllNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(signature_of("lost 0x1000000d6 of 12, after 1.5s, on zookeeper-3"),
            "lost # of #, after #, on zookeeper-#");
  EXPECT_EQ(signature_of("ends in 0x"), "ends in #");
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

report::RunReport broken(const std::string& checker, const std::string& clause,
                         const std::string& message) {
  report::RunReport report;
  report.verdict = report::Verdict::violated;
  report.violations.push_back(
      {.checker = checker, .clause = clause, .message = message, .at = {}, .facts = {}});
  return report;
}

report::RunReport crashed(const std::string& why) {
  report::RunReport report;
  report.verdict = report::Verdict::crashed;
  report.stop = why;
  return report;
}

TEST(Failure, IsAlikeForTheSameCheckerAndClauseWhateverTheMessage) {
  const auto failure = *failure_of(broken("order", "K-INV-18", "record 5 came twice"));

  EXPECT_TRUE(fails_alike(broken("order", "K-INV-18", "something else"), failure));
  EXPECT_FALSE(fails_alike(broken("order", "K-INV-40", "record 5 came twice"), failure));
  EXPECT_FALSE(fails_alike(broken("other", "K-INV-18", "record 5 came twice"), failure));
  EXPECT_FALSE(fails_alike(report::RunReport{}, failure));
  EXPECT_FALSE(fails_alike(crashed("record 5 came twice"), failure));
  EXPECT_EQ(name_of(failure), "K-INV-18 (order)");
}

TEST(Failure, WithoutAClauseAndInWhatDidNotConvergeTheMessageCountsButForItsNumbers) {
  struct Case {
    std::string clause;
    std::string message;
    std::string alike;
    std::string other;
  };
  const std::vector<Case> cases{
      {"", "not converged after healing within 420s: b waits for 12 rows",
       "not converged after healing within 1500ms: b waits for 3 rows",
       "not ready for the load within 120s: b waits for 3 rows"},
      {"K-INV-80", "not converged within 60s: o-1 has 2 of 3 replicas",
       "not converged within 60s: o-0 has 1 of 3 replicas",
       "not converged within 60s: 2 of 3 brokers serve"},
  };
  for (const auto& [clause, message, alike, other] : cases) {
    const std::string checker(liveness_checker);
    const auto failure = *failure_of(broken(checker, clause, message));

    EXPECT_TRUE(fails_alike(broken(checker, clause, alike), failure)) << alike;
    EXPECT_FALSE(fails_alike(broken(checker, clause, other), failure)) << other;
  }
}

TEST(Failure, IsToldAsTheRunTellsItThatFailsAlike) {
  const auto failure = *failure_of(broken("order", "K-INV-18", "record 5 came twice"));
  auto run = broken("other", "K-INV-1", "something else");
  run.violations.push_back({"order", "K-INV-18", "record 1 came twice", {}, {}});

  const auto told = failure_alike(run, failure);

  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->message, "record 1 came twice");
  EXPECT_FALSE(failure_alike(report::RunReport{}, failure).has_value());
}

TEST(Failure, CrashesAreAlikeByWhatTheySay) {
  const auto failure = *failure_of(crashed("failed check: log.cc:17: offset 12 below 13\nframes"));

  EXPECT_TRUE(fails_alike(crashed("failed check: log.cc:17: offset 7 below 900"), failure));
  EXPECT_FALSE(fails_alike(crashed("the process died of signal 11"), failure));
}

TEST(Failure, APassedRunHasNone) {
  EXPECT_FALSE(failure_of(report::RunReport{}).has_value());
  report::RunReport unknown;
  unknown.verdict = report::Verdict::unknown;
  EXPECT_FALSE(failure_of(unknown).has_value());
}

}  // namespace
}  // namespace logquake::scenario
