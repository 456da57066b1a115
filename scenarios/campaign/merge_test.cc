#include "scenarios/campaign/merge.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "scenarios/campaign/hunt_testing.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view some_fail =
    "length = \"5s\"\n[trial]\nnodes = 3\n[[workload]]\ntype = \"ticks\"\nevery = \"100ms\"\n"
    "count = 30\n[[expect]]\nchecker = \"few-ticks\"\nbelow = 105\n"
    "[[fault]]\non = { fact = \"trial.ticked\", each = \"1/40\" }\n"
    "process_crash = { node = \"any trial\" }\n";

class Merge : public testing::Test {
 protected:
  /// Hunts one shard of `count` into a directory of its own.
  std::string hunt_shard(const Campaign& campaign, std::uint64_t index, std::uint64_t count) {
    auto own = campaign;
    own.shard = {index, count};
    const HuntRequest request{.directory = format("{}/{}-of-{}", folder_, index, count),
                              .resume = false,
                              .jobs = 2,
                              .time = {}};
    const auto report = hunt(own, scenarios_, request, keep_on);
    EXPECT_TRUE(report.ok()) << to_string(report.error());
    return request.directory;
  }
  std::vector<std::string> hunt_all(const Campaign& campaign, std::uint64_t count) {
    std::vector<std::string> directories;
    // Whatever their order.
    for (std::uint64_t index = count; index-- > 0;) {
      directories.push_back(hunt_shard(campaign, index, count));
    }
    return directories;
  }
  Result<HuntReport> merged(std::vector<std::string> directories, const std::string& name) const {
    MergeRequest request;
    request.directories = std::move(directories);
    request.out = folder_ + "/" + name;
    return merge_hunts(request);
  }
  std::string refusal(std::vector<std::string> directories) const {
    const auto report = merged(std::move(directories), "refused");
    EXPECT_FALSE(fs::exists(folder_ + "/refused"));
    return report.ok() ? "merged" : report.error().message;
  }

  std::string folder_ = test_folder();
  std::vector<Scenario> scenarios_ = trials(some_fail);
};

/// Every file but the times in it, in one text.
std::string without_times(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const auto name = fs::relative(entry.path(), directory).string();
    if (entry.is_directory() || name == "timings.jsonl") continue;
    auto text = file_in(directory, name);
    if (name == "hunt.json") {
      auto json = nlohmann::ordered_json::parse(text);
      json["seconds"] = json["cpu_seconds"] = 0;
      text = json.dump(2);
    }
    if (name == "junit.xml") text = std::regex_replace(text, std::regex(" time=\"[0-9.]*\""), "");
    files[name] = text;
  }
  std::string all;
  for (const auto& [name, text] : files) all += "==== " + name + "\n" + text;
  return all;
}

TEST_F(Merge, GivesTheSameBytesForAnyNumberOfShards) {
  scenarios_.push_back(trial("[trial]\nnodes = 2\n[faults]\n"));
  const auto campaign = campaign_of(scenarios_, 20);
  const auto whole = hunt_shard(campaign, 0, 1);
  for (const std::uint64_t count : {1U, 3U, 7U}) {
    const auto name = format("merged-{}", count);
    const auto report = merged(count == 1 ? std::vector{whole} : hunt_all(campaign, count), name);

    ASSERT_TRUE(report.ok()) << to_string(report.error());
    EXPECT_EQ(report->counts.runs, 40);
    EXPECT_GT(report->counts.violated, 2);
    EXPECT_EQ(file_in(folder_ + "/" + name, "hunt.jsonl"), file_in(whole, "hunt.jsonl"));
    EXPECT_EQ(without_times(folder_ + "/" + name), without_times(whole)) << count;
  }
}

