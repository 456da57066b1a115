#include "sim/node.h"

#include <limits>
#include <utility>

#include "sim/base/format.h"
#include "sim/disk/disk.h"
#include "sim/injector.h"
#include "sim/probes.h"
#include "sim/schedule/scheduler.h"
#include "sim/simulation.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::sim {
namespace {

// How much later what a fired site delays comes. Chosen: large against latencies, small against
// time-outs.
constexpr Duration late_by = 100ms;

std::string group_of(std::string_view name) { return std::string(name.substr(0, name.rfind('-'))); }

}  // namespace

Node::Node(Simulation& simulation, Scheduler& scheduler, Trace& trace, Network& network, NodeId id,
           std::string name, Program program, NodeOptions options)
    : scheduler_(scheduler),
      trace_(trace),
      network_(network),
      random_(0),
      name_hash_(hash64(name)),
      id_(id),
      is_buggified_(simulation.options().buggify),
      is_held_back_(simulation.options().strategy.concerns(name)),
      clock_(scheduler.instant(),
             simulation.options().start + (scheduler.instant() - Instant{}) + options.wall_offset,
             options.drift_ppm),
      simulation_(simulation),
      name_(std::move(name)),
      program_(std::move(program)),
      options_(std::move(options)),
      disk_(std::make_unique<Disk>(*this, scheduler, simulation.random("disk/" + name_),
                                   simulation.options().disk)) {
  if (options_.group.empty()) options_.group = group_of(name_);
}

Node::~Node() = default;

Instant Node::now() const { return clock_.monotonic(scheduler_.instant()); }

WallTime Node::wall_clock() const { return clock_.wall(scheduler_.instant()); }

std::int64_t Node::deadline(Duration timeout) const {
  constexpr auto never = std::numeric_limits<std::int64_t>::max();
  // Beyond 146 years is for ever, and would overflow on a clock that drifts.
  if (timeout > Duration::max() / 2) return never;
  if (timeout <= Duration::zero()) return scheduler_.now();
  const std::int64_t wait = clock_.simulated(timeout).count();
  return wait > never - scheduler_.now() ? never : scheduler_.now() + wait;
}

void Node::sleep_for(Duration duration) {
  if (!scheduler_.may_block()) return;
  if (is_buggified_ && duration < Duration::max() - late_by && fires(late_sleep))
    duration += late_by;
  scheduler_.park(deadline(duration), "the end of its sleep");
}

void Node::yield(YieldSite site) {
  if (!scheduler_.may_block()) return;
  scheduler_.yield(hash64(site.name));
}

void Node::spawn(std::string_view task, std::function<void()> body) {
  if (!alive_ || is_current_task_dead()) return;
  Task& made = scheduler_.spawn(*this, std::string(task), hash64(task, name_hash_), std::move(body),
                                first_task_ == nullptr);
  made.sibling_previous = last_task_;
  made.sibling_next = nullptr;
  (last_task_ != nullptr ? last_task_->sibling_next : first_task_) = &made;
  last_task_ = &made;
}

void Node::exit(std::string_view why) {
  if (!is_current_task_dead()) {
    simulation_.on_main([this, life = life_, reason = std::string(why)] {
      if (alive_ && life_ == life) simulation_.process_ended(*this, reason);
    });
  }
  (void)scheduler_.may_block();
  scheduler_.park(std::numeric_limits<std::int64_t>::max(), "the end of its process");
  throw TaskKilled{};  // park() has thrown it already: nobody else wakes this task
}

Result<Connection> Node::connect(const Address& to, Duration timeout) {
  if (buggify(slow_connect)) sleep_for(late_by);
  return network_.connect(*this, to, timeout);
}

Result<Listener> Node::listen(std::uint16_t port) { return network_.listen(*this, port); }

void Node::send_datagram(NodeId to, Payload message) {
  network_.send_datagram(*this, to, std::move(message));
}

Result<Datagram> Node::receive_datagram(Duration timeout) {
  return network_.receive_datagram(*this, timeout);
}

bool Node::has(const Defect& defect) const {
  return simulation_.options().defects.contains(defect.name);
}

bool Node::fires(const BuggifySite& site) {
  if (!alive_ || is_current_task_dead() || !simulation_.injector().is_armed()) return false;
  const auto& options = simulation_.options();
  if (options.buggify_off.contains(site.name)) return false;
  const auto site_hash = hash64(site.name);
  const auto draw = [](std::uint64_t value, Ratio chance) {
    return keyed_below(value, chance.denominator) < chance.numerator;
  };
  if (!draw(keyed_value(options.seed, hash64("buggify/active", site_hash), 0), site.active))
    return false;
  const auto hit = ++buggify_hits_[site_hash];
  const auto label = hash64("buggify/fires", site_hash ^ name_hash_);
  if (!draw(keyed_value(options.seed, label, hit), site.fires)) return false;
  record(Buggified{name_, std::string(site.name), static_cast<std::int64_t>(hit)});
  return true;
}

void Node::probe(const Probe& probe) { tally(probe, probe.kind != ProbeKind::unreachable, 1); }
void Node::sometimes(const Probe& probe, bool holds) { tally(probe, holds, 1); }
void Node::always(const Probe& probe, bool holds) { tally(probe, holds, 1); }
void Node::measure(const Probe& probe, std::int64_t value) { tally(probe, true, value); }

void Node::tally(const Probe& probe, bool holds, std::int64_t value) {
  simulation_.tally_probe(probe, holds, value);
  const bool must_hold = probe.kind == ProbeKind::always || probe.kind == ProbeKind::unreachable;
  if (!holds && must_hold)
    record(ProbeBroken{name_, std::string(probe.name), std::string(probe.about)});
}

