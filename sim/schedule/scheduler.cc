#include "sim/schedule/scheduler.h"

#include <cstring>
#include <exception>
#include <limits>
#include <memory>

#include "sim/base/check.h"
#include "sim/base/format.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::sim {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

std::string label_of(const Task& task) { return format("{}/{}", task.node->name(), task.name); }

}  // namespace

Scheduler::Scheduler(Trace& trace, std::uint64_t seed, Strategy strategy, Limits limits)
    : trace_(trace),
      seed_(seed),
      strategy_(strategy),
      limits_(limits),
      stacks_(default_stack_bytes(), sizeof(Task)) {}

Scheduler::~Scheduler() {
  for (Task* task : tasks_) std::destroy_at(task);
}

Task& Scheduler::new_task() {
  if (free_tasks_.empty()) {
    const auto stack = stacks_.make();
    tasks_.push_back(std::construct_at(reinterpret_cast<Task*>(stack.top()), stack));
    tasks_.back()->scheduler = this;
    free_tasks_.push_back(tasks_.back());
  }
  Task& task = *free_tasks_.back();
  free_tasks_.pop_back();
  return task;
}

Task& Scheduler::spawn(Node& node, std::string name, std::uint64_t name_hash,
                       std::function<void()> body, bool is_main) {
  Task& task = new_task();
  task.node = &node;
  task.name = std::move(name);
  task.name_hash = name_hash;
  task.body = std::move(body);
  task.is_main = is_main;
  task.cause = current_ != nullptr ? current_->cause : EventId{};
  task.occurrence = 0;
  task.parked = task.killed = task.unwinding = task.deferred = task.slowed = false;
  task.waiting_for = "its start";
  if (limits_.stack_fill) [[unlikely]]
    std::memset(task.stack.bottom, *limits_.stack_fill, task.stack.size);
  if (trace_.event_log() != nullptr) [[unlikely]]
    trace_.event_log()->names[name_hash] = label_of(task);
  task.start = {.entry = &Scheduler::entry, .argument = &task, .self = &task.context};
  prepare_fiber(task.stack, task.start);
  wheel_.push(task.wake, now_ + held_back(task));
  return task;
}

void Scheduler::entry(void* argument) {
  Task& task = *static_cast<Task*>(argument);
  task.scheduler->run_body(task);
  task.scheduler->finish(task);
}

void Scheduler::run_body(Task& task) {
  // Everything a task can let out is caught here, inside a function that returns before the fiber
  // is left, so that no exception object stays alive on a stack that is used again.
  try {
    if (!task.killed) task.body();
  } catch (const TaskKilled&) {
    return;
  } catch (const CheckFailed& failure) {
    stop(Stop::Reason::failed_check, format("{}: {}", label_of(task), failure.what()));
  } catch (const std::exception& failure) {
    stop(Stop::Reason::escaped,
         format("{}: let an exception out: {}", label_of(task), failure.what()));
  } catch (...) {  // the outermost frame of a fiber: there is nobody left to rethrow to
    stop(Stop::Reason::escaped,
         format("{}: let out something that is no std::exception", label_of(task)));
  }
}

void Scheduler::finish(Task& task) {
  task.body = nullptr;
  task.node->forget_task(task);
  // The context in `task` is written to once more by the switch away, so the task is not reused
  // before: new_task() only runs after it.
  free_tasks_.push_back(&task);
  task.node = nullptr;
  Task* next = unwinding_ ? nullptr : next_task();
  current_ = next;
  leave_fiber(task.context, next != nullptr ? next->context : main_, *exceptions_);
}

void Scheduler::switch_to(Task* task) {
  FiberContext& from = current_ != nullptr ? current_->context : main_;
  current_ = task;
  switch_fiber(from, task != nullptr ? task->context : main_, *exceptions_);
}

