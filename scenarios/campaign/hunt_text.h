// A hunt's report, told: hunt.json, a summary for a terminal, and the value that JUnit's XML,
// Markdown and annotations are made of.
#pragma once

#include <string>

#include "reports/campaign_summary.h"
#include "scenarios/campaign/hunt_report.h"

namespace logquake::scenario {

/// hunt.json. Only `seconds` and `cpu_seconds` differ between hunts with the same runs.
std::string to_json(const HuntReport& report);

/// A summary for a terminal; its last line, where something failed, brings the last failure's
/// cheapest run back.
std::string to_text(const HuntReport& report);

report::CampaignSummary summary_of(const HuntReport& report);

}  // namespace logquake::scenario
