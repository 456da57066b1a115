// For tests of hunts: scenarios of the trial kit, hunted into a folder of the test's own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/campaign/hunt.h"
#include "scenarios/campaign/hunt_directory.h"
#include "scenarios/engine/document.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::scenario {

inline Scenario trial(std::string_view text, const Overrides& overrides = {}) {
  static const Catalog catalog = trial_catalog();
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  EXPECT_TRUE(document.has_value()) << problems.to_text();
  auto scenario = read_scenario(std::move(*document), "x.toml", catalog, overrides, problems);
  EXPECT_TRUE(scenario.has_value()) << problems.to_text();
  return std::move(*scenario);
}

inline std::vector<Scenario> trials(std::string_view text, const Overrides& overrides = {}) {
  std::vector<Scenario> scenarios;
  scenarios.push_back(trial(text, overrides));
  return scenarios;
}

/// Seeds 1 to `last` of the scenarios, by a binary of no account.
inline Campaign campaign_of(std::span<const Scenario> scenarios, std::uint64_t last) {
  Campaign campaign;
  campaign.version = std::string(version());
  campaign.binary = "0000000000000000";
  for (const auto& scenario : scenarios) {
    campaign.scenarios.push_back(campaign_scenario_of(scenario));
  }
  campaign.last = last;
  campaign.patience = 5s;
  return campaign;
}

/// An empty folder for the test that runs.
inline std::string test_folder() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  auto name = std::string(test->test_suite_name()) + "-" + test->name();
  for (auto& c : name) c = c == '/' ? '-' : c;
  static const sim::testing::ScratchFolder scratch("campaign");
  const auto folder = scratch.path() / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

inline bool keep_on(const HuntProgress&) { return true; }

inline std::string file_in(const std::string& directory, const std::string& name) {
  const auto text = read_hunt_file(directory, name);
  EXPECT_TRUE(text.ok()) << name;
  return text ? *text : std::string();
}

}  // namespace logquake::scenario
