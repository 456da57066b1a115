#include "models/connect/worker_sink_task.h"

#include <algorithm>

#include "models/connect/defects.h"
#include "models/connect/facts.h"
#include "models/connect/probes.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration poll_slice =
    1s;  // chosen: in place of wakeup(), how late a stop may be noticed in poll

}  // namespace

WorkerSinkTask::WorkerSinkTask(sim::Node& node, Settings settings, Control control)
    : node_(node),
      settings_(std::move(settings)),
      control_(std::move(control)),
      commits_before_put_(node.has(commit_sink_offsets_before_put)),
      context_{{node, settings_.id, settings_.resolve, settings_.driver, control_.stop}, {}} {}

Status WorkerSinkTask::run() {
  auto consumer = kafka::Consumer::create(node_, settings_.consumer);
  if (!consumer.ok()) return Error{ErrorCode::config, consumer.error().message};
  consumer_.emplace(std::move(consumer).value());
  const auto task = make_sink_task(settings_.plugin, context_);
  kafka::RebalanceListener listener;
  listener.on_assigned = [this](const std::vector<kafka::TopicPartition>& partitions) {
    SinkPartitionsAssigned fact;
    fact.connector = settings_.id.connector;
    fact.task = settings_.id.task;
    for (const auto& partition : partitions) fact.partitions.push_back(to_string(partition));
    node_.record(fact);
  };
  listener.on_revoked = [this](const std::vector<kafka::TopicPartition>& partitions) {
    on_revoked(partitions, false);
  };
  listener.on_lost = [this](const std::vector<kafka::TopicPartition>& partitions) {
    on_revoked(partitions, true);
  };
  if (auto subscribed = consumer_->subscribe(settings_.topics, std::move(listener));
      !subscribed.ok()) {
    return Error{ErrorCode::connect, to_string(subscribed.error())};
  }
  if (auto started = task->start(settings_.config); !started.ok()) {
    task->stop();
    return started;
  }
  said_paused_ = control_.paused;
  if (!control_.stop.raised()) control_.on_started();
  next_commit_ = node_.now() + settings_.offset_flush_interval;
  const Status status = execute(*task);
  if (!control_.cancelled) commit(true);
  task->stop();
  consumer_->close();
  return status;
}

Status WorkerSinkTask::execute(SinkTask& task) {
  while (!control_.stop.raised()) {
    if (node_.now() >= next_commit_) {
      commit(false);
      next_commit_ = node_.now() + settings_.offset_flush_interval;
    }
    if (said_paused_ != control_.paused) {
      said_paused_ = control_.paused;
      control_.on_pause_or_resume(said_paused_);
    }
    if (control_.paused) {
      control_.stop.sleep(poll_slice);
      continue;
    }
    if (auto polled = poll_once(task); !polled.ok()) return polled;
  }
  return {};
}

Status WorkerSinkTask::poll_once(SinkTask& task) {
  if (batch_.empty()) {
    const Duration until_commit = std::max(next_commit_ - node_.now(), Duration::zero());
    const auto records = consumer_->poll(std::min(until_commit, poll_slice));
    if (!records.ok()) return Error{ErrorCode::connect, to_string(records.error())};
    for (const auto& record : records.value()) {
      auto converted = convert(record);
      if (!converted.ok()) {  // C-ERR-3
        return Error{ErrorCode::connect, "Tolerance exceeded in error handler\nCaused by: " +
                                             to_string(converted.error())};
      }
      batch_.push_back(std::move(converted).value());
      batch_offsets_[record.partition] = {record.offset + 1, record.leader_epoch, {}};
    }
    attempts_ = 0;
    if (commits_before_put_ && !batch_.empty()) {
      for (const auto& [partition, offset] : batch_offsets_) current_[partition] = offset;
      commit(false);
    }
  }
  return deliver(task);
}

