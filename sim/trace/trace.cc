#include "sim/trace/trace.h"

#include <utility>

namespace logquake::sim {

RecordedFact record_of(const TraceEvent& event) {
  auto subject = event.type->subject(event.fact);
  auto state = event.type->state(event.fact);
  if (subject.empty() && !state.empty()) subject = "state of " + std::string(event.node_name);
  return {.id = event.id,
          .cause = event.cause,
          .at = event.at,
          .node = std::string(event.node_name),
          .kind = std::string(event.kind()),
          .level = event.type->level,
          .sentence = event.sentence(),
          .subject = std::move(subject),
          .state = std::move(state),
          .fields_json = to_json(event.fields()),
          .fields_line = to_line(event.fields())};
}

void Trace::log_event(Instant at, std::uint64_t subject_hash, std::uint64_t event_kind) {
  const EventLog::Entry entry{EventId(last_), at, subject_hash, event_kind};
  if (event_log_->listener) return event_log_->listener(entry);
  if (event_log_->entries.size() < event_log_->bound) event_log_->entries.push_back(entry);
}

EventId Trace::state(TraceEvent& event) {
  event.id = EventId(++last_);
  ++facts_;
  digest_.fold(event.type->kind_hash);
  digest_.fold(static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
  digest_.fold(event.node_hash);
  event.type->fold(event.fact, digest_);
  for (const auto& listener : listeners_) listener(event);
  return event.id;
}

}  // namespace logquake::sim
