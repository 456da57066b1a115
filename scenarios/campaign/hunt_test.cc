#include "scenarios/campaign/hunt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "scenarios/campaign/hunt_testing.h"
#include "scenarios/campaign/hunt_text.h"
#include "scenarios/engine/failure.h"
#include "scenarios/engine/last_words.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view busy =
    "length = \"40s\"\n[trial]\nnodes = 5\n[[workload]]\ntype = \"ticks\"\nevery = "
    "\"200ms\"\ncount = 100\n"
    "[[expect]]\nchecker = \"few-ticks\"\n[faults]\nintensity = \"1/2\"\n"
    "[[fault]]\nat = \"3s\"\nprocess_crash = { node = \"any trial\" }\n";

/// The same, and some seeds break T-1.
std::vector<Scenario> busy_and_failing() { return trials(busy, {{"expect.0.below=530"}, {}}); }

HuntReport hunted(std::span<const Scenario> scenarios, std::uint64_t last, int jobs) {
  const HuntRequest request{
      .directory = test_folder() + "/hunt", .resume = false, .jobs = jobs, .time = {}};
  auto report = hunt(campaign_of(scenarios, last), scenarios, request, keep_on);
  EXPECT_TRUE(report.ok()) << to_string(report.error());
  return std::move(*report);
}

TEST(Hunt, GivesTheSameForAnyNumberOfJobs) {
  const auto scenarios = busy_and_failing();
  const auto campaign = campaign_of(scenarios, 12);
  const auto folder = test_folder();
  std::vector<HuntReport> reports;
  for (const int jobs : {1, 3}) {
    const HuntRequest request{
        .directory = format("{}/{}", folder, jobs), .resume = false, .jobs = jobs, .time = {}};
    auto report = hunt(campaign, scenarios, request, keep_on);
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    report->wall = {};
    report->cpu = {};
    reports.push_back(std::move(*report));
  }

  EXPECT_EQ(to_json(reports.front()), to_json(reports.back()));
  EXPECT_EQ(reports.front().counts.runs, 12);
  EXPECT_GT(reports.front().counts.violated, 0);
  EXPECT_GT(reports.front().counts.passed, 0);
  for (const auto* file : {"hunt.jsonl", "summary.md", "scenario.toml"}) {
    EXPECT_EQ(file_in(folder + "/1", file), file_in(folder + "/3", file)) << file;
  }
}

TEST(Hunt, RunsASeedAsItRunsAlone) {
  const auto scenarios = trials(busy);
  const auto report = hunted(scenarios, 1, 1);
  Fingerprint alone;
  alone.fold(run(scenarios.front(), {.seed = 1}).report.fingerprint);

  EXPECT_EQ(report.fingerprint, alone.value());
  EXPECT_EQ(report.coverage.probes().at("trial.tenth-tick").runs, 1);
  EXPECT_EQ(report.coverage.probes().at("trial.never").runs, 0);
}

// The child is killed as a machine may kill it: at any moment, without a word.
TEST(Hunt, GoesOnAfterBeingKilledAsIfNothingHadBeen) {
  const auto scenarios = busy_and_failing();
  const auto campaign = campaign_of(scenarios, 24);
  const auto folder = test_folder();
  const HuntRequest whole{.directory = folder + "/whole", .resume = false, .jobs = 2, .time = {}};
  HuntRequest killed{
      .directory = folder + "/killed", .resume = false, .jobs = 2, .time = {}, .sync_every = {}};
  ASSERT_TRUE(hunt(campaign, scenarios, whole, keep_on).ok());

  int sessions = 0;
  for (const std::int64_t runs_until_death : {1, 5, 9}) {
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto done = hunt(campaign, scenarios, killed, [&](const HuntProgress& progress) {
        if (progress.runs - progress.resumed >= runs_until_death) ::raise(SIGKILL);
        return true;
      });
      ::_exit(done.ok() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "session " << sessions;
    EXPECT_TRUE(is_unfinished_hunt(killed.directory));
    killed.resume = true;
    ++sessions;
    // As if it had been writing just then.
    std::ofstream(killed.directory + "/hunt.jsonl", std::ios::app) << "{\"scenario\":\"x.to";
    std::ofstream(killed.directory + "/timings.jsonl", std::ios::app) << "{\"seed\":";
  }
  std::int64_t resumed = 0;
  const auto report = hunt(campaign, scenarios, killed, [&resumed](const HuntProgress& progress) {
    resumed = progress.resumed;
    return true;
  });

  ASSERT_TRUE(report.ok()) << to_string(report.error());
  EXPECT_GE(resumed, 15);
  EXPECT_EQ(report->counts.runs, 24);
  EXPECT_FALSE(is_unfinished_hunt(killed.directory));
  for (const auto* file : {"hunt.jsonl", "summary.md", "scenario.toml"}) {
    EXPECT_EQ(file_in(whole.directory, file), file_in(killed.directory, file)) << file;
  }
}

TEST(Hunt, EndsTidilyWhenToldToAndGoesOnLater) {
  const auto scenarios = trials(busy);
  const auto campaign = campaign_of(scenarios, 8);
  HuntRequest request{.directory = test_folder() + "/hunt",
                      .resume = false,
                      .jobs = 1,
                      .time = {},
                      .sync_every = {}};

  const auto first = hunt(campaign, scenarios, request,
                          [](const HuntProgress& progress) { return progress.runs < 2; });
  const bool is_unfinished = is_unfinished_hunt(request.directory);
  const auto again = hunt(campaign, scenarios, request, keep_on);
  request.resume = true;
  const auto second = hunt(campaign, scenarios, request, keep_on);
  const auto third = hunt(campaign, scenarios, request, keep_on);

  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->interrupted);
  EXPECT_TRUE(is_unfinished);
  EXPECT_TRUE(again.is(ErrorCode::already_exists)) << "an unfinished hunt is not thrown away";
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->interrupted);
  EXPECT_EQ(second->counts.runs, 8);
  ASSERT_TRUE(third.ok()) << "nothing is left to do";
  EXPECT_EQ(third->fingerprint, second->fingerprint);
}

