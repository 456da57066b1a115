// What a run did around one of its events: what led to it, what was near, which faults were in
// force.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "scenarios/engine/runner.h"
#include "sim/base/result.h"
#include "sim/simulation.h"

namespace logquake::scenario {

struct EventStory {
  /// A fact, or an event of the kernel: then `kind` is empty.
  struct Line {
    sim::EventId id;
    sim::EventId cause;  // zero for none
    Instant at{};
    std::string node;  // empty for the world outside the nodes, and for events of the kernel
    std::string kind;
    std::string sentence;
    std::int64_t skipped = 0;  // in a chain of causes: so many of this kind and node before it
  };
  struct FaultThen {
    std::string sentence;
    Instant since{};
    std::string how;  // "until healed", "until 12.500s", "" for what struck and left its mark
  };

  Line event;
  std::vector<Line> causes;  // oldest first, without the event itself
  std::vector<Line> led_to;  // the first facts that the event caused
  std::vector<Line> before;
  std::vector<Line> after;
  std::vector<FaultThen> faults;    // that had struck and were not healed
  std::vector<std::string> not_up;  // "broker-1 is down"
};

/// Looks at a run for the story around one event. The run must be recorded with every fact kept.
class EventWitness {
 public:
  explicit EventWitness(sim::EventId event) : event_(event) {}
  EventWitness(const EventWitness&) = delete;
  EventWitness& operator=(const EventWitness&) = delete;

  /// From now on. The simulation must not outlive this.
  void watch(sim::Simulation& simulation);
  /// After the run. Errors: invalid_argument: the run has no such event, and how many it has.
  Result<EventStory> story(const RunResult& result) const;

  static constexpr std::size_t facts = 12;  // told on each side; chosen: the whole fits a screen
  static constexpr std::size_t events = 6;  // of the kernel, likewise

 private:
  sim::EventId event_;
  std::deque<EventStory::Line> near_;  // events of the kernel, the event's own included
  sim::EventLog log_;
};

/// For a terminal.
std::string to_text(const EventStory& story);
/// One object; `logquake schema around` promises its shape.
std::string to_json(const EventStory& story);

}  // namespace logquake::scenario
