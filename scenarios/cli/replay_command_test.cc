// run --trace, replay --around and --break-at, and what a run's name survives.
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/cli/asking_testing.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::json;
using testing::content_of;

class ReplayCommand : public testing::Asking {
 protected:
  ReplayCommand() { write("ticks.toml", ticks); }

  /// The lines of a trace.
  static std::vector<Json> lines_of(const std::filesystem::path& path) {
    std::vector<Json> lines;
    std::istringstream text(content_of(path));
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  }
  std::string fingerprint_of(const std::string& folder) {
    return Json::parse(content_of(folder_ / folder / "result.json")).at("fingerprint");
  }

  static constexpr std::string_view ticks = R"(# Two nodes tick.
name = "ticks"
length = "5s"
[trial]
nodes = 2
[[workload]]
type = "ticks"
every = "10ms"
count = 20
[[fault]]
at = "95ms"
process_crash = { node = "trial-2" }
)";
};

TEST_F(ReplayCommand, WritesEveryFactAndEveryEventOfTheKernel) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "plain"}).code, 0);
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "traced", "--trace"}).code, 0);

  EXPECT_EQ(fingerprint_of("plain"), fingerprint_of("traced"));
  const auto result = Json::parse(content_of("traced/result.json"));
  const auto lines = lines_of("traced/trace.jsonl");
  ASSERT_EQ(std::ssize(lines), result.at("events").get<std::int64_t>());
  std::int64_t facts = 0;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    EXPECT_EQ(lines[at].at("id"), at + 1);
    facts += lines[at].contains("kind") ? 1 : 0;
    EXPECT_NE(lines[at].contains("kind"), lines[at].contains("event"));
  }
  EXPECT_EQ(facts, result.at("facts").get<std::int64_t>());
  const bool ticker_wakes = std::any_of(lines.begin(), lines.end(), [](const Json& line) {
    return line.value("event", "") == "wake" && line.value("task", "") == "trial-1/main";
  });
  EXPECT_TRUE(ticker_wakes);
  // Nothing is left beside it, and what reads run directories reads this one.
  EXPECT_EQ(ask({"report", "traced"}).code, 0);
  EXPECT_EQ(ask({"replay", "traced", "--out", "again"}).code, 0);
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    EXPECT_NE(entry.path().filename().string()[0], '.') << entry.path();
}

TEST_F(ReplayCommand, KeepsTheTraceOfARunWhoseProcessDied) {
  const auto answer =
      ask({"run", "./ticks.toml", "--set", "trial.deed=abort", "--out", "dead", "--trace"});

  EXPECT_EQ(answer.code, 1);
  const auto lines = lines_of("dead/trace.jsonl");
  ASSERT_FALSE(lines.empty());
  // The fifth tick is never stated: its task dies when it goes on.
  EXPECT_EQ(lines.back().value("event", ""), "wake");
}

TEST_F(ReplayCommand, RefusesToTraceTwoRunsAtOnce) {
  const auto answer = ask({"run", "./ticks.toml", "--trace", "--check-determinism"});

  EXPECT_EQ(answer.code, 4);
  EXPECT_NE(answer.err.find("--check-determinism runs twice"), std::string::npos);
}

TEST_F(ReplayCommand, TellsTheStoryAroundAFact) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "one", "--trace"}).code, 0);
  Json tick;
  for (const auto& line : lines_of("one/trace.jsonl")) {
    if (line.value("kind", "") == "trial.ticked" && line.at("node") == "trial-1" &&
        line.at("fields").at("number") == 12)
      tick = line;
  }

  const auto text = ask({"replay", "one", "--around", tick.at("id").dump()});
  const auto json = ask({"replay", "one", "--around", tick.at("id").dump(), "--format", "json"});

  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_NE(text.out.find("\nEvent " + tick.at("id").dump() + "\n>"), std::string::npos)
      << text.out;
  EXPECT_NE(text.out.find("trial-2 is down"), std::string::npos) << text.out;
  const auto story = Json::parse(json.out);
  EXPECT_EQ(story.at("event").at("kind"), "trial.ticked");
  EXPECT_NE(story.at("faults").at(0).at("sentence").get<std::string>().find("trial-2"),
            std::string::npos);
  // Each tick was caused by the one before, from the start of the node on.
  EXPECT_FALSE(story.at("causes").empty());
  EXPECT_EQ(story.at("causes").front().at("kind"), "node.started");
  EXPECT_EQ(story.at("event").at("skipped"), 10);  // between the first tick and this one
  EXPECT_EQ(story.at("event").at("cause"), tick.at("cause"));
  EXPECT_LT(story.at("before").back().at("id"), tick.at("id"));
  EXPECT_GT(story.at("after").front().at("id"), tick.at("id"));
}

