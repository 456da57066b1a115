#include "sim/simulation.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/base/format.h"
#include "sim/injector.h"
#include "sim/schedule/scheduler.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::sim {

struct Simulation::State {
  State(Simulation& simulation, Options given)
      : options(std::move(given)),
        root(options.seed),
        scheduler(trace, options.seed, options.strategy,
                  {options.max_events, options.watchdog_events, options.stack_fill}),
        network(simulation, scheduler, trace, root.split("network"), options.network),
        injector(simulation, options.unrestricted) {}

  Options options;
  Random root;
  Trace trace;
  Scheduler scheduler;
  Network network;
  Injector injector;
  std::vector<std::unique_ptr<Node>> nodes;
  std::map<std::string, Node*, std::less<>> by_name;
  std::vector<Instant> down_since;
  std::map<std::string, ProbeTally, std::less<>> probes;
  std::string crash;  // why nothing runs any more
  Stop::Reason crash_reason{};
};

Simulation::Simulation(Options options)
    : state_(std::make_unique<State>(*this, std::move(options))) {}

Simulation::~Simulation() {
  for (auto& node : state_->nodes) {
    if (!node->alive_) continue;
    node->alive_ = false;
    node->kill_tasks();
  }
}

Node& Simulation::add_node(std::string_view name, Program program, NodeOptions options) {
  LOGQUAKE_CHECK(!state_->by_name.contains(name), format("two nodes are named {}", name));
  const NodeId id(static_cast<std::int32_t>(state_->nodes.size()));
  // Not make_unique: only the simulation makes nodes.
  state_->nodes.push_back(
      std::unique_ptr<Node>(new Node(*this, state_->scheduler, state_->trace, state_->network, id,
                                     std::string(name), std::move(program), std::move(options))));
  Node& node = *state_->nodes.back();
  state_->by_name.emplace(node.name(), &node);
  state_->down_since.push_back(Instant::max());
  state_->network.add_node(node);
  node.start({});
  return node;
}

Node* Simulation::find_node(std::string_view name) {
  const auto found = state_->by_name.find(name);
  return found == state_->by_name.end() ? nullptr : found->second;
}

Node& Simulation::node(std::string_view name) {
  Node* found = find_node(name);
  LOGQUAKE_CHECK(found != nullptr, format("no node is named {}", name));
  return *found;
}

Node& Simulation::node(NodeId id) {
  LOGQUAKE_CHECK(id.value() >= 0 && static_cast<std::size_t>(id.value()) < state_->nodes.size(),
                 format("there is no node {}", id));
  return *state_->nodes[static_cast<std::size_t>(id.value())];
}

std::vector<NodeId> Simulation::nodes() const {
  std::vector<NodeId> ids;
  for (const auto& node : state_->nodes) ids.push_back(node->id());
  return ids;
}

Instant Simulation::now() const { return state_->scheduler.instant(); }
const Options& Simulation::options() const { return state_->options; }
Random Simulation::random(std::string_view label) const { return state_->root.split(label); }
Trace& Simulation::trace() { return state_->trace; }
Network& Simulation::network() { return state_->network; }
Injector& Simulation::injector() { return state_->injector; }
SiteHolds& Simulation::site_holds() { return state_->scheduler.site_holds(); }
std::optional<Simulation::NamedTask> Simulation::task_overflowing_at(const void* address) const {
  const Task* task = state_->scheduler.overflowing_at(address);
  if (task == nullptr) return std::nullopt;
  return NamedTask{task->node->name().c_str(), task->name.c_str()};
}

std::optional<Simulation::NamedTask> Simulation::running_task() const {
  const Task* task = state_->scheduler.current();
  if (task == nullptr || task->node == nullptr) return std::nullopt;
  return NamedTask{task->node->name().c_str(), task->name.c_str()};
}

std::int64_t Simulation::events() const { return state_->trace.events(); }

const std::map<std::string, ProbeTally, std::less<>>& Simulation::probes() const {
  return state_->probes;
}

void Simulation::tally_probe(const Probe& probe, bool holds, std::int64_t value) {
  auto found = state_->probes.find(probe.name);
  if (found == state_->probes.end()) {
    found = state_->probes
                .emplace(std::string(probe.name),
                         ProbeTally{.held = 0, .failed = 0, .least = value, .most = value})
                .first;
  }
  auto& tally = found->second;
  ++(holds ? tally.held : tally.failed);
  tally.least = std::min(tally.least, value);
  tally.most = std::max(tally.most, value);
}

Stop Simulation::run_until(const std::function<bool()>& done, Duration limit) {
  if (!state_->crash.empty()) return {state_->crash_reason, state_->crash};
  const std::int64_t now = state_->scheduler.now();
  constexpr auto never = std::numeric_limits<std::int64_t>::max();
  const std::int64_t until = limit.count() > never - now ? never : now + limit.count();
  Stop stop = state_->scheduler.run(until, done ? &done : nullptr);
  // After a crash of our own code nothing can be trusted to go on.
  if (stop.is_crash() && stop.reason != Stop::Reason::deadlock) {
    state_->crash = stop.message;
    state_->crash_reason = stop.reason;
  }
  return stop;
}

