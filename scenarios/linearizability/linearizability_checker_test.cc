// The checker, fed with facts as a user's clients would state them.
#include "scenarios/linearizability/linearizability_checker.h"

#include <gtest/gtest.h>

#include "scenarios/engine/checker_testing.h"

namespace logquake::linearizability {
namespace {

struct Asked {
  static constexpr std::string_view kind = "store.asked";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client;
  std::string key;
  std::string write;  // empty: a read
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("key", key);
    io("write", write);
  }
};

struct Answered {
  static constexpr std::string_view kind = "store.answered";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client;
  std::string value;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("value", value);
  }
};

struct GaveUp {
  static constexpr std::string_view kind = "store.gave-up";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client;
  bool refused = false;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("refused", refused);
  }
};

scenario::CheckerFactory store_is_linearizable(Limits limits = {}) {
  return linearizability_checker(
      {"store-is-linearizable", "S-1", [] { return register_model("0"); }, limits},
      [](const sim::TraceEvent& event, HistoryRecorder& history) {
        if (const auto* asked = event.as<Asked>()) {
          if (asked->write.empty()) return history.call(asked->client, asked->key, "read");
          return history.call(asked->client, asked->key, "write", {asked->write});
        }
        if (const auto* answered = event.as<Answered>()) {
          if (answered->value.empty()) return history.done(answered->client);
          return history.answer(answered->client, {answered->value});
        }
        if (const auto* gave_up = event.as<GaveUp>()) {
          return gave_up->refused ? history.refused(gave_up->client)
                                  : history.lost(gave_up->client);
        }
      });
}

using scenario::testing::Clauses;
using scenario::testing::Witness;

TEST(LinearizabilityChecker, PassesWhatOneRegisterCouldHaveDone) {
  Witness witness(store_is_linearizable());

  witness.state(Asked{"a", "x", "1"}).state(Asked{"b", "x", {}}).state(Answered{"b", "1"});
  witness.state(Answered{"a", {}}).state(Asked{"b", "y", {}}).state(Answered{"b", "0"}).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(LinearizabilityChecker, CatchesAStaleRead) {
  Witness witness(store_is_linearizable());

  witness.state(Asked{"a", "x", "1"}).state(Answered{"a", {}});
  witness.state(Asked{"b", "x", {}}).state(Answered{"b", "0"}).end();

  EXPECT_EQ(witness.broken(), Clauses{"S-1"});
}

TEST(LinearizabilityChecker, LeavesTheOutcomeOpenWhereAClientAsksAnew) {
  Witness witness(store_is_linearizable());

  witness.state(Asked{"a", "x", "1"}).state(Asked{"a", "x", {}}).state(Answered{"a", "0"});
  witness.state(Asked{"a", "x", {}}).state(Answered{"a", "1"}).end();

  EXPECT_EQ(witness.broken(), Clauses{});
}

TEST(LinearizabilityChecker, TellsARefusalFromAnOpenOutcome) {
  Witness refused(store_is_linearizable());
  Witness lost(store_is_linearizable());

  for (auto* witness : {&refused, &lost}) {
    witness->state(Asked{"a", "x", "1"}).state(GaveUp{"a", witness == &refused});
    witness->state(Asked{"b", "x", {}}).state(Answered{"b", "1"}).end();
  }

  EXPECT_EQ(refused.broken(), Clauses{"S-1"});
  EXPECT_EQ(lost.broken(), Clauses{});
}

TEST(LinearizabilityChecker, NamesTheFactsAndDrawsTheWindow) {
  const auto factory = store_is_linearizable();
  const auto checker = factory.make();
  scenario::Findings findings(factory.name);
  std::int64_t id = 100;
  const auto state = [&](const auto& fact) {
    using Fact = std::decay_t<decltype(fact)>;
    checker->on_fact({.id = sim::EventId(id),
                      .cause = {},
                      .at = {},
                      .node = sim::NodeId(0),
                      .node_name = "node-1",
                      .node_hash = 0,
                      .type = &sim::fact_type<Fact>,
                      .fact = &fact},
                     findings);
    id += 10;
  };

  state(Asked{"a", "x", "1"});
  state(Answered{"a", {}});
  state(Asked{"b", "x", {}});
  state(Answered{"b", "0"});
  checker->at_end({}, findings);

  ASSERT_EQ(findings.violations().size(), 1U);
  const auto& violation = findings.violations().front();
  EXPECT_EQ(violation.message,
            "b was told read -> 0, which fits no order of the operations on register x");
  EXPECT_EQ(violation.facts, (std::vector<sim::EventId>{sim::EventId(100), sim::EventId(110),
                                                        sim::EventId(120), sim::EventId(130)}));
  EXPECT_NE(violation.detail.find("a  |-- write 1 --|"), std::string::npos) << violation.detail;
}

TEST(LinearizabilityChecker, CannotJudgeAnAnswerToNobody) {
  const auto factory = store_is_linearizable();
  const auto checker = factory.make();
  scenario::Findings findings(factory.name);
  const Answered fact{"b", "0"};
  checker->on_fact({.id = sim::EventId(7),
                    .cause = {},
                    .at = {},
                    .node = sim::NodeId(0),
                    .node_name = "node-1",
                    .node_hash = 0,
                    .type = &sim::fact_type<Answered>,
                    .fact = &fact},
                   findings);
  checker->at_end({}, findings);

  EXPECT_EQ(findings.unknowns(),
            std::vector<std::string>{"fact 7: b is answered, but called nothing"});
}

TEST(LinearizabilityChecker, CountsWhatItJudged) {
  const auto factory = store_is_linearizable();
  const auto checker = factory.make();
  scenario::Findings findings(factory.name);

  checker->at_end({}, findings);

  ASSERT_EQ(findings.promises().size(), 1U);
  EXPECT_EQ(findings.promises().front().summary,
            "0 operations on 0 objects, 0 of unknown outcome: each register did one thing at a "
            "time");
}

}  // namespace
}  // namespace logquake::linearizability
