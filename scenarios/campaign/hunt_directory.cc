#include "scenarios/campaign/hunt_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/junit_report.h"
#include "reports/markdown_summary.h"
#include "scenarios/campaign/hunt_text.h"
#include "scenarios/campaign/stories.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;

Error trouble(const std::string& path) {
  const auto code = errno == ENOSPC ? ErrorCode::no_space : ErrorCode::io_error;
  return {code, format("{}: {}", path, std::strerror(errno))};
}

Status write_and_sync(const std::string& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return trouble(path);
  while (!content.empty()) {
    const auto put = ::write(file, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      auto error = trouble(path);
      ::close(file);
      return error;
    }
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  const bool synced = ::fsync(file) == 0;
  if (::close(file) != 0 || !synced) return trouble(path);
  return {};
}

}  // namespace

bool is_hunt(const std::string& directory) {
  std::error_code ignored;
  return fs::exists(directory + "/hunt.jsonl", ignored);
}

bool is_unfinished_hunt(const std::string& directory) {
  if (!is_hunt(directory)) return false;
  const auto report = read_hunt_file(directory, "hunt.json");
  if (!report) return true;
  const auto json = nlohmann::json::parse(*report, nullptr, false);
  const auto interrupted = json.is_object() ? json.find("interrupted") : json.end();
  return interrupted == json.end() || *interrupted != false;
}

std::vector<std::string> scenario_file_names(std::size_t scenarios) {
  if (scenarios == 1) return {"scenario.toml"};
  std::vector<std::string> names;
  for (std::size_t at = 1; at <= scenarios; ++at) names.push_back(format("scenario-{}.toml", at));
  return names;
}

Status begin_hunt_directory(const std::string& directory, const Campaign& campaign,
                            const std::vector<NamedFile>& scenario_files) {
  if (is_unfinished_hunt(directory)) {
    return Error{
        ErrorCode::already_exists,
        format("{}: holds an unfinished hunt: go on with --resume, or remove it", directory)};
  }
  auto files = scenario_files;
  files.emplace_back("hunt.jsonl", to_line(campaign) + "\n");
  return write_directory(directory, files);
}

Result<std::string> read_hunt_file(const std::string& directory, const std::string& name) {
  const auto path = format("{}/{}", directory, name);
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::not_found, format("{}: cannot be read", path)};
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::vector<LoggedRun> runs_that_count(const Campaign& campaign, std::vector<LoggedRun> runs) {
  if (!campaign.until_fail) return runs;
  auto stop = UINT64_MAX;
  for (const auto& run : runs) {
    if (is_failure(run.verdict)) stop = std::min(stop, run.place.seed);
  }
  std::erase_if(runs, [stop](const LoggedRun& run) { return run.place.seed > stop; });
  return runs;
}

HuntReport report_of(const Campaign& campaign, std::vector<LoggedRun> runs, std::string_view text) {
  std::sort(runs.begin(), runs.end(), [](const LoggedRun& left, const LoggedRun& right) {
    return std::pair(left.place.scenario, left.place.seed) <
           std::pair(right.place.scenario, right.place.seed);
  });
  HuntReport report(campaign);
  HuntTally tally(report);
  for (const auto& run : runs) {
    const auto parsed = parse_hunted_run(text.substr(run.begin, run.size));
    LOGQUAKE_CHECK(parsed.ok(), "a line that was read before can be read again");
    tally.add(*parsed);
  }
  return report;
}

std::string sorted_timings(std::string_view text, const Campaign& campaign,
                           const std::vector<LoggedRun>& runs, Duration& cpu) {
  std::map<std::pair<std::size_t, std::uint64_t>, std::string> lines;
  std::map<std::pair<std::size_t, std::uint64_t>, Duration> times;
  for (const auto& run : runs) lines[{run.place.scenario, run.place.seed}];
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto timing = parse_timing(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!timing) continue;
    const auto scenario = campaign.find(timing->content_hash);
    const auto line = lines.find({scenario.value_or(campaign.scenarios.size()), timing->seed});
    if (line == lines.end()) continue;
    line->second = to_line(*timing) + "\n";  // the last one is of the run that counted
    times[line->first] = timing->cpu;
  }
  std::string sorted;
  for (const auto& [place, line] : lines) sorted += line;
  for (const auto& [place, time] : times) cpu += time;
  return sorted;
}

std::vector<NamedFile> files_of_report(const HuntReport& report) {
  const auto summary = summary_of(report);
  std::vector<NamedFile> files;
  for (const auto& failure : report.failures) {
    if (!failure.story.empty()) {
      files.emplace_back(story_file(report.campaign, failure), failure.story);
    }
  }
  // Several checkers may have failed in one run: it is told once.
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  files.emplace_back("junit.xml", report::junit_report(summary));
  files.emplace_back("summary.md", report::markdown_summary(summary));
  files.emplace_back("hunt.json", to_json(report));
  return files;
}

Status replace_files(const std::string& directory, const std::vector<NamedFile>& files) {
  for (const auto& [name, content] : files) {
    const auto path = fs::path(directory) / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    const auto fresh = path.string() + ".new";
    if (auto written = write_and_sync(fresh, content); !written) return written;
    fs::rename(fresh, path, error);
    if (error) {
      return Error{ErrorCode::io_error, format("{}: {}", path.string(), error.message())};
    }
  }
  return {};
}

}  // namespace logquake::scenario
