#include "benchmarks/memory.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>

namespace logquake::benchmarks {

std::int64_t resident_bytes() {
  malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  statm >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace logquake::benchmarks
