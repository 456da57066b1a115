// A machine that runs one program: it can crash, pause and restart, and its disk survives.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/connection.h"
#include "sim/defect.h"
#include "sim/fact.h"
#include "sim/probe.h"
#include "sim/random.h"

namespace logquake::sim {

class Disk;
class Node;
class Simulation;
struct Task;

/// What a machine runs. It starts from nothing but its disk at every start; the process is over when it
/// returns or calls node.exit(). It then restarts after five seconds, unless the node's options say no.
using Program = std::function<void(Node&)>;

/// What a program may ask of its machine. All blocking calls throw the kernel's TaskKilled when the
/// machine dies under them; never catch (...) without rethrowing.
class Node {
 public:
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  NodeId id() const { return id_; }
  const std::string& name() const { return name_; }
  Simulation& simulation() const { return simulation_; }

  /// The machine's monotonic clock; it drifts, and restarts from zero with the machine only.
  virtual Instant now() const = 0;
  /// What the machine's wall clock shows: drift, offset and steps included.
  virtual WallTime wall_clock() const = 0;

  /// Blocks for `duration` on this machine's own clock.
  virtual void sleep_for(Duration duration) = 0;
  /// A place where other tasks may be scheduled in between; strategies choose here. Under `fifo` the
  /// task goes on at once.
  virtual void yield(YieldSite site) = 0;
  /// Starts another task of the same process. Tasks die with the process: children first (in reverse
  /// order of their spawning), the program's own task last, so a child may refer to what the program owns.
  virtual void spawn(std::string task, std::function<void()> body) = 0;
  /// Ends the process from within; does not return.
  [[noreturn]] virtual void exit(std::string_view why) = 0;

  /// Connects to a listener. Blocks for the handshake's round trip.
  /// Errors: connection_refused, timed_out, unreachable (no such host), killed.
  virtual Result<Connection> connect(const Address& to, Duration timeout) = 0;
  /// Listens at `port`. Errors: already_exists (the port is taken), killed.
  virtual Result<Listener> listen(std::uint16_t port) = 0;
  /// Sends a message that may be lost, doubled or overtaken. Does not block.
  virtual void send_datagram(NodeId to, Payload message) = 0;
  /// Blocks for the next datagram. Errors: timed_out, killed.
  virtual Result<Datagram> receive_datagram(Duration timeout) = 0;

  virtual Disk& disk() = 0;
  /// The stream of this machine; split it further by purpose. Restarted with each start of the process
  /// under another label, so that two lives do not draw alike.
  virtual Random& random() = 0;

  /// Whether this defect is switched on in this run. Ask once, at construction.
  virtual bool has(const Defect& defect) const = 0;
  /// Counts that a place or state was reached.
  virtual void probe(const Probe& probe, std::int64_t value = 1) = 0;

  /// States a fact. Its cause is the last fact this task stated or the one that sent the message it
  /// last received, unless `cause` says otherwise.
  template <FactLike Fact>
  EventId record(const Fact& fact) {
    return state_fact(fact_type<Fact>, &fact, nullptr);
  }
  template <FactLike Fact>
  EventId record(const Fact& fact, EventId cause) {
    return state_fact(fact_type<Fact>, &fact, &cause);
  }
  /// What the current task's next fact will be caused by; and sets it, for work handed over in queues.
  virtual EventId cause() const = 0;
  virtual void set_cause(EventId cause) = 0;

 protected:
  Node(Simulation& simulation, NodeId id, std::string name)
      : simulation_(simulation), id_(id), name_(std::move(name)) {}
  virtual EventId state_fact(const FactType& type, const void* fact, const EventId* cause) = 0;

 private:
  Simulation& simulation_;
  NodeId id_;
  std::string name_;
};

}  // namespace logquake::sim