Result<SinkRecord> WorkerSinkTask::convert(const kafka::ConsumerRecord& consumed) {
  SinkRecord record;
  record.topic = consumed.partition.topic;
  record.kafka_partition = consumed.partition.partition;
  record.kafka_offset = consumed.offset.value();
  if (consumed.record.timestamp != kafka::no_timestamp)
    record.timestamp = consumed.record.timestamp;
  auto key = settings_.key_converter.to_connect(consumed.record.key);
  if (!key.ok()) return key.error();
  auto value = settings_.value_converter.to_connect(consumed.record.value);
  if (!value.ok()) return value.error();
  record.key_schema = std::move(key->schema);
  record.key = std::move(key->value);
  record.value_schema = std::move(value->schema);
  record.value = std::move(value->value);
  return record;
}

Status WorkerSinkTask::deliver(SinkTask& task) {
  ++attempts_;
  // What the batch holds of each Kafka partition, told before and after.
  std::map<kafka::TopicPartition, SinkPut> parts;
  for (const SinkRecord& record : batch_) {
    SinkPut& part = parts[{record.topic, record.kafka_partition}];
    if (part.records++ == 0) part.first = record.kafka_offset;
    part.last = record.kafka_offset;
  }
  for (auto& [partition, part] : parts) {
    part.connector = settings_.id.connector;
    part.task = settings_.id.task;
    part.partition = to_string(partition);
    part.attempt = attempts_;
    node_.record(part);
  }
  const Status put = task.put(batch_);
  if (put.is(ErrorCode::retriable)) {
    // C-SNK-4. The consumer is not polled meanwhile; its heartbeats keep the membership.
    control_.stop.sleep(context_.retry_after);
    return {};
  }
  if (!put.ok()) {
    return Error{ErrorCode::connect,
                 "Exiting WorkerSinkTask due to unrecoverable exception.\nCaused by: " +
                     to_string(put.error())};
  }
  for (const auto& [partition, part] : parts) {
    SinkPutCompleted fact;
    fact.connector = part.connector;
    fact.task = part.task;
    fact.partition = part.partition;
    fact.first = part.first;
    fact.last = part.last;
    fact.records = part.records;
    node_.record(fact);
  }
  for (const auto& [partition, offset] : batch_offsets_) current_[partition] = offset;
  batch_offsets_.clear();
  batch_.clear();
  if (!parts.empty()) node_.yield(between_put_and_commit);
  return {};
}

// C-SNK-5: in the original the steady commit is asynchronous; here the loop waits for it, and a
// failure only delays progress in the same way.
void WorkerSinkTask::commit(bool closing) {
  if (control_.cancelled) return;
  const auto owned = consumer_->assignment();
  kafka::Offsets changed;
  for (const auto& [partition, offset] : current_) {
    const bool is_owned = std::find(owned.begin(), owned.end(), partition) != owned.end();
    const auto at = last_committed_.find(partition);
    if (is_owned && (at == last_committed_.end() || !(at->second == offset)))
      changed.emplace(partition, offset);
  }
  if (changed.empty()) return;
  const auto committed = consumer_->commit_sync(changed);
  if (!committed.ok()) {
    OffsetCommitFailed fact;
    fact.connector = settings_.id.connector;
    fact.task = settings_.id.task;
    fact.reason = to_string(committed.error()) + (closing ? " (closing)" : "");
    node_.record(fact);
    return;
  }
  for (const auto& [partition, offset] : changed) {
    last_committed_[partition] = offset;
    SinkOffsetsCommitted fact;
    fact.connector = settings_.id.connector;
    fact.task = settings_.id.task;
    fact.group = "connect-" + settings_.id.connector;
    fact.partition = to_string(partition);
    fact.offset = offset.offset.value();
    node_.record(fact);
  }
}

// C-SNK-6: revoked partitions are committed, lost ones are not; neither is delivered any more.
void WorkerSinkTask::on_revoked(const std::vector<kafka::TopicPartition>& partitions, bool lost) {
  if (!lost && !partitions.empty()) commit(true);
  for (const auto& partition : partitions) {
    current_.erase(partition);
    last_committed_.erase(partition);
    batch_offsets_.erase(partition);
    std::erase_if(batch_, [&partition](const SinkRecord& record) {
      return record.topic == partition.topic && record.kafka_partition == partition.partition;
    });
  }
}

}  // namespace logquake::connect
