// How a worker starts: internal topics, then what is in them (C-WRK-4, 5, 7).
#include "models/client/admin.h"
#include "models/connect/facts.h"
#include "models/connect/probes.h"
#include "models/connect/worker.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration start_budget =
    60s;                              // default.api.timeout.ms: how long creating a topic is tried
constexpr Duration topic_retry = 1s;  // chosen: the pause of TopicAdmin between attempts
constexpr Duration refresh_budget = 60s;  // of one reading of an internal topic at start
constexpr int refresh_attempts =
    5;  // chosen: then the process ends and its supervisor starts it again

}  // namespace

TopicLog::Settings Worker::log_settings(const StorageTopic& topic) const {
  const std::string client_id =
      format("{}-{}", config_.group_id, topic.property.substr(0, topic.property.find('.')));
  TopicLog::Settings log;
  log.topic = topic.name;
  log.producer = config_.client_config(
      bootstrap_, client_id,
      {{"acks", "all"}, {"delivery.timeout.ms", "2147483647"}, {"enable.idempotence", "false"}},
      "producer.");
  log.consumer = config_.client_config(
      bootstrap_, client_id, {{"auto.offset.reset", "earliest"}, {"enable.auto.commit", "false"}},
      "consumer.");
  log.consumer.erase("group.id");
  return log;
}

Status Worker::ensure_topic(kafka::Admin& admin, const StorageTopic& topic) {
  const Instant deadline = node_.now() + start_budget;
  for (;;) {
    kafka::NewTopic wanted;
    wanted.name = topic.name;
    wanted.partitions = topic.partitions;
    wanted.replication = topic.replication;
    wanted.configs = {{"cleanup.policy", "compact"}};
    const auto created = admin.create_topic(wanted);
    if (created.ok()) return {};
    if (created.is(kafka::ErrorCode::topic_already_exists)) break;
    if (node_.now() >= deadline) {
      return Error{ErrorCode::connect,
                   format("Error while attempting to create/find topic(s) '{}': {}", topic.name,
                          to_string(created.error()))};
    }
    node_.sleep_for(topic_retry);  // too few brokers yet, or none that answers
  }
  const auto settings = admin.describe_topic_configs(topic.name);
  if (settings.ok()) {
    const auto policy = settings->find("cleanup.policy");
    const std::string found = policy == settings->end() ? "delete" : policy->second;
    if (found != "compact") {  // C-WRK-5
      return Error{
          ErrorCode::config,
          format("Topic '{0}' supplied via the '{1}' property is required to have "
                 "'cleanup.policy=compact' to "
                 "guarantee consistency and durability of {2}, but found the topic currently has "
                 "'cleanup.policy={3}'. Continuing would likely result in eventually losing {2} "
                 "and problems "
                 "restarting this Connect cluster in the future. Change the '{1}' property in the "
                 "Connect "
                 "worker configurations to use a topic with 'cleanup.policy=compact'.",
                 topic.name, topic.property, topic.purpose, found)};
    }
  }
  if (topic.property != config_.config_topic.property) return {};
  const auto description = admin.describe_topic(topic.name);
  if (description.ok() && description->partitions.size() > 1) {
    return Error{
        ErrorCode::config,
        format("Topic '{}' supplied via the '{}' property is required to have a single partition "
               "in order to "
               "guarantee consistency of connector configurations, but found {} partitions.",
               topic.name, topic.property, description->partitions.size())};
  }
  return {};
}

Status Worker::find_cluster_id() {
  auto admin = kafka::Admin::create(
      node_, config_.client_config(bootstrap_, config_.group_id + "-admin", {}, "admin."));
  if (!admin.ok()) return Error{ErrorCode::config, admin.error().message};
  auto id = admin->cluster_id();
  if (!id.ok()) {
    return Error{ErrorCode::connect,
                 "Failed to connect to and describe Kafka cluster. Check worker's broker "
                 "connection and security properties.: " +
                     to_string(id.error())};
  }
  kafka_cluster_id_ = std::move(id).value();
  return {};
}

Status Worker::ensure_topics() {
  auto admin = kafka::Admin::create(
      node_, config_.client_config(bootstrap_, config_.group_id + "-admin", {}, "admin."));
  if (!admin.ok()) return Error{ErrorCode::config, admin.error().message};
  for (const auto* topic : {&config_.offset_topic, &config_.status_topic, &config_.config_topic}) {
    if (auto ensured = ensure_topic(admin.value(), *topic); !ensured.ok()) return ensured;
  }
  return {};
}

Status Worker::load_stores() {
  const auto load = [](auto& store) -> Status {
    if (auto started = store.start(); !started.ok()) return started;
    Status read;
    for (int attempt = 0; attempt < refresh_attempts; ++attempt) {
      read = store.refresh(refresh_budget);
      if (read.ok()) return read;
    }
    return read;
  };
  if (auto loaded = load(statuses_); !loaded.ok()) return loaded;
  if (auto loaded = load(configs_); !loaded.ok()) return loaded;
  return load(offsets_);
}

Error Worker::run() {
  auto listener = node_.listen(config_.rest_port);
  if (!listener.ok()) return {ErrorCode::connect, to_string(listener.error())};
  listener_ = std::move(listener).value();
  node_.spawn("REST listener", [this] { serve(); });
  if (auto found = find_cluster_id(); !found.ok()) return found.error();
  if (auto ensured = ensure_topics(); !ensured.ok()) return ensured.error();
  if (auto loaded = load_stores(); !loaded.ok()) return loaded.error();

  WorkerStarted fact;
  fact.worker = worker_id_;
  fact.group = config_.group_id;
  fact.connectors = static_cast<std::int32_t>(configs_.snapshot().connectors().size());
  node_.record(fact);
  if (fact.connectors > 0) node_.probe(configs_recovered);
  is_ready_ = true;
  for (;;) tick();
}

void run_connect_worker(sim::Node& node, const WorkerSettings& settings) {
  const auto fail = [&node](std::string reason) {
    WorkerFailed fact;
    fact.worker = node.name();
    fact.reason = std::move(reason);
    node.record(fact);
    node.exit("the Connect worker could not start");
  };
  auto config = WorkerConfig::from(settings.properties);
  if (!config.ok()) fail(to_string(config.error()));
  std::vector<sim::Address> bootstrap;
  for (const std::string& server : split_list(config->bootstrap_servers)) {
    const auto addresses = settings.resolve_cluster(server);
    if (!addresses.ok()) fail("bootstrap.servers: " + addresses.error().message);
    bootstrap.insert(bootstrap.end(), addresses->begin(), addresses->end());
  }
  for (const std::string& setting : config->unknown_settings) {
    SettingIgnored fact;
    fact.where = "connect-distributed.properties";
    fact.setting = setting;
    node.record(fact);
  }
  // On the heap: the stacks of tasks are small.
  const auto worker =
      std::make_unique<Worker>(node, settings, std::move(config).value(), std::move(bootstrap));
  const Error error = worker->run();
  fail(to_string(error));
}

}  // namespace logquake::connect
