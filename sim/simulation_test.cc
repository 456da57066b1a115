// The kernel as programs meet it: tasks, time, crashes, restarts, connections.
#include "sim/simulation.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/disk/disk.h"
#include "sim/injector.h"
#include "sim/schedule/sync.h"
#include "sim/testing/determinism.h"
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

struct Ping {
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
  }
};

void echo(Node& node) {
  auto listener = node.listen(7);
  ASSERT_TRUE(listener.ok());
  for (;;) {
    auto connection = listener->accept();
    if (!connection) return;
    auto shared = std::make_shared<Connection>(std::move(*connection));
    node.spawn("serve", [shared] {
      while (auto message = shared->receive(forever)) {
        if (!shared->send(*message)) return;
      }
    });
  }
}

TEST(Connection, ClosedByAnotherTaskNeverReceivesWhatANewConnectionCarries) {
  Simulation simulation;
  simulation.add_node("echo-1", echo);
  run_program(simulation, [](Node& node) {
    auto first = node.connect({"echo-1", 7}, 1s);
    ASSERT_TRUE(first.ok());
    bool closed = false;
    node.spawn("receiver", [&] { closed = first->receive(1h).is(ErrorCode::closed); });
    node.sleep_for(1s);

    first->close();
    auto second = node.connect({"echo-1", 7}, 1s);
    ASSERT_TRUE(second.ok());
    ASSERT_TRUE(second->send(Ping{2}).ok());
    auto answer = second->receive(1s);

    EXPECT_TRUE(closed);
    EXPECT_TRUE(answer.ok());
  });
}

TEST(Simulation, SleepsTakeExactlyTheirTime) {
  run_program([](Node& node) {
    const Instant before = node.now();
    node.sleep_for(1500ms);
    EXPECT_EQ(node.now() - before, 1500ms);
  });
}

TEST(Simulation, RunsTasksInTheOrderOfTimeThenOfTheirScheduling) {
  std::string order;
  run_program([&](Node& node) {
    node.spawn("late", [&] {
      node.sleep_for(2ms);
      order += 'c';
    });
    node.spawn("early", [&] {
      node.sleep_for(1ms);
      order += 'a';
    });
    node.spawn("tied", [&] {
      node.sleep_for(1ms);
      order += 'b';
    });
    node.sleep_for(3ms);
  });

  EXPECT_EQ(order, "abc");
}

TEST(Simulation, DriftingClocksTimeTheirOwnTimers) {
  Simulation simulation;
  Instant fast_done;
  simulation.add_node("fast-1",
                      [&](Node& node) {
                        node.sleep_for(100s);
                        fast_done = node.simulation().now();
                      },
                      {.restarts_itself = false, .drift_ppm = 1000});
  (void)simulation.run_for(200s);

  EXPECT_NEAR(static_cast<double>((fast_done - Instant{}).count()), 99.9e9, 2e6);
}

TEST(Simulation, MessagesOfOneConnectionArriveInOrder) {
  Simulation simulation;
  simulation.add_node("server-1", echo);
  run_program(simulation, [](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    ASSERT_TRUE(connection.ok());
    for (std::int64_t number = 0; number < 100; ++number)
      ASSERT_TRUE(connection->send(Ping{number}).ok());
    for (std::int64_t number = 0; number < 100; ++number) {
      auto answer = connection->receive(1s);
      ASSERT_TRUE(answer.ok());
      EXPECT_EQ(answer->as<Ping>()->number, number);
    }
    EXPECT_TRUE(connection->receive(10ms).is(ErrorCode::timed_out));
  });
}

TEST(Simulation, ConnectIsRefusedWhereNobodyListensAndUnreachableWhereNobodyIs) {
  Simulation simulation;
  simulation.add_node("server-1", echo);
  run_program(simulation, [](Node& node) {
    EXPECT_TRUE(node.connect({"server-1", 8}, 1s).is(ErrorCode::connection_refused));
    EXPECT_TRUE(node.connect({"nobody", 8}, 1s).is(ErrorCode::unreachable));
  });
}

