#include "reports/sample_report.h"

#include "sim/base/format.h"

namespace logquake::report {
namespace {

using sim::EventId;
using sim::Level;

struct Told {
  std::int64_t id;
  std::int64_t cause;
  Duration at;
  const char* node;
  const char* kind;
  Level level;
  std::string sentence;
  std::string subject = {};
  std::string state = {};
};

sim::RecordedFact fact_of(const Told& told) {
  return {.id = EventId(told.id),
          .cause = EventId(told.cause),
          .at = Instant(told.at),
          .node = told.node,
          .kind = told.kind,
          .level = told.level,
          .sentence = told.sentence,
          .subject = told.subject,
          .state = told.state,
          .fields_json = R"({"text":"<b>&"})",
          .fields_line = "text=<b>&"};
}

void start(RunReport& report) {
  const char* names[] = {"node-1", "node-2", "node-3"};
  for (int index = 0; index < 3; ++index) {
    report.nodes.push_back({.name = names[index], .group = "node"});
    report.facts.push_back(
        fact_of({index + 1, 0, 0ms, names[index], "node.started", Level::info,
                 format("{} starts", names[index]), format("node {}", names[index]), "up"}));
  }
  report.facts.push_back(
      fact_of({10, 1, 150ms, "node-1", "counter.leader-elected", Level::info,
               "becomes leader of counter <a> in term 1", "counter <a>", "leader node-1, term 1"}));
}

// `count` records from fact `first` on, 100 ms apart.
void append(RunReport& report, std::int64_t first, Duration begin, int count, const char* node) {
  for (int index = 0; index < count; ++index) {
    report.facts.push_back(
        fact_of({first + index, index == 0 ? 10 : first + index - 1, begin + 100ms * index, node,
                 "counter.added", Level::info, format("adds 1, now {}", first + index)}));
  }
}

RunReport base(const char* scenario, std::uint64_t seed) {
  RunReport report;
  report.scenario = scenario;
  report.about = "A counter on three machines keeps every <acknowledged> step.";
  report.seed = seed;
  report.strategy = "fifo";
  report.name = format("{}@{}", scenario, seed);
  report.content_hash = "00112233445566ff";
  report.version = "0.1.0";
  report.fingerprint = 0x00c0ffee12345678;
  report.events = 123'456;
  report.simulated = 30s;
  report.wall = 42ms;
  report.counts = {{"steps acknowledged", 40}};
  report.replay_command = format("logquake run {} --seed {}", scenario, seed);
  return report;
}

}  // namespace

RunReport sample_violated_run() {
  RunReport report = base("counter-survives", 17);
  report.verdict = Verdict::violated;
  report.stop = "a promise was broken";
  report.defects = {"counter.answer-before-sync"};
  start(report);
  append(report, 20, 1s, 40, "node-1");
  report.facts.push_back(
      fact_of({100, 59, 5s, "", "fault.struck", Level::warn, "node-1 loses power"}));
  report.facts.push_back(fact_of({101, 100, 5s, "node-1", "node.lost-power", Level::warn,
                                  "node-1 loses power; of its unsynced pages 3 are lost and 0 torn",
                                  "node node-1", "down"}));
  report.facts.push_back(fact_of({102, 101, 5100ms, "node-2", "counter.peer-lost", Level::debug,
                                  "hears nothing from node-1"}));
  report.facts.push_back(
      fact_of({103, 102, 6s, "node-2", "counter.leader-elected", Level::info,
               "becomes leader of counter <a> in term 2", "counter <a>", "leader node-2, term 2"}));
  append(report, 110, 7s, 12, "node-2");
  report.facts.push_back(
      fact_of({130, 0, 12s, "", "fault.struck", Level::warn, "node-3 is paused for 4s"}));
  report.facts.push_back(fact_of({131, 130, 12s, "node-3", "node.paused", Level::info,
                                  "node-3 freezes", "node node-3", "paused"}));
  report.facts.push_back(fact_of({132, 130, 16s, "node-3", "node.resumed", Level::info,
                                  "node-3 goes on", "node node-3", "up"}));
  report.facts.push_back(fact_of({140, 100, 20s, "node-1", "node.started", Level::info,
                                  "node-1 starts again", "node node-1", "up"}));
  report.facts.push_back(fact_of(
      {141, 140, 20500ms, "node-1", "counter.truncated", Level::info,
       "truncates to 38, the leader \"never had\" more: \xFF\x01<script>alert(1)</script>"}));
  report.faults = {{.sentence = "node-1 loses power",
                    .when = "on the 40th counter.added",
                    .at = Instant(5s),
                    .node = "node-1",
                    .fact = EventId(100)},
                   {.sentence = "node-3 is paused for 4s",
                    .when = "at 12s",
                    .at = Instant(12s),
                    .node = "node-3",
                    .fact = EventId(130)}};
  report.promises = {
      {.checker = "steps-survive", .clause = "X-INV-1", .summary = "52 acknowledged steps judged"},
      {.checker = "one-leader", .clause = "X-INV-2", .summary = "2 terms judged"}};
  report.violations = {
      {.checker = "steps-survive",
       .clause = "X-INV-1",
       .message = "step 59 was acknowledged by node-1 and is gone after truncation to 38, "
                  "although only one of three machines lost power",
       .at = Instant(20500ms),
       .facts = {EventId(59), EventId(141)},
       .detail = "node-1  |-- step 59 --|\nnode-2    |-- <38> --|\n"}};
  report.pending = {"node-1 lacks steps 39 to 71: fetching"};
  report.facts_stated = std::ssize(report.facts) + 900;
  return report;
}

RunReport sample_passed_run() {
  RunReport report = base("counter-survives", 1);
  report.stop = "the time is over";
  start(report);
  append(report, 20, 1s, 40, "node-1");
  report.promises = {
      {.checker = "steps-survive", .clause = "X-INV-1", .summary = "40 acknowledged steps judged"}};
  report.anomalies = {{.checker = "steps-survive",
                       .clause = "X-INV-9",
                       .message = "a step was counted twice after a retry",
                       .count = 3,
                       .facts = {EventId(21)}}};
  report.facts_stated = std::ssize(report.facts);
  return report;
}

}  // namespace logquake::report