// Cache misses are most of what an event costs, and the wheel knows what comes soon: its task and
// the stack on which it goes on are fetched while this event is handled.
inline void Scheduler::prefetch_next() const {
  const Event* soon = wheel_.hint();
  if (soon == nullptr) return;
  const auto* bytes = reinterpret_cast<const std::byte*>(soon);
  __builtin_prefetch(bytes + 64);
  if (soon->kind != Event::Kind::wake) return;
  const Task& task = *reinterpret_cast<const Task*>(soon);
  __builtin_prefetch(task.node);
  const auto* stack = static_cast<const std::byte*>(task.context.resume_point);
  __builtin_prefetch(stack);
  __builtin_prefetch(stack + 64);
  __builtin_prefetch(stack + 128);
}

Task* Scheduler::next_task() {
  for (;;) {
    if (stopped_ || pending_control_ != nullptr) return nullptr;
    if (done_ != nullptr && (*done_)()) {
      stop(Stop::Reason::condition, {});
      return nullptr;
    }
    Event* event = wheel_.pop(limit_);
    if (event == nullptr) return nullptr;
    prefetch_next();
    if (event->at == now_) {
      if (++same_instant_ > limits_.watchdog_events) {
        stop(Stop::Reason::watchdog,
             format("time stands still at {}: {} events within this instant", to_text(instant()),
                    same_instant_));
        return nullptr;
      }
    } else {
      now_ = event->at;
      same_instant_ = 0;
    }
    if (trace_.events() >= limits_.max_events) {
      stop(Stop::Reason::max_events,
           format("{} events were not enough to finish", limits_.max_events));
      return nullptr;
    }
    switch (event->kind) {
      case Event::Kind::wake: {
        Task& task = reinterpret_cast<Task&>(*event);  // a task's wake event is its first member
        if (task.node->is_hindered()) [[unlikely]] {
          if (is_hindered(task)) continue;
        }
        if (task.parked) {  // its own timeout
          task.parked = false;
          task.outcome = Wake::timed_out;
          if (task.waiting_in != nullptr) task.waiting_in->leave(task);
        }
        trace_.count_event(instant(), task.name_hash, 1);
        return &task;
      }
      case Event::Kind::delivery:
      case Event::Kind::datagram:
        if (Task* task = deliver_(network_, *event)) {
          trace_.count_event(instant(), task->name_hash, 1);
          return task;
        }
        continue;
      case Event::Kind::control:
        pending_control_ = static_cast<ControlEvent*>(event);
        return nullptr;
    }
  }
}

bool Scheduler::is_hindered(Task& task) {
  if (task.node->is_paused()) {
    task.node->defer(task);
    return true;
  }
  if (task.slowed) {
    task.slowed = false;
    return false;
  }
  if (task.parked) {  // its own timeout: what comes from now on comes too late to wake it
    task.parked = false;
    task.outcome = Wake::timed_out;
    if (task.waiting_in != nullptr) task.waiting_in->leave(task);
  }
  task.slowed = true;
  wheel_.push(task.wake, now_ + task.node->slowness().count());
  return true;
}

Wake Scheduler::park(std::int64_t deadline, std::string_view what) {
  Task& self = *current_;
  self.parked = true;
  self.waiting_for = what;
  if (deadline != never) wheel_.push(self.wake, deadline + held_back(self));
  Task* next = next_task();
  if (next != &self) switch_to(next);
  if (self.killed) [[unlikely]] {
    dies_here();
    return Wake::timed_out;
  }
  return self.outcome;
}

bool Scheduler::dies_here() {
  // A destructor that blocks while another exception unwinds the task must not throw a second one:
  // the program would be terminated. It goes on as if its wait had been in vain, and the death
  // follows at the first blocking call after the unwinding.
  if (current_->unwinding || std::uncaught_exceptions() > 0) return false;
  current_->unwinding = true;
  throw TaskKilled{};
}

void Scheduler::unpark(Task& task) {
  if (!task.parked) return;
  task.parked = false;
  task.outcome = Wake::signalled;
  if (task.wake.is_queued()) wheel_.remove(task.wake);
  wheel_.push(task.wake, now_ + held_back(task));
}

