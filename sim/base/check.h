// A broken promise inside our own code ends the run with a verdict, not the process.
#pragma once

#include <stdexcept>
#include <string>

namespace logquake {

/// What a failed LOGQUAKE_CHECK throws. Only the kernel catches it.
class CheckFailed : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace detail {
[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               const std::string& why);
}

}  // namespace logquake

/// Holds, or ends the run with the verdict "crashed" and `why` (text; evaluated only on failure).
#define LOGQUAKE_CHECK(condition, why)                                         \
  do {                                                                         \
    if (!(condition)) [[unlikely]]                                             \
      ::logquake::detail::check_failed(#condition, __FILE__, __LINE__, (why)); \
  } while (false)
