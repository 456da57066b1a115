#include "models/client/producer_core.h"

#include <algorithm>
#include <utility>

#include "models/client/defects.h"
#include "models/client/facts.h"
#include "models/client/probes.h"
#include "models/protocol/init_producer_id.h"
#include "models/protocol/wire/record_batch.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

std::int64_t milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

ProducerCore::ProducerCore(sim::Node& node, const ProducerConfig& config)
    : node_(node),
      config_(config),
      cluster_(node, config.client),
      accumulator_(config, node.random().split("accumulator/" + config.client.client_id),
                   Sequences(node.has(renumber_after_lost_answer))),
      sticky_(node.random().split("partitioner/" + config.client.client_id), config.batch_size,
              config.partitioner_adaptive),
      progress_(node, "batches to finish"),
      lifecycle_(node, "the producer to need something") {
  const auto started =
      node.record(client::ProducerStarted{config.client.client_id, config.enable_idempotence});
  session_ = started.value();
}

void ProducerCore::start() {
  const auto self = shared_from_this();
  const auto name = "producer/" + config_.client.client_id;
  node_.spawn(name + "/metadata", [self] { self->keep_metadata(); });
  node_.spawn(name + "/expiry", [self] { self->keep_expiring(); });
  if (config_.enable_idempotence)
    node_.spawn(name + "/identity", [self] { self->keep_identity(); });
}

void ProducerCore::note_unknown_setting(const std::string& setting) {
  node_.record(client::SettingUnknown{config_.client.client_id, setting});
}

SendHandle ProducerCore::send(ProducerRecord record, SendCallback callback) {
  const auto deadline = deadline_after(node_.now(), config_.max_block);
  const auto id = next_send_;
  ++next_send_;
  auto state = std::make_shared<SendHandle::State>(node_);
  state->callback = std::move(callback);
  state->key_digest = client::digest_of(record.key);
  state->value_digest = client::digest_of(record.value);
  pending_[id] = state;
  const SendHandle handle(state);
  const auto refuse = [&](std::int32_t partition, const kafka::Error& error) {
    finish({id, {record.topic, partition}, error.code, error.message});
    return handle;
  };
  if (is_closing_)
    return refuse(-1, {ErrorCode::unknown_server_error,
                       "Cannot perform operation after producer has been closed"});
  if (fatal_) return refuse(-1, *fatal_);

  const auto count =
      cluster_.await_topic(record.topic, record.partition.value_or(-1), config_.max_block);
  if (!count) return refuse(-1, count.error());
  const TopicPartition partition{record.topic, choose_partition(record, *count)};
  Record stored{record.timestamp.value_or(unix_milliseconds(node_.wall_clock())),
                std::move(record.key), std::move(record.value), std::move(record.headers)};
  const auto size = static_cast<std::int64_t>(wire::batch_header_bytes +
                                              wire::record_bytes(stored, 0, stored.timestamp));
  if (size > config_.max_request_size) {
    return refuse(partition.partition, {ErrorCode::message_too_large,
                                        format("The message is {} bytes when serialized which is "
                                               "larger than {}, which is the value of the "
                                               "max.request.size configuration.",
                                               size, config_.max_request_size)});
  }
  if (const auto room = await_room(partition, stored, deadline); !room)
    return refuse(partition.partition, room.error());
  if (is_closed_) return handle;  // closed while it waited: finished already
  node_.record(client::RecordSent{config_.client.client_id, session_, id.value(), partition,
                                  state->key_digest, state->value_digest});
  sticky_.count(partition.topic, size);
  accumulator_.append(id, partition, std::move(stored), node_.now());
  wake_leader(partition);
  return handle;
}

std::int32_t ProducerCore::choose_partition(const ProducerRecord& record, std::int32_t count) {
  if (record.partition) return *record.partition;
  if (record.key && !config_.partitioner_ignore_keys) return partition_for_key(*record.key, count);
  std::vector<PartitionLoad> available;
  for (std::int32_t i = 0; i < count; ++i) {
    const TopicPartition partition{record.topic, i};
    if (cluster_.metadata().leader(partition))
      available.push_back({i, accumulator_.queued_batches(partition)});
  }
  return sticky_.partition_for(record.topic, count, available);
}

