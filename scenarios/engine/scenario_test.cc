#include "scenarios/engine/scenario.h"

#include <gtest/gtest.h>

#include "scenarios/engine/document.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/trial_kit.h"

namespace logquake::scenario {
namespace {

struct Read {
  std::optional<Scenario> scenario;
  std::string problems;
};

Read read(std::string_view text, const Overrides& overrides = {}) {
  // Scenarios borrow their kit.
  static const Catalog catalog = trial_catalog();
  Problems problems("x.toml");
  Read result;
  if (auto document = parse_document(text, problems)) {
    result.scenario = read_scenario(std::move(*document), "x.toml", catalog, overrides, problems);
  }
  result.problems = problems.to_text();
  return result;
}

std::string problems_of(std::string_view text, const Overrides& overrides = {}) {
  return read(text, overrides).problems;
}

TEST(Scenario, HasDefaultsForEverything) {
  const auto [scenario, problems] = read("");

  ASSERT_TRUE(scenario.has_value()) << problems;
  EXPECT_EQ(scenario->name, "x");
  EXPECT_EQ(scenario->length, 60s);
  EXPECT_EQ(scenario->kit->name(), "trial");
}

struct BadInput {
  std::string_view text;
  std::string_view problem;
};

class BadScenario : public testing::TestWithParam<BadInput> {};

TEST_P(BadScenario, IsRefusedWithPlaceAndExpectation) {
  const auto [scenario, problems] = read(GetParam().text);

  EXPECT_FALSE(scenario.has_value());
  EXPECT_EQ(problems, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadScenario,
    testing::Values(
        BadInput{"lenght = \"5s\"", "x.toml:1:1: lenght: unknown key; did you mean \"length\"?\n"},
        BadInput{"length = 5",
                 "x.toml:1:10: length: expected a duration such as \"250ms\", \"30s\" or \"5m\", "
                 "found 5\n"},
        BadInput{"length = \"soon\"",
                 "x.toml:1:10: length: expected a duration such as \"250ms\", \"30s\" or \"5m\", "
                 "found \"soon\"\n"},
        BadInput{"length = \"0s\"",
                 "x.toml:1:10: length: expected a duration of at least \"1ms\", found \"0s\"\n"},
        BadInput{"name = [1]", "x.toml:1:8: name: expected a text in quotes, found a list\n"},
        BadInput{"strategy = \"lifo\"",
                 "x.toml:1:12: strategy: expected \"fifo\", \"random\", \"random:20ms\" or "
                 "\"pct:3:20ms\", found \"lifo\"\n"},
        BadInput{
            "defects = [\"trial.lasy\"]",
            "x.toml:1:11: defects: unknown defect \"trial.lasy\"; did you mean \"trial.lazy\"?\n"},
        BadInput{"kit = \"trail\"",
                 "x.toml:1:7: kit: unknown value \"trail\"; did you mean \"trial\"?\n"},
        BadInput{"[trial]\nnodes = 99",
                 "x.toml:2:9: trial.nodes: expected a whole number from 1 to 9, found 99\n"},
        BadInput{"[trial]\nnods = 3",
                 "x.toml:2:1: trial.nods: unknown key; did you mean \"nodes\"?\n"},
        BadInput{"trial = 3", "x.toml:1:9: trial: expected a table, [trial], found 3\n"},
        BadInput{"[trial]\nnote = '''\nall good\nhere wrong\n'''",
                 "x.toml:4:6: trial.note: expected better words\n"},
        BadInput{
            "[[workload]]\ntype = \"tics\"",
            "x.toml:2:8: workload.0.type: unknown workload \"tics\"; did you mean \"ticks\"?\n"},
        BadInput{"[[workload]]\nevery = \"1s\"",
                 "x.toml:1:1: workload.0.type: missing; expected a text\n"},
        BadInput{"[[workload]]\ntype = \"ticks\"\nevry = \"1s\"",
                 "x.toml:3:1: workload.0.evry: unknown key; did you mean \"every\"?\n"},
        BadInput{"[workload]\ntype = \"ticks\"",
                 "x.toml:1:1: workload: expected a list of tables, [[workload]], found a table\n"},
        BadInput{"[[expect]]\nchecker = \"many-ticks\"",
                 "x.toml:2:11: expect.0.checker: unknown checker \"many-ticks\"; expected "
                 "\"few-ticks\"\n"},
        BadInput{"[faults]\nmix = \"network, crush\"",
                 "x.toml:2:7: faults.mix: unknown family of faults \"crush\"; did you mean "
                 "\"crash\"?\n"},
        BadInput{"[faults]\nintensity = \"5/4\"",
                 "x.toml:2:13: faults.intensity: expected a ratio from \"0\" to \"1\" such as "
                 "\"1/4\", found \"5/4\"\n"},
        BadInput{"[[fault]]\nat = \"1s\"\npower_los = { node = \"trial-1\" }",
                 "x.toml:1:1: fault.0: no fault in this step; did you mean \"power_loss\"?\n"
                 "x.toml:3:1: fault.0.power_los: unknown key; did you mean \"power_loss\"?\n"},
        BadInput{"[[fault]]\npower_loss = { node = \"trial-1\" }",
                 "x.toml:1:1: fault.0: expected a trigger: at, on or after\n"},
        BadInput{"[[fault]]\nat = \"1s\"\non = { fact = \"trial.ticked\" }\nheal_all = {}",
                 "x.toml:1:1: fault.0: expected one of at, on and after\n"},
        BadInput{"[[fault]]\nat = \"1s\"\npower_loss = { node = \"trial-7\" }",
                 "x.toml:3:23: fault.0.power_loss.node: no node or role \"trial-7\"; did you mean "
                 "\"trial-1\"?\n"},
        BadInput{"[[fault]]\nat = \"1s\"\npower_loss = {}",
                 "x.toml:3:14: fault.0.power_loss.node: missing; expected a text\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nslow = { from = \"*\", to = \"trial-1\" }",
                 "x.toml:3:8: fault.0.slow.by: missing; expected a duration such as \"250ms\"\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nslow = { from = \"*\", to = \"trial-1\", by = \"-1ms\" }",
                 "x.toml:3:43: fault.0.slow.by: expected a duration above zero\n"},
        BadInput{
            "[[fault]]\nat = \"1s\"\nlatency = { from = \"*\", to = \"trial-1\", "
            "distribution = \"normal\", low = \"1ms\", high = \"2ms\" }",
            "x.toml:3:56: fault.0.latency.distribution: unknown value \"normal\"; expected one of "
            "\"uniform\", \"exponential\", \"bimodal\"\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nlatency = { from = \"*\", to = \"trial-1\", "
                 "distribution = \"uniform\", low = \"3ms\", high = \"2ms\" }",
                 "x.toml:3:87: fault.0.latency.high: expected a duration above zero and not below "
                 "\"low\"\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nlatency = { from = \"*\", to = \"trial-1\", "
                 "distribution = \"bimodal\", low = \"1ms\", high = \"2ms\", tail = \"1s\", "
                 "tail_chance = \"0\" }",
                 "x.toml:3:121: fault.0.latency.tail_chance: expected a chance above zero, such as "
                 "\"1/100\"\n"},
        BadInput{
            "[[fault]]\nat = \"1s\"\nbandwidth = { from = \"*\", to = \"trial-1\", "
            "bytes_per_second = 0, buffer_bytes = 10 }",
            "x.toml:3:62: fault.0.bandwidth.bytes_per_second: expected a whole number from 1 to "
            "1000000000000, found 0\n"},
        BadInput{"[[fault]]\nat = \"1s\"\ndatagram_loss = { from = \"*\", to = \"trial-1\" }",
                 "x.toml:3:17: fault.0.datagram_loss.chance: missing; expected a chance such as "
                 "\"1/50\"\n"},
        BadInput{
            "[[fault]]\nat = \"1s\"\ndatagram_loss = { from = \"*\", to = \"trial-1\", "
            "chance = \"3/2\" }",
            "x.toml:3:56: fault.0.datagram_loss.chance: expected a ratio from \"0\" to \"1\" such "
            "as \"1/4\", found \"3/2\"\n"},
        BadInput{
            "[[fault]]\nat = \"1s\"\none_way = { node = \"trial-1\" }",
            "x.toml:3:11: fault.0.one_way.flow: missing; expected \"inbound\", \"outbound\"\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nflapping = { side = [\"trial-1\"] }",
                 "x.toml:3:12: fault.0.flapping.period: expected at least 1ms\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nbridge = { node = \"trial-1\", among = \"trial-7\" }",
                 "x.toml:3:38: fault.0.bridge.among: no node or role \"trial-7\"; did you mean "
                 "\"trial-1\"?\n"},
        BadInput{"[network]\nlatency_low = \"5ms\"\nlatency_high = \"1ms\"",
                 "x.toml:3:16: network.latency_high: 1ms is below latency_low, which is 5ms\n"},
        BadInput{"[[fault]]\non = { fact = \"trial.tickd\" }\nheal_all = {}",
                 "x.toml:2:15: fault.0.on.fact: no fact of kind \"trial.tickd\"; did you mean "
                 "\"trial.ticked\"?\n"},
        BadInput{"[[fault]]\non = { fact = \"trial.ticked\", each = \"0\" }\nheal_all = {}",
                 "x.toml:2:38: fault.0.on.each: expected a chance above zero\n"},
        BadInput{"[[fault]]\non = { fact = \"trial.ticked\", occurrence = 0 }\nheal_all = {}",
                 "x.toml:2:44: fault.0.on.occurrence: expected a whole number from 1 to "
                 "1000000000, found 0\n"},
        BadInput{
            "[[fault]]\nat = \"1s\"\nhold = { site = \"trial.before-tack\" }",
            "x.toml:3:17: fault.0.hold.site: no yield site \"trial.before-tack\"; did you mean "
            "\"trial.before-tick\"?\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nhold = { node = \"trial-1\" }",
                 "x.toml:3:8: fault.0.hold.site: missing; expected a text\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nhold = { site = \"trial.before-tick\", for = \"-1s\" }",
                 "x.toml:3:44: fault.0.hold.for: expected a duration of at least \"0s\", found "
                 "\"-1s\"\n"},
        BadInput{"[faults]\nbuggify = true\nbuggify-off = [\"sleep.lat\"]",
                 "x.toml:3:15: faults.buggify-off: unknown site \"sleep.lat\"; did you mean "
                 "\"sleep.late\"?\n"},
        BadInput{
            "max-events = 0",
            "x.toml:1:14: max-events: expected a whole number from 1 to 1000000000000, found 0\n"},
        BadInput{"[[fault]]\nafter = { step = 0 }\nheal_all = {}",
                 "x.toml:2:9: fault.0.after: the first step has no step before it\n"},
        BadInput{"[[fault]]\nat = \"1s\"\ninvoke = { action = \"aplaud\" }",
                 "x.toml:3:21: fault.0.invoke.action: no action \"aplaud\"; did you mean "
                 "\"applaud\"?\n"},
        BadInput{"[faults]\nunrestricted = 1",
                 "x.toml:2:16: faults.unrestricted: expected true or false, found 1\n"},
        BadInput{"[[fault]]\nat = \"1s\"\npower_loss = { nodes = [\"trial-7\"] }",
                 "x.toml:3:24: fault.0.power_loss.nodes: no node or role \"trial-7\"; did you mean "
                 "\"trial-1\"?\n"},
        BadInput{"[[fault]]\nat = \"1s\"\npower_loss = { nodes = [] }",
                 "x.toml:3:24: fault.0.power_loss.nodes: expected a list of nodes such as "
                 "[\"broker-1\"]\n"},
        BadInput{"[[fault]]\nat = \"1s\"\npower_loss = { node = \"trial-1\", fate = \"tron\" }",
                 "x.toml:3:41: fault.0.power_loss.fate: unknown value \"tron\"; did you mean "
                 "\"torn\"?\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nslow_cpu = { node = \"trial-1\", by = \"-5ms\" }",
                 "x.toml:3:37: fault.0.slow_cpu.by: expected more than 0s\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nslow_disk = { node = \"trial-1\", by = \"0s\" }",
                 "x.toml:3:38: fault.0.slow_disk.by: expected more than 0s\n"},
        BadInput{
            "[[fault]]\nat = \"1s\"\nstall_disk = { node = \"trial-1\", for = \"-1s\" }",
            "x.toml:3:40: fault.0.stall_disk.for: expected a duration of at least \"0s\", found "
            "\"-1s\"\n"},
        BadInput{
            "[[fault]]\nat = \"1s\"\nfail_write = { node = \"trial-1\", count = 0 }",
            "x.toml:3:42: fault.0.fail_write.count: expected a whole number from 1 to 1000000, "
            "found 0\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nbit_rot = { node = \"trial-1\", path = \"\" }",
                 "x.toml:3:38: fault.0.bit_rot.path: expected a path such as \"data/*.log\"\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nlost_write = { node = \"trial-1\", pth = \"x\" }",
                 "x.toml:3:34: fault.0.lost_write.pth: unknown key; did you mean \"path\"?\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nclock_drift = { node = \"trial-1\", ppm = -1000000 }",
                 "x.toml:3:41: fault.0.clock_drift.ppm: expected a whole number from -999999 to "
                 "999999, found -1000000\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nclock_smear = { node = \"trial-1\", by = \"1s\" }",
                 "x.toml:3:15: fault.0.clock_smear.over: missing; expected a duration such as "
                 "\"250ms\"\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nclock_smear = { node = \"trial-1\", by = \"-2s\", over = "
                 "\"1s\" }",
                 "x.toml:3:54: fault.0.clock_smear.over: a clock that loses 2s over that time goes "
                 "back\n"},
        BadInput{"[[fault]]\nat = \"1s\"\nclock_offset = { node = \"trial-1\" }",
                 "x.toml:3:16: fault.0.clock_offset.by: missing; expected a duration such as "
                 "\"250ms\"\n"}));

TEST(Scenario, TellsAllProblemsAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(problems_of("lenght = \"5s\"\nname = 3\n[trial]\nnodes = \"two\"\n"),
            "x.toml:1:1: lenght: unknown key; did you mean \"length\"?\n"
            "x.toml:2:8: name: expected a text in quotes, found 3\n"
            "x.toml:4:9: trial.nodes: expected a whole number from 1 to 9, found \"two\"\n");
}

TEST(Scenario, RefusesOverridesThatAreNone) {
  EXPECT_EQ(problems_of("", {{"length"}, {}}), "x.toml: --set length: expected KEY=VALUE\n");
  EXPECT_EQ(problems_of("", {{}, {"trial.lazi"}}),
            "x.toml: defects: unknown defect \"trial.lazi\"; did you mean \"trial.lazy\"?\n");
}

TEST(Scenario, HoldsItsOverrides) {
  const auto changed =
      read("length = \"5s\"", {{"length=7s", "trial.nodes=3"}, {"trial.lazy"}}).scenario;
  const auto written =
      read("length = \"7s\"\ndefects = [\"trial.lazy\"]\n[trial]\nnodes = 3\n").scenario;

  ASSERT_TRUE(changed && written);
  EXPECT_EQ(changed->length, 7s);
  EXPECT_EQ(changed->defects, written->defects);
  EXPECT_EQ(changed->content_hash(), written->content_hash());
}

TEST(Scenario, IsTheSameAfterBeingWrittenAndReadAgain) {
  const auto scenario =
      read(
          "about = \"it's\"\nlength = \"5s\"\n[[workload]]\ntype = \"ticks\"\n[[fault]]\n"
          "on = { fact = \"trial.ticked\", where = { number = 3 }, occurrence = 2 }\n"
          "clock_step = { node = \"nth:2\", by = \"-3s\" }\nprobability = \"1/2\"\n[faults]\n")
          .scenario;
  ASSERT_TRUE(scenario.has_value());

  const auto again = read(scenario->toml()).scenario;

  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->content_hash(), scenario->content_hash());
  EXPECT_EQ(again->toml(), scenario->toml());
}

/// Gives every field of a fault some value that it may have.
struct Fill {
  void operator()(std::string_view name, std::string& field) {
    field = name == "action" ? "applaud" : name == "site" ? "trial.before-tick" : "trial-1";
  }
  void operator()(std::string_view, sim::FactMatch& field) {
    field = {"trial.ticked", {{"node", "trial-2"}, {"number", "3"}}};
  }
  void operator()(std::string_view, sim::PathPattern& field) { field.glob = "data/*"; }
  void operator()(std::string_view, sim::PowerFate& field) { field = sim::PowerFate::torn; }
  void operator()(std::string_view, std::vector<std::string>& field) {
    field = {"trial-1", "first"};
  }
  void operator()(std::string_view, Duration& field) { field = 1500ms; }
  void operator()(std::string_view, std::int32_t& field) { field = 7; }
  void operator()(std::string_view, std::int64_t& field) { field = 4096; }
  void operator()(std::string_view, Ratio& field) { field = {1, 3}; }
  template <NamedEnum Choice>
  void operator()(std::string_view, Choice& field) {
    field = every(Choice{}).back();
  }
};

TEST(Scenario, ReadsEveryFaultItCanWrite) {
  for (const auto key : sim::fault_keys()) {
    auto fault = *sim::fault_named(key);
    Fill fill;
    std::visit([&fill](auto& named) { named.io(fill); }, fault);
    sim::FaultPlan plan;
    plan.steps.push_back({sim::AtInstant{2s}, fault, {1, 1}});
    plan.steps.push_back({sim::AfterStep{0, 3s}, fault, {1, 3}});

    const auto scenario = read(to_toml(to_value(plan)));

    ASSERT_TRUE(scenario.scenario.has_value()) << scenario.problems << to_toml(to_value(plan));
    EXPECT_EQ(to_toml(to_value(scenario.scenario->plan)), to_toml(to_value(plan)));
  }
}

TEST(Scenario, ReadsHoldsAndTriggersByChance) {
  const auto [scenario, problems] = read(
      "[[fault]]\non = { fact = \"trial.ticked\", each = \"1/10\" }\n"
      "hold = { site = \"trial.before-tick\", for = \"2s\" }\n"
      "[[fault]]\nat = \"1s\"\nhold = { site = \"trial.before-tick\", node = \"trial-1\", "
      "task = \"main\", until = { fact = \"trial.ticked\", where = { number = 7 } } }\n");

  ASSERT_TRUE(scenario.has_value()) << problems;
  const auto& steps = scenario->plan.steps;
  EXPECT_EQ(sentence_of(steps[0].when), "on any trial.ticked, each with chance 1/10");
  EXPECT_EQ(sentence_of(steps[0].what), "tasks are held at trial.before-tick for 2s");
  EXPECT_EQ(sentence_of(steps[1].what),
            "trial-1 is held at trial.before-tick in its task main until trial.ticked of number=7");
  // What is armed says which occurrence was drawn, and reads back as drawn.
  const auto plan = plan_for(*scenario, 5);
  const auto drawn = std::get<sim::OnFact>(plan.steps[0].when).occurrence;
  EXPECT_GT(drawn, 0);
  const auto again = read(to_toml(to_value(plan)));
  ASSERT_TRUE(again.scenario.has_value()) << again.problems;
  EXPECT_EQ(std::get<sim::OnFact>(plan_for(*again.scenario, 6).steps[0].when).occurrence, drawn);
}

TEST(Scenario, LeavesUnsaidWhatAFaultHasByDefault) {
  sim::FaultPlan plan;
  plan.steps.push_back({sim::AtInstant{2s}, sim::LostWrite{"trial-1"}, {1, 1}});
  plan.steps.push_back({sim::AtInstant{3s}, sim::PowerLoss{"", {"trial-1"}}, {1, 1}});

  const auto text = to_toml(to_value(plan));

  EXPECT_EQ(text.find("count"), std::string::npos) << text;
  EXPECT_EQ(text.find("path"), std::string::npos) << text;
  EXPECT_EQ(text.find("fate"), std::string::npos) << text;
  EXPECT_EQ(text.find("node = \"\""), std::string::npos) << text;
  EXPECT_TRUE(read(text).scenario.has_value()) << text;
}

TEST(Scenario, MayLetFaultsDamageEveryCopyWithoutDrawingAny) {
  EXPECT_FALSE(read("[faults]\n").scenario->unrestricted);
  const auto scenario = read("[faults]\nunrestricted = true\n").scenario;
  ASSERT_TRUE(scenario.has_value());
  EXPECT_TRUE(scenario->unrestricted);
  EXPECT_TRUE(scenario->mix.families.empty());
  EXPECT_EQ(read("[faults]\nunrestricted = true\nmix = \"disk\"\n").scenario->mix.families.size(),
            1u);
}

TEST(Scenario, IsFoundByItsNameOrNot) {
  const auto catalog = trial_catalog();
  Problems problems("logquake");

  EXPECT_FALSE(load_scenario("gossip", catalog, {}, problems));

  EXPECT_EQ(problems.to_text(), "logquake: unknown scenario \"gossip\"\n");
}

}  // namespace
}  // namespace logquake::scenario
