// Three machines and what their network does to messages between them: for tests of network faults.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/injector.h"
#include "sim/simulation.h"
#include "sim/testing/run_program.h"

namespace logquake::sim::testing {

/// A message with a number and as many bytes as asked for.
struct Parcel {
  std::int64_t number = 0;
  std::string load;
  template <class Io>
  void io(Io& io) {
    io("number", number);
    io("load", load);
  }
};

/// What has come: which parcel, when, from whom.
struct Arrival {
  std::int64_t number = 0;
  Duration at{};
  std::string from;
  bool is_corrupt = false;
};

/// Machines "a-1", "a-2", ... that note every datagram and, of every connection to port 7, every
/// message; those they answer with the same.
class NetworkWorld {
 public:
  explicit NetworkWorld(int machines = 3, Options options = {}) : simulation(std::move(options)) {
    for (int number = 1; number <= machines; ++number) {
      simulation.add_node("a-" + std::to_string(number), [this](Node& node) { serve(node); });
    }
  }

  NodeId id(const std::string& name) { return simulation.node(name).id(); }
  void strike(const Fault& fault) { simulation.injector().strike(fault, {}); }
  /// Runs `program` on a machine of its own, named `name`, until it returns.
  void run(const std::string& name, const std::function<void(Node&)>& program) {
    bool is_done = false;
    simulation.add_node(name,
                        [&](Node& node) {
                          program(node);
                          is_done = true;
                        },
                        {.restarts_itself = false});
    const Stop stop = simulation.run_until([&] { return is_done; }, 1h);
    EXPECT_EQ(stop.reason, Stop::Reason::condition) << name_of(stop.reason) << stop.message;
  }
  /// Whether a datagram from one to the other would come now, in both cases within 100 ms.
  bool hears(const std::string& receiver, const std::string& sender) {
    const auto before = datagrams[receiver].size();
    simulation.node(sender).send_datagram(id(receiver), Parcel{-1, {}});
    (void)simulation.run_for(100ms);
    return datagrams[receiver].size() > before;
  }
  /// Sends `count` datagrams numbered from 0, one a millisecond, and waits until all have come.
  void send_datagrams(const std::string& from, const std::string& to, int count) {
    for (std::int64_t number = 0; number < count; ++number) {
      simulation.node(from).send_datagram(id(to), Parcel{number, {}});
      (void)simulation.run_for(1ms);
    }
    (void)simulation.run_for(1s);
  }

  Simulation simulation;
  std::map<std::string, std::vector<Arrival>> datagrams;  // by receiver
  std::map<std::string, std::vector<Arrival>> messages;   // of connections, by receiver

 private:
  void serve(Node& node) {
    node.spawn("datagrams", [this, &node] {
      for (;;) {
        const auto datagram = node.receive_datagram(1h);
        if (!datagram) continue;
        const auto* parcel = datagram->message.as<Parcel>();
        datagrams[node.name()].push_back({parcel != nullptr ? parcel->number : -1,
                                          simulation.now() - Instant{}, datagram->from,
                                          datagram->is_corrupt});
      }
    });
    auto listener = node.listen(7);
    for (;;) {
      auto accepted = listener->accept();
      if (!accepted) continue;
      auto connection = std::make_shared<Connection>(std::move(*accepted));
      node.spawn("serve", [this, &node, connection] {
        while (auto message = connection->receive(1h)) {
          messages[node.name()].push_back({message->as<Parcel>()->number,
                                           simulation.now() - Instant{}, connection->peer().host,
                                           false});
          if (!connection->send(*message)) return;
        }
      });
    }
  }
};

}  // namespace logquake::sim::testing