Stop Simulation::run_for(Duration duration) { return run_until(nullptr, duration); }

void Simulation::after(Duration delay, std::function<void()> action) {
  state_->scheduler.control(state_->scheduler.now() + delay.count(), std::move(action));
}

void Simulation::on_main(std::function<void()> action) {
  if (state_->scheduler.current() == nullptr) {
    action();
  } else {
    state_->scheduler.control(state_->scheduler.now(), std::move(action));
  }
}

void Simulation::kill_process(Node& node, bool in_the_dark) {
  if (!node.alive_) return;
  node.alive_ = false;
  if (in_the_dark) node.powered_ = false;
  node.paused_ = false;
  node.pauses_.end_all();
  node.note_hindrance();
  state_->down_since[static_cast<std::size_t>(node.id().value())] = now();
  state_->network.process_died(node, in_the_dark);
  node.kill_tasks();
}

void Simulation::process_ended(Node& node, std::string why) {
  const NodeExited fact{node.name(), std::move(why)};
  const EventId exited = node.state_fact(fact_type<NodeExited>, &fact, nullptr);
  kill_process(node, false);
  if (!node.options_.restarts_itself) return;
  after(node.options_.restart_delay, [this, &node, life = node.life_, exited] {
    if (!node.alive_ && node.life_ == life && node.powered_) {
      state_->down_since[static_cast<std::size_t>(node.id().value())] = Instant::max();
      node.start(exited);
    }
  });
}

void Simulation::crash_process(NodeId id, EventId cause) {
  on_main([this, id, cause] {
    Node& struck = node(id);
    if (!struck.alive_) return;
    const NodeCrashed fact{struck.name()};
    struck.state_fact(fact_type<NodeCrashed>, &fact, &cause);
    kill_process(struck, false);
  });
}

void Simulation::lose_power(NodeId id, EventId cause, PowerFate fate) {
  on_main([this, id, cause, fate] {
    Node& struck = node(id);
    if (!struck.powered_) return;
    kill_process(struck, true);
    struck.powered_ = false;
    const auto losses = struck.disk_->lose_power(fate);
    const NodeLostPower fact{struck.name(), losses.pages_lost, losses.pages_torn};
    struck.state_fact(fact_type<NodeLostPower>, &fact, &cause);
  });
}

void Simulation::wipe_disk(NodeId id, EventId cause) {
  on_main([this, id, cause] {
    Node& struck = node(id);
    lose_power(id, cause);
    struck.disk_->wipe();
    const NodeLostDisk fact{struck.name(), "it is empty"};
    struck.state_fact(fact_type<NodeLostDisk>, &fact, &cause);
  });
}

void Simulation::restore_disk(NodeId id, EventId cause) {
  on_main([this, id, cause] {
    Node& struck = node(id);
    const auto taken = struck.disk_->snapshot_taken();
    LOGQUAKE_CHECK(taken.has_value(),
                   format("{}: no snapshot was taken of its disk", struck.name()));
    lose_power(id, cause);
    struck.disk_->restore_snapshot();
    const NodeLostDisk fact{struck.name(), format("it is as it was at {}", to_text(*taken))};
    struck.state_fact(fact_type<NodeLostDisk>, &fact, &cause);
  });
}

void Simulation::restart(NodeId id, EventId cause) {
  on_main([this, id, cause] {
    Node& struck = node(id);
    if (struck.alive_) crash_process(id, cause);
    state_->down_since[static_cast<std::size_t>(id.value())] = Instant::max();
    struck.start(cause);
  });
}

void Simulation::pause(NodeId id, EventId cause) {
  on_main([this, id, cause] { node(id).begin_pause(cause); });
}

void Simulation::resume(NodeId id, EventId cause) {
  on_main([this, id, cause] {
    Node& struck = node(id);
    if (!struck.paused_) return;
    const NodeResumed fact{struck.name()};
    struck.state_fact(fact_type<NodeResumed>, &fact, &cause);
    struck.go_on();
  });
}

void Simulation::step_clock(NodeId id, Duration by) { node(id).clock_.step(by); }

void Simulation::set_drift(NodeId id, std::int32_t ppm) {
  Node& struck = node(id);
  struck.drifts_.end_all();
  struck.set_drift(ppm);
}

Simulation::NodeState Simulation::state_of(NodeId id) const {
  const Node& asked = *state_->nodes[static_cast<std::size_t>(id.value())];
  if (!asked.alive_) return NodeState::down;
  return asked.paused_ ? NodeState::paused : NodeState::up;
}

Instant Simulation::down_since(NodeId id) const {
  return state_->down_since[static_cast<std::size_t>(id.value())];
}

EventId Simulation::state_fact(const FactType& type, const void* fact, EventId cause) {
  TraceEvent event{.id = {},
                   .cause = cause,
                   .at = now(),
                   .node = NodeId(-1),
                   .node_name = {},
                   .node_hash = hash64(std::string_view()),
                   .type = &type,
                   .fact = fact};
  return state_->trace.state(event);
}

}  // namespace logquake::sim
