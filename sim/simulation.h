// The simulated world: time, chance, machines, network, disks, and the trace of what happened.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/ratio.h"
#include "sim/base/time.h"
#include "sim/fault.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/trace.h"

namespace logquake::sim {

/// How ready tasks are let run: `fifo` never holds one back; `random` holds each back with chance 1/8
/// for up to `slack`; `pct` gives each task a priority and the run `depth` change points.
struct Strategy {
  enum class Kind : std::uint8_t { fifo, random, pct };
  Kind kind = Kind::fifo;
  int depth = 3;
  Duration slack = 10ms;
};
/// "fifo", "random", "random:20ms", "pct:3", "pct:3:20ms".
std::string to_string(const Strategy& strategy);
Result<Strategy> parse_strategy(std::string_view text);

struct Options {
  std::uint64_t seed = 1;
  Strategy strategy;
  std::int64_t max_events = 200'000'000;   // more is the verdict unknown
  std::int64_t watchdog_events = 1'000'000;  // so many events within one instant: somebody spins
  WallTime start{std::chrono::seconds(1'700'000'000)};  // chosen: 2023-11-14T22:13:20Z
  std::set<std::string, std::less<>> defects;
  Duration latency_low = 100us;   // of one message between two nodes, drawn per message
  Duration latency_high = 400us;
  Duration sync_low = 200us;      // of one sync of a disk
  Duration sync_high = 2ms;
};

struct NodeOptions {
  std::string group;               // "broker": what "any broker" means; default: the name up to its last '-'
  bool restarts_itself = true;     // the supervisor restarts a program that exits, after restart_delay
  Duration restart_delay = 5s;
  std::int32_t drift_ppm = 0;
  Duration wall_offset{};
};

/// Why a run stopped.
struct Stop {
  enum class Reason : std::uint8_t {
    condition,      // what was waited for has come
    limit,          // the time is over
    idle,           // nothing is left that could ever happen
    deadlock,       // nothing is left that could ever happen, and live tasks wait
    failed_check,   // LOGQUAKE_CHECK
    escaped,        // a program let an exception out
    watchdog,       // time stands still: a task never blocks
    max_events,
    overflow,       // a fiber ran out of stack (reported by the process's signal handler)
  };
  Reason reason{};
  std::string message;  // for a person; names tasks and nodes
  bool is_crash() const { return reason >= Reason::deadlock && reason != Reason::max_events; }
};
std::string_view name_of(Stop::Reason reason);

class Network;
class Injector;

/// One world. Two may live side by side; nothing is shared between them.
class Simulation {
 public:
  explicit Simulation(Options options = {});
  ~Simulation();  // kills what still runs
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Adds a machine and starts its program at the current instant. Names are unique.
  Node& add_node(std::string_view name, Program program, NodeOptions options = {});
  Node& node(std::string_view name);        // failed check for an unknown name
  Node* find_node(std::string_view name);   // null for an unknown name
  Node& node(NodeId id);
  std::vector<NodeId> nodes() const;

  Instant now() const;
  const Options& options() const;
  /// The stream named `label`, drawn from the seed alone.
  Random random(std::string_view label) const;
  Trace& trace();
  Network& network();
  Injector& injector();

  /// Runs until `done()` holds (asked after every event), or for `duration`, or until nothing is left.
  Stop run_until(const std::function<bool()>& done, Duration limit);
  Stop run_for(Duration duration);

  /// Calls `action` at that distance from now, outside all nodes; it must not block.
  void after(Duration delay, std::function<void()> action);

  // What faults do; also for tests. None of these blocks; each states a kernel fact.
  void crash_process(NodeId node, EventId cause = {});
  void lose_power(NodeId node, EventId cause = {});
  void restart(NodeId node, EventId cause = {});
  void pause(NodeId node, EventId cause = {});
  void resume(NodeId node, EventId cause = {});
  enum class NodeState : std::uint8_t { up, paused, down };
  NodeState state_of(NodeId node) const;

  /// States a fact of the world outside the nodes (faults, the runner's phases).
  template <FactLike Fact>
  EventId record(const Fact& fact, EventId cause = {}) {
    return state_fact(fact_type<Fact>, &fact, cause);
  }

 private:
  EventId state_fact(const FactType& type, const void* fact, EventId cause);
  friend class Node;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace logquake::sim
