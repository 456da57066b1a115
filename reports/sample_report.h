// A small made-up run for the tests of the reports: three machines, a power loss, a lost record.
#pragma once

#include "reports/run_report.h"

namespace logquake::report {

/// A run in which "leader" loses power and an acknowledged record is gone afterwards; with text
/// that must be escaped and bytes that are no UTF-8.
RunReport sample_violated_run();
/// The same machines, nothing wrong, one anomaly.
RunReport sample_passed_run();

}  // namespace logquake::report