Outcome<> ProducerCore::await_room(const TopicPartition& partition, const Record& record,
                                   Instant deadline) {
  const auto has_room = [&] { return is_closed_ || accumulator_.has_room(partition, record); };
  if (has_room()) return {};
  accumulator_.set_exhausted(++waiting_for_room_ > 0);
  wake_links();
  const bool came =
      progress_.wait_until(has_room, std::max(deadline - node_.now(), Duration::zero()));
  accumulator_.set_exhausted(--waiting_for_room_ > 0);
  if (came) return {};
  return kafka::Error{
      ErrorCode::request_timed_out,
      format("Failed to allocate {} bytes within the configured max blocking time {} ms.",
             config_.batch_size, milliseconds(config_.max_block))};
}

void ProducerCore::flush() {
  const auto next = next_send_;
  accumulator_.begin_flush();
  wake_links();
  progress_.wait_until([&] { return pending_.empty() || pending_.begin()->first >= next; });
  accumulator_.end_flush();
}

void ProducerCore::close(Duration timeout) {
  if (is_closed_) return;
  is_closing_ = true;
  accumulator_.begin_flush();
  wake_links();
  progress_.wait_until([&] { return pending_.empty(); }, timeout);
  abandon();
}

void ProducerCore::abandon() {
  if (is_closed_) return;
  is_closing_ = true;
  is_closed_ = true;
  apply(accumulator_.abort(ErrorCode::unknown_server_error, "Producer is closed forcefully."),
        ErrorCode::unknown_server_error);
  while (!pending_.empty()) {  // those that still wait for metadata or room
    finish({pending_.begin()->first,
            {},
            ErrorCode::unknown_server_error,
            "Producer is closed forcefully."});
  }
  lifecycle_.notify_all();
  progress_.notify_all();
  cluster_.wake();
  for (auto& [id, link] : links_) {
    link->work.notify_all();
    link->answers.notify_all();
  }
}

Outcome<std::int32_t> ProducerCore::partitions_for(const std::string& topic) {
  return cluster_.await_topic(topic, -1, config_.max_block);
}

bool ProducerCore::is_leader_missing() const {
  const auto waiting = accumulator_.waiting();
  return std::any_of(waiting.begin(), waiting.end(),
                     [&](const auto& partition) { return !cluster_.metadata().leader(partition); });
}

void ProducerCore::keep_metadata() {
  while (!is_closed_) {
    if (!cluster_.wants_refresh() && !is_leader_missing()) {
      cluster_.wait_for_request(config_.client.metadata_max_age);
      continue;
    }
    (void)cluster_.refresh();  // what failed is asked for again
    add_links();
    wake_links();
    node_.sleep_for(config_.client.retry_backoff);  // never asks more often
  }
}

void ProducerCore::add_links() {
  for (const auto broker : cluster_.metadata().brokers()) {
    auto& link = links_[broker];
    if (link || is_closed_) continue;
    link = std::make_unique<Link>(node_);
    link->broker = broker;
    const auto self = shared_from_this();
    const auto name = format("producer/{}/broker-{}", config_.client.client_id, broker);
    auto* raw = link.get();
    node_.spawn(name + "/send", [self, raw] { self->send_to(*raw); });
    node_.spawn(name + "/receive", [self, raw] { self->receive_from(*raw); });
  }
}

