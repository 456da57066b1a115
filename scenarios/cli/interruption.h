// The signals that ask a long command to end.
#pragma once

#include <csignal>

namespace logquake::scenario {

/// While it lives, the first SIGINT or SIGTERM only sets a mark, so that the command can come to a
/// tidy end with what it has; the second ends the process at once. A fresh one forgets the mark.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();
  static bool has_come();

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
};

}  // namespace logquake::scenario
