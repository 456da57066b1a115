#include "reports/story.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "reports/sample_report.h"

namespace logquake::report {
namespace {

bool tells(const std::vector<Moment>& story, std::int64_t id) {
  return std::any_of(story.begin(), story.end(),
                     [id](const Moment& moment) { return moment.fact == sim::EventId(id); });
}

TEST(Story, TellsProofsAndFaultsHoweverShort) {
  const auto story = tell(sample_violated_run(), 5);

  EXPECT_EQ(story.size(), 5U);
  EXPECT_TRUE(tells(story, 59));   // the acknowledged step
  EXPECT_TRUE(tells(story, 141));  // its loss
  EXPECT_TRUE(tells(story, 100));  // the fault between
}

TEST(Story, RunsInTheOrderOfTime) {
  const auto story = tell(sample_violated_run(), 18);

  EXPECT_TRUE(std::is_sorted(story.begin(), story.end(),
                             [](const Moment& a, const Moment& b) { return a.at < b.at; }));
}

TEST(Story, CountsWhatItPassesOver) {
  const auto story = tell(sample_passed_run(), 4);

  const auto added = std::find_if(story.begin(), story.end(), [](const Moment& moment) {
    return moment.kind == "counter.added";
  });
  ASSERT_NE(added, story.end());
  EXPECT_GE(added->folded, 38);
}

TEST(Story, LeavesDetailsBelowInfoOut) {
  EXPECT_FALSE(tells(tell(sample_violated_run(), 40), 102));
}

TEST(Story, DoesNotSayTwiceThatANodeWentDown) {
  const auto story = tell(sample_violated_run(), 40);

  EXPECT_TRUE(tells(story, 100));
  EXPECT_FALSE(tells(story, 101));
}

TEST(Story, TellsAFaultThatNoFactStates) {
  auto report = sample_passed_run();
  report.faults.push_back({.sentence = "the network slows down",
                           .when = "at 2s",
                           .at = Instant(2s),
                           .node = {},
                           .fact = {}});

  const auto story = tell(report, 18);

  EXPECT_TRUE(std::any_of(story.begin(), story.end(), [](const Moment& moment) {
    return moment.sentence == "the network slows down";
  }));
}

TEST(Story, HearsEveryPartOfTheSystem) {
  auto report = sample_passed_run();
  auto fact = report.facts.back();
  for (int kind = 0; kind < 30; ++kind) {
    fact.id = fact.id + 1;
    fact.kind = "chatty.kind-" + std::to_string(kind);
    report.facts.push_back(fact);
  }
  fact.id = fact.id + 1;
  fact.kind = "shy.only-once";
  report.facts.push_back(fact);

  EXPECT_TRUE(tells(tell(report, 16), fact.id.value()));
}

TEST(Story, OfNothingIsEmpty) { EXPECT_TRUE(tell(RunReport{}, 18).empty()); }

}  // namespace
}  // namespace logquake::report
