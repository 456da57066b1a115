// For tests: a simulation with one standalone server, and a client that speaks message by message.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/messages.h"
#include "models/quorum/zookeeper_client.h"
#include "models/quorum/zookeeper_server.h"
#include "sim/base/check.h"
#include "sim/simulation.h"

namespace logquake::zookeeper::testing {

inline const sim::Address server_address{"zookeeper-1", 2181};

/// One server with ticks of 500 ms, as in the recorded checks.
class World {
 public:
  explicit World(std::set<std::string, std::less<>> defects = {}, std::uint64_t seed = 1,
                 const ServerSettings& settings = ticking(500ms))
      : World(options_of(std::move(defects), seed), settings) {}
  World(const sim::Options& options, const ServerSettings& settings) : simulation(options) {
    simulation.add_node("zookeeper-1",
                        [settings](sim::Node& node) { run_zookeeper(node, settings); });
    (void)simulation.run_for(1s);  // until it listens
  }

  static ServerSettings ticking(Duration tick) {
    ServerSettings settings;
    settings.tick_time = tick;
    return settings;
  }
  static sim::Options options_of(std::set<std::string, std::less<>> defects, std::uint64_t seed) {
    sim::Options options;
    options.seed = seed;
    options.defects = std::move(defects);
    return options;
  }

  /// Runs `program` on a client machine until it returns; its clients' tasks may outlive it.
  void run(const std::function<void(sim::Node&)>& program, Duration limit = 1h) {
    bool finished = false;
    simulation.add_node("test-1",
                        [&](sim::Node& node) {
                          program(node);
                          finished = true;
                          node.sleep_for(limit);
                        },
                        {.group = {}, .restarts_itself = false});
    const auto stop = simulation.run_until([&] { return finished; }, limit);
    LOGQUAKE_CHECK(stop.reason == sim::Stop::Reason::condition,
                   std::string(name_of(stop.reason)) + ": " + stop.message);
  }
  sim::NodeId server() { return simulation.node("zookeeper-1").id(); }

  /// Calls `listener` for each fact of that type.
  template <class Fact>
  void on(std::function<void(const Fact&)> listener) {
    simulation.trace().subscribe([listener = std::move(listener)](const sim::TraceEvent& event) {
      if (const auto* fact = event.as<Fact>()) listener(*fact);
    });
  }

  sim::Simulation simulation;
};

/// A client without habits: sends what it is told and shows what comes.
class RawClient {
 public:
  explicit RawClient(sim::Node& node) : node_(node) {}

  /// Nothing where the server closed without a word.
  std::optional<ConnectResponse> connect(ConnectRequest request = {}, Duration timeout = 2s) {
    auto connected = node_.connect(server_address, 1s);
    if (!connected) return std::nullopt;
    stream = std::move(*connected);
    if (request.timeout == 0)
      request.timeout = static_cast<std::int32_t>(timeout / std::chrono::milliseconds(1));
    if (!stream.send(request)) return std::nullopt;
    auto answer = stream.receive(30s);
    if (!answer || answer->as<ConnectResponse>() == nullptr) return std::nullopt;
    return *answer->as<ConnectResponse>();
  }
  void send(Operation operation) {
    Request request;
    request.xid = ++xid_;
    request.operation = std::move(operation);
    send(std::move(request));
  }
  void send(Request request) { (void)stream.send(std::move(request)); }
  /// The next reply; events before it are collected. Nothing where the connection is over.
  std::optional<Reply> reply() {
    for (;;) {
      auto message = stream.receive(30s);
      if (!message) return std::nullopt;
      if (const auto* event = message->as<WatchEvent>()) {
        events.push_back(*event);
        continue;
      }
      if (const auto* reply = message->as<Reply>()) return *reply;
    }
  }
  std::optional<Reply> call(Operation operation) {
    send(std::move(operation));
    return reply();
  }

  void prove(std::string scheme, std::string token) {
    Request request;
    request.xid = xid::auth;
    request.operation.op = OpCode::auth;
    request.credentials = {std::move(scheme), std::move(token)};
    send(std::move(request));
  }

  sim::Connection stream;
  std::vector<WatchEvent> events;

 private:
  sim::Node& node_;
  std::int32_t xid_ = 0;
};

inline Operation bare_op(OpCode code, std::string path = {}) {
  Operation operation;
  operation.op = code;
  operation.path = std::move(path);
  return operation;
}

}  // namespace logquake::zookeeper::testing
