// JUnit's XML, as build servers read it: a test suite for each scenario, a test case for each of
// its checkers.
#pragma once

#include <string>
#include <string_view>

#include "reports/campaign_summary.h"

namespace logquake::report {

/// A broken promise is a <failure>, anything else that did not pass an <error>; each with the story
/// of its example and, in the last line, the command that brings it back. Well-formed whatever is
/// in the texts. Only the attributes `time` differ between campaigns with the same results.
std::string junit_report(const CampaignSummary& summary);

/// Fit for text and for quoted attributes of XML 1.0: markup escaped, bytes that are no UTF-8 and
/// characters that XML forbids replaced by U+FFFD, line breaks and tabs kept.
std::string xml_escaped(std::string_view text);

}  // namespace logquake::report