TEST(Simulation, ACrashOfTheProcessResetsItsConnections) {
  Simulation simulation;
  auto& server = simulation.add_node("server-1", echo);
  run_program(simulation, [&](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    ASSERT_TRUE(connection.ok());
    simulation.crash_process(server.id());
    EXPECT_TRUE(connection->receive(1s).is(ErrorCode::connection_reset));
    EXPECT_TRUE(node.connect({"server-1", 7}, 1s).is(ErrorCode::connection_refused));
  });
}

TEST(Simulation, APowerLossLeavesThePeerInTheDarkUntilTheMachineIsBack) {
  Simulation simulation;
  auto& server = simulation.add_node("server-1", echo);
  run_program(simulation, [&](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    ASSERT_TRUE(connection.ok());
    simulation.lose_power(server.id());
    node.sleep_for(1ms);
    ASSERT_TRUE(connection->send(Ping{1}).ok());
    EXPECT_TRUE(connection->receive(5s).is(ErrorCode::timed_out));
    EXPECT_TRUE(node.connect({"server-1", 7}, 1s).is(ErrorCode::timed_out));
    simulation.restart(server.id());
    EXPECT_TRUE(connection->receive(5s).is(ErrorCode::connection_reset));
    EXPECT_TRUE(node.connect({"server-1", 7}, 1s).ok());
  });
}

TEST(Simulation, AStalledLinkDeliversAllAtItsEnd) {
  Simulation simulation;
  auto& server = simulation.add_node("server-1", echo);
  run_program(simulation, [&](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    ASSERT_TRUE(connection.ok());
    simulation.network().stall(node.id(), server.id());
    for (std::int64_t number = 0; number < 3; ++number)
      ASSERT_TRUE(connection->send(Ping{number}).ok());
    EXPECT_TRUE(connection->receive(30s).is(ErrorCode::timed_out));
    simulation.network().heal(node.id(), server.id());
    for (std::int64_t number = 0; number < 3; ++number) {
      auto answer = connection->receive(10ms);
      ASSERT_TRUE(answer.ok());
      EXPECT_EQ(answer->as<Ping>()->number, number);
    }
  });
}

TEST(Simulation, ASilentDropEndsWithTheNextRetransmission) {
  Simulation simulation;
  auto& server = simulation.add_node("server-1", echo);
  run_program(simulation, [&](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    ASSERT_TRUE(connection.ok());
    simulation.network().drop(node.id(), server.id());
    ASSERT_TRUE(connection->send(Ping{1}).ok());
    EXPECT_TRUE(node.connect({"server-1", 7}, 500ms).is(ErrorCode::timed_out));
    simulation.network().heal(node.id(), server.id());
    EXPECT_TRUE(connection->receive(50ms).is(
        ErrorCode::timed_out));  // healed at 0.5 s; sent again at 0.6 s
    EXPECT_TRUE(connection->receive(60ms).ok());
  });
}

TEST(Simulation, BrokenConnectionsAreNoticedAtBothEnds) {
  Simulation simulation;
  auto& server = simulation.add_node("server-1", echo);
  run_program(simulation, [&](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    ASSERT_TRUE(connection.ok());
    ASSERT_TRUE(connection->send(Ping{1}).ok());
    simulation.network().break_connections(node.id(), server.id());
    EXPECT_TRUE(connection->receive(1s).is(ErrorCode::connection_reset));
    EXPECT_TRUE(connection->send(Ping{2}).is(ErrorCode::connection_reset));
  });
}

TEST(Simulation, ClosingLetsWhatWasSentArriveFirst) {
  Simulation simulation;
  simulation.add_node("server-1", [](Node& node) {
    auto listener = node.listen(7);
    auto connection = listener->accept();
    (void)connection->send(Ping{1});
    connection->close();
    node.sleep_for(1h);
  });
  run_program(simulation, [&](Node& node) {
    auto connection = node.connect({"server-1", 7}, 1s);
    ASSERT_TRUE(connection.ok());
    EXPECT_TRUE(connection->receive(1s).ok());
    EXPECT_TRUE(connection->receive(1s).is(ErrorCode::closed));
  });
}

TEST(Simulation, ConnectionsAreGivenBack) {
  Simulation simulation;
  simulation.add_node("server-1", echo);
  run_program(simulation, [&](Node& node) {
    for (int round = 0; round < 50; ++round) {
      auto connection = node.connect({"server-1", 7}, 1s);
      ASSERT_TRUE(connection.ok());
    }
    node.sleep_for(1s);
    EXPECT_EQ(simulation.network().open_connections(), 0);
  });
}

