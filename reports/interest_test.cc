#include "reports/interest.h"

#include <gtest/gtest.h>

#include "reports/sample_report.h"

namespace logquake::report {
namespace {

TEST(Interest, IsInWhatTriggersName) {
  RunReport report;
  report.faults.push_back({.sentence = "broker-1 loses power",
                           .when = "on the 3rd broker.isr-shrank of partition=orders-0"});

  const Interest interest(report);

  EXPECT_TRUE(interest.is_in("partition orders-0"));
  EXPECT_FALSE(interest.is_in("partition orders-01"));
  EXPECT_FALSE(interest.is_in("broker.isr-shrank"));
}

TEST(Interest, IsInWhatViolationsNameButNotInMachines) {
  RunReport report;
  report.nodes.push_back({.name = "broker-1", .group = "broker"});
  report.violations.push_back(
      {.checker = "c", .clause = "", .message = "broker-1 lost 3 records of orders-0"});

  const Interest interest(report);

  EXPECT_TRUE(interest.is_in("orders-0: leader 2"));
  EXPECT_FALSE(interest.is_in("broker-1 starts"));
  EXPECT_FALSE(interest.is_in("lost records"));
}

TEST(Interest, InOneViolationIsInItsNamesAloneWhereItHasSome) {
  RunReport report;
  report.faults.push_back({.sentence = "broker-1 loses power",
                           .when = "on the 3rd broker.isr-shrank of partition=orders-0"});
  const Violation named{.checker = "c", .clause = "", .message = "payments-1 lost 3 records"};
  const Violation unnamed{.checker = "c", .clause = "", .message = "3 records are lost"};

  EXPECT_TRUE(Interest(report, named).is_in("payments-1"));
  EXPECT_FALSE(Interest(report, named).is_in("orders-0"));
  EXPECT_TRUE(Interest(report, unnamed).is_in("orders-0"));
}

TEST(Interest, IsInNothingWhereNothingIsNamed) {
  EXPECT_FALSE(Interest(RunReport{}).is_in("orders-0"));
}

}  // namespace
}  // namespace logquake::report