Task* Scheduler::unpark_into(Task& task) {
  if (holds_back(task) || task.node->is_hindered()) {
    unpark(task);
    return nullptr;
  }
  task.parked = false;
  task.outcome = Wake::signalled;
  if (task.wake.is_queued()) wheel_.remove(task.wake);
  return &task;
}

bool Scheduler::concerns_node_of(const Task& task) const { return task.node->is_held_back(); }

void Scheduler::yield(std::uint64_t site_hash) {
  if (holds_.any()) [[unlikely]]
    holds_.keep(*this, site_hash);
  Task& self = *current_;
  if (!holds_back(self)) return;
  const auto hold = strategy_.hold(seed_, self.name_hash ^ site_hash, self.occurrence++);
  if (hold > Duration::zero()) park(now_ + hold.count(), "its turn at a yield site");
}

void Scheduler::control(std::int64_t at, std::function<void()> action) {
  if (free_controls_.empty()) free_controls_.push_back(&controls_.emplace_back());
  ControlEvent& event = *free_controls_.back();
  free_controls_.pop_back();
  event.action = std::move(action);
  wheel_.push(event, at);
}

void Scheduler::kill(Task& task) {
  LOGQUAKE_CHECK(current_ == nullptr, "tasks are killed from the main stack");
  if (task.wake.is_queued()) wheel_.remove(task.wake);
  if (task.waiting_in != nullptr) task.waiting_in->leave(task);
  task.killed = true;
  task.parked = false;
  unwinding_ = true;
  exceptions_ = &thread_exceptions();
  switch_to(&task);
  unwinding_ = false;
}

const Task* Scheduler::overflowing_at(const void* address) const {
  const std::int64_t number = stacks_.stack_guarding(address);
  if (number < 0) return nullptr;
  const Task* task = tasks_[static_cast<std::size_t>(number)];
  return task->node != nullptr ? task : nullptr;
}

void Scheduler::stop(Stop::Reason reason, std::string message) {
  if (stopped_) return;  // the first reason counts
  stopped_ = true;
  stop_ = {reason, std::move(message)};
}

Stop Scheduler::idle_stop() const {
  std::string waiting;
  int count = 0;
  for (const Task* each : tasks_) {
    const Task& task = *each;
    if (task.node == nullptr) continue;
    if (task.deferred) return {Stop::Reason::limit, {}};  // only until its node is resumed
    if (!task.parked) continue;
    if (++count <= 8)
      waiting +=
          format("{}{} waits for {}", count > 1 ? ", " : "", label_of(task), task.waiting_for);
  }
  if (count == 0) return {Stop::Reason::idle, "nothing is left that could ever happen"};
  if (count > 8) waiting += format(" and {} more", count - 8);
  return {Stop::Reason::deadlock, "nothing can happen any more: " + waiting};
}

Stop Scheduler::run(std::int64_t limit, const std::function<bool()>* done) {
  LOGQUAKE_CHECK(current_ == nullptr, "a simulation does not run inside its own tasks");
  limit_ = limit;
  done_ = done;
  stopped_ = false;
  exceptions_ = &thread_exceptions();
  while (!stopped_) {
    if (Task* task = next_task()) {
      switch_to(task);
    }
    if (stopped_) break;
    if (pending_control_ != nullptr) {
      ControlEvent& event = *pending_control_;
      pending_control_ = nullptr;
      trace_.count_event(instant(), 0, 2);
      const auto action = std::move(event.action);
      event.action = nullptr;
      free_controls_.push_back(&event);
      try {
        action();
      } catch (const CheckFailed& failure) {
        stop(Stop::Reason::failed_check, failure.what());
      }
      continue;
    }
    if (wheel_.empty()) {
      stop_ = idle_stop();
      if (limit != never) now_ = limit;  // time passes all the same
      break;
    }
    // Everything left lies beyond the limit.
    if (!(done_ != nullptr && (*done_)())) {
      now_ = limit;
      stop(Stop::Reason::limit, {});
    }
  }
  done_ = nullptr;
  return stop_;
}

}  // namespace logquake::sim
