#include "scenarios/campaign/shard.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace logquake::scenario {
namespace {

using Set = std::map<std::string, std::string>;

Result<ChosenShard> chosen(const Set& environment, const std::string& flag = "") {
  return choose_shard(flag, [&environment](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  });
}

TEST(Shard, OwnsEverySeedOnce) {
  for (const std::uint64_t count : {1U, 3U, 7U}) {
    std::multiset<std::uint64_t> owned;
    for (std::uint64_t index = 0; index < count; ++index) {
      const Shard shard{index, count};
      for (auto seed = shard.first_seed(5); seed && *seed <= 40; *seed += count) {
        EXPECT_TRUE(shard.owns(*seed));
        owned.insert(*seed);
      }
    }
    EXPECT_EQ(owned.size(), 36U);
    EXPECT_EQ(std::set<std::uint64_t>(owned.begin(), owned.end()).size(), 36U);
  }
}

TEST(Shard, HasNoSeedBehindTheLast) {
  EXPECT_EQ((Shard{2, 3}.first_seed(UINT64_MAX)), std::nullopt);
  EXPECT_EQ((Shard{0, 3}.first_seed(UINT64_MAX)), UINT64_MAX);
}

struct Case {
  Set environment;
  std::string flag;
  std::string expected;  // the shard and its source, or the error
};

TEST(Shard, IsChosenByTheFlagOrByWhoeverRunsManyOfUs) {
  const std::vector<Case> cases{
      {{}, "", "0/1 "},
      {{{"GTEST_SHARD_INDEX", "1"}, {"GTEST_TOTAL_SHARDS", "4"}}, "3/7", "3/7 --shard"},
      {{{"LOGQUAKE_SHARD_INDEX", "2"}, {"LOGQUAKE_SHARD_COUNT", "3"}},
       "",
       "2/3 LOGQUAKE_SHARD_INDEX"},
      {{{"GTEST_SHARD_INDEX", "1"}, {"GTEST_TOTAL_SHARDS", "4"}}, "", "1/4 GTEST_SHARD_INDEX"},
      {{{"GTEST_SHARD_INDEX", ""}, {"GTEST_TOTAL_SHARDS", ""}}, "", "0/1 "},
      {{{"SLURM_ARRAY_TASK_ID", "12"},
        {"SLURM_ARRAY_TASK_MIN", "10"},
        {"SLURM_ARRAY_TASK_MAX", "16"},
        {"SLURM_ARRAY_TASK_COUNT", "7"}},
       "",
       "2/7 SLURM_ARRAY_TASK_ID"},
      {{{"JOB_COMPLETION_INDEX", "0"}, {"LOGQUAKE_SHARD_COUNT", "5"}},
       "",
       "0/5 JOB_COMPLETION_INDEX"},
      {{{"JOB_COMPLETION_INDEX", "2"},
        {"LOGQUAKE_SHARD_INDEX", "2"},
        {"LOGQUAKE_SHARD_COUNT", "5"}},
       "",
       "2/5 LOGQUAKE_SHARD_INDEX"},
  };
  for (const auto& one : cases) {
    const auto found = chosen(one.environment, one.flag);
    ASSERT_TRUE(found.ok()) << to_string(found.error());
    EXPECT_EQ(to_string(found->shard) + " " + found->source, one.expected);
  }
}

TEST(Shard, RefusesWhatDoesNotAddUp) {
  const std::vector<Case> cases{
      {{}, "7", "--shard: expected INDEX/COUNT such as \"0/7\", found \"7\""},
      {{}, "a/b", "--shard: expected INDEX/COUNT such as \"0/7\", found \"a/b\""},
      {{}, "7/7", "--shard 7/7: expected an index from 0 to 6, found 7: shards count from 0"},
      {{}, "0/0", "--shard 0/0: expected 1 to 1000000 shards, found 0"},
      {{{"LOGQUAKE_SHARD_INDEX", "1"}},
       "",
       "LOGQUAKE_SHARD_INDEX is set, but LOGQUAKE_SHARD_COUNT is not: both are needed, or --shard"},
      {{{"LOGQUAKE_SHARD_COUNT", "3"}},
       "",
       "LOGQUAKE_SHARD_COUNT is set, but LOGQUAKE_SHARD_INDEX is not: both are needed, or --shard"},
      {{{"GTEST_SHARD_INDEX", "one"}, {"GTEST_TOTAL_SHARDS", "3"}},
       "",
       "GTEST_SHARD_INDEX: expected a whole number, found \"one\""},
      {{{"GTEST_SHARD_INDEX", "3"}, {"GTEST_TOTAL_SHARDS", "3"}},
       "",
       "GTEST_SHARD_INDEX and GTEST_TOTAL_SHARDS: expected an index from 0 to 2, found 3: shards "
       "count from 0"},
      {{{"JOB_COMPLETION_INDEX", "3"}},
       "",
       "JOB_COMPLETION_INDEX is set, but LOGQUAKE_SHARD_COUNT is not: set it to the job's "
       "completions, or say --shard 0/1"},
      {{{"SLURM_ARRAY_TASK_ID", "4"},
        {"SLURM_ARRAY_TASK_MIN", "0"},
        {"SLURM_ARRAY_TASK_MAX", "8"},
        {"SLURM_ARRAY_TASK_COUNT", "5"}},
       "",
       "SLURM_ARRAY_TASK_MIN 0, _MAX 8, _COUNT 5, _ID 4: expected an array of step 1, such as "
       "--array=0-6"},
      {{{"GTEST_SHARD_INDEX", "1"},
        {"GTEST_TOTAL_SHARDS", "3"},
        {"LOGQUAKE_SHARD_INDEX", "2"},
        {"LOGQUAKE_SHARD_COUNT", "3"}},
       "",
       "LOGQUAKE_SHARD_INDEX says shard 2/3, but GTEST_SHARD_INDEX says 1/3: say which with "
       "--shard"},
  };
  for (const auto& one : cases) {
    const auto found = chosen(one.environment, one.flag);
    ASSERT_FALSE(found.ok()) << one.expected;
    EXPECT_EQ(found.error().message, one.expected);
  }
}

}  // namespace
}  // namespace logquake::scenario
