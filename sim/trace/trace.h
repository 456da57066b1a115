// The trace: the run's only witness. It numbers, digests and passes on; it retains nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/trace/event_log.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

/// A fact with everything copied out of it: what a recorder keeps and reports read.
struct RecordedFact {
  EventId id;
  EventId cause;
  Instant at;
  std::string node;  // empty for the world outside the nodes
  std::string kind;
  Level level{};
  std::string sentence;
  std::string subject;
  std::string state;
  std::string fields_json;  // one JSON object
  std::string fields_line;  // "partition=orders-0 isr=[1 2]"
};
RecordedFact record_of(const TraceEvent& event);

class Trace {
 public:
  using Listener = std::function<void(const TraceEvent&)>;

  /// Calls `listener` for every fact stated from now on, in the order of subscription. Listeners
  /// look; they never block, draw or state facts of their own.
  void subscribe(Listener listener) { listeners_.push_back(std::move(listener)); }

  /// Counts and digests a kernel event (a wake-up, a delivery).
  EventId count_event(Instant at, std::uint64_t subject_hash, std::uint64_t event_kind) {
    digest_.fold(static_cast<std::uint64_t>(at.time_since_epoch().count()));
    digest_.fold(subject_hash + event_kind);
    ++last_;
    if (event_log_ != nullptr) [[unlikely]]
      log_event(at, subject_hash, event_kind);
    return EventId(last_);
  }
  /// Keeps every kernel event from now on in `log`, which must live as long as the run, or passes
  /// it to the log's listener before it takes effect.
  void keep_events(EventLog& log) { event_log_ = &log; }
  EventLog* event_log() const { return event_log_; }
  /// Counts, digests and passes on a fact; gives it its id.
  EventId state(TraceEvent& event);

  std::uint64_t fingerprint() const { return digest_.value(); }
  /// Events and facts so far.
  std::int64_t events() const { return last_; }
  std::int64_t facts() const { return facts_; }

 private:
  void log_event(Instant at, std::uint64_t subject_hash, std::uint64_t event_kind);
  EventLog* event_log_ = nullptr;
  Fingerprint digest_;
  std::int64_t last_ = 0;
  std::int64_t facts_ = 0;
  std::vector<Listener> listeners_;
};

}  // namespace logquake::sim
