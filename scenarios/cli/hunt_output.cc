#include "scenarios/cli/hunt_output.h"

#include <cstdio>
#include <cstdlib>

#include "reports/github_annotations.h"
#include "reports/markdown_summary.h"
#include "scenarios/campaign/hunt_text.h"
#include "scenarios/cli/commands.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

void annotate_for_github(const HuntReport& report, bool is_json) {
  const auto summary = summary_of(report);
  // The runner reads both streams; a program that reads the JSON reads one.
  std::fputs(report::github_annotations(summary).c_str(), is_json ? stderr : stdout);
  const char* page = std::getenv("GITHUB_STEP_SUMMARY");
  if (page == nullptr || *page == '\0') return;
  std::FILE* file = std::fopen(page, "ab");
  const auto text = report::markdown_summary(summary);
  const bool written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if ((file != nullptr && std::fclose(file) != 0) || !written) {
    std::fputs(
        format("logquake: warning: GITHUB_STEP_SUMMARY {}: cannot be written\n", page).c_str(),
        stderr);
  }
}

}  // namespace

int tell_hunt(const HuntReport& report, const std::string& directory, const Settings& settings) {
  const bool is_json = settings.format == "json";
  std::fputs(
      (is_json ? to_json(report) : format("{}/hunt.json\n", directory) + to_text(report)).c_str(),
      stdout);
  if (settings.annotations == "github") annotate_for_github(report, is_json);
  if (report.interrupted) {
    std::fputs(format("logquake: go on with `logquake hunt --resume {}`\n", directory).c_str(),
               stderr);
  }
  return exit_code_of(report);
}

int hunt_trouble(const Error& error, std::string_view flag) {
  if (error.code == ErrorCode::io_error || error.code == ErrorCode::no_space) {
    return harness_trouble(error.message);
  }
  return bad_input(
      format("{}{}", error.code == ErrorCode::already_exists ? flag : "", error.message));
}

}  // namespace logquake::scenario
