// Defects of ensembles whose stories a scenario of the library tells: each passes without the
// defect, and breaks its clause with it.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "models/quorum/defects.h"
#include "scenarios/engine/checker_testing.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/zookeeper/zookeeper_kit.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;

struct Story {
  std::string name;
  sim::Defect defect;
  std::string clause;
};

void PrintTo(const Story& story, std::ostream* out) { *out << story.name; }

class ZookeeperDefects : public ::testing::TestWithParam<Story> {
 protected:
  static Clauses broken(const std::vector<std::string>& defects) {
    Catalog catalog;
    catalog.add(zookeeper_kit());
    const auto path =
        LOGQUAKE_SOURCE_DIR "/scenarios/library/defects/zookeeper-" + GetParam().name + ".toml";
    Problems problems(path);
    const auto scenario = load_scenario(path, catalog, {.defects = defects}, problems);
    EXPECT_TRUE(scenario.has_value()) << problems.to_text();
    const auto report = run(*scenario, {.seed = 1}).report;
    EXPECT_NE(report.verdict, report::Verdict::unknown);
    Clauses clauses;
    for (const auto& violation : report.violations) clauses.insert(violation.clause);
    return clauses;
  }
};

TEST_P(ZookeeperDefects, BreakTheirClauseAndNothingElseDoes) {
  EXPECT_EQ(broken({}), Clauses{});
  EXPECT_EQ(broken({std::string(GetParam().defect.name)}), Clauses{GetParam().clause});
}

INSTANTIATE_TEST_SUITE_P(
    Stories, ZookeeperDefects,
    ::testing::Values(Story{"kept-snapshot", zookeeper::snapshot_uncommitted, "Z-INV-7"},
                      Story{"half-adopted", zookeeper::snapshot_before_epoch_no_recovery,
                            "Z-INV-25"},
                      Story{"moved-session", zookeeper::reply_session_moved, "Z-SE-15"},
                      Story{"dead-candidate", zookeeper::skip_leader_self_report, "Z-INV-24"},
                      Story{"two-rounds", zookeeper::no_vote_refresh_after_sync, "Z-INV-25"},
                      Story{"read-only-server", zookeeper::readonly_stale_window, "Z-INV-6"},
                      Story{"families", zookeeper::close_keeps_child_count, "Z-INV-17"},
                      Story{"multis", zookeeper::multi_create_without_stat, "Z-MU-5"},
                      Story{"watches", zookeeper::watch_modes_overwrite, "Z-WT-6"},
                      Story{"watches", zookeeper::check_watches_of_all, "Z-WT-16"}));

}  // namespace
}  // namespace logquake::scenario
