#include "sim/schedule/sync.h"

#include "sim/schedule/scheduler.h"

namespace logquake::sim {
namespace detail {

WaitQueue::~WaitQueue() {
  while (first_ != nullptr)
    leave(*first_);  // whoever still waits here has only its death to wait for
}

void WaitQueue::leave(Task& task) {
  (task.wait_previous != nullptr ? task.wait_previous->wait_next : first_) = task.wait_next;
  (task.wait_next != nullptr ? task.wait_next->wait_previous : last_) = task.wait_previous;
  task.wait_previous = task.wait_next = nullptr;
  task.waiting_in = nullptr;
}

bool WaitQueue::wait(Node& node, Duration timeout, std::string_view what) {
  if (!node.scheduler_.may_block()) return false;
  return wait_until(node.scheduler_, node.deadline(timeout), what);
}

bool WaitQueue::wait_until(Scheduler& scheduler, std::int64_t deadline, std::string_view what) {
  Task& task = *scheduler.current();
  task.waiting_in = this;
  task.wait_previous = last_;
  task.wait_next = nullptr;
  (last_ != nullptr ? last_->wait_next : first_) = &task;
  last_ = &task;
  return scheduler.park(deadline, what) == Wake::signalled;
}

Task* WaitQueue::wake_one_into() {
  Task& task = *first_;
  leave(task);
  return task.scheduler->unpark_into(task);
}

void WaitQueue::wake_one() {
  if (first_ == nullptr) return;
  Task& task = *first_;
  leave(task);
  task.scheduler->unpark(task);
}

void WaitQueue::wake_all() {
  while (first_ != nullptr) wake_one();
}

}  // namespace detail

bool Signal::is_unwinding() const { return node_.is_current_task_dead(); }

}  // namespace logquake::sim
