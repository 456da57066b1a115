// What is kept of facts.
#include "sim/trace/trace.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/simulation.h"
#include "sim/testing/run_program.h"
#include "sim/trace/recorder.h"

namespace logquake::sim {
namespace {

using testing::run_program;

struct Said {
  static constexpr std::string_view kind = "test.said";
  static constexpr Level level = Level::info;
  std::string what;
  template <class Io>
  void io(Io& io) {
    io("what", what);
  }
};

/// Says whose state it is, or not.
struct Became {
  static constexpr std::string_view kind = "test.became";
  static constexpr Level level = Level::info;
  std::string what;
  std::string whose;
  template <class Io>
  void io(Io& io) {
    io("what", what);
    io("whose", whose);
  }
  std::string state() const { return what; }
  std::string subject() const { return whose; }
};

struct Ping {
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
  }
};

TEST(Trace, FactsNameTheirCauses) {
  Simulation simulation;
  Recorder recorder(simulation.trace(), Level::info);
  simulation.add_node("server-1", [](Node& node) {
    auto listener = node.listen(7);
    auto connection = listener->accept();
    (void)connection->receive(forever);
    node.record(Said{"heard"});
    node.sleep_for(1h);
  });
  run_program(simulation, [](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    node.record(Said{"asked"});
    (void)connection->send(Ping{1});
    node.sleep_for(1s);
  });

  EventId asked;
  for (const auto& fact : recorder.facts()) {
    if (fact.fields_line == "what=asked") asked = fact.id;
    if (fact.fields_line == "what=heard") {
      EXPECT_EQ(fact.cause, asked);
    }
  }
  EXPECT_NE(asked, EventId{});
}

TEST(Trace, AStateIsThatOfItsNodeWhereNobodyElseIsNamed) {
  Simulation simulation;
  Recorder recorder(simulation.trace(), Level::info);
  run_program(simulation, [](Node& node) {
    node.record(Became{"leader", ""});
    node.record(Became{"open", "session 7"});
    node.record(Said{"nothing of states"});
  });

  std::vector<std::string> subjects;
  std::string name;
  for (const auto& fact : recorder.facts()) {
    if (!fact.kind.starts_with("test.")) continue;
    subjects.push_back(fact.subject);
    name = fact.node;
  }

  EXPECT_EQ(subjects, (std::vector<std::string>{"state of " + name, "session 7", ""}));
}

}  // namespace
}  // namespace logquake::sim
