#include "models/broker/server/produce_handler.h"

#include <algorithm>
#include <utility>

#include "models/broker/facts.h"
#include "models/broker/replication_defects.h"
#include "models/protocol/wire/record_batch.h"

namespace logquake::kafka {

namespace {

constexpr std::string_view admin_client =
    "__admin_client";  // may write to internal topics (K-LOG-16)

bool is_transactional(const RecordData& records) {
  const auto header = wire::read_header(records.view());
  return header && header->is_transactional;
}

/// Transactions are not served yet: their batches are refused as from a client without permission,
/// as are those that come without a transactional id anyway (K-LOG-12).
bool is_any_transactional(const ProduceRequest& request) {
  return std::ranges::any_of(request.topic_data, [](const ProduceTopic& topic) {
    return std::ranges::any_of(topic.partition_data, [](const ProducePartition& data) {
      return is_transactional(data.records);
    });
  });
}

}  // namespace

ProduceHandler::ProduceHandler(sim::Node& node, ReplicaManager& replicas,
                               const MetadataImage& metadata)
    : node_(node),
      replicas_(replicas),
      metadata_(metadata),
      waits_for_replication_(!node.has(ack_before_replication)) {}

ErrorCode ProduceHandler::check(const ProduceRequest& request, const TopicPartition& partition,
                                const RecordData& records, std::string_view client_id) const {
  if (metadata_.partition(partition) == nullptr) return ErrorCode::unknown_topic_or_partition;
  if (records.empty()) return ErrorCode::invalid_record;
  if (request.acks < -1 || request.acks > 1) return ErrorCode::invalid_required_acks;
  if (is_internal(partition.topic) && client_id != admin_client)
    return ErrorCode::invalid_topic_exception;
  return ErrorCode::none;
}

void ProduceHandler::refuse(const TopicPartition& partition, ProducePartitionResult& result,
                            ErrorCode error, bool is_appended) {
  result.error_code = error;
  result.base_offset = no_offset;
  result.log_append_time = no_timestamp;
  node_.record(ProduceRefused{.partition = to_string(partition),
                              .broker = replicas_.self(),
                              .error = std::string(name_of(error)),
                              .appended = is_appended});
}

void ProduceHandler::append(const ProduceRequest& request, const TopicPartition& partition,
                            const RecordData& records, ProducePartitionResult& result,
                            std::vector<PendingAppend>& appended) {
  const auto found = replicas_.find(partition);
  if (!found) return refuse(partition, result, found.error().code, false);
  auto done = (*found)->append(records, request.acks, AppendOrigin::client);
  if (!done) {
    refuse(partition, result, done.error().code, false);
    result.error_message = done.error().message;
    for (const auto& record : done.error().records)
      result.record_errors.push_back({record.index, record.message});
    return;
  }
  result.base_offset = done->appended.base_offset;
  result.log_append_time = done->appended.append_time;
  result.log_start_offset = (*found)->log().log_start();
  appended.push_back({*found, std::move(*done)});
}

ProduceResponse ProduceHandler::handle(const ProduceRequest& request, std::string_view client_id) {
  const bool has_transaction = is_any_transactional(request);
  ProduceResponse response;
  std::vector<PendingAppend> appended;
  std::vector<std::pair<std::size_t, std::size_t>> places;  // in the response, of those appended
  for (const auto& topic : request.topic_data) {
    response.responses.push_back({.name = topic.name, .partition_responses = {}});
    for (const auto& data : topic.partition_data) {
      const TopicPartition partition{topic.name, data.index};
      ProducePartitionResult result;
      result.index = data.index;
      const auto error = has_transaction ? ErrorCode::transactional_id_authorization_failed
                                         : check(request, partition, data.records, client_id);
      const auto before = appended.size();
      if (error != ErrorCode::none) {
        refuse(partition, result, error, false);
      } else {
        append(request, partition, data.records, result, appended);
      }
      auto& results = response.responses.back().partition_responses;
      results.push_back(std::move(result));
      if (appended.size() > before)
        places.emplace_back(response.responses.size() - 1, results.size() - 1);
    }
  }

  std::vector<ErrorCode> errors(appended.size(), ErrorCode::none);
  if (request.acks == -1 && waits_for_replication_ && !appended.empty()) {
    errors =
        replicas_.wait_for_acknowledgement(appended, std::chrono::milliseconds(request.timeout_ms));
  }
  for (std::size_t i = 0; i < appended.size(); ++i) {
    auto& result = response.responses[places[i].first].partition_responses[places[i].second];
    const PendingAppend& done = appended[i];
    if (errors[i] != ErrorCode::none) {
      refuse(done.partition->id(), result, errors[i], true);
      continue;
    }
    node_.record(ProduceAcknowledged{.partition = done.partition->name(),
                                     .leader = replicas_.self(),
                                     .epoch = done.append.epoch,
                                     .base_offset = done.append.appended.base_offset,
                                     .last_offset = done.append.appended.last_offset,
                                     .acks = request.acks});
  }
  return response;
}

bool has_error(const ProduceResponse& response) {
  return std::ranges::any_of(response.responses, [](const ProduceTopicResult& topic) {
    return std::ranges::any_of(topic.partition_responses, [](const ProducePartitionResult& result) {
      return result.error_code != ErrorCode::none;
    });
  });
}

}  // namespace logquake::kafka
