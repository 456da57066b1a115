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

TEST(Story, TellsWhatFollowedAFaultWhereItsFaultsNameNothing) {
  auto report = sample_passed_run();
  report.faults = {{.sentence = "the network splits",
                    .when = "at 3s",
                    .at = Instant(3s),
                    .node = {},
                    .fact = {}}};
  auto fact = report.facts.back();
  fact.node = "node-1";
  fact.level = sim::Level::info;
  report.facts.clear();
  // The cluster elects twice, and says much all the time.
  const std::vector<Duration> elections{100ms, 3100ms};
  for (Duration at = 0ms; at < 30s; at += 5s) {
    for (int kind = 0; kind < 20; ++kind) {
      fact.id = fact.id + 1;
      fact.at = Instant(at + 1ms * kind);
      fact.kind = "chatty.kind-" + std::to_string(kind);
      report.facts.push_back(fact);
    }
    for (const auto election : elections) {
      if (election < at || election >= at + 5s) continue;
      fact.id = fact.id + 1;
      fact.at = Instant(election);
      fact.kind = "chatty.elected";
      report.facts.push_back(fact);
    }
  }
  const auto second = std::find_if(
      report.facts.begin(), report.facts.end(),
      [&](const sim::RecordedFact& one) { return one.at == Instant(elections.back()); });

  for (const auto& m : tell(report, 12)) printf("%ld %s %s %ld\n", (long)m.at.time_since_epoch().count(), m.kind.c_str(), m.sentence.c_str(), (long)m.fact.value());
  EXPECT_TRUE(tells(tell(report, 12), second->id.value()));
}

std::vector<std::int64_t> ids_of(const std::vector<Moment>& story) {
  std::vector<std::int64_t> ids;
  for (const auto& moment : story) ids.push_back(moment.fact.value());
  return ids;
}

TEST(StoryOfAViolation, IsTheChainOfCausesTheFaultsAndTheirEndsWhereNothingIsNamed) {
  auto report = sample_violated_run();
  report.violations.front().message = "a step is lost";  // no name in it

  const auto story = tell_violation(report, report.violations.front(), 20);

  // The acknowledged step, the power loss that came of it, node-3's pause and its end, the restart,
  // the truncation. What node-2 says at level debug is left out, and so is what node-1 repeats.
  for (const std::int64_t id : {59, 100, 130, 132, 140, 141}) EXPECT_TRUE(tells(story, id)) << id;
  for (const std::int64_t id : {101, 102, 131}) EXPECT_FALSE(tells(story, id)) << id;
  EXPECT_EQ(ids_of(story).back(), 141);
  EXPECT_EQ(story.back().role, Moment::Role::proof);
}

TEST(StoryOfAViolation, TellsWhatConcernsTheThingsThatItNames) {
  auto report = sample_violated_run();
  auto elected = report.facts.back();
  elected.id = elected.id + 1;
  elected.level = sim::Level::info;
  elected.sentence = "node-2 leads counter-7 in term 2";
  auto other = elected;
  other.id = other.id + 1;
  other.sentence = "node-2 leads counter-8 in term 2";
  auto detail = elected;
  detail.id = other.id + 1;
  detail.level = sim::Level::debug;
  for (const auto& fact : {elected, other, detail}) report.facts.push_back(fact);
  auto& violation = report.violations.front();
  violation.message = "step 38 of counter-7 is lost";
  violation.at = detail.at;

  const auto story = tell_violation(report, violation, 20);

  EXPECT_TRUE(tells(story, elected.id.value()));
  EXPECT_FALSE(tells(story, other.id.value()));
  EXPECT_FALSE(tells(story, detail.id.value()));
}

TEST(StoryOfAViolation, KeepsTheProofsWhereThereIsNoRoomForAll) {
  const auto report = sample_violated_run();

  const auto story = tell_violation(report, report.violations.front(), 3);

  EXPECT_EQ(story.size(), 3U);
  for (const auto proof : report.violations.front().facts)
    EXPECT_TRUE(tells(story, proof.value())) << proof.value();
}

TEST(Story, OfNothingIsEmpty) { EXPECT_TRUE(tell(RunReport{}, 18).empty()); }

}  // namespace
}  // namespace logquake::report
