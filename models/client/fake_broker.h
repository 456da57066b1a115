// A broker of a few lines, for the tests of clients: each request goes to a function of the test.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/protocol/envelope.h"
#include "models/protocol/fetch.h"
#include "models/protocol/metadata.h"
#include "sim/base/check.h"
#include "sim/schedule/sync.h"
#include "sim/simulation.h"

namespace logquake::kafka {

/// What the brokers of one test answer. Handlers run on the broker's tasks and may block.
class FakeCluster {
 public:
  explicit FakeCluster(sim::Simulation& simulation, std::int32_t brokers = 1) : brokers_(brokers) {
    for (std::int32_t id = 1; id <= brokers; ++id) {
      const auto name = "broker-" + std::to_string(id);
      simulation.add_node(name, [this, id](sim::Node& node) { serve(node, BrokerId(id)); });
    }
    on<MetadataRequest>(
        [this](const MetadataRequest& request, BrokerId) { return metadata(request); });
  }

  /// Answers every `Request` with what `handler(request, broker)` returns; an empty optional closes
  /// the connection instead.
  template <class Request, class Handler>
  void on(Handler handler) {
    handlers_[Request::api_key] = [handler](const sim::Payload& body,
                                            BrokerId broker) -> std::optional<sim::Payload> {
      std::optional<typename Request::Response> answer = handler(*body.as<Request>(), broker);
      if (!answer) return std::nullopt;
      return sim::Payload(std::move(*answer));
    };
  }

  /// Leaders by partition; partitions of a topic are those named here.
  std::map<std::string, std::vector<LeaderIdAndEpoch>> topics;
  int metadata_requests = 0;

 private:
  MetadataResponse metadata(const MetadataRequest& request) {
    ++metadata_requests;
    MetadataResponse response;
    for (std::int32_t id = 1; id <= brokers_; ++id) {
      response.brokers.push_back({BrokerId(id), "broker-" + std::to_string(id), 9092, {}});
    }
    response.controller_id = BrokerId{1};
    std::vector<MetadataRequestTopic> wanted;
    if (request.topics) {
      wanted = *request.topics;
    } else {
      for (const auto& [name, leaders] : topics) wanted.push_back({name});
    }
    for (const auto& each : wanted) {
      const auto& name = each.name;
      const auto known = topics.find(name);
      MetadataTopic topic{
          known == topics.end() ? ErrorCode::unknown_topic_or_partition : ErrorCode::none,
          name,
          {},
          false,
          {}};
      if (known != topics.end()) {
        std::int32_t index = 0;
        for (const auto& leader : known->second) {
          topic.partitions.push_back(
              {ErrorCode::none, index++, leader.leader_id, leader.leader_epoch, {}, {}, {}});
        }
      }
      response.topics.push_back(std::move(topic));
    }
    return response;
  }

  void serve(sim::Node& node, BrokerId id) {
    auto listener = node.listen(9092);
    while (auto accepted = listener->accept()) {
      const auto connection = std::make_shared<sim::Connection>(std::move(*accepted));
      node.spawn("connection", [this, connection, id] {
        while (auto message = connection->receive(sim::forever)) {
          const auto* request = message->as<RequestEnvelope>();
          const auto handler = handlers_.find(request->api_key);
          if (handler == handlers_.end()) break;
          auto answer = handler->second(request->body, id);
          if (!answer) break;
          if (!connection->send(ResponseEnvelope{request->correlation_id, std::move(*answer)}))
            break;
        }
        connection->close();
      });
    }
  }

  std::int32_t brokers_;
  std::map<ApiKey, std::function<std::optional<sim::Payload>(const sim::Payload&, BrokerId)>>
      handlers_;
};

/// Runs a client's program beside the brokers; its background tasks end with the process.
inline void run_client(sim::Simulation& simulation,
                       const std::function<void(sim::Node&)>& program) {
  bool is_finished = false;
  simulation.add_node("client-1",
                      [&](sim::Node& node) {
                        program(node);
                        is_finished = true;
                        node.exit("the test is over");
                      },
                      {.restarts_itself = false});
  const auto stop = simulation.run_until([&] { return is_finished; }, 1h);
  LOGQUAKE_CHECK(stop.reason == sim::Stop::Reason::condition, "the program ends: " + stop.message);
}

}  // namespace logquake::kafka
