#include "scenarios/engine/run_difference.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

/// A recorded run, fact by fact.
class TestRun {
 public:
  TestRun& says(Duration at, const std::string& node, const std::string& kind,
                const std::string& sentence, sim::Level level = sim::Level::info) {
    sim::RecordedFact fact;
    fact.id = sim::EventId(static_cast<std::int64_t>(report.facts.size()) * 3 + offset_);
    fact.at = Instant() + at;
    fact.node = node;
    fact.kind = kind;
    fact.level = level;
    fact.sentence = sentence;
    fact.fields_line = sentence;
    report.simulated = at;
    report.facts.push_back(std::move(fact));
    return *this;
  }
  explicit TestRun(std::int64_t offset = 1) : offset_(offset) {
    report.nodes = {{"broker-1", "broker"}, {"broker-2", "broker"}};
  }
  report::RunReport report;

 private:
  std::int64_t offset_;
};

TEST(RunDifference, IsNoneWhereOnlyInstantsIdsAndTheOrderAmongMachinesDiffer) {
  TestRun one(1);
  one.says(1s, "broker-1", "up", "broker-1 serves").says(2s, "broker-2", "up", "broker-2 serves");
  TestRun other(7);
  other.says(3s, "broker-2", "up", "broker-2 serves").says(4s, "broker-1", "up", "broker-1 serves");

  EXPECT_TRUE(difference_of(one.report, one.report).is_none());
  EXPECT_EQ(to_text(difference_of(one.report, one.report), "one", "other"),
            "one and other tell the same\n");
  // What comes after the other run has ended does not count either.
  EXPECT_FALSE(difference_of(other.report, one.report).first.parting.has_value());
}

TEST(RunDifference, TellsTheLastCommonFactAndWhatFollowedOnEachSide) {
  TestRun failing;
  failing.says(1s, "broker-1", "leads", "broker-1 leads orders-0 in epoch 4")
      .says(2s, "broker-1", "dies", "broker-1 loses power", sim::Level::warn)
      .says(5s, "broker-2", "leads", "broker-2 leads orders-0 in epoch 5");
  TestRun passing;
  passing.says(1s, "broker-1", "leads", "broker-1 leads orders-0 in epoch 3")
      .says(3s, "broker-1", "rolls", "broker-1 rolls a segment")
      .says(6s, "broker-1", "rolls", "broker-1 rolls a segment");

  const auto difference = difference_of(failing.report, passing.report);

  ASSERT_TRUE(difference.last_common && difference.first.parting && difference.second.parting);
  EXPECT_EQ(difference.last_common->sentence, "broker-1 leads orders-0 in epoch 4");
  EXPECT_EQ(difference.first.parting->sentence, "broker-1 loses power");
  EXPECT_EQ(difference.first.facts, 2U);
  EXPECT_EQ(difference.second.facts, 1U);  // the other came when the failing run had ended
  EXPECT_EQ(to_text(difference, "the failing run", "the passing run"),
            "both until 1.000000s broker-1: leads orders-0 in epoch 4\n"
            "only in the failing run, from 2.000000s on:\n"
            "  2.000000s broker-1: loses power\n"
            "  5.000000s broker-2: leads orders-0 in epoch 5\n"
            "only in the passing run, from 3.000000s on:\n"
            "  3.000000s broker-1: rolls a segment\n");
}

TEST(RunDifference, TellsOtherValuesWhereTheSameThingsHappened) {
  TestRun one;
  one.says(1s, "broker-1", "truncates", "broker-1 truncates orders-0 to 5");
  TestRun other;
  other.says(1s, "broker-1", "truncates", "broker-1 truncates orders-0 to 7");

  const auto difference = difference_of(one.report, other.report);

  ASSERT_EQ(difference.changed.size(), 1U);
  EXPECT_EQ(to_text(difference, "one", "other"),
            "the same facts, with other values:\n"
            "  one: 1.000000s broker-1: truncates orders-0 to 5\n"
            "  other: 1.000000s broker-1: truncates orders-0 to 7\n");
}

TEST(RunDifference, KeepsMachinesApartAndLooksCloserWhereTheLargeFactsAgree) {
  TestRun one;
  one.says(1s, "broker-1", "up", "broker-1 serves")
      .says(2s, "broker-1", "fetch", "broker-1 fetches from broker-2", sim::Level::debug);
  TestRun other;
  other.says(1s, "broker-1", "up", "broker-1 serves")
      .says(2s, "broker-1", "fetch", "broker-1 fetches from broker-1", sim::Level::debug);

  const auto difference = difference_of(one.report, other.report);

  ASSERT_TRUE(difference.first.parting.has_value());
  EXPECT_EQ(difference.first.parting->sentence, "broker-1 fetches from broker-2");
}

}  // namespace
}  // namespace logquake::scenario
