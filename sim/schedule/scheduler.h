// Runs tasks and events in exact (time, sequence) order, handing control straight from fiber to
// fiber. Internal to sim: programs meet it through Node.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/check.h"
#include "sim/schedule/fiber.h"
#include "sim/schedule/site_holds.h"
#include "sim/schedule/strategy.h"
#include "sim/schedule/task.h"
#include "sim/schedule/timing_wheel.h"
#include "sim/stop.h"
#include "sim/trace/trace.h"

namespace logquake::sim {

/// An action outside all nodes, run on the main stack: faults, supervisors, the runner's own.
struct ControlEvent : Event {
  ControlEvent() : Event(Kind::control) {}
  std::function<void()> action;
};

class Scheduler {
 public:
  struct Limits {
    std::int64_t max_events;
    std::int64_t watchdog_events;
    std::optional<std::uint8_t> stack_fill;
  };
  /// What a delivery or datagram event does; returns the task to run at once, or null.
  using Deliver = Task* (*)(void* network, Event& event);

  Scheduler(Trace& trace, std::uint64_t seed, Strategy strategy, Limits limits);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  void set_network(void* network, Deliver deliver) {
    network_ = network;
    deliver_ = deliver;
  }

  std::int64_t now() const { return now_; }
  Instant instant() const { return Instant(Duration(now_)); }
  /// The task that runs now, or null on the main stack.
  Task* current() const { return current_; }

  /// Makes a task that starts at the current instant.
  Task& spawn(Node& node, std::string name, std::uint64_t name_hash, std::function<void()> body,
              bool is_main);

  /// Blocks the current task until unparked, or until `deadline` (nanoseconds; max for none).
  /// Throws TaskKilled when the process dies meanwhile. Must not be called by an unwinding task.
  Wake park(std::int64_t deadline, std::string_view what);
  /// Lets a parked task go on, at the current instant or when the strategy likes.
  void unpark(Task& task);
  /// As unpark, for delivery events: the task to switch to now, or null if it was scheduled
  /// instead.
  Task* unpark_into(Task& task);
  /// Stops the current task at a yield site, if the strategy says so.
  void yield(std::uint64_t site_hash);
  SiteHolds& site_holds() { return holds_; }

  /// Whether a blocking call may block: false for a killed task, which must return at once; throws
  /// TaskKilled the first time.
  bool may_block() {
    LOGQUAKE_CHECK(current_ != nullptr, "a blocking call outside all tasks");
    return !current_->killed || dies_here();
  }

  void push(Event& event, std::int64_t at) { wheel_.push(event, at); }
  void remove(Event& event) { wheel_.remove(event); }
  /// Runs `action` on the main stack at `at`.
  void control(std::int64_t at, std::function<void()> action);

  /// Unwinds a task at once; only from the main stack.
  void kill(Task& task);
  /// Puts back the wake-ups that came while the task's node was paused.
  void requeue(Task& task) { wheel_.push(task.wake, now_); }

  /// Runs until a reason to stop; `done` is asked after every event when it is given.
  Stop run(std::int64_t limit, const std::function<bool()>* done);
  /// Ends the run from within a task or event.
  void stop(Stop::Reason reason, std::string message);

  /// The task whose stack's guard page holds `address`, or null. Safe in a signal handler.
  const Task* overflowing_at(const void* address) const;

 private:
  static void entry(void* task);
  void run_body(Task& task);
  [[noreturn]] void finish(Task& task);
  // The next task to run, or null: the main stack has something to do.
  Task* next_task();
  // Whether a ready task of a paused or slow machine does not go on now.
  bool is_hindered(Task& task);
  void switch_to(Task* task);
  void prefetch_next() const;
  // Whether the strategy may hold the task back at all.
  bool holds_back(const Task& task) const {
    return strategy_.kind != Strategy::Kind::fifo && concerns_node_of(task);
  }
  bool concerns_node_of(const Task& task) const;
  // How long the strategy holds the task back at this occurrence.
  std::int64_t held_back(Task& task) {
    if (!holds_back(task)) return 0;
    return strategy_.hold(seed_, task.name_hash, task.occurrence++).count();
  }
  Task& new_task();
  // Whether the current task, just woken, is to unwind; throws TaskKilled where it may be thrown.
  bool dies_here();
  Stop idle_stop() const;

  Trace& trace_;
  std::uint64_t seed_;
  Strategy strategy_;
  Limits limits_;
  void* network_ = nullptr;
  Deliver deliver_ = nullptr;

  TimingWheel wheel_;
  std::int64_t now_ = 0;
  std::int64_t limit_ = 0;
  std::int64_t same_instant_ = 0;
  const std::function<bool()>* done_ = nullptr;
  Task* current_ = nullptr;
  FiberContext main_;
  ExceptionState* exceptions_ = nullptr;  // of the thread that runs us
  ControlEvent* pending_control_ = nullptr;
  bool unwinding_ = false;  // kill() waits on the main stack for a task to finish
  bool stopped_ = false;
  Stop stop_;

  StackPool stacks_;
  std::vector<Task*> tasks_;  // by the numbers of their stacks; each lives at the top of its own
  std::vector<Task*> free_tasks_;
  std::deque<ControlEvent> controls_;
  std::vector<ControlEvent*> free_controls_;
  SiteHolds holds_;
};

}  // namespace logquake::sim
