#include "models/client/consumer.h"

#include <utility>

#include "models/client/consumer_core.h"
#include "models/protocol/list_offsets.h"

namespace logquake::kafka {

Outcome<Consumer> Consumer::create(sim::Node& node, const Config& config) {
  const auto parsed = parse_consumer_config(config);
  if (!parsed) return parsed.error();
  auto core = std::make_shared<ConsumerCore>(node, *parsed);
  for (const auto& setting : unknown_consumer_settings(config)) core->note_unknown_setting(setting);
  core->start();
  return Consumer(std::move(core));
}

Consumer::Consumer(std::shared_ptr<ConsumerCore> core) : core_(std::move(core)) {}

Consumer::~Consumer() {
  if (core_) core_->abandon();
}

Outcome<> Consumer::subscribe(std::vector<std::string> topics, RebalanceListener listener) {
  return core_->subscribe(std::move(topics), std::move(listener));
}
Outcome<> Consumer::assign(std::vector<TopicPartition> partitions) {
  return core_->assign(partitions);
}
void Consumer::unsubscribe() { core_->unsubscribe(); }
std::vector<TopicPartition> Consumer::assignment() const { return core_->assignment(); }
Outcome<std::vector<ConsumerRecord>> Consumer::poll(Duration timeout) {
  return core_->poll(timeout);
}

Outcome<> Consumer::seek(const TopicPartition& partition, Offset offset) {
  return core_->seek(partition, offset);
}
Outcome<> Consumer::seek_to_beginning(const TopicPartition& partition) {
  return core_->seek_by(partition, OffsetReset::earliest);
}
Outcome<> Consumer::seek_to_end(const TopicPartition& partition) {
  return core_->seek_by(partition, OffsetReset::latest);
}
Outcome<Offset> Consumer::position(const TopicPartition& partition) {
  return core_->position(partition);
}

Outcome<> Consumer::commit_sync() { return core_->commit(std::nullopt); }
Outcome<> Consumer::commit_sync(const Offsets& offsets) { return core_->commit(offsets); }
Outcome<Offsets> Consumer::committed(const std::vector<TopicPartition>& partitions) {
  return core_->committed(partitions);
}

Outcome<std::map<TopicPartition, Offset>> Consumer::beginning_offsets(
    const std::vector<TopicPartition>& partitions) {
  return core_->list_offsets(partitions, earliest_timestamp);
}
Outcome<std::map<TopicPartition, Offset>> Consumer::end_offsets(
    const std::vector<TopicPartition>& partitions) {
  return core_->list_offsets(partitions, latest_timestamp);
}
Outcome<std::int32_t> Consumer::partitions_for(const std::string& topic) {
  return core_->partitions_for(topic);
}

void Consumer::close(Duration timeout) { core_->close(timeout); }

}  // namespace logquake::kafka
