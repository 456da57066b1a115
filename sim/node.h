// A machine that runs one program: it can crash, pause and restart, and its disk survives.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/clock.h"
#include "sim/defect.h"
#include "sim/lasting.h"
#include "sim/network/connection.h"
#include "sim/network/datagram.h"
#include "sim/probe.h"
#include "sim/random.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

class Disk;
class Network;
class Node;
class Scheduler;
class Simulation;
class Trace;
struct Task;
namespace detail {
class Datagrams;
class WaitQueue;
}  // namespace detail

/// What a machine runs. It starts from nothing but its disk at every start; the process is over
/// when it returns or calls node.exit(). It then restarts after five seconds, unless the node's
/// options say no.
using Program = std::function<void(Node&)>;

struct NodeOptions {
  std::string group;  // "broker": what "any broker" means; default: the name up to its last '-'
  bool restarts_itself = true;  // the supervisor restarts a program that exits, after restart_delay
  Duration restart_delay = 5s;  // design: as systemd or an operator would
  std::int32_t drift_ppm = 0;
  Duration wall_offset{};
};

/// What a program may ask of its machine. All blocking calls throw the kernel's TaskKilled when the
/// machine dies under them; never catch (...) without rethrowing.
class alignas(64) Node {
 public:
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  NodeId id() const { return id_; }
  const std::string& name() const { return name_; }
  /// What "any broker" means: the nodes that share this group.
  const std::string& group() const { return options_.group; }
  Simulation& simulation() const { return simulation_; }

  /// The machine's monotonic clock; it drifts, and counts from the machine's start.
  Instant now() const;
  /// What the machine's wall clock shows: drift, offset and steps included.
  WallTime wall_clock() const;

  /// Blocks for `duration` on this machine's own clock.
  void sleep_for(Duration duration);
  /// A place where other tasks may be scheduled in between; strategies choose here. Under `fifo`
  /// the task goes on at once.
  void yield(YieldSite site);
  /// Starts another task of the same process. Tasks die with the process: the youngest first, the
  /// program's own task last, so a child may refer to what the program owns. The program must not
  /// return while they run; it ends with exit().
  void spawn(std::string_view task, std::function<void()> body);
  /// Ends the process from within; does not return.
  [[noreturn]] void exit(std::string_view why);

  /// Connects to a listener. Blocks for the handshake's round trip.
  /// Errors: connection_refused, timed_out, unreachable (no such host), killed.
  Result<Connection> connect(const Address& to, Duration timeout);
  /// Listens at `port`. Errors: already_exists (the port is taken), killed.
  Result<Listener> listen(std::uint16_t port);
  /// Sends a message that may be lost, doubled, overtaken or damaged. Does not block.
  void send_datagram(NodeId to, Payload message);
  /// Blocks for the next datagram. Errors: timed_out, killed.
  Result<Datagram> receive_datagram(Duration timeout);

  Disk& disk() { return *disk_; }
  /// This process's stream, another one after each start; split it further by purpose.
  Random& random() { return random_; }

  /// Whether this defect is switched on in this run. Ask once, at construction.
  bool has(const Defect& defect) const;
  /// Whether the code here should do what is allowed but rare. Off unless the run's options say
  /// `buggify`; whether the site is active in this run, and whether this hit of it on this machine
  /// fires, are keyed values. A hit that fires is stated as the fact `fault.buggified`.
  bool buggify(const BuggifySite& site) { return is_buggified_ && fires(site); }
  /// A probe of kind reachable or unreachable: its place is reached. The latter is stated as the
  /// fact `probe.broken`, which ends the run as violated.
  void probe(const Probe& probe);
  /// A probe of kind sometimes: whether its condition holds this time.
  void sometimes(const Probe& probe, bool holds);
  /// A probe of kind always. Where its condition does not hold the fact `probe.broken` is stated.
  void always(const Probe& probe, bool holds);
  /// A probe of kind number: the value it has this time.
  void measure(const Probe& probe, std::int64_t value);

