// How much memory this process has.
#pragma once

#include <cstdint>

namespace logquake::benchmarks {

/// Bytes of resident memory, after giving back what the allocator holds in reserve.
std::int64_t resident_bytes();

}  // namespace logquake::benchmarks
