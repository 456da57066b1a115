// The events of the kernel, for those who look closely: which task went on when, what arrived.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/base/time.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

/// Every kernel event of a run, in order; off in all other runs. Looking never changes a run.
struct EventLog {
  enum class Kind : std::uint8_t { wake = 1, control = 2, delivery = 3, datagram = 4 };
  struct Entry {
    EventId id;
    Instant at;
    std::uint64_t subject = 0;  // hash of a task's name, or number of a connection
    std::uint64_t kind = 0;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> entries;
  std::map<std::uint64_t, std::string> names;  // of tasks, by hash: "broker-1/fetch"
  std::size_t bound = 4'000'000;               // chosen: 128 MB; what comes later is not kept
  /// Where there is one it gets each event before the event takes effect, and nothing is kept.
  std::function<void(const Entry&)> listener;
};

/// The task that goes on with this event, "broker-1/fetch"; empty where the event is another.
std::string task_of(const EventLog::Entry& event, const EventLog& log);

/// "broker-1/fetch goes on".
std::string sentence_of(const EventLog::Entry& event, const EventLog& log);

}  // namespace logquake::sim
