#include "scenarios/cli/command_line.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "scenarios/cli/asking_testing.h"
#include "scenarios/cli/settings.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;
constexpr auto read = testing::content_of;
using testing::Answer;

class CommandLine : public testing::Asking {
 protected:
  CommandLine() : Asking(testing::gossip_catalog()) {}

  /// Everything in the folder but what the test wrote.
  std::vector<std::string> left_behind(const std::string& but = "") const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().filename() != but) names.push_back(entry.path().filename().string());
    }
    return names;
  }
};

using Json = nlohmann::json;
const std::vector<std::string> short_gossip{"--set", "workload.0.count=10", "--set", "length=10s"};

std::vector<std::string> with_short(std::vector<std::string> words) {
  words.insert(words.end(), short_gossip.begin(), short_gossip.end());
  return words;
}

TEST_F(CommandLine, RefusesEveryBadFileWithPlaceAndExitCodeFour) {
  struct Case {
    std::string text;
    std::string error;  // how it begins
  };
  std::string keys = "a";
  for (int at = 0; at < 200'000; ++at) keys += ".a";
  std::string braces;
  for (int at = 0; at < 50'000; ++at) braces += "{b=";
  const std::vector<Case> cases{
      {"name = \"a\"\nlength = = 3\n", "./bad.toml:2:10: not TOML: "},
      {"lenght = \"5s\"\n[gossip]\n",
       "./bad.toml:1:1: lenght: unknown key; did you mean \"length\"?\n"},
      {std::string("\x89PNG\r\n\x1a\n\0\0", 10),
       "./bad.toml:1:1: expected text in UTF-8, found the byte 0x89"},
      {"a = " + std::string(200'000, '['),
       "./bad.toml:1:37: expected at most 32 nested brackets\n"},
      {keys + " = 1", "./bad.toml:1:32: expected at most 16 parts in a dotted key\n"},
      {std::string(3'000'000, '\n'), "./bad.toml: expected at most 1048576 bytes, found 3000000\n"},
      {"[gosip]\nnodes = 3\n", "./bad.toml:1:2: gosip: unknown key; did you mean \"gossip\"?\n"},
      {std::string(1000, '\0'), "./bad.toml:1:1: expected text in UTF-8, found the byte 0x00"},
      {"name = \"a\xff\"\n", "./bad.toml:1:10: expected text in UTF-8, found the byte 0xff"},
      {"a = " + braces, "./bad.toml:1:101: expected at most 32 nested brackets\n"},
      {"[gossip]\nnodes = \"many\"\n",
       "./bad.toml:2:9: gossip.nodes: expected a whole number from 1 to 500, found \"many\"\n"},
  };
  for (const auto& command : {"run", "hunt", "check"}) {
    for (const auto& [text, error] : cases) {
      write("bad.toml", text);

      const auto answer = ask({command, "./bad.toml"});

      EXPECT_EQ(answer.code, 4) << answer.err;
      EXPECT_TRUE(answer.err.starts_with(error)) << answer.err;
      EXPECT_EQ(answer.out, "");
      EXPECT_TRUE(left_behind("bad.toml").empty());
    }
  }
}

TEST_F(CommandLine, RefusesEveryBadWordWithExitCodeFour) {
  fs::create_directories(folder_ / "somewhere");
  write("somewhere/photo.jpg", "x");
  std::string too_deep = "a";
  for (int at = 0; at < 60'000; ++at) too_deep += ".a";
  struct Case {
    std::vector<std::string> words;
    std::string error;
  };
  const std::vector<Case> cases{
      {{"run", "gosip"}, "logquake: unknown scenario \"gosip\"; did you mean \"gossip\"?\n"},
      {{"run", "./nothing.toml"}, "./nothing.toml: cannot be read: No such file or directory\n"},
      {{"run", "."}, ".: expected a scenario file, found a directory\n"},
      {{"run", "gossip", "--seed", "x"},
       "logquake: --seed: expected a whole number from 0 to 18446744073709551615, found \"x\"\n"},
      {{"run", "gossip", "--seed", "-1"},
       "logquake: --seed: expected a whole number from 0 to 18446744073709551615, found \"-1\"\n"},
      {{"hunt", "gossip", "--seeds", "9..3"},
       "logquake: --seeds: expected the first seed before the last, found \"9..3\"; did you mean "
       "\"3..9\"?\n"},
      {{"hunt", "gossip", "--seeds", "a..b"},
       "logquake: --seeds: expected a range such as \"1..300\", both ends included, found "
       "\"a..b\"\n"},
      {{"hunt", "gossip", "--seeds", "1..99999999999999999999"},
       "logquake: --seeds: expected a range such as \"1..300\", both ends included, found "
       "\"1..99999999999999999999\"\n"},
      {{"hunt", "gossip", "--jobs", "0"},
       "logquake: --jobs: expected a whole number from 1 to 1024, found \"0\"\n"},
      {{"hunt", "gossip", "--time", "soon"},
       "logquake: --time: expected a duration such as \"90s\" or \"10m\", found \"soon\"\n"},
      {{"run", "gossip", "--strategy", "lifo"},
       "logquake: --strategy: expected \"fifo\", \"random\", \"random:20ms\" or \"pct:3:20ms\", "
       "found \"lifo\"\n"},
      {{"run", "gossip", "--defect", "gossip.forget"},
       LOGQUAKE_SOURCE_DIR
       "/scenarios/library/gossip.toml: defects: unknown defect \"gossip.forget\"; did you mean "
       "\"gossip.forget-after-restart\"?\n"},
      {{"run", "gossip", "--out", "somewhere"},
       "logquake: --out somewhere: holds files that logquake did not write\n"},
      {{"hunt", "gossip", "--out", "somewhere"},
       "logquake: --out somewhere: holds files that logquake did not write\n"},
      {{"run", "gossip", "--out", "somewhere/photo.jpg"},
       "logquake: --out somewhere/photo.jpg: expected a directory, found a file\n"},
      {{"run", "gossip", "--out", "/proc/logquake"},
       "logquake: --out /proc/logquake: cannot be created: No such file or directory\n"},
      {{"hunt", "gossip", "--out", "/proc/logquake"},
       "logquake: --out /proc/logquake: cannot be created: No such file or directory\n"},
      {{"run", "gossip", "--format", "xml"},
       "logquake: --format: expected \"text\" or \"json\", found \"xml\" (see `logquake run "
       "--help`)\n"},
      {{"run", "gossip", "--set", "nodes"},
       LOGQUAKE_SOURCE_DIR "/scenarios/library/gossip.toml: --set nodes: expected KEY=VALUE\n"},
      {{"run", "gossip", "--set", too_deep + "=1"},
       LOGQUAKE_SOURCE_DIR
       "/scenarios/library/gossip.toml: --set expected at most 16 parts in a dotted key\n"},
      {{"run", "gossip", "--keep", "loud"},
       "logquake: --keep: expected trace, debug, info, warn or error, found \"loud\"\n"},
      {{"run", "gossip", "--patience", "-3s"},
       "logquake: --patience: expected a duration such as \"90s\" or \"10m\", found \"-3s\"\n"},
      {{"run", "gossip", "--sede", "3"},
       "logquake: unknown flag \"--sede\"; did you mean \"--seed\"? (see `logquake run --help`)\n"},
      {{"rum", "gossip"},
       "logquake: unknown command \"rum\"; did you mean \"run\"? (see `logquake --help`)\n"},
      {{"run"}, "logquake: SCENARIO is required (see `logquake run --help`)\n"},
      {{"replay", "nowhere"},
       "logquake: replay: expected a run directory or a run's name (lq1:...), found \"nowhere\"\n"},
      {{"replay", "lq1:gossip"}, "logquake: run name \"lq1:gossip\": expected seed=N\n"},
      {{"replay", "somewhere"}, "logquake: replay: somewhere/result.json: cannot be read\n"},
      {{"report", "somewhere"}, "logquake: report: somewhere/result.json: cannot be read\n"},
      {{"list", "defect"},
       "logquake: list: nothing is called \"defect\"; did you mean \"defects\"?\n"},
      {{"schema", "results"},
       "logquake: schema: nothing is called \"results\"; did you mean \"result\"?\n"},
  };
  for (const auto& [words, error] : cases) {
    const auto answer = ask(words);

    EXPECT_EQ(answer.code, 4) << error;
    EXPECT_EQ(answer.err, error);
    EXPECT_EQ(answer.out, "");
    EXPECT_TRUE(left_behind("somewhere").empty()) << error;
  }
}

TEST_F(CommandLine, RunsReplaysAndTellsOneStory) {
  const auto ran = ask(with_short({"run", "gossip", "--seed", "7", "--out", "one"}));
  const auto replayed = ask({"replay", "one", "--out", "two", "--format", "json"});
  const auto result = Json::parse(read("one/result.json"));
  const auto named = ask({"replay", result.at("name"), "--out", "three", "--format", "json"});

  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.out.ends_with(
      "reproduce: logquake run gossip --seed 7 --set workload.0.count=10 --set length=10s\n"))
      << ran.out;
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_EQ(named.code, 0) << named.err;
  EXPECT_EQ(Json::parse(replayed.out).at("fingerprint"), result.at("fingerprint"));
  EXPECT_EQ(Json::parse(named.out).at("fingerprint"), result.at("fingerprint"));
  for (const auto* file : {"scenario.toml", "plan.toml", "trace.jsonl"}) {
    EXPECT_EQ(read(fs::path("one") / file), read(fs::path("two") / file)) << file;
    EXPECT_EQ(read(fs::path("one") / file), read(fs::path("three") / file)) << file;
  }
  EXPECT_NE(read("one/report.html").find("<html"), std::string::npos);
}

TEST_F(CommandLine, KeepsRunsInAStoreWithTheLatestAtHand) {
  EXPECT_EQ(ask(with_short({"run", "gossip", "--seed", "3"})).code, 0);
  EXPECT_EQ(ask(with_short({"run", "gossip", "--seed", "4"})).code, 0);

  EXPECT_EQ(Json::parse(read("store/latest/result.json")).at("seed"), 4);
  EXPECT_EQ(ask({"report"}).code, 0);
  for (const auto& entry : fs::directory_iterator("store"))
    EXPECT_NE(entry.path().filename().string()[0], '.');
}

TEST_F(CommandLine, FindsAPlantedDefectAndBringsItBack) {
  const auto hunted = ask({"hunt", "gossip", "--seeds", "1..6", "--jobs", "2", "--out", "hunt",
                           "--defect", "gossip.forget-after-restart"});
  const auto report = Json::parse(read("hunt/hunt.json"));
  const auto failure = report.at("failures").at(0);
  const auto replayed = ask({"replay", failure.at("name"), "--out", "again"});

  EXPECT_EQ(hunted.code, 1);
  EXPECT_EQ(report.at("runs"), 6);
  EXPECT_EQ(failure.at("checker"), "acknowledged-rumours-survive");
  EXPECT_EQ(replayed.code, 1) << replayed.err;
  EXPECT_TRUE(replayed.out.ends_with("--defect gossip.forget-after-restart\n"));
}

TEST_F(CommandLine, HasOneFingerprintForASeedHoweverItIsRun) {
  const auto alone = ask({"run", "gossip", "--seed", "5", "--out", "alone", "--format", "json"});
  const auto twice = ask({"run", "gossip", "--seed", "5", "--out", "twice", "--format", "json",
                          "--check-determinism"});
  const auto beside =
      ask({"run", "gossip", "--seed", "5", "--out", "beside", "--format", "json", "--in-process"});
  const auto one_job =
      ask({"hunt", "gossip", "--seeds", "1..8", "--jobs", "1", "--format", "json", "--out", "h1"});
  const auto three_jobs =
      ask({"hunt", "gossip", "--seeds", "1..8", "--jobs", "3", "--format", "json", "--out", "h3"});

  EXPECT_EQ(Json::parse(alone.out).at("fingerprint"), Json::parse(twice.out).at("fingerprint"));
  EXPECT_EQ(Json::parse(alone.out).at("fingerprint"), Json::parse(beside.out).at("fingerprint"));
  EXPECT_EQ(Json::parse(one_job.out).at("fingerprint"),
            Json::parse(three_jobs.out).at("fingerprint"));
}

TEST_F(CommandLine, WarnsWhenTheScenarioHasChangedSince) {
  const auto answer =
      ask({"replay", "lq1:gossip,00000000000000aa,seed=1,strategy=fifo", "--out", "x"});

  EXPECT_EQ(answer.code, 0);
  EXPECT_NE(answer.err.find("the scenario has changed since"), std::string::npos) << answer.err;
}

TEST_F(CommandLine, ListsWhatThereIs) {
  const auto defects = Json::parse(ask({"list", "defects", "--format", "json"}).out);
  const auto scenarios = ask({"list"});

  EXPECT_EQ(defects.at(0).at("name"), "gossip.forget-after-restart");
  EXPECT_TRUE(defects.at(0).contains("about") && defects.at(0).contains("source"));
  EXPECT_NE(scenarios.out.find("gossip"), std::string::npos);
  for (const auto* what : {"probes", "kits", "keys", "workloads", "checkers", "faults",
                           "strategies", "buggify", "roles"}) {
    const auto answer = ask({"list", what, "--format", "json"});
    EXPECT_EQ(answer.code, 0);
    EXPECT_FALSE(Json::parse(answer.out).empty()) << what;
  }
  // The gossip model has none of these.
  EXPECT_EQ(ask({"list", "yields", "--format", "json"}).out, "[]\n");
  EXPECT_EQ(ask({"list", "actions", "--format", "json"}).out, "[]\n");
  EXPECT_NE(ask({"list", "buggify"}).out.find("gossip.small-answer"), std::string::npos);
}

TEST_F(CommandLine, PrintsSchemasThatAreJson) {
  for (const auto* name : {"result", "trace", "hunt"}) {
    const auto answer = ask({"schema", name});
    EXPECT_EQ(answer.code, 0);
    EXPECT_EQ(Json::parse(answer.out).at("type"), "object") << name;
  }
}

TEST_F(CommandLine, TeachesInItsHelp) {
  for (const auto* command : {"list", "check", "run", "hunt", "replay", "report", "schema"}) {
    const auto answer = ask({command, "--help"});
    EXPECT_EQ(answer.code, 0);
    EXPECT_NE(answer.out.find("Example"), std::string::npos) << command;
  }
  EXPECT_NE(ask({"--help"}).out.find("logquake hunt gossip"), std::string::npos);
}

TEST_F(CommandLine, DoesNotTakeAFullDiskForSuccess) {
  std::fflush(stdout);
  const int before = ::dup(STDOUT_FILENO);
  const int full = ::open("/dev/full", O_WRONLY);
  ::dup2(full, STDOUT_FILENO);
  ::testing::internal::CaptureStderr();
  std::array<char*, 3> words{};
  std::array<std::string, 2> texts{"logquake", "list"};
  words[0] = texts[0].data();
  words[1] = texts[1].data();
  const int code = run_command_line(2, words.data(), catalog_);
  ::dup2(before, STDOUT_FILENO);
  ::close(before);
  ::close(full);
  std::clearerr(stdout);

  EXPECT_EQ(code, 125);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "logquake: cannot write to standard output: No space left on device\n");
}

TEST_F(CommandLine, RefusesBadValuesFromTheEnvironment) {
  ::setenv("LOGQUAKE_CHECK_DETERMINISM", "maybe", 1);
  const auto answer = ask({"run", "gossip"});
  ::unsetenv("LOGQUAKE_CHECK_DETERMINISM");

  EXPECT_EQ(answer.code, 4);
  EXPECT_EQ(answer.err,
            "logquake: --check-determinism: expected true or false, found \"maybe\" (see `logquake "
            "run --help`)\n");
  EXPECT_TRUE(left_behind().empty());
}

// Garbage of any kind, in any place where a run or its name is expected.
TEST_F(CommandLine, RefusesDamagedRunDirectoriesAndLeavesThemAsTheyAre) {
  ask(with_short({"run", "gossip", "--seed", "7", "--out", "one"}));
  const auto result = read("one/result.json");
  const auto scenario = read("one/scenario.toml");
  for (const auto& [file, text] : std::vector<std::pair<std::string, std::string>>{
           {"result.json", ""},
           {"result.json", "{}"},
           {"result.json", "[]"},
           {"result.json", result.substr(0, result.size() / 2)},
           {"result.json", std::string(5000, '[')},
           {"result.json", std::string("\0\xff", 2)},
           {"scenario.toml", scenario.substr(0, 20)},
           {"scenario.toml", "[gosip]\n"}}) {
    write("one/result.json", result);
    write("one/scenario.toml", scenario);
    write("one/" + file, text);
    const auto answer = ask({"replay", "one", "--out", "two"});

    EXPECT_EQ(answer.code, 4) << file << ": " << text.substr(0, 40) << answer.err;
    EXPECT_FALSE(answer.err.empty());
    EXPECT_EQ(read("one/" + file), text);
    EXPECT_EQ(left_behind(), std::vector<std::string>{"one"});
  }
}

TEST_F(CommandLine, ReadsFlagsFromTheEnvironmentToo) {
  ::setenv("LOGQUAKE_SEED", "11", 1);
  ::setenv("LOGQUAKE_SET", "workload.0.count=5\nlength=5s", 1);
  const auto answer = ask({"run", "gossip", "--out", "x", "--format", "json"});
  ::unsetenv("LOGQUAKE_SEED");
  ::unsetenv("LOGQUAKE_SET");

  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(Json::parse(answer.out).at("seed"), 11);
  EXPECT_EQ(Json::parse(answer.out).at("counts").at("rumours acknowledged"), 5);
}

TEST_F(CommandLine, ReadsTheScenariosOfItsOwnManual) {
  const auto manual = read(LOGQUAKE_SOURCE_DIR "/docs/writing-a-scenario.md");
  int scenarios = 0;
  const std::string fence = "```toml\n";
  for (auto at = manual.find(fence); at != std::string::npos; at = manual.find(fence, at + 1)) {
    const auto start = at + fence.size();
    write("manual.toml", manual.substr(start, manual.find("```", start) - start));
    const auto answer = ask({"check", "./manual.toml"});
    EXPECT_EQ(answer.code, 0) << answer.err;
    ++scenarios;
  }
  EXPECT_GE(scenarios, 1);
}

// The ten minutes of docs/writing-a-scenario.md, command by command.
TEST_F(CommandLine, RunsTheFirstScenarioAsItsPageDoes) {
  fs::copy(LOGQUAKE_SOURCE_DIR "/examples/first-scenario.toml", folder_ / "mine.toml");

  EXPECT_EQ(ask({"check", "./mine.toml"}).code, 0);
  EXPECT_EQ(ask({"run", "./mine.toml", "--seed", "1"}).code, 0);
  EXPECT_EQ(ask({"run", "./mine.toml", "--set", "gossip.nodes=9", "--set", "fault.2.at=12s"}).code,
            0);
  EXPECT_EQ(ask({"hunt", "./mine.toml", "--seeds", "1..10"}).code, 0);
  EXPECT_EQ(
      ask({"hunt", "./mine.toml", "--seeds", "1..30", "--defect", "gossip.forget-after-restart"})
          .code,
      1);
}

TEST(Settings, WarnOfVariablesThatNobodyReads) {
  const std::vector<const char*> environment{"PATH=/bin", "LOGQUAKE_SEED=1", "LOGQUAKE_SEDES=2",
                                             nullptr};

  EXPECT_EQ(unknown_variables(environment.data(), {"LOGQUAKE_SEED", "LOGQUAKE_SEEDS"}),
            std::vector<std::string>{
                "unknown variable LOGQUAKE_SEDES; did you mean \"LOGQUAKE_SEEDS\"?"});
}

}  // namespace
}  // namespace logquake::scenario