TEST_F(ReplayCommand, TellsTheStoryAroundAnEventOfTheKernel) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "one", "--trace"}).code, 0);
  std::int64_t event = 0;
  for (const auto& line : lines_of("one/trace.jsonl")) {
    if (event == 0 && line.value("event", "") == "wake" && line.at("id") > 20)
      event = line.at("id");
  }

  const auto answer = ask({"replay", "one", "--around", std::to_string(event), "--format", "json"});

  ASSERT_EQ(answer.code, 0) << answer.err;
  const auto story = Json::parse(answer.out);
  EXPECT_EQ(story.at("event").at("id"), event);
  EXPECT_NE(story.at("event").at("sentence").get<std::string>().find("goes on"), std::string::npos);
}

TEST_F(ReplayCommand, SaysHowManyEventsARunHas) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "one"}).code, 0);
  const auto events = Json::parse(content_of("one/result.json")).at("events").dump();

  const auto around = ask({"replay", "one", "--around", "123456789"});
  const auto at = ask({"replay", "one", "--break-at", "123456789"});
  const auto none = ask({"replay", "one", "--around", "0"});
  const auto both = ask({"replay", "one", "--around", "3", "--break-at", "3"});

  EXPECT_EQ(around.code, 4);
  EXPECT_EQ(around.err, "logquake: replay --around: the run has no event 123456789: it has " +
                            events + ", numbered from 1\n");
  EXPECT_EQ(at.code, 4);
  EXPECT_EQ(at.err, "logquake: replay --break-at: the run has no event 123456789: it has " +
                        events + ", numbered from 1\n");
  EXPECT_EQ(none.code, 4);
  EXPECT_EQ(none.err, "logquake: --around: expected the number of an event, from 1, found \"0\"\n");
  EXPECT_EQ(both.code, 4);
}

TEST_F(ReplayCommand, SaysWhereItIsAndHowToAttach) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "one", "--trace"}).code, 0);
  std::string tick;
  for (const auto& line : lines_of("one/trace.jsonl")) {
    if (tick.empty() && line.value("kind", "") == "trial.ticked") tick = line.at("id").dump();
  }

  const auto answer = ask({"replay", "one", "--break-at", tick});

  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.err.find("event " + tick + " at "), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("trial-1, task main, states trial.ticked"), std::string::npos)
      << answer.err;
  EXPECT_NE(answer.err.find("gdb -ex run --args logquake replay 'one' --break-at " + tick),
            std::string::npos)
      << answer.err;
}

TEST_F(ReplayCommand, StopsForADebugger) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "one"}).code, 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(77);
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    std::vector<std::string> words{"logquake", "replay", "one", "--break-at", "30"};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    ::_exit(run_command_line(static_cast<int>(words.size()), argv.data(), catalog_));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "ptrace is not allowed here";
  ASSERT_TRUE(WIFSTOPPED(status));
  EXPECT_EQ(WSTOPSIG(status), SIGTRAP);
  ASSERT_EQ(::ptrace(PTRACE_CONT, child, nullptr, nullptr), 0);
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(ReplayCommand, BringsARunBackAfterEditsThatSayNothingElse) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--seed", "5", "--out", "one"}).code, 0);
  const std::string name = Json::parse(content_of("one/result.json")).at("name");
  write("ticks.toml", R"(length = "5s"    # another order, other spacing, a comment
name="ticks"

[[fault]]
process_crash = { node = "trial-2" }
at = "95ms"

[[workload]]
count = 20
type = "ticks"
every = "10ms"

[trial]
nodes = 2
)");

  const auto replayed = ask({"replay", name, "--out", "two"});

  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_EQ(replayed.err, "");
  EXPECT_EQ(fingerprint_of("one"), fingerprint_of("two"));
}

TEST_F(ReplayCommand, WarnsAndKeepsTheOthersLuckWhenANodeIsAdded) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--strategy", "random:20ms", "--out", "one"}).code, 0);
  const std::string name = Json::parse(content_of("one/result.json")).at("name");
  auto edited = std::string(ticks);
  edited.replace(edited.find("nodes = 2"), 9, "nodes = 3");
  write("ticks.toml", edited);

  const auto replayed = ask({"replay", name, "--out", "two"});

  EXPECT_EQ(replayed.code, 0);
  EXPECT_NE(replayed.err.find("the scenario has changed since"), std::string::npos);
  // What the two nodes of before do, and when, is the same to the nanosecond.
  const auto told_by = [&](const std::string& folder, const std::string& node) {
    std::string told;
    for (const auto& line : lines_of(folder_ / folder / "trace.jsonl")) {
      if (line.at("node") == node) told += line.at("at_ns").dump() + line.at("sentence").dump();
    }
    return told;
  };
  for (const auto* node : {"trial-1", "trial-2"}) {
    EXPECT_FALSE(told_by("one", node).empty());
    EXPECT_EQ(told_by("one", node), told_by("two", node)) << node;
  }
}

TEST_F(ReplayCommand, TakesTheStoredScenarioOfADirectory) {
  ASSERT_EQ(ask({"run", "./ticks.toml", "--out", "one"}).code, 0);
  write("ticks.toml", "name = \"ticks\"\n[trial]\nnodes = 9\n");

  const auto replayed = ask({"replay", "one", "--out", "two"});

  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_EQ(fingerprint_of("one"), fingerprint_of("two"));
}

}  // namespace
}  // namespace logquake::scenario
