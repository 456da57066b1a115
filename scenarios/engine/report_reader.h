// Reads result.json and trace.jsonl back: what workers send home and what `logquake report` starts
// from.
#pragma once

#include <string>
#include <string_view>

#include "reports/run_report.h"
#include "sim/base/result.h"

namespace logquake::scenario {

/// Reads what report::json_report() wrote. Errors: corrupt, with what was expected.
Result<report::RunReport> parse_result(std::string_view json);

/// Adds the facts that report::write_trace() wrote. Errors: corrupt, with the line.
Status parse_trace(std::string_view lines, report::RunReport& report);

}  // namespace logquake::scenario
