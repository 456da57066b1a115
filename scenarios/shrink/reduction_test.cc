#include "scenarios/shrink/reduction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "scenarios/engine/document.h"
#include "scenarios/engine/trial_kit.h"
#include "scenarios/shrink/setting_reductions.h"

namespace logquake::scenario {
namespace {

const Catalog catalog = trial_catalog();

Scenario trial(const std::string& text) {
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  auto scenario = read_scenario(std::move(*document), "x.toml", catalog, {}, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  return std::move(*scenario);
}

const std::string rich =
    "name = \"rich\"\nlength = \"20s\"\nstrategy = \"random:20ms\"\n"
    "[network]\nlatency_low = \"1ms\"\nlatency_high = \"2ms\"\n"
    "[trial]\nnodes = 3\n[[workload]]\ntype = \"ticks\"\nevery = \"10ms\"\ncount = 40\n"
    "[[fault]]\nnumber = 2\nat = \"5s\"\npower_loss = { node = \"trial-1\" }\n"
    "[[fault]]\nafter = { step = 2, delay = \"3s\" }\nrestart = { node = \"crashed\" }\n"
    "[[fault]]\nnumber = 9\non = { fact = \"trial.ticked\", occurrence = 30 }\n"
    "slow_disk = { node = \"trial-2\", by = \"80ms\", for = \"4s\" }\n"
    "[[fault]]\nat = \"9s\"\nclock_step = { node = \"trial-3\", by = \"-8s\" }\n"
    "[faults]\nmix = []\nbuggify = true\n[[expect]]\nchecker = \"few-ticks\"\nbelow = 30\n";

std::vector<std::string> sentences(const Scenario& scenario, Aspect aspect) {
  std::vector<std::string> sentences;
  for (const auto& reduction : reductions_of(scenario, aspect))
    sentences.push_back(reduction.sentence);
  return sentences;
}

bool says(const std::vector<std::string>& all, const std::string& sentence) {
  return std::find(all.begin(), all.end(), sentence) != all.end();
}

TEST(Reduction, DropsStepsInChunksThatGetSmallerTheLastFirst) {
  using Sentences = std::vector<std::string>;

  EXPECT_EQ(sentences(trial(rich), Aspect::faults),
            (Sentences{"drops 4 fault steps (2 to 3, 9 to 10)", "drops 2 fault steps (9 to 10)",
                       "drops 2 fault steps (2 to 3)",
                       "drops fault step 10 (the wall clock of trial-3 jumps by -8s)",
                       "drops fault step 9 (each sync of trial-2 takes 80ms longer for 4s)",
                       "drops fault step 3 (crashed is started)"}));
}

TEST(Reduction, SaysWhatItChangesInEachAspect) {
  const auto scenario = trial(rich);

  const auto load = sentences(scenario, Aspect::load);
  EXPECT_TRUE(says(load, "drops workload 0 (\"ticks\")"));
  EXPECT_TRUE(says(load, "takes workload.0.count from 40 to 1"));
  EXPECT_TRUE(says(load, "takes workload.0.count from 40 to 39"));
  const auto nodes = sentences(scenario, Aspect::nodes);
  EXPECT_TRUE(says(nodes, "takes trial.nodes from 3 to 1"));
  EXPECT_TRUE(says(nodes, "drops promise 0 (\"few-ticks\")"));
  const auto length = sentences(scenario, Aspect::length);
  EXPECT_TRUE(says(length, "ends the load after 10s"));
  EXPECT_TRUE(says(length, "lets the steps with an instant strike 5s earlier"));
  EXPECT_TRUE(says(length, "lets what strikes at 9s and later strike 2s earlier"));
  EXPECT_TRUE(says(length, "lets step 3 (crashed is started) strike 0s after step 2"));
  EXPECT_TRUE(says(length,
                   "lets step 9 (each sync of trial-2 takes 80ms longer for 4s) strike on the 1st "
                   "trial.ticked"));
  const auto parameters = sentences(scenario, Aspect::parameters);
  EXPECT_TRUE(
      says(parameters, "makes step 9 gentler: each sync of trial-2 takes 40ms longer for 4s"));
  EXPECT_TRUE(
      says(parameters, "makes step 9 gentler: each sync of trial-2 takes 80ms longer for 2s"));
  EXPECT_TRUE(says(parameters, "makes step 10 gentler: the wall clock of trial-3 jumps by -4s"));
  const auto schedule = sentences(scenario, Aspect::schedule);
  EXPECT_EQ(schedule.front(), "lets every task run at once (fifo)");
  EXPECT_TRUE(says(schedule, "lets the tasks of trial-2 run at once"));
  EXPECT_TRUE(says(schedule, "holds tasks back for at most 10ms"));
  EXPECT_TRUE(says(sentences(scenario, Aspect::buggify), "lets no site in the code fire"));
  EXPECT_TRUE(
      says(sentences(scenario, Aspect::settings), "leaves the network as it is by default"));
}

TEST(Reduction, PowerLossGoesTowardsAFateThatIsSaidAndGentle) {
  const auto scenario = trial(rich);
  std::vector<std::string> fates;
  for (const auto& reduction : reductions_of(scenario, Aspect::parameters)) {
    if (reduction.subject != "step 2 fate") continue;
    const auto reduced = apply(reduction, scenario, catalog);
    ASSERT_TRUE(reduced.has_value());
    fates.emplace_back(name_of(std::get<sim::PowerLoss>(reduced->plan.steps[0].what).fate));
  }
  EXPECT_EQ(fates, (std::vector<std::string>{"kept", "lost", "suffix", "torn"}));
}

TEST(Reduction, EachIsAnotherDocumentAndKeepsTheNumbersOfTheStepsThatStay) {
  const auto scenario = trial(rich);
  std::set<std::string> documents{canonical_text(scenario.document)};
  for (const auto& reduction : reductions_of(scenario)) {
    EXPECT_TRUE(documents.insert(canonical_text(reduced(reduction, scenario))).second)
        << reduction.sentence;
    const auto smaller = apply(reduction, scenario, catalog);
    // What strikes trial-3 needs three nodes.
    if (!smaller) {
      EXPECT_EQ(reduction.subject, "trial.nodes") << reduction.sentence;
      continue;
    }
    for (const int number : sim::numbers_of(smaller->plan))
      EXPECT_NE(sim::find_step(scenario.plan, number), nullptr) << reduction.sentence;
  }
}

TEST(Reduction, TakingWhateverIsOfferedComesToAnEndInLittle) {
  for (const bool ambitious : {true, false}) {
    auto scenario = trial(rich);
    int taken = 0;
    for (bool any = true; any && taken < 2'000;) {
      any = false;
      auto all = reductions_of(scenario);
      if (!ambitious) std::reverse(all.begin(), all.end());
      for (const auto& reduction : all) {
        auto smaller = apply(reduction, scenario, catalog);
        if (!smaller) continue;
        scenario = std::move(*smaller);
        ++taken;
        any = true;
        break;
      }
    }
    EXPECT_LT(taken, 2'000);
    EXPECT_TRUE(scenario.plan.steps.empty()) << scenario.toml();
    EXPECT_EQ(scenario.document.find("workload"), nullptr);
    EXPECT_EQ(scenario.length, shortest_load);
    EXPECT_EQ(scenario.strategy->kind, sim::Strategy::Kind::fifo);
  }
}

TEST(Reduction, CountsOperationsByCountAndPace) {
  EXPECT_EQ(operations_of(trial(rich)), 40);
  auto text = rich;
  text.replace(text.find("20s"), 3, "95ms");
  EXPECT_EQ(operations_of(trial(text)), 10);
}

}  // namespace
}  // namespace logquake::scenario
