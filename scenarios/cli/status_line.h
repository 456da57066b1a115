// How far a long command is, on standard error while it goes on.
#pragma once

#include <functional>
#include <string>

#include "sim/base/time.h"

namespace logquake::scenario {

/// One line that moves in a terminal; in a log one now and then.
class StatusLine {
 public:
  StatusLine();
  /// A line that stays.
  void say(const std::string& news) const;
  /// Shows what `text` says, where enough real time has gone by since it was last asked.
  void show(Duration elapsed, const std::function<std::string()>& text);
  /// Clears the line.
  void end() const;

 private:
  bool is_terminal_;
  Duration shown_{};
};

/// Real time for a person: "3m20s".
std::string clock_text(Duration duration);

}  // namespace logquake::scenario
