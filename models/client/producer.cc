#include "models/client/producer.h"

#include <utility>

#include "models/client/producer_core.h"

namespace logquake::kafka {

bool SendHandle::is_done() const { return state_->result.has_value(); }

Outcome<RecordMetadata> SendHandle::wait() const {
  state_->finished.wait_until([this] { return is_done(); });
  return is_done() ? *state_->result : Outcome<RecordMetadata>(ErrorCode::unknown_server_error);
}

Outcome<Producer> Producer::create(sim::Node& node, const Config& config) {
  const auto parsed = parse_producer_config(config);
  if (!parsed) return parsed.error();
  auto core = std::make_shared<ProducerCore>(node, *parsed);
  for (const auto& setting : unknown_producer_settings(config)) core->note_unknown_setting(setting);
  core->start();
  return Producer(std::move(core));
}

Producer::Producer(std::shared_ptr<ProducerCore> core) : core_(std::move(core)) {}

Producer::~Producer() {
  if (core_) core_->abandon();
}

SendHandle Producer::send(ProducerRecord record, SendCallback callback) {
  return core_->send(std::move(record), std::move(callback));
}

void Producer::flush() { core_->flush(); }
void Producer::close(Duration timeout) { core_->close(timeout); }
Outcome<std::int32_t> Producer::partitions_for(const std::string& topic) {
  return core_->partitions_for(topic);
}

}  // namespace logquake::kafka