// An InitProducerId to any broker, before the first batch. Source: K-PRD-21.
void ProducerCore::keep_identity() {
  while (!is_closed_) {
    if (!accumulator_.needs_identity()) {
      lifecycle_.wait();
      continue;
    }
    auto answer = cluster_.call_any(InitProducerIdRequest{});
    if (is_closed_) return;
    const auto error = answer ? answer->error_code : answer.error().code;
    if (error == ErrorCode::none) {
      accumulator_.set_identity(answer->producer_id, answer->producer_epoch);
      node_.record(client::ProducerIdentified{config_.client.client_id, answer->producer_id,
                                              answer->producer_epoch});
      wake_links();
    } else if (is_retriable(error)) {
      node_.sleep_for(config_.client.retry_backoff);
    } else {
      fatal_ = kafka::Error{error, "initialize the producer id"};
      apply(accumulator_.abort(error, "initialize the producer id"), error);
      return;
    }
  }
}

void ProducerCore::keep_expiring() {
  while (!is_closed_) {
    const auto next =
        accumulator_.next_expiry().value_or(deadline_after(node_.now(), config_.delivery_timeout));
    if (next > node_.now()) {
      lifecycle_.wait(next - node_.now());
      continue;
    }
    node_.probe(batch_expired);
    apply(accumulator_.expire(node_.now()), ErrorCode::request_timed_out);
    wake_links();
  }
}

std::vector<LedPartition> ProducerCore::led_by(BrokerId broker) const {
  std::vector<LedPartition> led;
  for (const auto& partition : accumulator_.waiting()) {
    const auto leader = cluster_.metadata().leader(partition);
    if (leader && leader->leader_id == broker) led.push_back({partition, leader->leader_epoch});
  }
  return led;
}

void ProducerCore::send_to(Link& link) {
  while (!is_closed_) {
    const auto led = led_by(link.broker);
    const auto ready = accumulator_.ready_at(led, node_.now());
    if (!ready || static_cast<std::int32_t>(link.in_flight.size()) >= config_.max_in_flight ||
        accumulator_.needs_identity()) {
      link.work.wait();
      continue;
    }
    if (*ready > node_.now()) {
      link.work.wait(*ready - node_.now());
      continue;
    }
    auto* channel = cluster_.channel(link.broker, "data");
    if (!channel || !channel->connect()) {
      cluster_.request_refresh();
      const auto retry_at =
          channel ? channel->next_attempt() : node_.now() + config_.client.retry_backoff;
      link.work.wait(std::max(retry_at - node_.now(), Duration(1)));
      continue;
    }
    // Connecting took time: look again at who leads what.
    const auto drained = accumulator_.drain(link.broker, led_by(link.broker), node_.now());
    if (drained.empty()) {
      link.work.wait(config_.client.retry_backoff);
    } else {
      transmit(link, *channel, drained);
    }
  }
}

ProduceRequest ProducerCore::request_of(const std::vector<BatchId>& batches) const {
  ProduceRequest request;
  request.acks = config_.acks;
  request.timeout_ms = static_cast<std::int32_t>(milliseconds(config_.client.request_timeout));
  for (const auto id : batches) {
    const auto& batch = *accumulator_.find(id);
    auto encoded = wire::make_batch(batch.records);
    encoded.header.producer_id = batch.producer_id;
    encoded.header.producer_epoch = batch.producer_epoch;
    encoded.header.base_sequence = batch.base_sequence;
    if (request.topic_data.empty() || request.topic_data.back().name != batch.partition.topic) {
      request.topic_data.push_back({batch.partition.topic, {}});
    }
    request.topic_data.back().partition_data.push_back(
        {batch.partition.partition, RecordData(wire::encode(encoded).value())});
  }
  return request;
}

void ProducerCore::transmit(Link& link, Channel& channel, const std::vector<BatchId>& batches) {
  auto request = request_of(batches);
  if (config_.acks == 0) {
    const auto sent = channel.send_unanswered(std::move(request));
    for (const auto id : batches) {
      if (sent) {
        apply(accumulator_.on_success(id, no_offset, no_timestamp), ErrorCode::none);
      } else {
        on_broken({{}, {id}, {}}, ErrorCode::network_exception);
      }
    }
    return;
  }
  const auto id = channel.send(std::move(request));
  if (!id) {
    on_broken({{}, batches, {}}, ErrorCode::network_exception);
    return;
  }
  link.in_flight.push_back({*id, batches, node_.now(), &channel});
  link.answers.notify_all();
}