  /// States a fact. Its cause is the last fact this task stated or the one that sent the message it
  /// last received, unless `cause` says otherwise. A dead process states nothing.
  template <FactLike Fact>
  EventId record(const Fact& fact) {
    return state_fact(fact_type<Fact>, &fact, nullptr);
  }
  template <FactLike Fact>
  EventId record(const Fact& fact, EventId cause) {
    return state_fact(fact_type<Fact>, &fact, &cause);
  }
  /// What the current task's next fact will be caused by; and sets it, for work handed over in
  /// queues.
  EventId cause() const;
  void set_cause(EventId cause);
  /// Whether the calling task belongs to a process that has been killed (it is unwinding).
  bool is_current_task_dead() const;

  // ---- faults that last until they are ended; called from outside all tasks ----
  /// Every wake-up of the machine's tasks comes `by` later: of a sleeper, of one to whom a message
  /// or a signal came, of a task's first step. Of several the one that began last counts.
  Episode begin_slow_cpu(Duration by);
  void end_slow_cpu(Episode slowness);
  /// As Simulation::pause(); zero for a machine that is down. It goes on when all pauses are over.
  Episode begin_pause(EventId cause);
  void end_pause(Episode pause, EventId cause);
  /// Both clocks run faster by `ppm` parts in a million; of several the one that began last counts.
  Episode begin_drift(std::int32_t ppm);
  void end_drift(Episode drift);
  /// Shifts of the wall clock, which no timer feels.
  Clock& clock() { return clock_; }
  /// Ends slow CPU, drifts and shifts. What is paused stays so.
  void heal();

 private:
  friend class Disk;
  friend class Network;
  friend class Scheduler;
  friend class Simulation;
  friend class detail::Datagrams;
  friend class detail::WaitQueue;

  Node(Simulation& simulation, Scheduler& scheduler, Trace& trace, Network& network, NodeId id,
       std::string name, Program program, NodeOptions options);
  EventId state_fact(const FactType& type, const void* fact, const EventId* cause);
  bool fires(const BuggifySite& site);
  void tally(const Probe& probe, bool holds, std::int64_t value);

  // The simulated instant, in nanoseconds, at which `timeout` on this clock is over.
  std::int64_t deadline(Duration timeout) const;
  // Whether its tasks do not go on as soon as they are ready: it is paused or slow.
  bool is_hindered() const { return hindered_; }
  bool is_paused() const { return paused_; }
  bool is_held_back() const { return is_held_back_; }
  Duration slowness() const { return slow_cpu_.latest(); }
  void defer(Task& task);  // ready, but paused
  void note_hindrance();
  void set_drift(std::int32_t ppm);
  void forget_task(Task& task);  // it has finished
  void start(EventId cause);
  // Unwinds every task, the youngest first; only from the main stack.
  void kill_tasks();
  void go_on();

  // The first cache line holds what sleeping, drawing and being woken up touch.
  Scheduler& scheduler_;
  Trace& trace_;
  Network& network_;
  Random random_;
  std::uint64_t name_hash_;
  NodeId id_;
  bool alive_ = false;    // its process runs
  bool powered_ = false;  // the machine answers at all
  bool paused_ = false;
  bool is_buggified_ = false;  // as the run's options say
  bool hindered_ = false;      // paused, or its CPU is slow
  bool is_held_back_ = true;   // the strategy may hold its tasks back
  Clock clock_;
  Simulation& simulation_;
  std::string name_;
  Program program_;
  NodeOptions options_;
  std::unique_ptr<Disk> disk_;
  Lasting<bool> pauses_;
  Lasting<Duration> slow_cpu_;
  Lasting<std::int32_t> drifts_;
  std::int64_t life_ = 0;
  std::int64_t open_connections_ = 0;  // handles that its programs hold
  Task* first_task_ = nullptr;         // in the order of their spawning
  Task* last_task_ = nullptr;
  Task* first_deferred_ = nullptr;
  Task* last_deferred_ = nullptr;
  std::map<std::uint64_t, std::uint64_t> buggify_hits_;  // by the hash of the site's name
};

}  // namespace logquake::sim
