// Stackful fibers: the one place that knows how a stack is made and left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace logquake::sim {

/// Where a fiber goes on when it is next switched to, with what the C++ runtime and the sanitizers
/// keep per thread although it belongs to a stack.
struct FiberContext {
  void* resume_point = nullptr;
  // The exceptions being handled and in flight: two fibers that block inside a catch block would
  // otherwise swap theirs.
  void* caught_exceptions = nullptr;
  unsigned uncaught_exceptions = 0;
  // For AddressSanitizer only.
  void* fake_stack = nullptr;
  const void* stack_bottom = nullptr;
  std::size_t stack_size = 0;
};

/// Stacks of one size, pooled in large mappings; only pages that were touched cost memory. The
/// first `guarded` stacks have a guard page below them, so that an overflow faults instead of
/// corrupting a neighbour.
class StackPool {
 public:
  explicit StackPool(std::size_t stack_bytes, std::size_t guarded = 8192);
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  struct Stack {
    std::byte* bottom = nullptr;
    std::size_t size = 0;
    std::uint32_t number = 0;
  };
  Stack allocate();
  void release(Stack stack) { free_.push_back(stack.number); }
  /// The number of the stack whose guard page holds `address`, or -1.
  std::int64_t stack_guarding(const void* address) const;

 private:
  struct Mapping {
    std::byte* base;
    std::size_t bytes;
  };
  Stack stack(std::uint32_t number) const;
  std::size_t slot_bytes_;
  std::size_t guarded_;
  std::uint32_t made_ = 0;
  std::vector<Mapping> mappings_;
  std::vector<std::uint32_t> free_;
};

/// The size of stack that a fiber gets: 64 KB, four times that under sanitizers, whose frames are
/// larger.
std::size_t default_stack_bytes();

/// Prepares `context` to run `entry(argument)` on `stack` at the first switch to it. `entry` never
/// returns.
void prepare_fiber(FiberContext& context, const StackPool::Stack& stack, void (*entry)(void*),
                   void* argument);

/// Leaves `from` and goes on in `to`; returns when somebody switches back to `from`.
void switch_fiber(FiberContext& from, FiberContext& to);

/// Leaves a finished fiber for good.
[[noreturn]] void leave_fiber(FiberContext& finished, FiberContext& to);

}  // namespace logquake::sim
