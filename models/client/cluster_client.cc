#include "models/client/cluster_client.h"

#include <algorithm>

#include "models/protocol/metadata.h"
#include "sim/base/format.h"

namespace logquake::kafka {

kafka::Error client_error(const logquake::Error& error) {
  const auto code = error.code == logquake::ErrorCode::timed_out ? ErrorCode::request_timed_out
                                                                 : ErrorCode::network_exception;
  return {code, to_string(error)};
}

ClusterClient::ClusterClient(sim::Node& node, const ClientConfig& config)
    : node_(node),
      config_(config),
      random_(node.random().split("cluster-client/" + config.client_id)),
      wanted_signal_(node, "a request for metadata"),
      refreshed_(node, "metadata") {}

Channel& ClusterClient::channel(const sim::Address& address, std::string_view purpose) {
  auto& slot = channels_[{address, std::string(purpose)}];
  if (!slot) {
    Channel::Options options{address, config_.client_id};
    options.reconnect_backoff = config_.reconnect_backoff;
    options.reconnect_backoff_max = config_.reconnect_backoff_max;
    slot = std::make_unique<Channel>(node_, options);
  }
  return *slot;
}

Channel* ClusterClient::channel(BrokerId broker, std::string_view purpose) {
  const auto address = metadata_.address(broker);
  return address ? &channel(*address, purpose) : nullptr;
}

void ClusterClient::request_refresh() {
  is_requested_ = true;
  wanted_signal_.notify_all();
}

bool ClusterClient::wants_refresh() const {
  return is_requested_ || node_.now() - refreshed_at_ >= config_.metadata_max_age;
}

// All known brokers, or those of the settings, from a drawn one on.
std::vector<sim::Address> ClusterClient::candidates() {
  std::vector<sim::Address> addresses;
  for (const auto broker : metadata_.brokers()) addresses.push_back(*metadata_.address(broker));
  if (addresses.empty()) addresses = config_.bootstrap_servers;
  const auto first = random_.below(addresses.size());
  std::rotate(addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(first),
              addresses.end());
  return addresses;
}

Outcome<> ClusterClient::refresh() {
  if (is_refreshing_) {
    const auto before = refreshes_;
    refreshed_.wait_until([&] { return refreshes_ != before; });
    return last_refresh_;
  }
  is_refreshing_ = true;
  is_requested_ = false;
  MetadataRequest request{std::vector<MetadataRequestTopic>{}, allows_auto_create_};
  for (const auto& topic : wanted_) request.topics->push_back({topic});
  const auto answer = call_any(request);
  is_refreshing_ = false;
  ++refreshes_;
  if (answer) {
    metadata_.update(*answer);
    refreshed_at_ = node_.now();
    last_refresh_ = {};
  } else {
    is_requested_ = true;
    last_refresh_ = answer.error();
  }
  refreshed_.notify_all();
  return last_refresh_;
}

Outcome<std::int32_t> ClusterClient::await_topic(const std::string& topic, std::int32_t partition,
                                                 Duration timeout) {
  want(topic);
  const auto deadline = deadline_after(node_.now(), timeout);
  while (true) {
    const auto count = metadata_.partition_count(topic);
    if (count && *count > partition) return *count;
    const auto left = deadline - node_.now();
    if (left <= Duration::zero()) {
      const auto milliseconds =
          std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
      return kafka::Error{
          ErrorCode::request_timed_out,
          format("Topic {} not present in metadata after {} ms.", topic, milliseconds)};
    }
    const auto refreshed = refresh();
    if (metadata_.topic_error(topic) == ErrorCode::invalid_topic_exception) {
      return kafka::Error{ErrorCode::invalid_topic_exception,
                          format("Invalid topics: [{}]", topic)};
    }
    const auto now_known = metadata_.partition_count(topic);
    if (refreshed && now_known && *now_known > partition) continue;
    node_.sleep_for(std::min(config_.retry_backoff, std::max(deadline - node_.now(), Duration(1))));
  }
}

}  // namespace logquake::kafka