TEST(Hunt, RefusesToGoOnWithAnotherCampaign) {
  const auto scenarios = trials(busy);
  const auto others = trials(busy, {{"length=41s"}, {}});
  const auto campaign = campaign_of(scenarios, 3);
  HuntRequest request{.directory = test_folder() + "/hunt", .resume = false, .jobs = 1, .time = {}};
  ASSERT_TRUE(hunt(campaign, scenarios, request, keep_on).ok());
  request.resume = true;
  const auto before = file_in(request.directory, "hunt.jsonl");
  auto longer = campaign;
  longer.last = 4;
  auto other_binary = campaign;
  other_binary.binary = "1111111111111111";
  auto other_shard = campaign;
  other_shard.shard = {1, 2};
  auto other_content = campaign_of(others, 3);
  for (const auto& [other, why] : std::vector<std::pair<Campaign, std::string>>{
           {longer, "holds another campaign: --seeds: 1..3 against 1..4"},
           {other_binary,
            "holds another campaign: the binary: 0000000000000000 against 1111111111111111"},
           {other_shard, "holds shard 0/1, not 1/2"},
           {other_content,
            format("holds another campaign: the content hash of x.toml: {} against {}",
                   campaign.scenarios.front().content_hash,
                   other_content.scenarios.front().content_hash)}}) {
    const auto refused = hunt(other, scenarios, request, keep_on);

    ASSERT_FALSE(refused.ok()) << why;
    EXPECT_TRUE(refused.is(ErrorCode::invalid_argument));
    EXPECT_EQ(refused.error().message, request.directory + ": " + why);
    EXPECT_EQ(file_in(request.directory, "hunt.jsonl"), before);
  }
}

TEST(Hunt, EndsWithTheFirstSeedThatFailsForAnyNumberOfJobs) {
  const auto scenarios = trials("[trial]\ndeed = \"fail-check\"\nonly-seed = 5\n");
  auto campaign = campaign_of(scenarios, 100);
  campaign.until_fail = true;
  const auto folder = test_folder();
  for (const int jobs : {1, 4}) {
    const HuntRequest request{
        .directory = format("{}/{}", folder, jobs), .resume = false, .jobs = jobs, .time = {}};
    const auto report = hunt(campaign, scenarios, request, keep_on);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->counts.runs, 5);
    EXPECT_EQ(report->counts.crashed, 1);
  }

  EXPECT_EQ(file_in(folder + "/1", "hunt.jsonl"), file_in(folder + "/4", "hunt.jsonl"));
}

TEST(Hunt, RunsEachSeedWithEveryScenario) {
  auto scenarios = trials(busy);
  scenarios.push_back(trial("[trial]\nnodes = 3\n"));
  scenarios.push_back(trial("[trial]\ndeed = \"fail-check\"\n"));
  const auto report = hunted(scenarios, 4, 2);

  EXPECT_EQ(report.counts.runs, 12);
  EXPECT_EQ(report.scenarios.at(1).passed, 4);
  EXPECT_EQ(report.scenarios.at(2).crashed, 4);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures.front().scenario, 2U);
}

struct Misdeed {
  std::string_view deed;
  std::string_view signature;
};
void PrintTo(const Misdeed& misdeed, std::ostream* out) { *out << misdeed.deed; }
class HuntedMisdeed : public testing::TestWithParam<Misdeed> {};

