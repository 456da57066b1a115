// Two ways: on x86-64 with the System V calling convention our own, elsewhere Boost.Context's,
// which saves and restores the floating-point control words as well and costs twice as much.
#include "sim/stack_switch.h"

#include <cstring>

#if defined(__x86_64__) && defined(__ELF__) && !defined(LOGQUAKE_PORTABLE_FIBERS)

// A call and a return, so that the processor's prediction of returns stays in step: fibers that
// block at the same place return to the same place.
asm(R"(
.text
.p2align 4
.globl logquake_switch_stack
.hidden logquake_switch_stack
.type logquake_switch_stack, @function
logquake_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size logquake_switch_stack, .-logquake_switch_stack

.p2align 4
.globl logquake_enter_stack
.hidden logquake_enter_stack
.type logquake_enter_stack, @function
logquake_enter_stack:
  .cfi_startproc
  .cfi_undefined rip
  movq %r13, %rdi
  callq *%r12
  ud2
  .cfi_endproc
.size logquake_enter_stack, .-logquake_enter_stack
)");

namespace logquake::sim::detail {

extern "C" void logquake_enter_stack();

void* make_stack(std::byte* top, std::size_t, void (*entry)(void*), void* argument) {
  // As if left inside logquake_switch_stack(), called from logquake_enter_stack(). The last two
  // words align the stack and end the chain of frames.
  void* const frame[] = {nullptr,                         // r15
                         nullptr,                         // r14
                         argument,                        // r13
                         reinterpret_cast<void*>(entry),  // r12
                         nullptr,                         // rbx
                         nullptr,                         // rbp
                         reinterpret_cast<void*>(&logquake_enter_stack),
                         nullptr,
                         nullptr};
  std::byte* at = top - sizeof(frame);
  std::memcpy(at, frame, sizeof(frame));
  return at;
}

}  // namespace logquake::sim::detail

#else

#include <boost/context/detail/fcontext.hpp>
#include <cstdlib>

namespace logquake::sim::detail {
namespace {

namespace context = boost::context::detail;

struct Start {
  void (*entry)(void*);
  void* argument;
};

// Runs on the new stack: learns what to do, goes back to make_stack(), and does it when it is
// switched to.
void enter(context::transfer_t transfer) {
  const Start start = *static_cast<const Start*>(transfer.data);
  transfer = context::jump_fcontext(transfer.fctx, nullptr);
  *static_cast<void**>(transfer.data) = transfer.fctx;
  start.entry(start.argument);
  std::abort();  // entries never return
}

}  // namespace

void* make_stack(std::byte* top, std::size_t size, void (*entry)(void*), void* argument) {
  Start start{entry, argument};
  return context::jump_fcontext(context::make_fcontext(top, size, &enter), &start).fctx;
}

extern "C" void logquake_switch_stack(void** from, void* to) {
  const auto transfer = context::jump_fcontext(to, from);
  *static_cast<void**>(transfer.data) = transfer.fctx;
}

}  // namespace logquake::sim::detail

#endif