TEST(Simulation, KillingUnwindsTheYoungestFirstAndTheProgramLast) {
  std::string order;
  Simulation simulation;
  struct Witness {
    std::string& order;
    char name;
    ~Witness() { order += name; }
  };
  auto& node = simulation.add_node("a-1", [&](Node& self) {
    const Witness witness{order, 'm'};
    self.spawn("first", [&] {
      const Witness child{order, '1'};
      self.sleep_for(1h);
    });
    self.spawn("second", [&] {
      const Witness child{order, '2'};
      self.sleep_for(1h);
    });
    self.sleep_for(1h);
  });
  (void)simulation.run_for(1s);
  simulation.crash_process(node.id());

  EXPECT_EQ(order, "21m");
}

TEST(Simulation, WhatADeadProcessStillCallsHasNoEffect) {
  Simulation simulation;
  Recorder recorder(simulation.trace(), Level::info);
  struct Talker {
    Node& node;
    ~Talker() {
      node.record(Said{"from beyond"});
      node.spawn("ghost", [] {});
      auto file = node.disk().open("ghost", Open::create);
      EXPECT_TRUE(file.is(ErrorCode::killed));
      EXPECT_TRUE(node.connect({"a-1", 7}, 1s).is(ErrorCode::killed));
      node.sleep_for(1h);
    }
  };
  auto& node = simulation.add_node("a-1", [&](Node& self) {
    const Talker talker{self};
    self.sleep_for(1h);
  });
  (void)simulation.run_for(1s);
  simulation.crash_process(node.id());

  for (const auto& fact : recorder.facts()) {
    EXPECT_NE(fact.kind, "test.said");
  }
  EXPECT_FALSE(node.disk().exists("ghost"));
}

TEST(Simulation, AProgramThatExitsIsStartedAgain) {
  Simulation simulation;
  int starts = 0;
  simulation.add_node("a-1", [&](Node& node) {
    ++starts;
    node.sleep_for(1s);
    node.exit("enough");
  });
  (void)simulation.run_for(13s);

  EXPECT_EQ(starts, 3);  // at 0 s, 6 s and 12 s
}

TEST(Simulation, ReturningOverItsChildrensHeadsIsAnError) {
  Simulation simulation;
  simulation.add_node("a-1", [&](Node& node) {
    node.spawn("orphan", [&] { node.sleep_for(1h); });
    node.sleep_for(1s);
  });
  const Stop stop = simulation.run_for(5s);

  EXPECT_EQ(stop.reason, Stop::Reason::escaped);
  EXPECT_EQ(
      stop.message,
      "a-1: the program returned while its task \"orphan\" still runs; end it with node.exit()");
}

TEST(Simulation, APausedNodeStandsStillAndThenCatchesUp) {
  Simulation simulation;
  std::vector<Instant> ticks;
  auto& node = simulation.add_node("a-1", [&](Node& self) {
    for (;;) {
      self.sleep_for(1s);
      ticks.push_back(self.now());
    }
  });
  (void)simulation.run_for(1500ms);
  simulation.pause(node.id());
  (void)simulation.run_for(10s);
  simulation.resume(node.id());
  (void)simulation.run_for(100ms);

  ASSERT_EQ(ticks.size(), 2u);
  EXPECT_EQ(ticks[1] - Instant{}, 11500ms);
}

TEST(Simulation, AFailedCheckEndsTheRunAndNotTheProcess) {
  Simulation simulation;
  simulation.add_node("a-1", [](Node& node) {
    node.sleep_for(1s);
    LOGQUAKE_CHECK(false, "epochs never fall");
  });
  const Stop stop = simulation.run_for(5s);

  EXPECT_EQ(stop.reason, Stop::Reason::failed_check);
  EXPECT_TRUE(stop.is_crash());
  EXPECT_NE(stop.message.find("a-1/main: check failed: epochs never fall"), std::string::npos)
      << stop.message;
  EXPECT_NE(stop.message.find("sim/simulation_test.cc"), std::string::npos) << stop.message;
}

