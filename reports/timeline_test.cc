#include "reports/timeline.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reports/sample_report.h"

namespace logquake::report {
namespace {

using State = NodeSpan::State;

Timeline sample_timeline() {
  const auto report = sample_violated_run();
  return lay_out(report, tell(report, 18), 8);
}

TEST(Timeline, ShowsWhenNodesWereUpPausedAndDown) {
  const auto timeline = sample_timeline();

  const auto& first = timeline.nodes[0].spans;
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[1].state, State::down);
  EXPECT_EQ(first[1].from, Instant(5s));
  EXPECT_EQ(first[1].to, Instant(20s));
  ASSERT_EQ(timeline.nodes[2].spans.size(), 3U);
  EXPECT_EQ(timeline.nodes[2].spans[1].state, State::paused);
}

TEST(Timeline, LeavesNoGapBetweenSpans) {
  for (const auto& lane : sample_timeline().nodes) {
    for (std::size_t index = 1; index < lane.spans.size(); ++index)
      EXPECT_EQ(lane.spans[index - 1].to, lane.spans[index].from);
    EXPECT_EQ(lane.spans.back().to, Instant(30s));
  }
}

TEST(Timeline, ShowsTheStatesOfSubjects) {
  const auto timeline = sample_timeline();

  ASSERT_EQ(timeline.subjects.size(), 1U);
  EXPECT_EQ(timeline.subjects[0].subject, "counter <a>");
  ASSERT_EQ(timeline.subjects[0].phases.size(), 2U);
  EXPECT_EQ(timeline.subjects[0].phases[1].state, "leader node-2, term 2");
  EXPECT_EQ(timeline.subjects[0].phases[0].to, timeline.subjects[0].phases[1].from);
}

TEST(Timeline, KeepsSubjectsThatChangedMostWhereThereAreTooMany) {
  auto report = sample_violated_run();
  auto quiet = report.facts.back();
  for (int number = 0; number < 20; ++number) {
    quiet.id = quiet.id + 1;
    quiet.subject = "quiet " + std::to_string(number);
    quiet.state = "there";
    report.facts.push_back(quiet);
  }

  const auto timeline = lay_out(report, {}, 3);

  EXPECT_EQ(timeline.subjects.size(), 3U);
  EXPECT_EQ(timeline.subjects_left_out, 18U);
  EXPECT_EQ(timeline.subjects[0].subject, "counter <a>");
}

TEST(Timeline, ShowsWhatEachNodeSaysOfItselfHoweverMany) {
  auto report = sample_violated_run();
  auto fact = report.facts.back();
  fact.state = "FOLLOWING";
  for (const int number : {3, 1, 4, 2}) {
    fact.id = fact.id + 1;
    fact.subject = "state of node-" + std::to_string(number);
    report.facts.push_back(fact);
  }

  const auto timeline = lay_out(report, {}, 5);

  std::vector<std::string> subjects;
  for (const auto& lane : timeline.subjects) subjects.push_back(lane.subject);
  EXPECT_EQ(subjects,
            (std::vector<std::string>{"state of node-1", "state of node-2", "state of node-3",
                                      "state of node-4", "counter <a>"}));
}

TEST(Timeline, CountsActivityWithinItsSlices) {
  std::int64_t counted = 0;
  for (const auto& lane : sample_timeline().nodes) {
    ASSERT_EQ(lane.activity.size(), Timeline::slices);
    for (const auto count : lane.activity) counted += count;
  }
  EXPECT_GT(counted, 50);
}

TEST(Timeline, NumbersTheMomentsOfTheStory) {
  const auto timeline = sample_timeline();

  ASSERT_FALSE(timeline.marks.empty());
  EXPECT_EQ(timeline.marks.front().number, 1);
  EXPECT_EQ(timeline.marks.front().lane, 0);
}

}  // namespace
}  // namespace logquake::report
