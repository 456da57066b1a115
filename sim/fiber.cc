#include "sim/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstdlib>
#include <cstring>

#include "sim/base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define LOGQUAKE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOGQUAKE_ASAN 1
#endif
#endif

#ifdef LOGQUAKE_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace logquake::sim {
namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::uint32_t stacks_per_mapping = 256;

// What __cxa_get_globals() points to. Source: Itanium C++ ABI, exception handling, 2.2.2.
struct ExceptionGlobals {
  void* caught;
  unsigned uncaught;
};

ExceptionGlobals& exception_globals() {
  return *reinterpret_cast<ExceptionGlobals*>(abi::__cxa_get_globals());
}

void save_exceptions(FiberContext& context, const ExceptionGlobals& globals) {
  context.caught_exceptions = globals.caught;
  context.uncaught_exceptions = globals.uncaught;
}

void restore_exceptions(const FiberContext& context, ExceptionGlobals& globals) {
  globals.caught = context.caught_exceptions;
  globals.uncaught = context.uncaught_exceptions;
}

// The top word of a new stack holds what its first switch needs.
struct Start {
  void (*entry)(void*);
  void* argument;
  FiberContext* self;
};

void begin_switch([[maybe_unused]] FiberContext* from, [[maybe_unused]] const FiberContext& to) {
#ifdef LOGQUAKE_ASAN
  __sanitizer_start_switch_fiber(from != nullptr ? &from->fake_stack : nullptr, to.stack_bottom,
                                 to.stack_size);
#endif
}

// `came_from` learns the bounds of the stack we left: that is how the main stack's become known.
void end_switch([[maybe_unused]] FiberContext& self, [[maybe_unused]] FiberContext* came_from) {
#ifdef LOGQUAKE_ASAN
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(self.fake_stack, &bottom, &size);
  if (came_from != nullptr && came_from->stack_bottom == nullptr) {
    came_from->stack_bottom = bottom;
    came_from->stack_size = size;
  }
#endif
}

void trampoline(boost::context::detail::transfer_t transfer) {
  auto* from = static_cast<FiberContext*>(transfer.data);
  from->resume_point = transfer.fctx;
  // The first switch to this fiber left its start in the context's resume data: see
  // prepare_fiber().
  std::byte* top = static_cast<std::byte*>(__builtin_frame_address(0));
  top = reinterpret_cast<std::byte*>((reinterpret_cast<std::uintptr_t>(top) + page_bytes) &
                                     ~(page_bytes - 1));
  const Start start = *reinterpret_cast<const Start*>(top - sizeof(Start));
  end_switch(*start.self, from);
  start.entry(start.argument);
  std::abort();  // entries never return
}

}  // namespace

std::size_t default_stack_bytes() {
#ifdef LOGQUAKE_ASAN
  return 256 * 1024;
#else
  return 64 * 1024;
#endif
}

StackPool::StackPool(std::size_t stack_bytes, std::size_t guarded)
    : slot_bytes_(stack_bytes + page_bytes), guarded_(guarded) {
  LOGQUAKE_CHECK(stack_bytes % page_bytes == 0, "a stack is a whole number of pages");
}

StackPool::~StackPool() {
  for (const auto& mapping : mappings_) munmap(mapping.base, mapping.bytes);
}

StackPool::Stack StackPool::stack(std::uint32_t number) const {
  std::byte* slot =
      mappings_[number / stacks_per_mapping].base + (number % stacks_per_mapping) * slot_bytes_;
  return {slot + page_bytes, slot_bytes_ - page_bytes, number};
}

StackPool::Stack StackPool::allocate() {
  if (!free_.empty()) {
    const auto number = free_.back();
    free_.pop_back();
    const Stack reused = stack(number);
#ifdef LOGQUAKE_ASAN
    ASAN_UNPOISON_MEMORY_REGION(reused.bottom, reused.size);
#endif
    return reused;
  }
  if (made_ % stacks_per_mapping == 0) {
    const std::size_t bytes = slot_bytes_ * stacks_per_mapping;
    void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    LOGQUAKE_CHECK(base != MAP_FAILED, "no address space left for stacks");
    // One touched page must cost one page, not a huge one.
    madvise(base, bytes, MADV_NOHUGEPAGE);
    mappings_.push_back({static_cast<std::byte*>(base), bytes});
    free_.reserve(mappings_.size() * stacks_per_mapping);
  }
  const Stack made = stack(made_++);
  if (made.number < guarded_) mprotect(made.bottom - page_bytes, page_bytes, PROT_NONE);
  return made;
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

void prepare_fiber(FiberContext& context, const StackPool::Stack& stack, void (*entry)(void*),
                   void* argument) {
  std::byte* top = stack.bottom + stack.size;
  const Start start{entry, argument, &context};
  std::memcpy(top - sizeof(Start), &start, sizeof(Start));
  constexpr std::size_t reserved = (sizeof(Start) + 63) / 64 * 64;
  context = FiberContext{};
  context.stack_bottom = stack.bottom;
  context.stack_size = stack.size;
  context.resume_point =
      boost::context::detail::make_fcontext(top - reserved, stack.size - reserved, &trampoline);
}

void switch_fiber(FiberContext& from, FiberContext& to) {
  ExceptionGlobals& globals = exception_globals();
  save_exceptions(from, globals);
  restore_exceptions(to, globals);
  begin_switch(&from, to);
  const auto transfer = boost::context::detail::jump_fcontext(to.resume_point, &from);
  auto* came_from = static_cast<FiberContext*>(transfer.data);
  if (came_from != nullptr) came_from->resume_point = transfer.fctx;
  end_switch(from, came_from);
}

void leave_fiber(FiberContext& finished, FiberContext& to) {
  restore_exceptions(to, exception_globals());
  begin_switch(nullptr, to);
  if (to.resume_point == nullptr) std::abort();
  // The finished context is handed over as usual: its resume point is never used again.
  boost::context::detail::jump_fcontext(to.resume_point, &finished);
  std::abort();
}

}  // namespace logquake::sim
