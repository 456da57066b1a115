// A run as a page: one file that opens offline, without scripts too, on a screen or on paper.
#pragma once

#include <string>

#include "reports/run_report.h"

namespace logquake::report {

/// The complete page: verdict, time line, story, causes of each violation, promises, faults,
/// anomalies and the facts (a bounded choice; trace.jsonl has them all). It fetches nothing, and
/// whatever text the facts hold is escaped.
std::string html_report(const RunReport& report);

}  // namespace logquake::report