TEST_P(HuntedMisdeed, IsAFindingWithItsName) {
  const std::string deed(GetParam().deed);
  const auto scenarios = trials("[trial]\nonly-seed = 3\n", {{"trial.deed=" + deed}, {}});
  auto campaign = campaign_of(scenarios, 6);
  campaign.patience = 2s;
  campaign.memory_bytes = std::int64_t{512} << 20;
  if (deed == "devour-memory" && !memory_can_be_bounded()) GTEST_SKIP();
  const HuntRequest request{
      .directory = test_folder() + "/hunt", .resume = false, .jobs = 2, .time = {}};

  const auto report = hunt(campaign, scenarios, request, keep_on);

  ASSERT_TRUE(report.ok()) << to_string(report.error());
  EXPECT_EQ(report->counts.runs, 6);
  EXPECT_EQ(report->counts.passed, 5);
  EXPECT_EQ(report->counts.crashed, 1);
  ASSERT_EQ(report->failures.size(), 1U);
  const auto& failure = report->failures.front();
  EXPECT_EQ(failure.first.seed, 3U);
  EXPECT_TRUE(failure.signature.starts_with(GetParam().signature)) << failure.signature;
  EXPECT_TRUE(parse_run_name(failure.first.name).ok());
  EXPECT_EQ(exit_code_of(*report), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Table, HuntedMisdeed,
    testing::Values(Misdeed{"abort", "abort in the task trial-#/main: the process"},
                    Misdeed{"exit", "the process exited with #"},
                    Misdeed{"hang", "no end after # of real time"},
                    Misdeed{"never-yield", "no end after # of real time"},
                    Misdeed{"fail-check", "failed_check: trial-#/main"},
                    Misdeed{"throw", "escaped: trial-#/main: let an exception out"},
                    Misdeed{"throw-other", "escaped: trial-#/main: let out something"},
                    Misdeed{"spin", "watchdog: time stands still"},
                    Misdeed{"deadlock", "deadlock: nothing"},
                    Misdeed{"leak", "leak: trial-# has # connections open"},
                    Misdeed{"devour-memory",
                            "exhausted its memory of # MiB: the task trial-#/main runs"},
                    Misdeed{"overflow", "overflow: the stack of the task trial-#/main"}));

TEST(Hunt, GroupsFailuresThatDifferInTheirNumbersOnly) {
  const auto report = hunted(trials(busy, {{"expect.0.below=30"}, {}}), 8, 2);

  EXPECT_EQ(report.counts.violated, 8);
  ASSERT_EQ(report.failures.size(), 1U);
  const auto& failure = report.failures.front();
  EXPECT_EQ(failure.count, 8);
  EXPECT_EQ(failure.signature, "T-1: trial-# ticked for the #th time");
  EXPECT_EQ(failure.first.seed, 1U);
  EXPECT_LE(failure.cheapest.events, failure.first.events);
  EXPECT_NE(failure.story.find("trial-"), std::string::npos);
  EXPECT_NE(failure.story.find(" simulated, "), std::string::npos) << "no real time is in it";
  EXPECT_TRUE(failure.story.ends_with("reproduce: " + failure.cheapest.command + "\n"))
      << failure.story;
}

TEST(Hunt, CountsWhatItsRunsReachedStatedAndWereStruckBy) {
  const auto report = hunted(trials(busy), 6, 2);
  const auto& coverage = report.coverage;

  EXPECT_EQ(coverage.probes_never_reached(), std::vector<std::string>{"trial.never"});
  EXPECT_EQ(coverage.probes_reached(), 1);
  EXPECT_GT(coverage.facts().at("trial.ticked"), 100);
  EXPECT_EQ(coverage.faults().at("process_crash").planned, 6);
  EXPECT_GE(coverage.faults().at("process_crash").struck, 6);
  EXPECT_EQ(coverage.faults().at("bit_rot").planned, 0);
}

TEST(Hunt, ReturnsTheWorstOfItsVerdicts) {
  HuntReport report((Campaign()));
  EXPECT_EQ(exit_code_of(report), 0);
  report.counts.unknown = 1;
  EXPECT_EQ(exit_code_of(report), 2);
  report.missing_probes = {"trial.never"};
  EXPECT_EQ(exit_code_of(report), 1);
  report.missing_probes.clear();
  report.counts.crashed = 1;
  EXPECT_EQ(exit_code_of(report), 1);
  report.counts.nondeterministic = 1;
  EXPECT_EQ(exit_code_of(report), 3);
}

}  // namespace
}  // namespace logquake::scenario
