// Leaving one stack for another: the machine's part of fibers. Internal to sim.
#pragma once

#include <cstddef>

namespace logquake::sim::detail {

/// Prepares the stack that ends at `top` (a multiple of 16) and is `size` long. The first switch to
/// the result calls `entry(argument)`, which never returns.
void* make_stack(std::byte* top, std::size_t size, void (*entry)(void*), void* argument);

/// Stores in `*from` where this stack is left and goes on at `to`; returns when somebody goes on at
/// `*from`.
void switch_stack(void** from, void* to);

}  // namespace logquake::sim::detail
