// Logs are a view of the trace: facts rendered as lines, stamped with simulated time. The one door
// to spdlog.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/trace/trace.h"

namespace logquake::sim {

/// Writes every fact at `least` or above to standard error, as it is stated.
void log_to_stderr(Trace& trace, Level least);
/// The same into `write`, a line at a time.
void log_to(Trace& trace, Level least, std::function<void(std::string_view)> write);

}  // namespace logquake::sim
