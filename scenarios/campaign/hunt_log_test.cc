#include "scenarios/campaign/hunt_log.h"

#include <filesystem>
#include <fstream>

#include "scenarios/campaign/hunt_testing.h"

namespace logquake::scenario {
namespace {

class HuntLogText : public testing::Test {
 protected:
  std::vector<Scenario> scenarios_ = trials("[trial]\nnodes = 2\n");
  Campaign campaign_ = campaign_of(scenarios_, 9);
  std::string head_ = to_line(campaign_) + "\n";

  HuntedRun run_of(std::uint64_t seed) const {
    HuntedRun run;
    run.scenario = "x";
    run.content_hash = campaign_.scenarios.front().content_hash;
    run.seed = seed;
    run.strategy = "fifo";
    return run;
  }
};

TEST_F(HuntLogText, ComesBackAsItWasWritten) {
  auto run = run_of(3);
  run.verdict = report::Verdict::violated;
  run.failures = {{"a", "T-1", "T-1: #", "17 \"and\"\nmore"}, {"b", "", "#", "4"}};
  run.name = "lq1:x";
  run.command = "logquake run x --seed 3";
  run.fingerprint = 0xfedcba9876543210;
  run.events = 12;
  run.simulated = 3s;
  run.probes["p"] = {.held = 3, .failed = 1, .least = -2, .most = 9};
  run.faults = {{"pause", 0}, {"power_loss", 2}};
  run.facts = {{"trial.ticked", 40}};
  run.anomalies = {{"a", "T-2", 5}};
  run.pending = {"nobody comes"};

  const auto again = parse_hunted_run(to_line(run));

  ASSERT_TRUE(again.ok()) << to_string(again.error());
  EXPECT_EQ(*again, run);
  EXPECT_EQ(parse_campaign(to_line(campaign_)).value(), campaign_);
}

TEST_F(HuntLogText, ForgetsALastLineThatIsTorn) {
  const auto line = to_line(run_of(1)) + "\n";
  const auto torn = to_line(run_of(2));
  for (std::size_t size = 0; size <= torn.size(); ++size) {
    const auto log = parse_hunt_log(head_ + line + torn.substr(0, size));

    ASSERT_TRUE(log.ok()) << to_string(log.error());
    ASSERT_EQ(log->runs.size(), 1U);
    ASSERT_EQ(log->bytes, head_.size() + line.size());
  }
}

TEST_F(HuntLogText, IsRefusedWithTheLineThatIsWrong) {
  auto stranger = run_of(2);
  stranger.content_hash = "1234567812345678";
  const auto error_of = [this](const std::string& rest) {
    const auto log = parse_hunt_log(head_ + rest);
    return log.ok() ? "read" : log.error().message;
  };

  EXPECT_EQ(parse_hunt_log("").error().message,
            "hunt.jsonl:1: expected a line that names the campaign");
  EXPECT_TRUE(parse_hunt_log("{}\n").error().message.starts_with("hunt.jsonl:1: "));
  EXPECT_TRUE(error_of("{\n").starts_with("hunt.jsonl:2: "));
  EXPECT_TRUE(error_of("{}\n").starts_with("hunt.jsonl:2: "));
  auto endless = to_line(run_of(1));
  endless.replace(endless.find("\"seed\":1"), 8, "\"seed\":2e+19");
  EXPECT_EQ(error_of(endless + "\n"), "hunt.jsonl:2: expected a whole number, found 2e+19");
  EXPECT_EQ(error_of(to_line(run_of(10)) + "\n"),
            "hunt.jsonl:2: seed 10 is not one of the campaign's");
  EXPECT_EQ(error_of(to_line(run_of(1)) + "\n" + to_line(run_of(1)) + "\n"),
            "hunt.jsonl:3: seed 1 of x comes twice");
  EXPECT_EQ(error_of(to_line(stranger) + "\n"),
            "hunt.jsonl:2: a run of x (1234567812345678), which the campaign has not");
}

TEST_F(HuntLogText, IsSortedByScenariosAndSeeds) {
  const auto text =
      head_ + to_line(run_of(7)) + "\n" + to_line(run_of(2)) + "\n" + to_line(run_of(5)) + "\n";
  const auto log = parse_hunt_log(text);
  ASSERT_TRUE(log.ok());

  EXPECT_EQ(
      sorted_log(log->campaign, log->runs, text),
      head_ + to_line(run_of(2)) + "\n" + to_line(run_of(5)) + "\n" + to_line(run_of(7)) + "\n");
}

TEST_F(HuntLogText, IsAppendedBehindWhatIsWhole) {
  const auto folder = test_folder();
  std::ofstream(folder + "/hunt.jsonl") << head_ << "{\"sc";
  {
    auto writer = HuntLogWriter::open(folder);
    ASSERT_TRUE(writer.ok()) << to_string(writer.error());
    ASSERT_TRUE(writer->cut_to(head_.size()).ok());
    writer->append("one", "its time");
    EXPECT_EQ(file_in(folder, "hunt.jsonl"), head_);
    ASSERT_TRUE(writer->sync().ok());
    writer->append("two", "its time");
  }

  EXPECT_EQ(file_in(folder, "hunt.jsonl"), head_ + "one\n") << "what was not synced is lost";
  EXPECT_EQ(file_in(folder, "timings.jsonl"), "its time\n");
}

TEST_F(HuntLogText, SaysThatItsFileWasRemoved) {
  const auto folder = test_folder();
  std::ofstream(folder + "/hunt.jsonl", std::ios::binary) << head_;
  auto writer = HuntLogWriter::open(folder);
  ASSERT_TRUE(writer.ok()) << to_string(writer.error());
  std::filesystem::remove(folder + "/hunt.jsonl");
  std::ofstream(folder + "/hunt.jsonl", std::ios::binary) << head_;  // another hunt's

  writer->append("one", "its time");
  const auto synced = writer->sync();

  ASSERT_FALSE(synced.ok());
  EXPECT_EQ(synced.error().message, folder + "/hunt.jsonl: was removed while the hunt ran");
  EXPECT_EQ(file_in(folder, "hunt.jsonl"), head_);
}

}  // namespace
}  // namespace logquake::scenario
