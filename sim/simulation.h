// The simulated world: time, chance, machines, network, disks, and the trace of what happened.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/disk/disk.h"
#include "sim/fault.h"
#include "sim/network/network.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/schedule/strategy.h"
#include "sim/stop.h"
#include "sim/trace/trace.h"

namespace logquake::sim {

struct Options {
  std::uint64_t seed = 1;
  Strategy strategy;
  std::int64_t max_events = 200'000'000;     // more is the verdict unknown
  std::int64_t watchdog_events = 1'000'000;  // so many events within one instant: somebody spins
  WallTime start{std::chrono::seconds(1'700'000'000)};  // chosen: 2023-11-14T22:13:20Z
  std::set<std::string, std::less<>> defects;
  bool buggify = false;                            // whether sites in the code may fire
  std::set<std::string, std::less<>> buggify_off;  // sites that never do
  // Open at once on one node; more is a leak. Chosen: well above what any model needs.
  std::int64_t max_connections = 16'384;
  // What new stacks are filled with, for the search of what reads them; nothing: as they come.
  std::optional<std::uint8_t> stack_fill;
  NetworkOptions network;
  DiskOptions disk;
  bool unrestricted = false;  // the atlas refuses no fault: for safety only
};

class Injector;
class SiteHolds;

/// One world. Two may live side by side; nothing is shared between them.
class Simulation {
 public:
  explicit Simulation(Options options = {});
  ~Simulation();  // kills what still runs
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Adds a machine and starts its program at the current instant. Names are unique.
  Node& add_node(std::string_view name, Program program, NodeOptions options = {});
  Node& node(std::string_view name);       // failed check for an unknown name
  Node* find_node(std::string_view name);  // null for an unknown name
  Node& node(NodeId id);
  std::vector<NodeId> nodes() const;

  Instant now() const;
  const Options& options() const;
  /// The stream named `label`, drawn from the seed alone.
  Random random(std::string_view label) const;
  Trace& trace();
  Network& network();
  Injector& injector();
  /// What `hold` faults keep where.
  SiteHolds& site_holds();

  /// Runs until `done()` holds (asked after every event), or for `duration`, or until nothing is
  /// left.
  Stop run_until(const std::function<bool()>& done, Duration limit);
  Stop run_for(Duration duration);

  /// Calls `action` at that distance from now, outside all nodes; it must not block.
  void after(Duration delay, std::function<void()> action);

  // What faults do; also for tests. None of these blocks; asked for by a task, they happen as soon
  // as it blocks. Each states a kernel fact; a fault that changes nothing (to crash what is down)
  // does nothing.
  void crash_process(NodeId node, EventId cause = {});
  void lose_power(NodeId node, EventId cause = {}, PowerFate fate = PowerFate::drawn);
  /// The machine loses power, if it has any, and its disk is a new one; restart() starts it on it.
  void wipe_disk(NodeId node, EventId cause = {});
  /// The same, with the disk of Disk::take_snapshot(). There must be a snapshot.
  void restore_disk(NodeId node, EventId cause = {});
  /// Starts what is down; what is up is crashed first.
  void restart(NodeId node, EventId cause = {});
  void pause(NodeId node, EventId cause = {});
  void resume(NodeId node, EventId cause = {});
  void step_clock(NodeId node, Duration by);
  void set_drift(NodeId node, std::int32_t ppm);
  enum class NodeState : std::uint8_t { up, paused, down };
  NodeState state_of(NodeId node) const;
  /// When the node went down last; for what is up, the end of time.
  Instant down_since(NodeId node) const;

  struct NamedTask {
    const char* node;
    const char* task;
  };
  /// The task whose stack ran over, if `address` faulted in its guard page. Safe in a signal
  /// handler: this is how a runner can name the culprit.
  std::optional<NamedTask> task_overflowing_at(const void* address) const;
  /// The task that runs now, or nothing between two tasks. Safe in a signal handler.
  std::optional<NamedTask> running_task() const;
  /// Events so far. Safe in a signal handler.
  std::int64_t events() const;

  /// What was seen of each probe that was hit, by name.
  const std::map<std::string, ProbeTally, std::less<>>& probes() const;

  /// States a fact of the world outside the nodes (faults, the runner's phases).
  template <FactLike Fact>
  EventId record(const Fact& fact, EventId cause = {}) {
    return state_fact(fact_type<Fact>, &fact, cause);
  }

 private:
  EventId state_fact(const FactType& type, const void* fact, EventId cause);
  // Runs `action` on the main stack: at once if we are there, else as soon as the current task
  // blocks.
  void on_main(std::function<void()> action);
  void kill_process(Node& node, bool in_the_dark);
  void process_ended(Node& node, std::string why);
  void tally_probe(const Probe& probe, bool holds, std::int64_t value);
  friend class Node;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace logquake::sim
