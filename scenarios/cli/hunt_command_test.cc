// `logquake hunt` and `merge` from end to end: several scenarios, shards, resuming, gates, what CI
// reads.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "scenarios/cli/asking_testing.h"
#include "scenarios/cli/hunt_progress.h"
#include "scenarios/cli/settings.h"
#include "scenarios/engine/trial_kit.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
constexpr auto read = testing::content_of;

/// Each test has an empty folder of its own to work in, with two scenarios.
class HuntCommand : public testing::Asking {
 protected:
  HuntCommand() : Asking(trial_catalog()) {
    std::ofstream("one.toml") << "[trial]\n[[expect]]\nchecker = \"few-ticks\"\n";
    std::ofstream("two.toml") << "[trial]\nnodes = 3\n";
  }
};

TEST_F(HuntCommand, EndsWithItsVerdict) {
  std::ofstream("bad.toml") << "[trial]\n[[workload]]\ntype = \"ticks\"\ncount = 9\n"
                               "[[expect]]\nchecker = \"few-ticks\"\nbelow = 5\n";

  const auto good = ask({"hunt", "./two.toml", "--seeds", "1..4", "--out", "good"});
  const auto bad = ask({"hunt", "./bad.toml", "--seeds", "1..3", "--out", "bad"});

  EXPECT_TRUE(
      good.out.ends_with("\nPASSED: of 4 runs 4 passed, 0 violated, 0 crashed, 0 unknown, 0 "
                         "nondeterministic\n"))
      << good.out;
  EXPECT_TRUE(
      bad.out.ends_with("\nFAILED: of 3 runs 0 passed, 3 violated, 0 crashed, 0 unknown, 0 "
                        "nondeterministic\n  3 violated in few-ticks\n"))
      << bad.out;
}

TEST_F(HuntCommand, IsReplayedAsItsFirstFailure) {
  std::ofstream("bad.toml") << "[trial]\n[[workload]]\ntype = \"ticks\"\ncount = 9\n"
                               "[[expect]]\nchecker = \"few-ticks\"\nbelow = 5\n";
  ASSERT_EQ(ask({"hunt", "./bad.toml", "--seeds", "3..5"}).code, 1);

  const auto failure = ask({"replay", "store/latest", "--out", "again"});

  EXPECT_EQ(failure.code, 1) << failure.err;
  EXPECT_NE(
      failure.err.find("store/latest holds a hunt; this is its first failure, lq1:./bad.toml,"),
      std::string::npos)
      << failure.err;
  EXPECT_EQ(Json::parse(read("again/result.json")).at("seed"), 3);
  ASSERT_EQ(ask({"hunt", "./two.toml", "--seeds", "1..2"}).code, 0);
  const auto nothing = ask({"replay", "store/latest"});
  EXPECT_EQ(nothing.code, 4);
  EXPECT_NE(nothing.err.find("holds a hunt in which nothing failed"), std::string::npos)
      << nothing.err;
}

TEST_F(HuntCommand, TakesSeveralScenarios) {
  const auto answer =
      ask({"hunt", "./one.toml", "./two.toml", "--seeds", "1..4", "--out", "h", "--jobs", "2"});
  const auto report = Json::parse(read("h/hunt.json"));

  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(report.at("runs"), 8);
  EXPECT_EQ(report.at("scenario"), "one, two");
  EXPECT_EQ(report.at("scenarios").at(1).at("runs"), 4);
  for (const auto* file : {"scenario-1.toml", "scenario-2.toml", "junit.xml", "summary.md",
                           "hunt.jsonl", "timings.jsonl"}) {
    EXPECT_TRUE(fs::exists(fs::path("h") / file)) << file;
  }
  EXPECT_NE(read("h/junit.xml").find("<testcase name=\"few-ticks\" classname=\"one\""),
            std::string::npos);
  std::string line;
  std::ifstream log("h/hunt.jsonl");
  std::getline(log, line);
  EXPECT_EQ(Json::parse(line).at("scenarios").size(), 2U);
  std::getline(log, line);
  const auto run = Json::parse(line);
  for (const auto* key : {"scenario", "content_hash", "seed", "strategy", "verdict", "checker",
                          "clause", "signature", "message", "name", "fingerprint", "events",
                          "simulated_ns", "probes", "faults", "facts", "anomalies", "pending"}) {
    EXPECT_TRUE(run.contains(key)) << key;
  }
  EXPECT_EQ(line.find("wall"), std::string::npos);
}

