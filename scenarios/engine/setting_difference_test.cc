#include "scenarios/engine/setting_difference.h"

#include <gtest/gtest.h>

#include "scenarios/engine/document.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/engine/trial_kit.h"

namespace logquake::scenario {
namespace {

Value document_of(std::string_view text) {
  Problems problems("x.toml");
  return parse_document(text, problems).value_or(Value());
}

sim::FaultPlan plan_of(std::string_view text) {
  static const Catalog catalog = trial_catalog();
  Problems problems("x.toml");
  auto scenario = read_scenario(document_of(text), "x.toml", catalog, {}, problems);
  EXPECT_TRUE(scenario) << problems.to_text();
  return scenario->plan;
}

using Differences = std::vector<SettingDifference>;

TEST(SettingDifference, NamesEachSettingByItsPath) {
  const auto first = document_of(
      "length = \"5s\"\n[trial]\nnodes = 2\n[[workload]]\nevery = \"1ms\"\n[[workload]]\n"
      "every = \"2ms\"\n");
  const auto second = document_of(
      "length = \"6s\"\n[trial]\nnodes = 2\ndeed = \"tick\"\n[[workload]]\nevery = \"1ms\"\n");

  EXPECT_EQ(differences_of(first, second), (Differences{{"length", "\"5s\"", "\"6s\""},
                                                        {"workload.1.every", "\"2ms\"", ""},
                                                        {"trial.deed", "", "\"tick\""}}));
}

TEST(SettingDifference, IgnoresOrderAndSpacing) {
  EXPECT_EQ(differences_of(document_of("a = 1\nb = [1, 2]\n"), document_of("b=[1,2]\n\na=1")),
            Differences{});
}

TEST(SettingDifference, ComparesPlansByWhatTheirStepsSay) {
  constexpr std::string_view head = "[trial]\nnodes = 3\n";
  const auto crash = std::string("[[fault]]\nat = \"1s\"\nprocess_crash = {node = \"trial-1\"}\n");
  const auto other = std::string("[[fault]]\nat = \"2s\"\npause = {node = \"trial-2\"}\n");
  const auto tied = std::string(
      "[[fault]]\nafter = {step = 1, delay = \"1s\"}\nrestart = {node = \"trial-1\"}\n");
  const auto tied_to_first = std::string(
      "[[fault]]\nafter = {step = 0, delay = \"1s\"}\nrestart = {node = \"trial-1\"}\n");

  // The pause is gone, and the restart is tied to the same crash under another number.
  const auto differences = differences_of(plan_of(std::string(head) + other + crash + tied),
                                          plan_of(std::string(head) + crash + tied_to_first));

  ASSERT_EQ(differences.size(), 1U);
  EXPECT_NE(differences[0].first.find("trial-2"), std::string::npos) << differences[0].first;
  EXPECT_EQ(differences[0].second, "");
}

}  // namespace
}  // namespace logquake::scenario