EventId Node::cause() const {
  return scheduler_.current() != nullptr ? scheduler_.current()->cause : EventId{};
}

void Node::set_cause(EventId cause) {
  if (scheduler_.current() != nullptr) scheduler_.current()->cause = cause;
}

bool Node::is_current_task_dead() const {
  return scheduler_.current() != nullptr && scheduler_.current()->killed;
}

EventId Node::state_fact(const FactType& type, const void* fact, const EventId* cause) {
  Task* task = scheduler_.current();
  if (task != nullptr && task->killed) return {};
  const EventId led_here = cause != nullptr ? *cause : task != nullptr ? task->cause : EventId{};
  TraceEvent event{.id = {},
                   .cause = led_here,
                   .at = scheduler_.instant(),
                   .node = id_,
                   .node_name = name_,
                   .node_hash = name_hash_,
                   .type = &type,
                   .fact = fact};
  const EventId id = trace_.state(event);
  if (task != nullptr) task->cause = id;
  return id;
}

void Node::defer(Task& task) {
  if (task.deferred) return;
  task.deferred = true;
  task.deferred_next = nullptr;
  (last_deferred_ != nullptr ? last_deferred_->deferred_next : first_deferred_) = &task;
  last_deferred_ = &task;
}

Episode Node::begin_slow_cpu(Duration by) {
  const Episode slowness = slow_cpu_.begin_one(by);
  note_hindrance();
  return slowness;
}

void Node::end_slow_cpu(Episode slowness) {
  slow_cpu_.end_one(slowness);
  note_hindrance();
}

void Node::note_hindrance() {
  hindered_ = paused_ || !slow_cpu_.empty();
  if (!slow_cpu_.empty()) return;
  // Who waits for its slow CPU still does, but owes nothing to the next slowness.
  for (Task* task = first_task_; task != nullptr; task = task->sibling_next) task->slowed = false;
}

Episode Node::begin_pause(EventId cause) {
  if (!alive_) return 0;
  const Episode pause = pauses_.begin_one(true);
  if (std::exchange(paused_, true)) return pause;
  note_hindrance();
  const NodePaused fact{name_};
  state_fact(fact_type<NodePaused>, &fact, &cause);
  return pause;
}

void Node::end_pause(Episode pause, EventId cause) {
  if (!pauses_.end_one(pause) || !pauses_.empty()) return;
  simulation_.resume(id_, cause);
}

void Node::set_drift(std::int32_t ppm) {
  if (ppm == clock_.drift()) return;
  const Instant now = scheduler_.instant();
  const Clock before = clock_;
  clock_.set_drift(now, ppm);
  // Timers run on this clock: what is left of them takes another time now.
  for (Task* task = first_task_; task != nullptr; task = task->sibling_next) {
    if (!task->parked || !task->wake.is_queued()) continue;
    const Instant ends{Duration(task->wake.at)};
    const Duration left = before.monotonic(ends) - before.monotonic(now);
    scheduler_.remove(task->wake);
    scheduler_.push(task->wake, deadline(left));
  }
}

Episode Node::begin_drift(std::int32_t ppm) {
  if (drifts_.empty()) drifts_.begin_one(clock_.drift());  // what it goes back to
  const Episode drift = drifts_.begin_one(ppm);
  set_drift(ppm);
  return drift;
}

void Node::end_drift(Episode drift) {
  if (drifts_.end_one(drift)) set_drift(drifts_.latest());
}

void Node::heal() {
  slow_cpu_.end_all();
  note_hindrance();
  drifts_.end_all();
  set_drift(0);
  clock_.end_all_shifts();
}

void Node::go_on() {
  paused_ = false;
  pauses_.end_all();
  note_hindrance();
  Task* task = std::exchange(first_deferred_, nullptr);
  last_deferred_ = nullptr;
  while (task != nullptr) {
    Task* next = std::exchange(task->deferred_next, nullptr);
    task->deferred = false;
    if (!task->wake.is_queued()) scheduler_.requeue(*task);
    task = next;
  }
}

void Node::forget_task(Task& task) {
  (task.sibling_previous != nullptr ? task.sibling_previous->sibling_next : first_task_) =
      task.sibling_next;
  (task.sibling_next != nullptr ? task.sibling_next->sibling_previous : last_task_) =
      task.sibling_previous;
  task.sibling_previous = task.sibling_next = nullptr;
  if (!task.is_main || task.killed) return;
  if (first_task_ != nullptr) {
    scheduler_.stop(
        Stop::Reason::escaped,
        format("{}: the program returned while its task \"{}\" still runs; end it with node.exit()",
               name_, last_task_->name));
    return;
  }
  simulation_.on_main([this, life = life_] {
    if (alive_ && life_ == life) simulation_.process_ended(*this, "its program returned");
  });
}

void Node::start(EventId cause) {
  ++life_;
  alive_ = true;
  random_ = simulation_.random(format("node/{}/{}", name_, life_));
  if (!powered_) {
    powered_ = true;
    clock_.boot(scheduler_.instant());
    network_.machine_came_up(*this);
  }
  const NodeStarted fact{name_, life_};
  const EventId started = state_fact(fact_type<NodeStarted>, &fact, &cause);
  spawn("main", [this] { program_(*this); });
  last_task_->cause = started;
}

void Node::kill_tasks() {
  while (first_deferred_ != nullptr) {
    first_deferred_->deferred = false;
    first_deferred_ = std::exchange(first_deferred_->deferred_next, nullptr);
  }
  last_deferred_ = nullptr;
  for (Task* task = last_task_; task != nullptr; task = task->sibling_previous) task->killed = true;
  while (last_task_ != nullptr) scheduler_.kill(*last_task_);
}

}  // namespace logquake::sim
