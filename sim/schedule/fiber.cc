#include "sim/schedule/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "sim/base/check.h"

#ifdef LOGQUAKE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace logquake::sim {
namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::uint32_t stacks_per_mapping = 256;

// The tops of stacks would all fall into one set of the processor's first cache; shifted by a
// multiple of its lines they spread over half of a page, and a fiber that is shallow still touches
// one page only.
constexpr std::uint32_t cache_line_bytes = 64;
constexpr std::uint32_t shifts = 32;

#ifdef LOGQUAKE_ASAN
void begin_switch(FiberContext* from, FiberContext& to) {
  to.came_from = from;
  __sanitizer_start_switch_fiber(from != nullptr ? &from->fake_stack : nullptr, to.stack_bottom,
                                 to.stack_size);
}

// Whom we came from learns the bounds of the stack we left: that is how the main stack's become
// known.
void end_switch(FiberContext& self) {
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(self.fake_stack, &bottom, &size);
  if (self.came_from != nullptr && self.came_from->stack_bottom == nullptr) {
    self.came_from->stack_bottom = bottom;
    self.came_from->stack_size = size;
  }
}
#endif

void run_first(void* argument) {
  const FiberStart& start = *static_cast<const FiberStart*>(argument);
#ifdef LOGQUAKE_ASAN
  end_switch(*start.self);
#endif
  start.entry(start.argument);
  std::abort();  // entries never return
}

}  // namespace

ExceptionState& thread_exceptions() {
  // What __cxa_get_globals() points to. Source: Itanium C++ ABI, exception handling, 2.2.2.
  return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
}

std::size_t default_stack_bytes() {
#ifdef LOGQUAKE_ASAN
  return 256 * 1024;
#else
  return 64 * 1024;
#endif
}

StackPool::StackPool(std::size_t stack_bytes, std::size_t head_bytes, std::size_t guarded)
    : slot_bytes_(stack_bytes + page_bytes), head_bytes_(head_bytes), guarded_(guarded) {
  LOGQUAKE_CHECK(stack_bytes % page_bytes == 0, "a stack is a whole number of pages");
  LOGQUAKE_CHECK(head_bytes % cache_line_bytes == 0, "a head is a whole number of cache lines");
}

StackPool::~StackPool() {
  for (const auto& mapping : mappings_) munmap(mapping.base, mapping.bytes);
}

StackPool::Stack StackPool::make() {
  if (made_ % stacks_per_mapping == 0) {
    const std::size_t bytes = slot_bytes_ * stacks_per_mapping;
    void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    LOGQUAKE_CHECK(base != MAP_FAILED, "no address space left for stacks");
    // One touched page must cost one page, not a huge one.
    madvise(base, bytes, MADV_NOHUGEPAGE);
    mappings_.push_back({static_cast<std::byte*>(base), bytes});
  }
  const std::uint32_t number = made_++;
  std::byte* slot = mappings_.back().base + number % stacks_per_mapping * slot_bytes_;
  if (number < guarded_) mprotect(slot, page_bytes, PROT_NONE);
  const std::size_t above = head_bytes_ + number % shifts * cache_line_bytes;
  return {slot + page_bytes, static_cast<std::uint32_t>(slot_bytes_ - page_bytes - above), number};
}

std::int64_t StackPool::stack_guarding(const void* address) const {
  const auto* at = static_cast<const std::byte*>(address);
  for (std::size_t index = 0; index < mappings_.size(); ++index) {
    const auto& mapping = mappings_[index];
    if (at < mapping.base || at >= mapping.base + mapping.bytes) continue;
    const auto offset = static_cast<std::size_t>(at - mapping.base);
    if (offset % slot_bytes_ >= page_bytes) return -1;
    return static_cast<std::int64_t>(index * stacks_per_mapping + offset / slot_bytes_);
  }
  return -1;
}

void prepare_fiber(const StackPool::Stack& stack, FiberStart& start) {
  FiberContext& context = *start.self;
  context = FiberContext{};
#ifdef LOGQUAKE_ASAN
  // What ran here before has left its marks.
  ASAN_UNPOISON_MEMORY_REGION(stack.bottom, stack.size);
  context.stack_bottom = stack.bottom;
  context.stack_size = stack.size;
#endif
  context.resume_point = detail::make_stack(stack.top(), stack.size, &run_first, &start);
}

#ifdef LOGQUAKE_ASAN
void switch_fiber(FiberContext& from, FiberContext& to, ExceptionState& exceptions) {
  from.exceptions = exceptions;
  exceptions = to.exceptions;
  begin_switch(&from, to);
  detail::switch_stack(&from.resume_point, to.resume_point);
  end_switch(from);
}
#endif

void leave_fiber(FiberContext& finished, FiberContext& to, ExceptionState& exceptions) {
  exceptions = to.exceptions;
#ifdef LOGQUAKE_ASAN
  begin_switch(nullptr, to);
#endif
  if (to.resume_point == nullptr) std::abort();
  // The finished context is noted as usual: its resume point is never used again.
  detail::switch_stack(&finished.resume_point, to.resume_point);
  std::abort();
}

}  // namespace logquake::sim
