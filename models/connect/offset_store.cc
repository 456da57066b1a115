#include "models/connect/offset_store.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::connect {

std::string offset_key(std::string_view connector, const Json& partition) {
  return to_json_text(Json::Array{Json(connector), partition});
}

OffsetStore::OffsetStore(sim::Node& node, TopicLog::Settings settings)
    : node_(node), log_(node, std::move(settings), [this](const kafka::ConsumerRecord& consumed) {
        const auto& record = consumed.record;
        if (!record.key) return;
        const std::string key(text_of(*record.key));
        auto offset = record.value ? parse_json(text_of(*record.value))
                                   : logquake::Result<Json, JsonError>(Json());
        if (offset.ok() && offset->object() != nullptr) {
          offsets_.insert_or_assign(key, std::move(offset).value());
        } else {
          offsets_.erase(key);
        }
      }) {}

Result<std::vector<Json>> OffsetStore::read(std::string_view connector,
                                            const std::vector<Json>& partitions, Duration timeout) {
  if (auto read = log_.read_to_end(timeout); !read.ok()) return read.error();
  std::vector<Json> found;
  for (const Json& partition : partitions) {
    const auto at = offsets_.find(offset_key(connector, partition));
    found.push_back(at == offsets_.end() ? Json() : at->second);
  }
  return found;
}

Status OffsetStore::write(std::string_view connector, const std::vector<PartitionOffset>& offsets,
                          Duration timeout) {
  struct Round {
    explicit Round(sim::Node& node) : changed(node, "acknowledgements of source offsets") {}
    sim::Signal changed;
    std::size_t open = 0;
    std::optional<kafka::Error> failure;
  };
  const auto round = std::make_shared<Round>(node_);  // acknowledgements may come after we gave up
  round->open = offsets.size();
  for (const auto& [partition, offset] : offsets) {
    const auto value = offset.is_null() ? std::nullopt : std::optional(to_json_text(offset));
    log_.send(offset_key(connector, partition), value,
              [round](const kafka::Outcome<kafka::RecordMetadata>& outcome) {
                if (!outcome.ok()) round->failure = outcome.error();
                --round->open;
                round->changed.notify_all();
              });
  }
  const auto is_over = [&round] { return round->open == 0 || round->failure.has_value(); };
  if (!round->changed.wait_until(is_over, timeout)) {
    return Error{ErrorCode::timed_out,
                 format("Timed out before finishing offset flush: {} of {} offsets not written",
                        round->open, offsets.size())};
  }
  if (round->failure) {
    return Error{ErrorCode::connect, "Failed to write offsets: " + to_string(*round->failure)};
  }
  return {};
}

std::vector<PartitionOffset> OffsetStore::known(std::string_view connector) const {
  std::vector<PartitionOffset> out;
  for (const auto& [key, offset] : offsets_) {
    const auto parsed = parse_json(key);
    const auto* parts = parsed.ok() ? parsed->array() : nullptr;
    if (parts == nullptr || parts->size() != 2 || (*parts)[0].text() == nullptr) continue;
    if (*(*parts)[0].text() == connector) out.push_back({(*parts)[1], offset});
  }
  return out;
}

}  // namespace logquake::connect
