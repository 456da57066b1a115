#include "models/client/admin.h"

#include <algorithm>
#include <utility>

#include "models/client/cluster_client.h"
#include "models/protocol/admin.h"
#include "models/protocol/metadata.h"
#include "sim/base/format.h"

namespace logquake::kafka {

class AdminCore {
 public:
  AdminCore(sim::Node& node, const ClientConfig& config) : cluster_(node, config) {}

  /// Repeats `attempt` while it fails with what can be retried, for default.api.timeout.ms.
  template <class Attempt>
  auto persist(std::string_view deed, Attempt attempt) -> decltype(attempt()) {
    auto& node = cluster_.node();
    const auto deadline = deadline_after(node.now(), cluster_.config().default_api_timeout);
    while (true) {
      auto result = attempt();
      if (result || !is_worth_retrying(result.error().code)) return result;
      if (node.now() + cluster_.config().retry_backoff >= deadline) {
        return kafka::Error{ErrorCode::request_timed_out,
                            format("{}: {}", deed, to_string(result.error()))};
      }
      node.sleep_for(cluster_.config().retry_backoff);
    }
  }

  /// Sends to the controller, which metadata names anew before each attempt.
  template <class Request>
  Outcome<typename Request::Response> ask_controller(const Request& request) {
    if (auto refreshed = cluster_.refresh(); !refreshed) return refreshed.error();
    return cluster_.call_controller(request);
  }
  Outcome<MetadataResponse> metadata(std::optional<std::vector<MetadataRequestTopic>> topics) {
    return cluster_.call_any(MetadataRequest{std::move(topics), false});
  }
  ClusterClient& cluster() { return cluster_; }

 private:
  // What the admin client itself sends again; other errors are the caller's to judge.
  static bool is_worth_retrying(ErrorCode code) {
    return code == ErrorCode::not_controller || code == ErrorCode::network_exception ||
           code == ErrorCode::leader_not_available;
  }
  ClusterClient cluster_;
};

namespace {

std::int32_t milliseconds(Duration duration) {
  return static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

Outcome<> outcome_of(ErrorCode code, const std::optional<std::string>& message,
                     const std::string& deed) {
  if (code == ErrorCode::none) return {};
  return kafka::Error{code, message.value_or(deed)};
}

TopicDescription describe(const MetadataTopic& topic) {
  TopicDescription description{topic.name, topic.is_internal, {}};
  for (const auto& partition : topic.partitions) {
    description.partitions.push_back({partition.partition_index, partition.leader_id,
                                      partition.leader_epoch, partition.replica_nodes,
                                      partition.isr_nodes});
  }
  std::sort(description.partitions.begin(), description.partitions.end(),
            [](const auto& left, const auto& right) { return left.index < right.index; });
  return description;
}

}  // namespace

Outcome<Admin> Admin::create(sim::Node& node, const Config& config) {
  const auto parsed = parse_admin_config(config);
  if (!parsed) return parsed.error();
  return Admin(std::make_shared<AdminCore>(node, *parsed));
}

Admin::Admin(std::shared_ptr<AdminCore> core) : core_(std::move(core)) {}
Admin::~Admin() = default;

Outcome<> Admin::create_topic(const NewTopic& topic) {
  CreatableTopic creatable{topic.name, topic.partitions, topic.replication, {}, {}};
  for (const auto& [name, value] : topic.configs) creatable.configs.push_back({name, value});
  const CreateTopicsRequest request{
      {creatable}, milliseconds(core_->cluster().config().request_timeout), false};
  return core_->persist("create topic " + topic.name, [&]() -> Outcome<> {
    const auto answer = core_->ask_controller(request);
    if (!answer) return answer.error();
    for (const auto& result : answer->topics) {
      if (result.name == topic.name)
        return outcome_of(result.error_code, result.error_message, "create " + topic.name);
    }
    return kafka::Error{ErrorCode::unknown_server_error,
                        "the answer does not name topic " + topic.name};
  });
}

Outcome<> Admin::delete_topic(const std::string& name) {
  const DeleteTopicsRequest request{{name},
                                    milliseconds(core_->cluster().config().request_timeout)};
  return core_->persist("delete topic " + name, [&]() -> Outcome<> {
    const auto answer = core_->ask_controller(request);
    if (!answer) return answer.error();
    for (const auto& result : answer->responses) {
      if (result.name == name)
        return outcome_of(result.error_code, result.error_message, "delete " + name);
    }
    return kafka::Error{ErrorCode::unknown_server_error, "the answer does not name topic " + name};
  });
}

Outcome<std::vector<std::string>> Admin::list_topics() {
  return core_->persist("list topics", [&]() -> Outcome<std::vector<std::string>> {
    const auto answer = core_->metadata(std::nullopt);
    if (!answer) return answer.error();
    std::vector<std::string> names;
    for (const auto& topic : answer->topics) names.push_back(topic.name);
    std::sort(names.begin(), names.end());
    return names;
  });
}

Outcome<TopicDescription> Admin::describe_topic(const std::string& name) {
  return core_->persist("describe topic " + name, [&]() -> Outcome<TopicDescription> {
    const auto answer = core_->metadata(std::vector<MetadataRequestTopic>{{name}});
    if (!answer) return answer.error();
    for (const auto& topic : answer->topics) {
      if (topic.name != name) continue;
      if (topic.error_code != ErrorCode::none)
        return kafka::Error{topic.error_code, "describe topic " + name};
      return describe(topic);
    }
    return kafka::Error{ErrorCode::unknown_topic_or_partition, "describe topic " + name};
  });
}

Outcome<std::map<std::string, std::string>> Admin::describe_topic_configs(const std::string& name) {
  using Configs = std::map<std::string, std::string>;
  const DescribeConfigsRequest request{
      {{ConfigResourceType::topic, name, std::nullopt}}, false, false};
  return core_->persist("describe the settings of topic " + name, [&]() -> Outcome<Configs> {
    const auto answer = core_->cluster().call_any(request);
    if (!answer) return answer.error();
    Configs configs;
    for (const auto& result : answer->results) {
      if (auto status = outcome_of(result.error_code, result.error_message, "describe " + name);
          !status) {
        return status.error();
      }
      for (const auto& config : result.configs) configs[config.name] = config.value.value_or("");
    }
    return configs;
  });
}

Outcome<std::vector<BrokerId>> Admin::brokers() {
  return core_->persist("list brokers", [&]() -> Outcome<std::vector<BrokerId>> {
    const auto answer = core_->metadata(std::vector<MetadataRequestTopic>{});
    if (!answer) return answer.error();
    std::vector<BrokerId> ids;
    for (const auto& broker : answer->brokers) ids.push_back(broker.node_id);
    std::sort(ids.begin(), ids.end());
    return ids;
  });
}

Outcome<std::string> Admin::cluster_id() {
  return core_->persist("describe the cluster", [&]() -> Outcome<std::string> {
    const auto answer = core_->metadata(std::vector<MetadataRequestTopic>{});
    if (!answer) return answer.error();
    return answer->cluster_id.value_or("");
  });
}

}  // namespace logquake::kafka