TEST_F(Merge, EndsWhereTheFirstSeedFailed) {
  auto campaign = campaign_of(scenarios_, 40);
  campaign.until_fail = true;
  const auto whole = hunt_shard(campaign, 0, 1);
  const auto report = merged(hunt_all(campaign, 3), "merged");

  ASSERT_TRUE(report.ok()) << to_string(report.error());
  EXPECT_LT(report->counts.runs, 40);
  EXPECT_EQ(report->counts.violated, 1);
  EXPECT_EQ(without_times(folder_ + "/merged"), without_times(whole));
}

TEST_F(Merge, RefusesHolesOverlapsAndStrangers) {
  const auto campaign = campaign_of(scenarios_, 6);
  const auto zero = hunt_shard(campaign, 0, 3);
  const auto one = hunt_shard(campaign, 1, 3);
  const auto two = hunt_shard(campaign, 2, 3);
  const auto half = hunt_shard(campaign, 1, 2);
  auto longer = campaign;
  longer.last = 7;
  longer.shard = {2, 3};
  const HuntRequest stranger{
      .directory = folder_ + "/stranger", .resume = false, .jobs = 1, .time = {}};
  ASSERT_TRUE(hunt(longer, scenarios_, stranger, keep_on).ok());

  EXPECT_EQ(refusal({zero, two}), "expected every shard, found no 1/3");
  EXPECT_EQ(refusal({two}), "expected every shard, found no 0/3, 1/3");
  EXPECT_EQ(refusal({zero, one, two, one}), format("{} and {} are both shard 1/3", one, one));
  EXPECT_EQ(refusal({zero, half}), format("{} is one of 3 shards, {} one of 2", zero, half));
  EXPECT_EQ(refusal({zero, one, stranger.directory}),
            format("{} and {} are of different campaigns: --seeds: 1..6 against 1..7", zero,
                   stranger.directory));
  EXPECT_EQ(refusal({folder_ + "/nowhere"}), folder_ + "/nowhere/hunt.jsonl: cannot be read");

  const auto text = file_in(two, "hunt.jsonl");
  std::ofstream(two + "/hunt.jsonl", std::ios::binary) << text.substr(0, text.size() - 9);
  EXPECT_EQ(refusal({zero, one, two}), two + "/hunt.jsonl: its last line is torn");
  const auto last_line = text.rfind('\n', text.size() - 2) + 1;
  std::ofstream(two + "/hunt.jsonl", std::ios::binary) << text.substr(0, last_line);
  EXPECT_EQ(refusal({zero, one, two}), two + ": seed 5 of x is missing");
  std::ofstream(two + "/hunt.jsonl", std::ios::binary) << text << text.substr(last_line);
  EXPECT_EQ(refusal({zero, one, two}), two + "/hunt.jsonl:4: seed 5 of x comes twice");
  std::ofstream(two + "/hunt.jsonl", std::ios::binary)
      << text << file_in(one, "hunt.jsonl").substr(file_in(one, "hunt.jsonl").find('\n') + 1);
  EXPECT_EQ(refusal({zero, one, two}), two + "/hunt.jsonl:4: seed 1 does not belong to shard 2/3");
  fs::remove(one + "/hunt.json");
  EXPECT_EQ(refusal({zero, one, two}),
            format("{}: the hunt has not come to its end: go on with `logquake hunt --resume {}`",
                   one, one));
}

TEST_F(Merge, TakesShardsThatTheirTimeEnded) {
  auto campaign = campaign_of(scenarios_, 6);
  campaign.last.reset();
  std::vector<std::string> directories;
  for (std::uint64_t index = 0; index < 2; ++index) {
    campaign.shard = {index, 2};
    const HuntRequest request{.directory = format("{}/timed-{}", folder_, index),
                              .resume = false,
                              .jobs = 1,
                              .time = Duration(index * 200ms + 1ms)};
    ASSERT_TRUE(hunt(campaign, scenarios_, request, keep_on).ok());
    directories.push_back(request.directory);
  }

  const auto report = merged(directories, "merged");

  ASSERT_TRUE(report.ok()) << to_string(report.error());
  EXPECT_GE(report->counts.runs, 2);
}

}  // namespace
}  // namespace logquake::scenario
