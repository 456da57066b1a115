// What a dying child process leaves to its parent: a small shared page, and the signal handler that
// fills it.
#pragma once

#include <cstddef>
#include <string>

namespace logquake::scenario {

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
