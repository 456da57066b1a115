// How the controller reaches the brokers: to each a queue worked off in order, one request in
// flight, each repeated until it is answered or the broker is gone. Source: K-CTL-8.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "models/broker/controller/controller.h"
#include "models/protocol/channel.h"
#include "models/protocol/control.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

class ControlChannels {
 public:
  struct Settings {
    BrokerId self;
    Duration socket_timeout = 30s;  // controller.socket.timeout.ms
  };
  /// `on_stopped` hears of every StopReplica that a broker has answered without an error at the
  /// top.
  using OnStopped =
      std::function<void(BrokerId, const StopReplicaRequest&, const StopReplicaResponse&)>;

  ControlChannels(sim::Node& node, Settings settings, OnStopped on_stopped)
      : node_(node), settings_(settings), on_stopped_(std::move(on_stopped)) {}
  ControlChannels(const ControlChannels&) = delete;
  ControlChannels& operator=(const ControlChannels&) = delete;

  /// Opens a queue to the broker under this epoch; one to an earlier epoch of it is given up with
  /// what waits in it.
  void open(BrokerId broker, const LiveBroker& live);
  /// The broker is gone: gives its queue up.
  void close(BrokerId broker);
  void stop_all();
  /// Queues the orders; those for brokers without a queue are dropped. Does not block.
  void send(OrdersOf orders);

 private:
  using Request = std::variant<LeaderAndIsrRequest, UpdateMetadataRequest, StopReplicaRequest>;
  struct Queued {
    Request request;
    sim::EventId cause;
  };
  /// One queue with its task, which alone keeps it alive once it is given up.
  struct Queue {
    Queue(sim::Node& node, Channel::Options options)
        : channel(node, std::move(options)), changed(node, "an order") {}
    BrokerEpoch epoch;
    std::deque<Queued> waiting;
    bool given_up = false;
    Channel channel;
    sim::Signal changed;
  };
  void work_off(BrokerId broker, Queue& queue);
  bool deliver(BrokerId broker, Queue& queue, const Request& request);

  sim::Node& node_;
  Settings settings_;
  OnStopped on_stopped_;
  std::map<BrokerId, std::shared_ptr<Queue>> queues_;
  std::int64_t opened_ = 0;
};

}  // namespace logquake::kafka
