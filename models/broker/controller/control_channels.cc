#include "models/broker/controller/control_channels.h"

#include <type_traits>
#include <utility>

#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

constexpr Duration retry_pause = 100ms;  // ControllerChannelManager's pause between attempts

}  // namespace

void ControlChannels::open(BrokerId broker, const LiveBroker& live) {
  close(broker);
  auto queue = std::make_shared<Queue>(
      node_, Channel::Options{
                 .address = {live.endpoint.host, static_cast<std::uint16_t>(live.endpoint.port)},
                 .client_id = format("controller-{}", settings_.self)});
  queue->epoch = live.epoch;
  queues_[broker] = queue;
  ++opened_;
  node_.spawn(format("controller-to-{}-{}", broker, opened_),
              [this, broker, queue] { work_off(broker, *queue); });
}

void ControlChannels::close(BrokerId broker) {
  const auto found = queues_.find(broker);
  if (found == queues_.end()) return;
  found->second->given_up = true;
  found->second->channel.close();
  found->second->changed.notify_all();
  queues_.erase(found);
}

void ControlChannels::stop_all() {
  while (!queues_.empty()) close(queues_.begin()->first);
}

void ControlChannels::send(OrdersOf orders) {
  for (auto& [broker, order] : orders) {
    const auto found = queues_.find(broker);
    if (found == queues_.end()) continue;
    Queue& queue = *found->second;
    const auto cause = node_.cause();
    if (order.leader_and_isr) queue.waiting.push_back({std::move(*order.leader_and_isr), cause});
    if (order.update_metadata) queue.waiting.push_back({std::move(*order.update_metadata), cause});
    if (order.stop_replica) queue.waiting.push_back({std::move(*order.stop_replica), cause});
    queue.changed.notify_all();
  }
}

void ControlChannels::work_off(BrokerId broker, Queue& queue) {
  while (true) {
    queue.changed.wait_until([&] { return queue.given_up || !queue.waiting.empty(); });
    if (queue.given_up) return;
    const Queued next = std::move(queue.waiting.front());
    queue.waiting.pop_front();
    while (!queue.given_up) {
      node_.set_cause(next.cause);
      if (deliver(broker, queue, next.request)) break;
      queue.changed.wait_until([&] { return queue.given_up; }, retry_pause);
    }
  }
}

bool ControlChannels::deliver(BrokerId broker, Queue& queue, const Request& request) {
  return std::visit(
      [&](const auto& body) {
        const auto response = queue.channel.call(body, settings_.socket_timeout);
        if (!response) return false;
        if constexpr (std::is_same_v<std::decay_t<decltype(body)>, StopReplicaRequest>) {
          if (!queue.given_up && response->error_code == ErrorCode::none)
            on_stopped_(broker, body, *response);
        }
        return true;
      },
      request);
}

}  // namespace logquake::kafka
