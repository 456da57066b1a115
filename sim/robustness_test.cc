// Programs that do what no program should: the run ends with a message, never the process.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "sim/disk/disk.h"
#include "sim/schedule/sync.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

// Blocks in its destructor, as a model does that says goodbye to its peers.
struct Farewell {
  Node& node;
  int& done;
  ~Farewell() {
    node.sleep_for(1s);
    (void)node.connect({"nobody-1", 7}, 1s);
    ++done;
  }
};

TEST(Robustness, ADeathWhileAnotherExceptionUnwindsWaitsForItsEnd) {
  Simulation simulation;
  int farewells = 0;
  int caught = 0;
  int went_on = 0;
  auto& node = simulation.add_node("a-1", [&](Node& self) {
    try {
      const Farewell farewell{self, farewells};
      throw std::runtime_error("trouble");
    } catch (const std::runtime_error&) {
      ++caught;
    }
    self.sleep_for(1s);
    ++went_on;
  });
  (void)simulation.run_for(500ms);
  simulation.crash_process(node.id());

  EXPECT_EQ(farewells, 1);
  EXPECT_EQ(caught, 1);
  EXPECT_EQ(went_on, 0) << "it dies at its next blocking call";
  EXPECT_EQ(simulation.run_for(5s).is_crash(), false);
}

TEST(Robustness, ADyingTaskThatWaitsForTheDiskDoesNotWriteAnyMore) {
  Simulation simulation;
  struct Syncing {
    Node& node;
    ~Syncing() {
      auto file = node.disk().open("last-will", Open::create);
      (void)file->append(view_of("x"));
      EXPECT_TRUE(file->sync().is(ErrorCode::killed));
    }
  };
  auto& node = simulation.add_node("a-1", [&](Node& self) {
    try {
      const Syncing syncing{self};
      throw std::runtime_error("trouble");
    } catch (const std::runtime_error&) {
      self.sleep_for(1h);
    }
  });
  simulation.after(1us, [&] { simulation.crash_process(node.id()); });
  (void)simulation.run_for(1s);

  EXPECT_EQ(simulation.state_of(node.id()), Simulation::NodeState::down);
}

TEST(Robustness, AnExceptionOfTheModelThatEscapesADyingTaskIsStillNamed) {
  Simulation simulation;
  int farewells = 0;
  auto& node = simulation.add_node("a-1", [&](Node& self) {
    const Farewell farewell{self, farewells};
    throw std::runtime_error("trouble");
  });
  simulation.after(500ms, [&] { simulation.crash_process(node.id()); });
  const Stop stop = simulation.run_for(5s);

  EXPECT_EQ(stop.reason, Stop::Reason::escaped);
  EXPECT_EQ(stop.message, "a-1/main: let an exception out: trouble");
}

TEST(Robustness, WhatIsNoExceptionOfTheStandardIsNamedToo) {
  Simulation simulation;
  simulation.add_node("a-1", [](Node&) { throw 42; });
  const Stop stop = simulation.run_for(5s);

  EXPECT_EQ(stop.reason, Stop::Reason::escaped);
  EXPECT_EQ(stop.message, "a-1/main: let out something that is no std::exception");
}

TEST(Robustness, ManyTasksThatBlockInsideCatchKeepTheirOwnExceptions) {
  Simulation simulation;
  int right = 0;
  simulation.add_node("a-1", [&](Node& node) {
    for (int number = 0; number < 50; ++number) {
      node.spawn("thrower", [&node, &right, number] {
        try {
          throw number;
        } catch (const int& caught) {
          // Nested and rethrown across switches, in another order in each task.
          node.sleep_for(Duration((number * 37) % 50 * 1ms));
          try {
            throw std::to_string(number);
          } catch (const std::string& inner) {
            node.sleep_for(Duration((number * 17) % 50 * 1ms));
            right += inner == std::to_string(number) && caught == number ? 1 : 0;
          }
          try {
            throw;
          } catch (const int& again) {
            right += again == number ? 1 : 0;
          }
        }
      });
    }
    node.sleep_for(1h);
  });
  (void)simulation.run_for(1s);

  EXPECT_EQ(right, 100);
}

void accept_for_ever(Node& node) {
  auto listener = node.listen(7);
  while (auto connection = listener->accept()) connection->close();
}

TEST(Robustness, ANodeThatOnlyOpensConnectionsIsALeak) {
  Simulation simulation({.max_connections = 100});
  simulation.add_node("server-1", accept_for_ever);
  simulation.add_node("other-1", accept_for_ever);
  simulation.add_node("client-1", [](Node& node) {
    node.spawn("poller", [&node] {
      std::vector<Connection> kept;
      for (int round = 0;; ++round) {
        if (auto made = node.connect({round % 10 == 0 ? "other-1" : "server-1", 7}, 1s))
          kept.push_back(std::move(*made));
      }
    });
    node.sleep_for(1h);
  });
  const Stop stop = simulation.run_for(60s);

  EXPECT_EQ(stop.reason, Stop::Reason::leak);
  EXPECT_TRUE(stop.is_crash());
  EXPECT_EQ(stop.message,
            "client-1 has 101 connections open, 90 of them with server-1, and its task "
            "\"poller\" has opened the last one: it never closes them");
}

TEST(Robustness, ConnectionsThatAreClosedOrDieWithTheirProcessAreNoLeak) {
  Simulation simulation({.max_connections = 100});
  simulation.add_node("server-1", accept_for_ever);
  auto& client = simulation.add_node("client-1", [](Node& node) {
    std::vector<Connection> kept;
    for (int round = 0; round < 1000; ++round) {
      auto made = node.connect({"server-1", 7}, 1s);
      ASSERT_TRUE(made.ok());
      if (kept.size() < 90) kept.push_back(std::move(*made));
    }
    node.sleep_for(1h);
  });
  for (int life = 0; life < 4; ++life) {
    const Stop stop = simulation.run_for(10s);
    EXPECT_EQ(stop.reason, Stop::Reason::limit) << stop.message;
    simulation.restart(client.id());
  }
}

TEST(Robustness, TheRunningTaskCanBeNamed) {
  Simulation simulation;
  std::string named;
  simulation.add_node("a-1", [&](Node& node) {
    node.spawn("worker", [&] {
      const auto task = node.simulation().running_task();
      named = std::string(task->node) + "/" + task->task;
    });
    node.sleep_for(1h);
  });
  (void)simulation.run_for(1s);

  EXPECT_EQ(named, "a-1/worker");
  EXPECT_FALSE(simulation.running_task().has_value());
}

}  // namespace
}  // namespace logquake::sim