void ProducerCore::receive_from(Link& link) {
  while (!is_closed_) {
    if (link.in_flight.empty()) {
      link.answers.wait();
      continue;
    }
    const auto request = link.in_flight.front();
    // Not asked for by broker: metadata may have forgotten the broker since the request was sent.
    Channel* channel = request.channel;
    const auto left =
        std::max(request.sent_at + config_.client.request_timeout - node_.now(), Duration::zero());
    const auto response = channel->await<ProduceResponse>(request.id, left);
    link.in_flight.pop_front();
    if (response) {
      on_response(request, *response);
    } else {
      on_broken(request, client_error(response.error()).code);
    }
    link.work.notify_all();
  }
}

void ProducerCore::on_response(const InFlight& request, const ProduceResponse& response) {
  for (const auto id : request.batches) {
    const auto* batch = accumulator_.find(id);
    if (!batch) continue;  // expired meanwhile
    const ProducePartitionResult* result = nullptr;
    for (const auto& topic : response.responses) {
      for (const auto& partition : topic.partition_responses) {
        if (topic.name == batch->partition.topic && partition.index == batch->partition.partition)
          result = &partition;
      }
    }
    if (!result) {
      on_broken({{}, {id}, {}}, ErrorCode::unknown_server_error);
    } else if (result->error_code == ErrorCode::none) {
      apply(accumulator_.on_success(id, result->base_offset, result->log_append_time),
            ErrorCode::none);
    } else {
      if (result->error_code == ErrorCode::duplicate_sequence_number) {
        node_.probe(duplicate_acknowledged);
      }
      apply(accumulator_.on_error(id, result->error_code, result->log_start_offset, node_.now()),
            result->error_code);
    }
  }
}

void ProducerCore::on_broken(const InFlight& request, ErrorCode error) {
  node_.probe(produce_answer_lost);
  for (const auto id : request.batches)
    apply(accumulator_.on_error(id, error, no_offset, node_.now()), error);
}

void ProducerCore::apply(const AccumulatorEffects& effects, ErrorCode error) {
  for (const auto id : effects.retried) {
    const auto& batch = *accumulator_.find(id);
    node_.record(client::BatchRetried{config_.client.client_id, batch.partition, error,
                                      batch.attempts, batch.count(), batch.base_sequence});
  }
  for (const auto& done : effects.done) finish(done);
  if (effects.refresh_metadata) cluster_.request_refresh();
  if (accumulator_.needs_identity()) lifecycle_.notify_all();
  progress_.notify_all();
  if (!effects.retried.empty()) wake_links();
}

void ProducerCore::finish(const SendDone& done) {
  const auto found = pending_.find(done.send);
  if (found == pending_.end()) return;
  const auto state = found->second;
  pending_.erase(found);
  const auto& client = config_.client.client_id;
  if (done.error == ErrorCode::none) {
    node_.record(client::RecordAcknowledged{client, session_, done.send.value(), done.partition,
                                            done.offset, config_.acks, config_.enable_idempotence,
                                            state->key_digest, state->value_digest});
    state->result = RecordMetadata{done.partition, done.offset, done.timestamp};
  } else {
    node_.record(client::RecordFailed{client, session_, done.send.value(), done.partition,
                                      done.error, done.is_indeterminate, done.message});
    state->result = kafka::Error{done.error, done.message};
  }
  if (state->callback) state->callback(*state->result);
  state->finished.notify_all();
  progress_.notify_all();
}

void ProducerCore::wake_links() {
  for (auto& [id, link] : links_) link->work.notify_all();
}

void ProducerCore::wake_leader(const TopicPartition& partition) {
  const auto leader = cluster_.metadata().leader(partition);
  const auto link = leader ? links_.find(leader->leader_id) : links_.end();
  if (link == links_.end()) {
    cluster_.request_refresh();  // the metadata task makes links
  } else {
    link->second->work.notify_all();
  }
}

}  // namespace logquake::kafka
