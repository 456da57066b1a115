// A task: one fiber of one process, and all that the scheduler knows about it. Internal to sim.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sim/schedule/fiber.h"
#include "sim/schedule/timing_wheel.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

class Node;
class Scheduler;
namespace detail {
class WaitQueue;
}

/// What ended a wait.
enum class Wake : std::uint8_t { signalled, timed_out };

/// Thrown by blocking calls of a task whose process has been killed. Not a std::exception: programs
/// that catch those must not survive their own death.
struct TaskKilled {};

/// It lives at the top of its stack, in the page that the fiber touches anyway: a blocked task
/// costs one page of memory and one entry of the processor's table of pages. Both are used again
/// together.
struct alignas(64) Task {
  explicit Task(StackPool::Stack own) : wake(Event::Kind::wake), stack(own) {}

  // The first two cache lines hold all that a wake-up touches.
  Event wake;  // the timeout or the pending wake-up
  FiberContext context;
  Wake outcome{};
  bool parked = false;     // waits for somebody, or for its timeout
  bool killed = false;     // its process is dead
  bool unwinding = false;  // TaskKilled has been thrown
  bool is_main = false;
  bool deferred = false;  // ready, but its node is paused
  bool slowed = false;    // ready, and has been told to wait for its slow CPU

  Node* node = nullptr;  // null while the task is not in use
  std::uint64_t name_hash = 0;
  EventId cause;
  detail::WaitQueue* waiting_in = nullptr;
  Task* wait_previous = nullptr;
  Task* wait_next = nullptr;
  std::string_view waiting_for;  // a literal

  Scheduler* scheduler = nullptr;
  std::uint64_t occurrence = 0;      // of wake-ups: what schedules are keyed by
  Task* sibling_previous = nullptr;  // the node's tasks, in the order of their spawning
  Task* sibling_next = nullptr;
  Task* deferred_next = nullptr;
  FiberStart start;
  const StackPool::Stack stack;
  std::string name;
  std::function<void()> body;
};

}  // namespace logquake::sim
