// A campaign's failures as workflow commands of GitHub Actions: lines that its runner shows beside
// the change.
// Source: docs.github.com, "Workflow commands for GitHub Actions".
#pragma once

#include <string>

#include "reports/campaign_summary.h"

namespace logquake::report {

/// One `::error` line for each kind of failure (`::warning` for what could not be judged) and for
/// each required probe that was not reached; nothing where all is well.
std::string github_annotations(const CampaignSummary& summary);

}  // namespace logquake::report
