// What is logged and kept of a run never changes it: every scenario of the library, several seeds,
// every level.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/engine/exam_file.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/kafka/kafka_kit.h"
#include "scenarios/zookeeper/zookeeper_kit.h"

namespace logquake::scenario {
namespace {

constexpr const char* library = LOGQUAKE_SOURCE_DIR "/scenarios/library";
constexpr std::uint64_t seeds = 3;
constexpr std::array levels{sim::Level::info, sim::Level::debug, sim::Level::trace};

std::vector<std::string> names_of_library() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(library)) {
    if (file.path().extension() == ".toml" && file.path().filename() != exam_file)
      names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// "keyed-order" as "KeyedOrder".
std::string test_name(std::string name) {
  std::string camel;
  bool is_first = true;
  for (const char letter : name) {
    if (letter != '-') {
      const auto upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      camel += is_first ? upper : letter;
    }
    is_first = letter == '-';
  }
  return camel;
}

struct Logged {
  report::RunReport report;
  std::string log;
};

Logged run_logged(const Scenario& scenario, std::uint64_t seed, sim::Level level) {
  ::testing::internal::CaptureStderr();
  auto report =
      run(scenario, {.seed = seed, .strategy = {}, .record = true, .keep = level, .log = level})
          .report;
  return {std::move(report), ::testing::internal::GetCapturedStderr()};
}

class LogLevels : public ::testing::TestWithParam<std::string> {};

TEST_P(LogLevels, NeverChangeARun) {
  Catalog catalog;
  catalog.add(gossip_kit());
  catalog.add(kafka_kit());
  catalog.add(zookeeper_kit());
  catalog.add_library(library);
  Problems problems(GetParam());
  // Cut short: the set-up, the load and the first faults are there all the same.
  const auto scenario = load_scenario(GetParam(), catalog, {.sets = {"length=20s"}}, problems);
  ASSERT_TRUE(scenario.has_value()) << problems.to_text();

  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto silent = run(*scenario, {.seed = seed}).report;
    EXPECT_TRUE(silent.facts.empty());
    std::size_t kept = 0;
    std::size_t logged = 0;
    for (const auto level : levels) {
      const auto [report, log] = run_logged(*scenario, seed, level);

      EXPECT_EQ(report.fingerprint, silent.fingerprint)
          << "seed " << seed << " at level " << name_of(level);
      EXPECT_EQ(report.events, silent.events);
      // Each level tells more than the one before, or this would compare nothing.
      EXPECT_GE(report.facts.size(), std::max<std::size_t>(kept, 1));
      EXPECT_GE(log.size(), std::max<std::size_t>(logged, 1));
      kept = report.facts.size();
      logged = log.size();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Library, LogLevels, ::testing::ValuesIn(names_of_library()),
                         [](const auto& scenario) { return test_name(scenario.param); });

}  // namespace
}  // namespace logquake::scenario
