#include "reports/markdown_summary.h"

#include "reports/plain_text.h"
#include "sim/base/format.h"

namespace logquake::report {
namespace {

constexpr std::size_t most_columns = 200;  // chosen: of a message in a cell
constexpr std::size_t most_failures = 50;  // chosen: the rest is in hunt.json

/// As code; a backtick would end it, and a bar the cell even so.
std::string code(std::string_view text) {
  std::string quoted = "`";
  for (const char c : readable(text)) {
    if (c == '|') quoted += '\\';
    quoted += c == '`' ? '\'' : c;
  }
  return quoted + "`";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string markdown_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : readable(text)) {
    if (std::string_view("\\`*_{}[]<>#|~!").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string markdown_summary(const CampaignSummary& summary) {
  auto text = format("### logquake: {}{}\n\n", markdown_escaped(summary.title),
                     summary.interrupted ? ", interrupted" : "");
  text += "| scenario | runs | passed | violated | crashed | unknown | nondeterministic |\n";
  text += "|---|---:|---:|---:|---:|---:|---:|\n";
  for (const auto& scenario : summary.scenarios) {
    text += format("| {} | {} | {} | {} | {} | {} | {} |\n", markdown_escaped(scenario.name),
                   scenario.runs, scenario.passed, scenario.violated, scenario.crashed,
                   scenario.unknown, scenario.nondeterministic);
  }
  std::size_t failures = 0;
  for (const auto& scenario : summary.scenarios) {
    for (const auto& failure : scenario.failures) {
      if (failures++ == 0) {
        text += "\n| runs | scenario | promise | what happened | bring it back |\n";
        text += "|---:|---|---|---|---|\n";
      }
      if (failures > most_failures) continue;
      text += format("| {} | {} | {} | {} | {} |\n", failure.count, markdown_escaped(scenario.name),
                     markdown_escaped(failure.checker),
                     markdown_escaped(clipped(readable(first_line(failure.message)), most_columns)),
                     code(failure.command));
    }
  }
  if (failures > most_failures) {
    text += format("\nand {} more in hunt.json\n", failures - most_failures);
  }
  if (!summary.missing_probes.empty()) {
    text += "\nRequired probes that no run reached:\n\n";
    for (const auto& name : summary.missing_probes) text += format("- {}\n", code(name));
  }
  if (!summary.coverage.empty()) text += "\n";
  for (const auto& line : summary.coverage) text += format("- {}\n", markdown_escaped(line));
  return text;
}

}  // namespace logquake::report
