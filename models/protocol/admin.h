// CreateTopics, DeleteTopics, DescribeConfigs. Source: K-API-19, 20, 32/44, K-MSG-19, 20, 32.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

struct CreatableReplicaAssignment {
  std::int32_t partition_index = 0;
  std::vector<BrokerId> broker_ids{};
  bool operator==(const CreatableReplicaAssignment&) const = default;
  template <class Io>
  void io(Io& io) {
    io("partition_index", partition_index);
    io("broker_ids", broker_ids);
  }
};

struct CreatableTopicConfig {
  std::string name{};
  std::optional<std::string> value{};
  bool operator==(const CreatableTopicConfig&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("value", value);
  }
};

/// Counts of -1 mean the broker's defaults (v4+); both counts are -1 beside an assignment.
struct CreatableTopic {
  std::string name{};
  std::int32_t num_partitions = -1;
  std::int16_t replication_factor = -1;
  std::vector<CreatableReplicaAssignment> assignments{};
  std::vector<CreatableTopicConfig> configs{};
  bool operator==(const CreatableTopic&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("num_partitions", num_partitions);
    io("replication_factor", replication_factor);
    io("assignments", assignments);
    io("configs", configs);
  }
};

struct CreateTopicsResponse;

struct CreateTopicsRequest {
  static constexpr ApiKey api_key = ApiKey::create_topics;
  using Response = CreateTopicsResponse;

  std::vector<CreatableTopic> topics{};
  std::int32_t timeout_ms = 60000;
  bool validate_only = false;
  bool operator==(const CreateTopicsRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topics", topics);
    io("timeout_ms", timeout_ms);
    since(io, 1, "validate_only", validate_only);
  }
};

struct CreatableTopicResult {
  std::string name{};
  Uuid topic_id{};
  ErrorCode error_code{};
  std::optional<std::string> error_message{};
  std::int32_t num_partitions = -1;
  std::int16_t replication_factor = -1;
  bool operator==(const CreatableTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    since(io, 7, "topic_id", topic_id);
    io("error_code", error_code);
    since(io, 1, "error_message", error_message);
    since(io, 5, "num_partitions", num_partitions);
    since(io, 5, "replication_factor", replication_factor);
  }
};

struct CreateTopicsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<CreatableTopicResult> topics{};
  bool operator==(const CreateTopicsResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 2, "throttle_time_ms", throttle_time_ms);
    io("topics", topics);
  }
};

struct DeleteTopicsResponse;

/// By name, as versions up to 5 have it.
struct DeleteTopicsRequest {
  static constexpr ApiKey api_key = ApiKey::delete_topics;
  using Response = DeleteTopicsResponse;

  std::vector<std::string> topic_names{};
  std::int32_t timeout_ms = 0;
  bool operator==(const DeleteTopicsRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("topic_names", topic_names);
    io("timeout_ms", timeout_ms);
  }
};

struct DeletableTopicResult {
  std::string name{};
  ErrorCode error_code{};
  std::optional<std::string> error_message{};
  bool operator==(const DeletableTopicResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("error_code", error_code);
    since(io, 5, "error_message", error_message);
  }
};

struct DeleteTopicsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<DeletableTopicResult> responses{};
  bool operator==(const DeleteTopicsResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 1, "throttle_time_ms", throttle_time_ms);
    io("responses", responses);
  }
};

/// Whose settings. Source: K-API-32/44.
enum class ConfigResourceType : std::int8_t {
  unknown = 0,
  topic = 2,
  broker = 4,
  broker_logger = 8
};

/// No list of keys, or an empty one, means all.
struct DescribeConfigsResource {
  ConfigResourceType resource_type = ConfigResourceType::topic;
  std::string resource_name{};
  std::optional<std::vector<std::string>> configuration_keys{};
  bool operator==(const DescribeConfigsResource&) const = default;
  template <class Io>
  void io(Io& io) {
    io("resource_type", resource_type);
    io("resource_name", resource_name);
    io("configuration_keys", configuration_keys);
  }
};

struct DescribeConfigsResponse;

struct DescribeConfigsRequest {
  static constexpr ApiKey api_key = ApiKey::describe_configs;
  using Response = DescribeConfigsResponse;

  std::vector<DescribeConfigsResource> resources{};
  bool include_synonyms = false;
  bool include_documentation = false;
  bool operator==(const DescribeConfigsRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("resources", resources);
    since(io, 1, "include_synonyms", include_synonyms);
    since(io, 3, "include_documentation", include_documentation);
  }
};

struct DescribedConfig {
  std::string name{};
  std::optional<std::string> value{};
  bool read_only = false;
  std::int8_t config_source = -1;  // 1 topic, 4 static, 5 default
  bool is_sensitive = false;
  std::int8_t config_type = 0;
  bool operator==(const DescribedConfig&) const = default;
  template <class Io>
  void io(Io& io) {
    io("name", name);
    io("value", value);
    io("read_only", read_only);
    since(io, 1, "config_source", config_source);
    io("is_sensitive", is_sensitive);
    since(io, 3, "config_type", config_type);
  }
};

struct DescribeConfigsResult {
  ErrorCode error_code{};
  std::optional<std::string> error_message{};
  ConfigResourceType resource_type = ConfigResourceType::topic;
  std::string resource_name{};
  std::vector<DescribedConfig> configs{};
  bool operator==(const DescribeConfigsResult&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("error_message", error_message);
    io("resource_type", resource_type);
    io("resource_name", resource_name);
    io("configs", configs);
  }
};

struct DescribeConfigsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<DescribeConfigsResult> results{};
  bool operator==(const DescribeConfigsResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("throttle_time_ms", throttle_time_ms);
    io("results", results);
  }
};

}  // namespace logquake::kafka
