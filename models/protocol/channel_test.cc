#include "models/protocol/channel.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "models/protocol/group_membership.h"
#include "models/protocol/metadata.h"
#include "sim/simulation.h"
#include "sim/testing/run_program.h"

namespace logquake::kafka {
namespace {

using sim::testing::run_program;

// Answers heartbeats, each after as many milliseconds as its generation says; strange ones
// strangely.
void slow_server(sim::Node& node) {
  auto listener = node.listen(9092);
  while (auto accepted = listener->accept()) {
    const auto connection = std::make_shared<sim::Connection>(std::move(*accepted));
    node.spawn("connection", [&node, connection] {
      while (auto message = connection->receive(sim::forever)) {
        const auto* request = message->as<RequestEnvelope>();
        const auto* heartbeat = request->body.as<HeartbeatRequest>();
        node.sleep_for(std::chrono::milliseconds(heartbeat->generation_id.value()));
        ResponseEnvelope answer{request->correlation_id, HeartbeatResponse{}};
        if (heartbeat->group_id == "another kind") answer.body = MetadataResponse{};
        if (heartbeat->group_id == "another request") answer.correlation_id = CorrelationId{999};
        if (!connection->send(std::move(answer))) return;
      }
    });
  }
}

HeartbeatRequest beat(int milliseconds, std::string group = "g") {
  return {std::move(group), Generation{milliseconds}, "m", {}};
}

struct Fixture {
  Fixture() { simulation.add_node("server-1", slow_server); }
  void run(const std::function<void(sim::Node&, Channel&)>& program) {
    run_program(simulation, [&](sim::Node& node) {
      Channel channel(node, {{"server-1", 9092}, "test"});
      program(node, channel);
    });
  }
  sim::Simulation simulation;
};

TEST(Channel, AnswersACall) {
  Fixture f;
  f.run([](sim::Node&, Channel& channel) { EXPECT_TRUE(channel.call(beat(1), 1s).ok()); });
}

TEST(Channel, PipelinesRequests) {
  Fixture f;
  f.run([](sim::Node& node, Channel& channel) {
    ASSERT_TRUE(channel.connect().ok());
    const auto first = channel.send(beat(50)).value();
    const auto second = channel.send(beat(50)).value();
    const auto before = node.now();

    EXPECT_TRUE(channel.await<HeartbeatResponse>(first, 1s).ok());
    EXPECT_TRUE(channel.await<HeartbeatResponse>(second, 1s).ok());

    EXPECT_LT(node.now() - before, 110ms)
        << "the second did not wait for the first's answer to be sent";
  });
}

TEST(Channel, ServesSeveralTasksAtOnce) {
  Fixture f;
  f.run([](sim::Node& node, Channel& channel) {
    int answered = 0;
    for (int i = 0; i < 4; ++i) {
      node.spawn("caller", [&] { answered += channel.call(beat(10), 1s).ok() ? 1 : 0; });
    }
    node.sleep_for(1s);

    EXPECT_EQ(answered, 4);
  });
}

TEST(Channel, ATimeoutClosesAndFailsWhatIsInFlight) {
  Fixture f;
  f.run([](sim::Node&, Channel& channel) {
    ASSERT_TRUE(channel.connect().ok());
    const auto slow = channel.send(beat(5000)).value();
    const auto behind = channel.send(beat(1)).value();

    EXPECT_TRUE(channel.await<HeartbeatResponse>(slow, 1s).is(logquake::ErrorCode::timed_out));
    EXPECT_FALSE(channel.is_connected());
    EXPECT_TRUE(channel.await<HeartbeatResponse>(behind, 10s).is(logquake::ErrorCode::timed_out));
    EXPECT_TRUE(channel.call(beat(1), 1s).ok()) << "it connects again";
  });
}

TEST(Channel, BacksOffBetweenAttemptsToConnect) {
  Fixture f;
  f.simulation.crash_process(f.simulation.node("server-1").id());
  f.run([&](sim::Node& node, Channel& channel) {
    EXPECT_TRUE(channel.connect().is(logquake::ErrorCode::connection_refused));
    const auto before = node.now();
    EXPECT_TRUE(channel.connect().is(logquake::ErrorCode::connection_refused));
    EXPECT_EQ(node.now(), before) << "refused at once while the backoff lasts";
    EXPECT_GE(channel.next_attempt() - before, 39ms);
    f.simulation.restart(f.simulation.node("server-1").id());
    node.sleep_for(1s);
    EXPECT_TRUE(channel.call(beat(1), 1s).ok());
  });
}

TEST(Channel, TellsWhenTheBrokerHasGone) {
  Fixture f;
  f.run([&](sim::Node&, Channel& channel) {
    ASSERT_TRUE(channel.connect().ok());
    const auto id = channel.send(beat(5000)).value();
    f.simulation.crash_process(f.simulation.node("server-1").id());

    EXPECT_TRUE(
        channel.await<HeartbeatResponse>(id, 10s).is(logquake::ErrorCode::connection_reset));
  });
}

TEST(Channel, RefusesStrangeAnswers) {
  Fixture f;
  f.run([](sim::Node&, Channel& channel) {
    EXPECT_TRUE(channel.call(beat(1, "another kind"), 1s).is(logquake::ErrorCode::corrupt));
    EXPECT_TRUE(channel.call(beat(1, "another request"), 1s).is(logquake::ErrorCode::corrupt));
    EXPECT_TRUE(channel.call(beat(1), 1s).ok());
  });
}

}  // namespace
}  // namespace logquake::kafka
