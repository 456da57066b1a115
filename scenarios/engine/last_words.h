// What a dying child process leaves to its parent: a small shared page, and the signal handlers
// that fill it, on a fatal signal or when its time is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/time.h"

namespace logquake::sim {
class Simulation;
}

namespace logquake::scenario {

/// While it lives, a fatal signal is told with the name of the task that ran, or whose stack ran
/// over.
class WatchedSimulation {
 public:
  explicit WatchedSimulation(const sim::Simulation& simulation);
  WatchedSimulation(const WatchedSimulation&) = delete;
  WatchedSimulation& operator=(const WatchedSimulation&) = delete;
  ~WatchedSimulation();

 private:
  const sim::Simulation* before_;
};

/// A page shared between a process and the children it forks afterwards.
class LastWords {
 public:
  LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
  ~LastWords();

  /// Names of functions are demangled.
  std::string read() const;
  void clear();

  /// In the child: from now on a fatal signal leaves its words in this page and then kills the
  /// process as it would have. A fault on a fiber's guard page names the task whose stack ran over.
  void catch_signals();

  static constexpr std::size_t bytes = 16384;

 private:
  char* page_;
};

/// How the words of a process begin whose time was over.
inline constexpr std::string_view no_end = "no end after ";

/// How the words of a process begin that has no memory left.
inline constexpr std::string_view no_memory = "exhausted its memory of ";

/// From now on this process may use so many bytes of address space. What asks for more leaves its
/// words (how much there was, and who runs) as above, and ends the process. Does nothing where it
/// cannot be done.
void bound_memory(std::int64_t bytes);
/// Not under sanitizers, which map terabytes.
bool memory_can_be_bounded();

/// While it lives, this process may run for `patience` of real time, and no task of the simulation
/// may use `never_yields` of the processor's time without a single event: it never blocks. Then the
/// process leaves its words (who runs, and where in the code), on the shared page or else on
/// stderr, and exits. Real time in which the process is stopped does not count.
class RealTimeLimit {
 public:
  explicit RealTimeLimit(Duration patience);
  RealTimeLimit(const RealTimeLimit&) = delete;
  RealTimeLimit& operator=(const RealTimeLimit&) = delete;
  ~RealTimeLimit();

  // Chosen: a task of our models runs for microseconds between two events, and for seconds where a
  // checker reads a whole history inside of it.
  static constexpr Duration never_yields = 30s;
};

}  // namespace logquake::scenario
