// Every scenario that comes along, made concrete, runs as it did.
#include <gtest/gtest.h>

#include <string>

#include "scenarios/engine/concrete.h"
#include "scenarios/engine/runner.h"
#include "scenarios/kafka/kafka_kit.h"
#include "scenarios/zookeeper/zookeeper_kit.h"

namespace logquake::scenario {
namespace {

class ConcreteLibrary : public testing::TestWithParam<std::string> {};

TEST_P(ConcreteLibrary, RunsLikeTheOriginal) {
  Catalog catalog;
  catalog.add(kafka_kit())
      .add(zookeeper_kit())
      .add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library");
  catalog.add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library/defects");
  Problems problems(GetParam());
  const auto scenario = load_scenario(GetParam(), catalog, {}, problems);
  ASSERT_TRUE(scenario.has_value()) << problems.to_text();
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto settled = concrete(*scenario, catalog, seed, strategy_for(*scenario, seed));

    ASSERT_TRUE(settled) << settled.error().message;
    EXPECT_EQ(run(*settled, {.seed = seed}).report.fingerprint,
              run(*scenario, {.seed = seed}).report.fingerprint)
        << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Library, ConcreteLibrary,
                         testing::Values("users-table-to-replica", "keyed-order",
                                         "standard-cluster", "incrementing-misses-updates",
                                         "lost-answer", "stuck-partition", "zookeeper-swarm",
                                         "zookeeper-two-sites", "zookeeper-recipes"),
                         [](const auto& name) {
                           std::string plain;
                           for (const char c : name.param) {
                             if (c != '-') plain += c;
                           }
                           return plain;
                         });

}  // namespace
}  // namespace logquake::scenario