TEST_F(HuntCommand, MergesItsShards) {
  const std::vector<std::string> hunt{"hunt", "./one.toml", "--seeds",
                                      "1..9", "--set",      "expect.0.below=40"};
  const auto with = [&hunt](std::vector<std::string> more) {
    more.insert(more.begin(), hunt.begin(), hunt.end());
    return more;
  };
  const auto whole = ask(with({"--out", "whole"}));
  EXPECT_EQ(ask(with({"--out", "a", "--shard", "0/3"})).code, 1);
  ::setenv("LOGQUAKE_SHARD_INDEX", "1", 1);
  ::setenv("LOGQUAKE_SHARD_COUNT", "3", 1);
  const auto by_environment = ask(with({"--out", "b"}));
  ::unsetenv("LOGQUAKE_SHARD_INDEX");
  ::unsetenv("LOGQUAKE_SHARD_COUNT");
  EXPECT_EQ(ask({"merge", "a", "b", "--out", "m"}).err,
            "logquake: expected every shard, found no 2/3\n");
  EXPECT_EQ(ask(with({"--out", "c", "--shard", "2/3"})).code, 1);
  const auto merged = ask({"merge", "c", "a", "b", "--out", "m"});

  EXPECT_EQ(whole.code, 1);
  EXPECT_NE(by_environment.err.find("shard 1 of 3 (counted from 0), says LOGQUAKE_SHARD_INDEX"),
            std::string::npos)
      << by_environment.err;
  EXPECT_EQ(merged.code, 1) << merged.err;
  EXPECT_EQ(read("m/hunt.jsonl"), read("whole/hunt.jsonl"));
  EXPECT_EQ(read("m/summary.md"), read("whole/summary.md"));
  EXPECT_EQ(ask({"merge", "a", "b", "c", "--out", "a"}).code, 4);
}

TEST_F(HuntCommand, GoesOnByItsDirectoryAlone) {
  const auto child = ::fork();
  if (child == 0) {
    static_cast<void>(std::freopen("child.out", "w", stdout));
    static_cast<void>(std::freopen("child.err", "w", stderr));
    const int code = call({"hunt", "./two.toml", "--seeds", "1..100000", "--jobs", "1", "--out",
                           "h", "--set", "trial.nodes=4"});
    std::fflush(nullptr);
    ::_exit(code);
  }
  int status = 0;
  // In the middle, as a scheduler does that wants the machine back.
  const auto has_results = [] { return read("h/timings.jsonl").size() > 200; };
  while (!has_results() && ::waitpid(child, &status, WNOHANG) == 0) ::usleep(1000);
  ::kill(child, SIGTERM);
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "it ended by itself, after a summary";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(Json::parse(read("h/hunt.json")).at("interrupted"));
  EXPECT_NE(read("child.err").find("go on with `logquake hunt --resume h`"), std::string::npos);

  EXPECT_EQ(ask({"hunt", "./two.toml", "--seeds", "1..9", "--out", "h"}).err,
            "logquake: --out h: holds an unfinished hunt: go on with --resume, or remove it\n");
  EXPECT_EQ(ask({"hunt", "--resume", "h", "--seeds", "1..9"}).code, 4);
  EXPECT_EQ(ask({"merge", "h", "--out", "m"}).code, 4);
  EXPECT_EQ(ask({"hunt", "--resume", "nowhere"}).err,
            "logquake: --resume nowhere: holds no hunt: expected hunt.jsonl\n");
}

TEST_F(HuntCommand, BeginsOrGoesOnByTheSameLine) {
  const std::vector<std::string> line{"hunt",  "./two.toml", "--seeds", "1..5",
                                      "--out", "h",          "--resume"};

  EXPECT_EQ(ask(line).code, 0);
  const auto first = read("h/hunt.jsonl");
  const auto again = ask(line);

  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(read("h/hunt.jsonl"), first);
  EXPECT_EQ(ask({"hunt", "./two.toml", "--seeds", "1..6"}).code, 0);
  EXPECT_EQ(ask({"hunt", "--resume"}).code, 0) << "the latest of the store";
  EXPECT_EQ(Json::parse(read("store/latest/hunt.json")).at("runs"), 6);
}

