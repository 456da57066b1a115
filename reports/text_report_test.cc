#include "reports/text_report.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "reports/plain_text.h"
#include "reports/sample_report.h"
#include "sim/testing/golden_file.h"

namespace logquake::report {
namespace {

const std::string testdata = LOGQUAKE_SOURCE_DIR "/reports/testdata/";

TEST(TextReport, TellsAViolatedRun) {
  sim::testing::expect_golden(testdata + "violated.txt", text_report(sample_violated_run()));
}

TEST(TextReport, TellsAPassedRun) {
  sim::testing::expect_golden(testdata + "passed.txt", text_report(sample_passed_run()));
}

TEST(TextReport, EndsWithTheCommandThatBringsTheRunBack) {
  const auto text = text_report(sample_violated_run());

  EXPECT_TRUE(text.ends_with("\nreproduce: logquake run counter-survives --seed 17\n")) << text;
}

TEST(TextReport, HasTwentyToFortyLines) {
  const auto text = text_report(sample_violated_run());

  const auto lines = std::count(text.begin(), text.end(), '\n');
  EXPECT_GE(lines, 20);
  EXPECT_LE(lines, 40);
}

TEST(TextReport, SendsNoControlCharactersOfAModelToTheTerminal) {
  auto report = sample_passed_run();
  report.facts[3].sentence = "\033[2J\x07 gone";

  const auto text = text_report(report);

  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_EQ(text.find('\a'), std::string::npos);
}

TEST(TextReport, PaintsOnlyWhenAskedTo) {
  const auto plain = text_report(sample_violated_run());
  const auto painted = text_report(sample_violated_run(), {.colour = true});

  EXPECT_EQ(plain.find('\033'), std::string::npos);
  EXPECT_NE(painted.find("\033[1;31mVIOLATED\033[0m"), std::string::npos);
}

}  // namespace
}  // namespace logquake::report
