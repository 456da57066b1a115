#include "reports/github_annotations.h"

#include <string_view>

#include "sim/base/format.h"

namespace logquake::report {
namespace {

/// Line breaks and percent signs are escaped everywhere, separators in properties also.
std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    const bool separates = is_property && (c == ':' || c == ',');
    if (c == '%' || c == '\r' || c == '\n' || separates) {
      out += format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string github_annotations(const CampaignSummary& summary) {
  std::string lines;
  for (const auto& scenario : summary.scenarios) {
    for (const auto& failure : scenario.failures) {
      const auto file =
          scenario.file.empty() ? "" : format("file={},", escaped(scenario.file, true));
      const auto title = format("{}: {} {} in {} of {} runs", scenario.name, failure.checker,
                                name_of(failure.verdict), failure.count, scenario.runs);
      lines +=
          format("::{} {}title={}::{}\n", failure.verdict == Verdict::unknown ? "warning" : "error",
                 file, escaped(title, true),
                 escaped(format("{}\nreproduce: {}", failure.message, failure.command), false));
    }
  }
  for (const auto& name : summary.missing_probes) {
    lines += format("::error title=a required probe was not reached::{}\n", escaped(name, false));
  }
  return lines;
}

}  // namespace logquake::report
