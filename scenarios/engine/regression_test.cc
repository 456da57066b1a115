#include "scenarios/engine/regression.h"

#include <gtest/gtest.h>

#include "sim/random.h"

namespace logquake::scenario {
namespace {

std::string trouble_of(std::string_view text) {
  Problems problems("r/regressions.toml");
  const auto read = parse_regressions(text, "r", problems);
  EXPECT_EQ(read.has_value(), problems.empty());
  return problems.to_text();
}

constexpr std::string_view one = "[[regression]]\nname = \"a\"\nguards = \"b\"\nscenario = \"x\"\n";

TEST(Regression, IsReadWithItsDefaults) {
  Problems problems("r/regressions.toml");
  const auto read = parse_regressions(one, "r", problems);

  ASSERT_TRUE(read) << problems.to_text();
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().scenario, "x");
  EXPECT_EQ(read->front().seed, 1U);
  EXPECT_FALSE(read->front().strategy);
  EXPECT_EQ(read->front().expected, report::Verdict::passed);
}

TEST(Regression, IsReadWhole) {
  Problems problems("r/regressions.toml");
  const auto read = parse_regressions(
      "[[regression]]\nname = \"a\"\nguards = \"b\"\nclause = \"K-1\"\nscenario = \"./x.toml\"\n"
      "seed = 17\nstrategy = \"pct:3:20ms\"\ndefects = \"d.one, d.two\"\nsets = [\"length=3s\"]\n"
      "expect = \"violated\"\nchecker = \"c\"\n"
      "[[regression]]\nname = \"token\"\nguards = \"b\"\n"
      "run = \"lq1:y,3fa2c1d08b7e91aa,seed=9,strategy=fifo,defect=d.one\"\n",
      "r", problems);

  ASSERT_TRUE(read) << problems.to_text();
  const auto& parts = read->at(0);
  EXPECT_EQ(parts.scenario, "r/x.toml");
  EXPECT_EQ(parts.seed, 17U);
  EXPECT_EQ(sim::to_string(*parts.strategy), "pct:3:20ms");
  EXPECT_EQ(parts.defects, (std::vector<std::string>{"d.one", "d.two"}));
  EXPECT_EQ(expectation_of(parts), "violated by c");
  const auto& token = read->at(1);
  EXPECT_EQ(token.scenario, "y");
  EXPECT_EQ(token.seed, 9U);
  EXPECT_EQ(token.defects, std::vector<std::string>{"d.one"});
}

TEST(Regression, NamesWhatIsWrongAndWhere) {
  EXPECT_EQ(trouble_of(""),
            "r/regressions.toml:1:1: regression: expected at least one [[regression]]\n");
  EXPECT_NE(trouble_of("[[regresion]]\nname = \"a\"\n").find("did you mean \"regression\""),
            std::string::npos);
  EXPECT_NE(trouble_of("[[regression]]\nname = \"a\"\nscenario = \"x\"\n").find("guards"),
            std::string::npos);
  const auto with = [](std::string_view line) { return std::string(one) + std::string(line); };
  EXPECT_NE(trouble_of(with("expect = \"violated\"\n")).find("checker"), std::string::npos);
  EXPECT_NE(trouble_of(with("expect = \"pased\"\n")).find("did you mean \"passed\""),
            std::string::npos);
  EXPECT_NE(trouble_of(with("seed = -1\n")).find("r/regressions.toml:5:8: "), std::string::npos)
      << trouble_of(with("seed = -1\n"));
  EXPECT_NE(trouble_of(with("strategy = \"lifo\"\n")).find("strategy"), std::string::npos);
  EXPECT_NE(trouble_of(with("run = \"lq1:x\"\n")).find("expected either run or scenario"),
            std::string::npos);
  EXPECT_NE(trouble_of(with(one)).find("found \"a\" twice"), std::string::npos);
  EXPECT_NE(trouble_of(with("checker = \"c\"\n")).find("checker: unknown key"), std::string::npos);
}

TEST(Regression, SurvivesDamagedFiles) {
  const auto whole = std::string(one) + "seed = 3\nrun = \"lq1:y,3fa2c1d08b7e91aa,seed=9\"\n";
  sim::Random random(7);
  for (int round = 0; round < 500; ++round) {
    auto damaged = whole;
    for (auto hits = 1 + random.below(4); hits > 0 && !damaged.empty(); --hits) {
      const auto at = random.below(damaged.size());
      switch (random.below(3)) {
        case 0:
          damaged[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          damaged.erase(at, random.below(9));
          break;
        default:
          damaged.insert(at, damaged.substr(random.below(damaged.size()), random.below(20)));
      }
    }
    trouble_of(damaged);  // says what is wrong, or reads it
  }
}

report::RunReport ended(report::Verdict verdict, std::vector<std::string> checkers = {}) {
  report::RunReport report;
  report.verdict = verdict;
  for (auto& checker : checkers) report.violations.push_back({.checker = std::move(checker)});
  return report;
}

TEST(Regression, IsAsExpectedOnlyByTheNamedChecker) {
  using report::Verdict;
  Regression passes;
  Regression breaks;
  breaks.expected = Verdict::violated;
  breaks.checker = "c";

  EXPECT_TRUE(judge(passes, ended(Verdict::passed)).as_expected);
  EXPECT_FALSE(judge(passes, ended(Verdict::violated, {"c"})).as_expected);
  EXPECT_FALSE(judge(passes, ended(Verdict::unknown)).as_expected);
  EXPECT_TRUE(judge(breaks, ended(Verdict::violated, {"b", "c"})).as_expected);
  EXPECT_FALSE(judge(breaks, ended(Verdict::violated, {"b"})).as_expected);
  EXPECT_FALSE(judge(breaks, ended(Verdict::passed)).as_expected);
  EXPECT_FALSE(judge(breaks, ended(Verdict::crashed)).as_expected);
}

}  // namespace
}  // namespace logquake::scenario
