#include "models/connect/topic_log.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration poll_slice =
    500ms;  // chosen: how late an answer to read_to_end may notice its deadline

Error failure_of(const std::string& deed, const kafka::Error& error) {
  return {ErrorCode::connect, format("{}: {}", deed, to_string(error))};
}

}  // namespace

TopicLog::TopicLog(sim::Node& node, Settings settings, Reader reader)
    : node_(node),
      settings_(std::move(settings)),
      reader_(std::move(reader)),
      reading_(node, "the reading of a topic") {}

Status TopicLog::start() {
  auto producer = kafka::Producer::create(node_, settings_.producer);
  if (!producer.ok()) return Error{ErrorCode::config, producer.error().message};
  producer_.emplace(std::move(producer).value());
  return {};
}

Status TopicLog::read_to_end(Duration timeout) {
  const Instant deadline = deadline_after(node_.now(), timeout);
  reading_.lock();
  const Status status = read_new(deadline);
  reading_.unlock();
  return status;
}

Status TopicLog::read_new(Instant deadline) {
  const std::string deed = "read " + settings_.topic;
  auto created = kafka::Consumer::create(node_, settings_.consumer);
  if (!created.ok()) return Error{ErrorCode::config, created.error().message};
  kafka::Consumer consumer = std::move(created).value();
  const auto count = consumer.partitions_for(settings_.topic);
  if (!count.ok()) return failure_of(deed, count.error());
  std::vector<kafka::TopicPartition> partitions;
  for (std::int32_t i = 0; i < count.value(); ++i) partitions.push_back({settings_.topic, i});
  if (auto assigned = consumer.assign(partitions); !assigned.ok())
    return failure_of(deed, assigned.error());
  for (const auto& partition : partitions) {
    const auto at = positions_.find(partition);
    const auto sought = at == positions_.end() ? consumer.seek_to_beginning(partition)
                                               : consumer.seek(partition, at->second);
    if (!sought.ok()) return failure_of(deed, sought.error());
  }
  const auto ends = consumer.end_offsets(partitions);
  if (!ends.ok()) return failure_of(deed, ends.error());
  for (const auto& [partition, end] : ends.value()) {
    for (;;) {
      const auto position = consumer.position(partition);
      if (!position.ok()) return failure_of(deed, position.error());
      if (position.value() >= end) break;
      if (node_.now() >= deadline) {
        return Error{ErrorCode::timed_out,
                     format("Timed out waiting to read to the end of topic {}", settings_.topic)};
      }
      const auto records = consumer.poll(poll_slice);
      if (!records.ok()) return failure_of(deed, records.error());
      for (const auto& record : records.value()) {
        positions_[record.partition] = record.offset + 1;
        reader_(record);
      }
    }
  }
  consumer.close();
  return {};
}

kafka::SendHandle TopicLog::send(std::string_view key, const std::optional<std::string>& value,
                                 kafka::SendCallback callback) {
  LOGQUAKE_CHECK(producer_.has_value(), "a log is started before it is written");
  kafka::ProducerRecord record;
  record.topic = settings_.topic;
  record.key = to_bytes(key);
  if (value) record.value = to_bytes(*value);
  return producer_->send(std::move(record), std::move(callback));
}

Status TopicLog::write(std::string_view key, const std::optional<std::string>& value,
                       Duration timeout) {
  struct Fate {
    explicit Fate(sim::Node& node) : changed(node, "an acknowledgement of an internal topic") {}
    sim::Signal changed;
    std::optional<kafka::Outcome<kafka::RecordMetadata>> outcome;
  };
  // Shared: the acknowledgement may come after we gave up.
  const auto fate = std::make_shared<Fate>(node_);
  send(key, value, [fate](const kafka::Outcome<kafka::RecordMetadata>& outcome) {
    fate->outcome.emplace(outcome);
    fate->changed.notify_all();
  });
  if (!fate->changed.wait_until([&fate] { return fate->outcome.has_value(); }, timeout)) {
    return Error{ErrorCode::timed_out,
                 format("Timed out writing {} to topic {}", key, settings_.topic)};
  }
  if (!fate->outcome->ok())
    return failure_of(format("write {} to {}", key, settings_.topic), fate->outcome->error());
  const kafka::RecordMetadata& stored = fate->outcome->value();
  auto& end = written_[stored.partition];
  end = std::max(end, stored.offset + 1);
  return {};
}

bool TopicLog::has_unread_writes() const {
  return std::any_of(written_.begin(), written_.end(), [this](const auto& written) {
    const auto read = positions_.find(written.first);
    return read == positions_.end() || read->second < written.second;
  });
}

}  // namespace logquake::connect
