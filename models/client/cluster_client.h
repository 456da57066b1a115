// A client's view of the cluster with the means to renew it: metadata, and a channel to each
// broker.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "models/client/config.h"
#include "models/client/metadata_cache.h"
#include "models/protocol/channel.h"
#include "models/protocol/errors.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// What an application is told when a connection fails: REQUEST_TIMED_OUT, else NETWORK_EXCEPTION.
kafka::Error client_error(const logquake::Error& error);

class ClusterClient {
 public:
  ClusterClient(sim::Node& node, const ClientConfig& config);

  const MetadataCache& metadata() const { return metadata_; }
  const ClientConfig& config() const { return config_; }
  sim::Node& node() const { return node_; }

  /// The channel to a broker for one purpose ("data", "coordinator"); null where the broker is
  /// unknown.
  Channel* channel(BrokerId broker, std::string_view purpose);
  Channel& channel(const sim::Address& address, std::string_view purpose);

  /// From now on refresh() asks for the topic.
  void want(const std::string& topic) { wanted_.insert(topic); }
  void set_wanted(std::set<std::string> topics) { wanted_ = std::move(topics); }
  void allow_auto_create(bool is_allowed) { allows_auto_create_ = is_allowed; }

  /// Marks what is known as out of date: whoever refreshes in the background does so soon.
  void request_refresh();
  bool wants_refresh() const;
  /// Blocks until somebody asks for a refresh, or `timeout`.
  void wait_for_request(Duration timeout) { wanted_signal_.wait(timeout); }
  void wake() { wanted_signal_.notify_all(); }

  /// Fetches metadata of the wanted topics from some broker that answers. Blocks; one at a time, a
  /// second caller waits and shares the result. Errors: NETWORK_EXCEPTION, REQUEST_TIMED_OUT.
  Outcome<> refresh();
  /// Waits until the topic and, where `partition` is not negative, that partition are known.
  /// Blocks. Errors: REQUEST_TIMED_OUT, or why the topic is unusable (INVALID_TOPIC_EXCEPTION).
  Outcome<std::int32_t> await_topic(const std::string& topic, std::int32_t partition,
                                    Duration timeout);

  /// Asks some broker that answers. Blocks. Errors: NETWORK_EXCEPTION, REQUEST_TIMED_OUT.
  template <class Request>
  Outcome<typename Request::Response> call_any(const Request& request) {
    kafka::Error last{ErrorCode::network_exception, "no broker can be reached"};
    for (const auto& address : candidates()) {
      auto answer = channel(address, "control").call(request, config_.request_timeout);
      if (answer) return std::move(*answer);
      last = client_error(answer.error());
    }
    return last;
  }
  /// Asks the controller as metadata names it. Blocks. Errors: as call_any(), NOT_CONTROLLER
  /// (unknown).
  template <class Request>
  Outcome<typename Request::Response> call_controller(const Request& request) {
    auto* to = channel(metadata_.controller(), "control");
    if (!to) return kafka::Error{ErrorCode::not_controller, "metadata names no controller"};
    auto answer = to->call(request, config_.request_timeout);
    if (!answer) return client_error(answer.error());
    return std::move(*answer);
  }

 private:
  std::vector<sim::Address> candidates();

  sim::Node& node_;
  ClientConfig config_;
  sim::Random random_;
  MetadataCache metadata_;
  std::set<std::string> wanted_;
  bool allows_auto_create_ = true;
  std::map<std::pair<sim::Address, std::string>, std::unique_ptr<Channel>>
      channels_;  // never removed
  bool is_requested_ = true;
  bool is_refreshing_ = false;
  Instant refreshed_at_{};
  std::int64_t refreshes_ = 0;
  Outcome<> last_refresh_;
  sim::Signal wanted_signal_;
  sim::Signal refreshed_;
};

}  // namespace logquake::kafka