TEST_F(HuntCommand, HasAGateOverProbes) {
  std::ofstream("all.toml") << "[trial]\n";
  std::ofstream("some.toml") << "[trial]\n[probes]\nrequire = [\"trial.tenth-tick\"]\n";

  EXPECT_EQ(ask({"hunt", "./all.toml", "--seeds", "1..2", "--out", "h"}).code, 0);
  const auto missing =
      ask({"hunt", "./all.toml", "--seeds", "1..2", "--out", "h", "--require-probes"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_NE(missing.out.find("required probes that no run reached: trial.never"), std::string::npos)
      << missing.out;
  EXPECT_NE(read("h/junit.xml").find("required-probes"), std::string::npos);
  EXPECT_EQ(ask({"hunt", "./some.toml", "--seeds", "1..2", "--out", "h", "--require-probes"}).code,
            0);
  EXPECT_EQ(ask({"hunt", "./all.toml", "--seeds", "1..2", "--out", "h",
                 "--require-probes=trial.tenth-tick"})
                .code,
            0);
  EXPECT_EQ(ask({"hunt", "./all.toml", "--require-probes=trial.nevr"}).err,
            "logquake: --require-probes: unknown probe \"trial.nevr\"; did you mean "
            "\"trial.never\"?\n");
  std::ofstream("bad.toml") << "[trial]\n[probes]\nrequire = [\"trial.nevr\"]\n";
  EXPECT_EQ(ask({"check", "./bad.toml"}).code, 4);
}

TEST_F(HuntCommand, GatesProbesWhoseKindsAreListed) {
  const auto probes = Json::parse(ask({"list", "probes", "--format", "json"}).out);

  ASSERT_EQ(probes.size(), 2U);
  EXPECT_EQ(probes.at(0).at("name"), "trial.never");
  EXPECT_EQ(probes.at(0).at("kind"), "reachable");
  EXPECT_NE(ask({"list", "probes"}).out.find("nothing gets here (reachable)"), std::string::npos);
}

TEST_F(HuntCommand, AnnotatesWhatFailedForGithub) {
  ::setenv("GITHUB_STEP_SUMMARY", "page.md", 1);
  std::ofstream("page.md") << "before\n";
  const auto answer = ask({"hunt", "./one.toml", "--seeds", "1..2", "--out", "h", "--set",
                           "expect.0.below=3", "--annotations", "github"});
  ::unsetenv("GITHUB_STEP_SUMMARY");

  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.out.find("\n::error file=one.toml,title=one%3A few-ticks violated in 2 of 2 "
                            "runs::trial-"),
            std::string::npos)
      << answer.out;
  EXPECT_EQ(read("page.md"), "before\n" + read("h/summary.md"));
}

TEST_F(HuntCommand, RefusesWhatItCannotHunt) {
  struct Case {
    std::vector<std::string> words;
    std::string error;
  };
  for (const auto& [words, error] : std::vector<Case>{
           {{"hunt"}, "logquake: SCENARIO is required (see `logquake hunt --help`)\n"},
           {{"hunt", "./one.toml", "./one.toml"},
            "logquake: hunt: ./one.toml and ./one.toml are the same scenario\n"},
           {{"hunt", "./one.toml", "--memory", "2"},
            "logquake: --memory: expected a size such as \"2GiB\" or \"512MiB\", at least 64MiB, "
            "or \"none\", found \"2\"\n"},
           {{"hunt", "./one.toml", "--shard", "3/3"},
            "logquake: --shard 3/3: expected an index from 0 to 2, found 3: shards count from 0\n"},
           {{"hunt", "./one.toml", "--out", "a", "--resume", "b"},
            "logquake: --resume b: --out says a: a hunt goes on where it is\n"},
           {{"merge", "nowhere", "--out", "m"},
            "logquake: nowhere/hunt.jsonl: cannot be read\n"}}) {
    const auto answer = ask(words);

    EXPECT_EQ(answer.code, 4) << error;
    EXPECT_EQ(answer.err, error);
    EXPECT_EQ(answer.out, "");
  }
}

TEST(Progress, SaysHowFarTheHuntIs) {
  HuntProgress progress{.runs = 130,
                        .resumed = 10,
                        .total = 310,
                        .failures = 2,
                        .probes_reached = 21,
                        .probes_to_reach = 24,
                        .fault_kinds = 12};
  progress.elapsed = 10s;
  progress.simulated = 20'000s;

  EXPECT_EQ(progress_text(progress, std::nullopt),
            "130 of 310 runs, 12.0/s, 2000 simulated s/s, probes 21 of 24, fault kinds 12, 2 "
            "failures, 15s left");
  EXPECT_TRUE(progress_text(progress, Duration(14s)).ends_with(", 4s left"));
}

TEST(Settings, ReadSizes) {
  EXPECT_EQ(parse_memory("2GiB").value(), std::int64_t{2} << 30);
  EXPECT_EQ(parse_memory("512MiB").value(), std::int64_t{512} << 20);
  EXPECT_EQ(parse_memory("none").value(), 0);
  for (const auto* bad : {"", "2", "2GB", "-1GiB", "63MiB", "99999999999GiB", "GiB"}) {
    EXPECT_FALSE(parse_memory(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace logquake::scenario
