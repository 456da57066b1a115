#include "models/broker/server/admin_handler.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

// K-API-32/44: where a setting's value comes from.
constexpr std::int8_t from_topic = 1;
constexpr std::int8_t from_broker_file = 4;
constexpr std::int8_t from_default = 5;

bool is_wanted(const DescribeConfigsResource& resource, const std::string& name) {
  const auto& keys = resource.configuration_keys;
  return !keys || keys->empty() || std::ranges::find(*keys, name) != keys->end();
}

}  // namespace

AdminHandler::AdminHandler(const BrokerConfig& config, const MetadataImage& metadata,
                           sim::Signal& metadata_changed, const ZookeeperController& controller,
                           TopicCreation& creation, ZookeeperStore& store)
    : config_(config),
      metadata_(metadata),
      metadata_changed_(metadata_changed),
      controller_(controller),
      creation_(creation),
      store_(store) {}

bool AdminHandler::is_announced(const CreatableTopicResult& topic) const {
  const auto* known = metadata_.topic(topic.name);
  if (known == nullptr || known->id != topic.topic_id) return false;
  if (static_cast<std::int32_t>(known->partitions.size()) < topic.num_partitions) return false;
  return std::ranges::all_of(known->partitions,
                             [](const auto& entry) { return entry.second.leader >= BrokerId(0); });
}

CreateTopicsResponse AdminHandler::handle(const CreateTopicsRequest& request) {
  CreateTopicsResponse response;
  std::map<std::string, int> mentions;
  for (const auto& topic : request.topics) ++mentions[topic.name];
  for (const auto& topic : request.topics) {
    CreatableTopicResult result;
    result.name = topic.name;
    if (!controller_.is_active()) {
      result.error_code = ErrorCode::not_controller;
    } else if (mentions[topic.name] > 1) {
      result.error_code = ErrorCode::invalid_request;
      result.error_message =
          format("Create topics request contains multiple entries for '{}'", topic.name);
    } else if (const auto created = creation_.create(topic, request.validate_only); !created) {
      result.error_code = created.error().code;
      result.error_message = created.error().message;
    } else {
      result.topic_id = created->id;
      result.num_partitions = created->partitions;
      result.replication_factor = created->replication_factor;
    }
    response.topics.push_back(std::move(result));
  }
  if (request.validate_only) return response;
  metadata_changed_.wait_until(
      [&] {
        return std::ranges::all_of(response.topics, [this](const CreatableTopicResult& result) {
          return result.error_code != ErrorCode::none || is_announced(result);
        });
      },
      std::chrono::milliseconds(std::max(request.timeout_ms, 0)));
  for (auto& result : response.topics) {
    if (result.error_code == ErrorCode::none && !is_announced(result)) {
      result.error_code = ErrorCode::request_timed_out;  // though it is created, or will be
    }
  }
  return response;
}

DeleteTopicsResponse AdminHandler::handle(const DeleteTopicsRequest& request) {
  DeleteTopicsResponse response;
  for (const auto& name : request.topic_names) {
    DeletableTopicResult result;
    result.name = name;
    if (!controller_.is_active()) {
      result.error_code = ErrorCode::not_controller;
    } else if (!config_.delete_topics) {
      result.error_code = ErrorCode::topic_deletion_disabled;
    } else if (metadata_.topic(name) == nullptr) {
      result.error_code = ErrorCode::unknown_topic_or_partition;
    } else if (const auto marked = store_.mark_for_deletion(name);
               !marked && !marked.is(zookeeper::ErrorCode::node_exists)) {
      result.error_code = ErrorCode::unknown_server_error;
    }
    response.responses.push_back(std::move(result));
  }
  const auto is_over = [this](const DeletableTopicResult& result) {
    return result.error_code != ErrorCode::none || metadata_.topic(result.name) == nullptr;
  };
  metadata_changed_.wait_until([&] { return std::ranges::all_of(response.responses, is_over); },
                               std::chrono::milliseconds(std::max(request.timeout_ms, 0)));
  for (auto& result : response.responses) {
    if (!is_over(result)) result.error_code = ErrorCode::request_timed_out;
  }
  return response;
}

void AdminHandler::describe_topic(const DescribeConfigsResource& resource,
                                  DescribeConfigsResult& result) {
  if (metadata_.topic(resource.resource_name) == nullptr) {
    result.error_code = ErrorCode::unknown_topic_or_partition;
    return;
  }
  const auto overrides = store_.topic_settings(resource.resource_name);
  const auto effective = overrides ? config_.topic_defaults.with(*overrides)
                                   : Result<TopicConfig>(logquake::ErrorCode::unknown_outcome);
  if (!effective) {
    result.error_code = ErrorCode::unknown_server_error;
    return;
  }
  const auto defaults = TopicConfig().to_properties();
  for (const auto& [name, value] : effective->to_properties()) {
    if (!is_wanted(resource, name)) continue;
    DescribedConfig entry;
    entry.name = name;
    entry.value = value;
    const auto usual = defaults.find(name);
    const bool is_usual = usual != defaults.end() && usual->second == value;
    entry.config_source = overrides->contains(name) ? from_topic
                          : is_usual                ? from_default
                                                    : from_broker_file;
    result.configs.push_back(std::move(entry));
  }
}

void AdminHandler::describe_broker(const DescribeConfigsResource& resource,
                                   DescribeConfigsResult& result) const {
  if (resource.resource_name != format("{}", config_.broker_id)) {
    result.error_code = ErrorCode::invalid_request;
    result.error_message = format("Unexpected broker id, expected {}, but received {}",
                                  config_.broker_id, resource.resource_name);
    return;
  }
  const auto defaults = BrokerConfig().to_properties();
  for (const auto& [name, value] : config_.to_properties()) {
    if (!is_wanted(resource, name)) continue;
    DescribedConfig entry;
    entry.name = name;
    entry.value = value;
    entry.read_only = true;  // there is no dynamic configuration yet
    const auto usual = defaults.find(name);
    entry.config_source =
        usual != defaults.end() && usual->second == value ? from_default : from_broker_file;
    result.configs.push_back(std::move(entry));
  }
}

DescribeConfigsResponse AdminHandler::handle(const DescribeConfigsRequest& request) {
  DescribeConfigsResponse response;
  for (const auto& resource : request.resources) {
    DescribeConfigsResult result;
    result.resource_type = resource.resource_type;
    result.resource_name = resource.resource_name;
    if (resource.resource_type == ConfigResourceType::topic) {
      describe_topic(resource, result);
    } else if (resource.resource_type == ConfigResourceType::broker) {
      describe_broker(resource, result);
    } else {
      result.error_code = ErrorCode::invalid_request;
    }
    response.results.push_back(std::move(result));
  }
  return response;
}

}  // namespace logquake::kafka
