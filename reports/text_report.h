// A run told in a terminal: 20 to 40 lines that a student understands.
#pragma once

#include <cstddef>
#include <string>

#include "reports/run_report.h"

namespace logquake::report {

struct TextOptions {
  bool colour = false;        // ANSI colours; the words are the same without
  std::size_t columns = 110;  // chosen: fits a laptop's terminal; lines of the story are cut there
  std::size_t story_lines = 20;
};

/// What ran, the key moments, what was promised and how it went, why a promise broke. The last line
/// is the command that brings the run back. Ends with a line break.
std::string text_report(const RunReport& report, const TextOptions& options = {});

}  // namespace logquake::report
