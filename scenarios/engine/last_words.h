// What a dying child process leaves to its parent: a small shared page, and the signal handler that
// fills it.
#pragma once

#include <cstddef>
#include <string>

namespace logquake::sim {
class Simulation;
}

namespace logquake::scenario {

/// While it lives, a fatal signal that a task's overflowing stack raises is told with that task's
/// name.
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

  std::string read() const;
  void clear();

  /// In the child: from now on a fatal signal leaves its words in this page and then kills the
  /// process as it would have. A fault on a fiber's guard page names the task whose stack ran over.
  void catch_signals();

  static constexpr std::size_t bytes = 4096;

 private:
  char* page_;
};

}  // namespace logquake::scenario
