#include "models/connect/worker_source_task.h"

#include "models/connect/defects.h"
#include "models/connect/facts.h"
#include "models/connect/probes.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration pause_slice =
    100ms;  // chosen: how often a paused task looks whether it may go on
constexpr Duration read_offsets_budget =
    60s;  // chosen: as long as an API call of a client may take
constexpr Duration producer_close_timeout =
    30s;  // Apache Kafka 3.7.0, AbstractWorkerSourceTask.close()

}  // namespace

/// Lives as long as any acknowledgement may come.
struct WorkerSourceTask::Shared {
  explicit Shared(sim::Node& node)
      : acknowledged(node, "acknowledgements of source records"),
        timer(node, "the next offset flush") {}
  SubmittedRecords submitted;
  std::map<std::string, PartitionOffset>
      committable;  // by the partition's JSON text; kept until stored
  std::optional<Error> send_failure;
  sim::Signal acknowledged;  // or a write of offsets ended
  sim::Signal timer;         // timer_ends or timer_runs
  bool committing = false;
  bool timer_ends = false;
  bool timer_runs = false;
};

WorkerSourceTask::WorkerSourceTask(sim::Node& node, Settings settings, Control control,
                                   OffsetStore& offsets)
    : node_(node),
      settings_(std::move(settings)),
      control_(std::move(control)),
      offsets_(offsets),
      commits_before_send_(node.has(commit_offset_before_send)),
      waits_for_all_(node.has(offset_commit_waits_for_all_in_flight)),
      shared_(std::make_shared<Shared>(node)) {}

Status WorkerSourceTask::run() {
  auto producer = kafka::Producer::create(node_, settings_.producer);
  if (!producer.ok()) return Error{ErrorCode::config, producer.error().message};
  producer_.emplace(std::move(producer).value());

  SourceTaskContext context{
      {node_, settings_.id, settings_.resolve, settings_.driver, control_.stop}, {}};
  context.stored_offsets = [this](const std::vector<Json>& partitions) {
    return offsets_.read(settings_.id.connector, partitions, read_offsets_budget);
  };
  const auto task = make_source_task(settings_.plugin, context);
  if (auto started = task->start(settings_.config); !started.ok()) {
    task->stop();
    return started;
  }
  said_paused_ = control_.paused;
  if (!control_.stop.raised()) control_.on_started();

  // The commit timer: off the task's own loop, with a fixed delay (C-SRC-4).
  shared_->timer_runs = true;
  node_.spawn(format("offset timer of {}", settings_.id), [this, &task] {
    const auto ends = [this] { return shared_->timer_ends; };
    while (!shared_->timer.wait_until(ends, settings_.offset_flush_interval)) commit_offsets(*task);
    shared_->timer_runs = false;
    shared_->timer.notify_all();
  });
  const Status status = execute(*task);
  commit_at_stop(*task);
  shared_->timer_ends = true;
  shared_->timer.notify_all();
  shared_->timer.wait_until([this] { return !shared_->timer_runs; });
  task->stop();
  producer_->close(producer_close_timeout);
  return status;
}

void WorkerSourceTask::cancel() {
  if (producer_) producer_->close(Duration::zero());
  shared_->send_failure = Error{ErrorCode::connect, "the task was cancelled"};
  shared_->acknowledged.notify_all();
}

// C-SRC-1.
Status WorkerSourceTask::execute(SourceTask& task) {
  while (!control_.stop.raised()) {
    update_committable();
    if (said_paused_ != control_.paused) {
      said_paused_ = control_.paused;
      control_.on_pause_or_resume(said_paused_);
    }
    if (control_.paused) {
      control_.stop.sleep(pause_slice);
      continue;
    }
    if (shared_->send_failure) return *shared_->send_failure;
    auto records = task.poll();
    if (!records.ok()) return records.error();
    if (records->empty()) continue;
    for (const SourceRecord& record : *records) {
      RecordRead fact;
      fact.connector = settings_.id.connector;
      fact.task = settings_.id.task;
      fact.topic = record.topic;
      fact.source_partition = to_json_text(record.source_partition);
      fact.source_offset = to_json_text(record.source_offset);
      fact.value = to_text(record.value_schema, record.value);
      node_.record(fact);
    }
    if (commits_before_send_) {
      const SourceRecord& last = records->back();
      shared_->committable[to_json_text(last.source_partition)] = {last.source_partition,
                                                                   last.source_offset};
      commit_offsets(task);
    }
    node_.yield(between_poll_and_send);
    if (auto sent = send_batch(*records); !sent.ok()) return sent;
  }
  return {};
}

Status WorkerSourceTask::send_batch(const std::vector<SourceRecord>& records) {
  for (const SourceRecord& record : records) {
    if (control_.cancelled) return Error{ErrorCode::connect, "the task was cancelled"};
    if (shared_->send_failure) return *shared_->send_failure;
    if (auto sent = send(record); !sent.ok()) return sent;
  }
  return {};
}

