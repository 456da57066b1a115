// How tasks of one simulation wait for each other. None of these may outlive the node's process.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "sim/base/result.h"
#include "sim/base/ring.h"
#include "sim/base/time.h"
#include "sim/node.h"

namespace logquake::sim {

namespace detail {
/// The tasks that wait at one place, in the order in which they came. Intrusive: no allocation.
class WaitQueue {
 public:
  WaitQueue() = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  ~WaitQueue();
  /// Blocks until woken or `timeout`; whether it was woken. An unwinding task is never woken and
  /// never blocks. `what` is a literal, printed when somebody waits for ever.
  bool wait(Node& node, Duration timeout, std::string_view what);
  /// The same for the kernel's own calls: `deadline` in nanoseconds, may_block() asked already.
  bool wait_until(Scheduler& scheduler, std::int64_t deadline, std::string_view what);
  void wake_one();
  void wake_all();
  /// For deliveries: wakes the first waiter and returns it if control should pass to it at once.
  Task* wake_one_into();
  bool empty() const { return first_ == nullptr; }

 private:
  friend class logquake::sim::Scheduler;
  void leave(Task& task);
  Task* first_ = nullptr;
  Task* last_ = nullptr;
};
}  // namespace detail

/// "For ever", for calls that take a timeout.
inline constexpr Duration forever = Duration::max();

/// A condition that others signal; the waiter looks again at what it waits for, as with a condition
/// variable (there is no mutex: code between two blocking calls is atomic).
class Signal {
 public:
  explicit Signal(Node& node, std::string_view what = "a signal") : node_(node), what_(what) {}
  /// Blocks until notified or `timeout`; whether it was notified.
  bool wait(Duration timeout = forever) { return queue_.wait(node_, timeout, what_); }
  /// Blocks until `condition()` holds or `timeout` has passed; whether it holds.
  template <class Condition>
  bool wait_until(Condition condition, Duration timeout = forever) {
    if (condition()) return true;
    const Instant start = node_.now();
    for (;;) {
      const Duration left = timeout == forever ? forever : timeout - (node_.now() - start);
      if (left <= Duration::zero()) return false;
      const bool woken = queue_.wait(node_, left, what_);
      if (condition()) return true;
      if (!woken && is_unwinding()) return false;  // nobody will ever come
    }
  }
  void notify_one() { queue_.wake_one(); }
  void notify_all() { queue_.wake_all(); }

 private:
  bool is_unwinding() const;
  Node& node_;
  std::string_view what_;  // a literal: printed when somebody waits for ever
  detail::WaitQueue queue_;
};

/// Only one task at a time. Needed only where a critical section blocks.
class Mutex {
 public:
  explicit Mutex(Node& node, std::string_view what = "a mutex") : signal_(node, what) {}
  void lock() {
    signal_.wait_until([this] { return !held_; });
    held_ = true;
  }
  void unlock() {
    held_ = false;
    signal_.notify_one();
  }

 private:
  Signal signal_;
  bool held_ = false;
};

/// A bounded queue between tasks of one process.
template <class T>
class Channel {
 public:
  Channel(Node& node, std::size_t capacity, std::string_view what = "a channel")
      : capacity_(capacity), readable_(node, what), writable_(node, what) {}

  /// Blocks while full. Errors: closed.
  Status push(T value) {
    writable_.wait_until([this] { return closed_ || queue_.size() < capacity_; });
    if (closed_) return ErrorCode::closed;
    queue_.push_back(std::move(value));
    readable_.notify_one();
    return {};
  }
  /// Blocks for the next value. Errors: timed_out, closed (and empty).
  Result<T> pop(Duration timeout = forever) {
    if (!readable_.wait_until([this] { return closed_ || !queue_.empty(); }, timeout))
      return ErrorCode::timed_out;
    if (queue_.empty()) return ErrorCode::closed;
    T value = queue_.pop_front();
    writable_.notify_one();
    return value;
  }
  void close() {
    closed_ = true;
    readable_.notify_all();
    writable_.notify_all();
  }
  std::size_t size() const { return queue_.size(); }

 private:
  std::size_t capacity_;
  Ring<T> queue_;
  bool closed_ = false;
  Signal readable_;
  Signal writable_;
};

}  // namespace logquake::sim
