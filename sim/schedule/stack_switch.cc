// The one door to Boost.Context.
#include "sim/schedule/stack_switch.h"

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

void switch_stack(void** from, void* to) {
  const auto transfer = context::jump_fcontext(to, from);
  *static_cast<void**>(transfer.data) = transfer.fctx;
}

}  // namespace logquake::sim::detail
