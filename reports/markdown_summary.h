// A campaign as a page of Markdown: a table of scenarios, one of failures, what was covered.
#pragma once

#include <string>
#include <string_view>

#include "reports/campaign_summary.h"

namespace logquake::report {

/// Tables as GitHub and GitLab render them. No times are in it. Ends with a line break.
std::string markdown_summary(const CampaignSummary& summary);

/// Fit for a cell of a table: one line, markup escaped.
std::string markdown_escaped(std::string_view text);

}  // namespace logquake::report