TEST(Simulation, AnEscapingExceptionIsNamed) {
  Simulation simulation;
  simulation.add_node("a-1", [](Node&) { throw std::runtime_error("boom"); });
  const Stop stop = simulation.run_for(5s);

  EXPECT_EQ(stop.reason, Stop::Reason::escaped);
  EXPECT_EQ(stop.message, "a-1/main: let an exception out: boom");
}

TEST(Simulation, WhoWaitsForWhatIsToldWhenNothingCanHappen) {
  Simulation simulation;
  simulation.add_node("a-1", [](Node& node) {
    Signal signal(node, "a green light");
    signal.wait();
  });
  const Stop stop = simulation.run_for(5s);

  EXPECT_EQ(stop.reason, Stop::Reason::deadlock);
  EXPECT_EQ(stop.message, "nothing can happen any more: a-1/main waits for a green light");
}

TEST(Simulation, AWatchdogNoticesThatTimeStandsStill) {
  Options options;
  options.watchdog_events = 1000;
  Simulation simulation(options);
  simulation.add_node("a-1", [](Node& node) {
    for (;;) node.sleep_for(0s);
  });
  EXPECT_EQ(simulation.run_for(5s).reason, Stop::Reason::watchdog);
}

TEST(Simulation, EventsAreBounded) {
  Options options;
  options.max_events = 1000;
  Simulation simulation(options);
  simulation.add_node("a-1", [](Node& node) {
    for (;;) node.sleep_for(1us);
  });
  EXPECT_EQ(simulation.run_for(5s).reason, Stop::Reason::max_events);
}

TEST(Simulation, TasksThatBlockInsideCatchKeepTheirOwnExceptions) {
  std::string seen;
  run_program([&](Node& node) {
    int left = 2;
    Signal done(node);
    for (const char* name : {"one", "two"}) {
      node.spawn(name, [&, name] {
        try {
          throw std::runtime_error(name);
        } catch (const std::runtime_error&) {
          node.sleep_for(name == std::string("one") ? 2ms : 1ms);
          try {
            throw;
          } catch (const std::runtime_error& again) {
            seen += again.what();
          }
        }
        --left;
        done.notify_all();
      });
    }
    done.wait_until([&] { return left == 0; });
  });

  EXPECT_EQ(seen, "twoone");
}

void chatter(Simulation& simulation) {
  simulation.add_node("server-1", echo);
  for (const char* name : {"client-1", "client-2"}) {
    simulation.add_node(name, [](Node& node) {
      for (;;) {
        auto connection = node.connect({"server-1", 7}, 1s);
        if (!connection) continue;
        for (;;) {
          const auto pause = node.random().between(1us, 1ms);
          node.sleep_for(pause);
          if (!connection->send(Ping{1})) break;
          if (!connection->receive(1s)) break;
        }
      }
    });
  }
  FaultPlan plan;
  plan.steps.push_back(
      {.when = AtInstant{2s}, .what = PowerLoss{"server-1"}, .probability = {1, 1}});
  plan.steps.push_back({.when = AtInstant{4s}, .what = Restart{"crashed"}, .probability = {1, 1}});
  plan.steps.push_back(
      {.when = AtInstant{5s}, .what = Isolate{"any client", 1s}, .probability = {1, 1}});
  simulation.injector().arm(plan);
}

TEST(Simulation, TheSameSeedIsTheSameRun) {
  for (const auto& strategy : {"fifo", "random", "pct:3"}) {
    Options options;
    options.seed = 7;
    options.strategy = parse_strategy(strategy).value();
    const auto one = testing::digest_of(options, chatter, 10s);
    const auto other = testing::digest_of(options, chatter, 10s);
    options.seed = 8;
    const auto another = testing::digest_of(options, chatter, 10s);

    EXPECT_EQ(one, other) << strategy;
    EXPECT_NE(one.fingerprint, another.fingerprint) << strategy;
  }
}

// The value is part of the contract: the same on every machine, compiler and build type.
TEST(Simulation, TheFingerprintIsTheSameOnEveryMachine) {
  Options options;
  options.seed = 7;
  const auto digest = testing::digest_of(options, chatter, 10s);

  EXPECT_EQ(digest.fingerprint, 14894102934438429771u);
  EXPECT_EQ(digest.events, 74937);
}

}  // namespace
}  // namespace logquake::sim
