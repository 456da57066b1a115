// Stackful fibers: the one place that knows how a stack is made and left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/schedule/stack_switch.h"

#if defined(__SANITIZE_ADDRESS__)
#define LOGQUAKE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOGQUAKE_ASAN 1
#endif
#endif

namespace logquake::sim {

/// What the C++ runtime keeps per thread although it belongs to a stack: the exceptions being
/// handled and in flight. Two fibers that block inside a catch block would otherwise swap theirs.
struct ExceptionState {
  void* caught = nullptr;
  unsigned uncaught = 0;
};

/// The calling thread's own. It stays where it is, so whoever switches often asks once.
ExceptionState& thread_exceptions();

/// Where a fiber goes on when it is next switched to.
struct FiberContext {
  void* resume_point = nullptr;
  ExceptionState exceptions;
#ifdef LOGQUAKE_ASAN
  void* fake_stack = nullptr;
  const void* stack_bottom = nullptr;
  std::size_t stack_size = 0;
  FiberContext* came_from = nullptr;  // who switches here
#endif
};

/// Stacks of one size, made in large mappings and never given back; only pages that were touched
/// cost memory. The first `guarded` stacks have a guard page below them, so that an overflow faults
/// instead of corrupting a neighbour.
class StackPool {
 public:
  /// Each stack has `head_bytes` above its top, a multiple of 64, for its user's own purposes.
  StackPool(std::size_t stack_bytes, std::size_t head_bytes, std::size_t guarded = 8192);
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  struct Stack {
    std::byte* bottom = nullptr;
    std::uint32_t size = 0;  // a multiple of 64
    std::uint32_t number = 0;
    std::byte* top() const { return bottom + size; }
  };
  Stack make();
  /// The number of the stack whose guard page holds `address`, or -1.
  std::int64_t stack_guarding(const void* address) const;

 private:
  struct Mapping {
    std::byte* base;
    std::size_t bytes;
  };
  std::size_t slot_bytes_;
  std::size_t head_bytes_;
  std::size_t guarded_;
  std::uint32_t made_ = 0;
  std::vector<Mapping> mappings_;
};

/// The size of stack that a fiber gets: 64 KB, four times that under sanitizers, whose frames are
/// larger.
std::size_t default_stack_bytes();

/// What a new fiber runs; it lives as long as the fiber.
struct FiberStart {
  void (*entry)(void*) = nullptr;  // never returns
  void* argument = nullptr;
  FiberContext* self = nullptr;
};

/// Prepares `start.self` to run `start.entry(start.argument)` on `stack` at the first switch to it.
void prepare_fiber(const StackPool::Stack& stack, FiberStart& start);

#ifdef LOGQUAKE_ASAN
void switch_fiber(FiberContext& from, FiberContext& to, ExceptionState& exceptions);
#else
/// Leaves `from` and goes on in `to`; returns when somebody switches back to `from`. `exceptions`
/// is the thread's.
inline void switch_fiber(FiberContext& from, FiberContext& to, ExceptionState& exceptions) {
  from.exceptions = exceptions;
  exceptions = to.exceptions;
  detail::switch_stack(&from.resume_point, to.resume_point);
}
#endif

/// Leaves a finished fiber for good.
[[noreturn]] void leave_fiber(FiberContext& finished, FiberContext& to, ExceptionState& exceptions);

}  // namespace logquake::sim
