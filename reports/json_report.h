// A run for programs: result.json and trace.jsonl. schema.h promises their shape.
#pragma once

#include <ostream>
#include <string>

#include "reports/run_report.h"

namespace logquake::report {

/// result.json: the whole report but its facts, as indented JSON with the fields in a fixed order.
/// Bytes that are no UTF-8 become U+FFFD. Ends with a line break.
std::string json_report(const RunReport& report);

/// One fact as one line of JSON, without the line break.
std::string trace_line(const sim::RecordedFact& fact);
/// trace.jsonl: every kept fact, one a line, in the order they were stated.
void write_trace(std::ostream& out, const RunReport& report);

}  // namespace logquake::report
