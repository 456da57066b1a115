// The worker's REST interface to offsets: of sources in the offset topic, of sinks in their group
// (C-RST-25, 26; C-OFF-5).
#include "models/client/consumer.h"
#include "models/connect/worker.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration offsets_budget = 60s;  // chosen: as long as an API call of a client may take

HttpResponse answer_with(std::string body) {
  HttpResponse response;
  response.body = std::move(body);
  return response;
}

}  // namespace

HttpResponse Worker::connector_offsets(const std::string& connector) {
  const auto type = type_of(connector);
  if (type.ok() && type.value() == ConnectorType::sink) return sink_offsets(connector);
  const auto read = offsets_.read(connector, {}, offsets_budget);
  if (!read.ok()) return error_response(read.error());
  return answer_with(offsets_json(offsets_.known(connector)));
}

HttpResponse Worker::sink_offsets(const std::string& connector) {
  const auto fail = [&connector](const kafka::Error& cause) {
    return error_response(
        {ErrorCode::connect, format("Failed to retrieve consumer group offsets for sink connector "
                                    "{}: {}",
                                    connector, to_string(cause))});
  };
  const Properties& config = *configs_.snapshot().connector_config(connector);
  auto consumer = kafka::Consumer::create(node_, sink_consumer_config({connector, 0}, config));
  if (!consumer.ok()) return fail(consumer.error());
  std::vector<kafka::TopicPartition> partitions;
  const auto topics = config.find("topics");
  for (const std::string& topic : split_list(topics == config.end() ? "" : topics->second)) {
    const auto count = consumer->partitions_for(topic);
    if (!count.ok()) continue;  // nobody has written to it yet
    for (std::int32_t i = 0; i < count.value(); ++i) partitions.push_back({topic, i});
  }
  const auto committed = consumer->committed(partitions);
  if (!committed.ok()) return fail(committed.error());
  std::vector<PartitionOffset> offsets;
  for (const auto& [partition, offset] : committed.value()) {
    PartitionOffset each;
    each.partition = Json::Object{{"kafka_topic", partition.topic},
                                  {"kafka_partition", static_cast<int>(partition.partition)}};
    each.offset = Json::Object{{"kafka_offset", offset.offset.value()}};
    offsets.push_back(std::move(each));
  }
  return answer_with(offsets_json(offsets));
}

HttpResponse Worker::change_offsets(const RestRequest& request) {
  const auto& name = request.connector;
  const bool resets = request.call == RestCall::reset_offsets;
  std::vector<PartitionOffset> offsets;
  if (!resets) {
    auto wanted = read_offsets(request.body);
    if (!wanted.ok()) return error_response(wanted.error());
    offsets = std::move(wanted).value();
  }
  const ConfigFold& fold = configs_.snapshot();
  if (fold.target_state(name) != TargetState::stopped || fold.task_count(name) != 0) {
    return error_response(
        {ErrorCode::bad_request,
         format("Connectors must be in the STOPPED state before their offsets can be modified. "
                "This can be done for the specified connector by issuing a 'PUT' request to the "
                "'/connectors/{}/stop' endpoint",
                name)});
  }
  const auto type = type_of(name);
  if (type.ok() && type.value() == ConnectorType::sink) {
    return error_response(
        {ErrorCode::connect, format("Failed to {} consumer group offsets for connector {}",
                                    resets ? "reset" : "alter", name)});
  }
  if (resets) {
    const auto read = offsets_.read(name, {}, offsets_budget);
    if (!read.ok()) return error_response(read.error());
    offsets = offsets_.known(name);
    for (PartitionOffset& each : offsets) each.offset = Json();
  }
  const auto written = offsets_.write(name, offsets, offsets_budget);
  if (!written.ok()) return error_response(written.error());
  const std::string_view done = resets ? "reset" : "altered";
  const auto text = format(
      "The Connect framework-managed offsets for this connector have been {0} successfully. "
      "However, if this connector manages offsets externally, they will need to be manually {0} in "
      "the system that the connector uses.",
      done);
  return answer_with(to_json_text(Json::Object{{"message", text}}));
}

}  // namespace logquake::connect
