// Defects of clients and of Connect: each scenario passes without the defect, and breaks its clause
// with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "models/client/defects.h"
#include "models/connect/defects.h"
#include "models/connect/facts.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/kafka/kafka_kit.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

using report::Verdict;

const std::string stories = LOGQUAKE_SOURCE_DIR "/scenarios/library/defects/";

class PipelineDefects : public ::testing::Test {
 protected:
  PipelineDefects() {
    catalog_.add(kafka_kit());
    catalog_.add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library");
  }

  Scenario load(const std::string& name, const sim::Defect* defect) {
    Overrides overrides;
    if (defect != nullptr) overrides.defects = {std::string(defect->name)};
    Problems problems(name);
    auto scenario = load_scenario(name, catalog_, overrides, problems);
    EXPECT_TRUE(scenario.has_value()) << problems.to_text();
    return std::move(*scenario);
  }
  report::RunReport run_seed(const std::string& name, const sim::Defect* defect,
                             std::uint64_t seed) {
    return run(load(name, defect), {.seed = seed}).report;
  }

  Catalog catalog_;
};

std::set<std::string> broken_by(const report::RunReport& report) {
  std::set<std::string> clauses;
  for (const auto& violation : report.violations) clauses.insert(violation.clause);
  return clauses;
}

// K-INV-40, K-PRD-25.
TEST_F(PipelineDefects, ABatchIsInTheLogTwiceOnlyIfItIsRenumberedAfterALostAnswer) {
  const auto right = run_seed(stories + "lost-answer.toml", nullptr, 1);
  const auto wrong = run_seed(stories + "lost-answer.toml", &kafka::renumber_after_lost_answer, 1);

  EXPECT_EQ(right.verdict, Verdict::passed);
  EXPECT_EQ(broken_by(wrong), std::set<std::string>{"K-INV-40"});
}

// C-INV-21, C-SNK-3.
TEST_F(PipelineDefects, ASinkOffsetRunsAheadOfTheDatabaseOnlyIfItIsCommittedBeforeThePut) {
  const auto wrong =
      run_seed("users-table-to-replica", &connect::commit_sink_offsets_before_put, 1);

  EXPECT_EQ(run_seed("users-table-to-replica", nullptr, 1).verdict, Verdict::passed);
  EXPECT_EQ(broken_by(wrong), std::set<std::string>{"C-INV-21"});
}

/// Counts the offsets of the users that are stored while the orders wait for their leader.
class StoredMeanwhile : public Checker {
 public:
  explicit StoredMeanwhile(std::int64_t& count) : count_(count) {}
  void on_fact(const sim::TraceEvent& event, Findings&) override {
    if (event.as<sim::NodeCrashed>() != nullptr) is_stuck_ = true;
    if (event.as<sim::NodeStarted>() != nullptr) is_stuck_ = false;
    const auto* stored = event.as<connect::SourceOffsetsCommitted>();
    if (stored != nullptr && is_stuck_ && stored->in_flight > 0 &&
        stored->source_partition.find("users") != std::string::npos) {
      ++count_;
    }
  }
  void at_end(const Ending&, Findings&) override {}

 private:
  std::int64_t& count_;
  bool is_stuck_ = false;
};

// C-SRC-4: source partitions are independent of each other (C-SRC-3).
TEST_F(PipelineDefects, OffsetsOfOneTableWaitForAnotherOnlyIfACommitWaitsForAllInFlight) {
  const auto stored_meanwhile = [&](const sim::Defect* defect) {
    std::int64_t count = 0;
    auto scenario = load(stories + "stuck-partition.toml", defect);
    scenario.checkers.push_back(
        {"stored-meanwhile", [&count] { return std::make_unique<StoredMeanwhile>(count); }});
    const auto report = run(scenario, {.seed = 1}).report;
    EXPECT_EQ(broken_by(report),
              defect == nullptr ? std::set<std::string>{} : std::set<std::string>{"C-SRC-4"});
    return count;
  };

  EXPECT_GE(stored_meanwhile(nullptr), 5);
  EXPECT_EQ(stored_meanwhile(&connect::offset_commit_waits_for_all_in_flight), 0);
}

}  // namespace
}  // namespace logquake::scenario