// C-SRC-9: the topic is made when its first record is sent.
Status WorkerSourceTask::ensure_topic(const std::string& topic) {
  if (!settings_.topic_creation || known_topics_.contains(topic)) return {};
  const TopicCreation& creation = *settings_.topic_creation;
  auto admin = kafka::Admin::create(node_, creation.admin);
  if (!admin.ok()) return Error{ErrorCode::config, admin.error().message};
  if (!admin->describe_topic(topic).ok()) {
    kafka::NewTopic wanted;
    wanted.name = topic;
    wanted.partitions = creation.partitions;
    wanted.replication = creation.replication;
    wanted.configs = creation.configs;
    const auto created = admin->create_topic(wanted);
    if (!created.ok() && !created.is(kafka::ErrorCode::topic_already_exists)) {
      return Error{ErrorCode::connect, format("Task failed to create new topic {}. Ensure that the "
                                              "task is authorized to create topics or "
                                              "that the topic exists and restart the task: {}",
                                              topic, to_string(created.error()))};
    }
  }
  known_topics_.insert(topic);
  return {};
}

Status WorkerSourceTask::send(const SourceRecord& record) {
  const auto tolerance_exceeded = [](const Error& cause) {  // C-ERR-3
    return Error{ErrorCode::connect,
                 "Tolerance exceeded in error handler\nCaused by: " + to_string(cause)};
  };
  auto key = settings_.key_converter.from_connect(record.key_schema, record.key);
  if (!key.ok()) return tolerance_exceeded(key.error());
  auto value = settings_.value_converter.from_connect(record.value_schema, record.value);
  if (!value.ok()) return tolerance_exceeded(value.error());

  if (auto ensured = ensure_topic(record.topic); !ensured.ok()) return ensured;
  kafka::ProducerRecord produced;
  produced.topic = record.topic;
  produced.partition = record.kafka_partition;
  produced.timestamp = record.timestamp;
  produced.key = std::move(key).value();
  produced.value = std::move(value).value();

  RecordProduced done;
  done.connector = settings_.id.connector;
  done.task = settings_.id.task;
  done.source_partition = to_json_text(record.source_partition);
  done.source_offset = to_json_text(record.source_offset);
  const auto id = shared_->submitted.submit(record.source_partition, record.source_offset);
  producer_->send(
      std::move(produced), [&node = node_, shared = shared_, id, done, topic = record.topic](
                               const kafka::Outcome<kafka::RecordMetadata>& outcome) mutable {
        if (outcome.ok()) {
          shared->submitted.acknowledge(id);
          done.partition = to_string(outcome->partition);
          done.offset = outcome->offset.value();
          node.record(done);
        } else {
          const Error cause{
              ErrorCode::connect,
              "Unrecoverable exception from producer send callback: " + to_string(outcome.error())};
          if (!shared->send_failure) shared->send_failure = cause;
          SendFailed fact;
          fact.connector = done.connector;
          fact.task = done.task;
          fact.topic = topic;
          fact.source_offset = done.source_offset;
          fact.reason = to_string(outcome.error());
          node.record(fact);
        }
        shared->acknowledged.notify_all();
      });
  return {};
}

void WorkerSourceTask::update_committable() {
  for (PartitionOffset& reached : shared_->submitted.take_committable()) {
    const std::string text = to_json_text(reached.partition);
    shared_->committable.insert_or_assign(text, std::move(reached));
  }
  if (shared_->submitted.held_back() > 0) node_.probe(offset_flush_held_back);
}

bool WorkerSourceTask::commit_offsets(SourceTask& task) {
  if (control_.cancelled) return false;
  node_.yield(before_offset_flush);
  if (shared_->committing) return false;  // the timer and the stop must not write side by side
  const auto fail = [this](std::string reason) {
    OffsetCommitFailed fact;
    fact.connector = settings_.id.connector;
    fact.task = settings_.id.task;
    fact.reason = std::move(reason);
    node_.record(fact);
    node_.probe(offset_flush_timed_out);
    return false;
  };
  if (waits_for_all_) {  // KAFKA-12226
    const bool drained = shared_->acknowledged.wait_until(
        [this] { return shared_->submitted.in_flight() == 0; }, settings_.offset_flush_timeout);
    if (!drained)
      return fail(format("{} records are still in flight", shared_->submitted.in_flight()));
  }
  if (shared_->committable.empty()) {
    task.commit();
    return true;
  }
  std::vector<PartitionOffset> batch;
  for (auto& [text, offset] : shared_->committable) batch.push_back(offset);
  const auto taken = std::exchange(shared_->committable, {});
  shared_->committing = true;
  const Status written =
      offsets_.write(settings_.id.connector, batch, settings_.offset_flush_timeout);
  shared_->committing = false;
  shared_->acknowledged.notify_all();
  if (control_.cancelled) return false;
  if (!written.ok()) {
    // Kept for the next round, unless something newer was reached meanwhile.
    for (const auto& [text, offset] : taken) shared_->committable.emplace(text, offset);
    return fail(to_string(written.error()));
  }
  for (const auto& [text, offset] : taken) {
    SourceOffsetsCommitted fact;
    fact.connector = settings_.id.connector;
    fact.task = settings_.id.task;
    fact.source_partition = text;
    fact.source_offset = to_json_text(offset.offset);
    fact.in_flight = shared_->submitted.in_flight();
    node_.record(fact);
  }
  task.commit();
  return true;
}

// C-SRC-5.
void WorkerSourceTask::commit_at_stop(SourceTask& task) {
  if (control_.cancelled) return;
  shared_->acknowledged.wait_until(
      [this] { return shared_->submitted.in_flight() == 0 || control_.cancelled; },
      settings_.offset_flush_timeout);
  shared_->acknowledged.wait_until([this] { return !shared_->committing; },
                                   settings_.offset_flush_timeout);
  update_committable();
  commit_offsets(task);
}

}  // namespace logquake::connect
