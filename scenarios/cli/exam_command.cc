// exam: how soon each defect is found.
#include <algorithm>
#include <cstdio>
#include <thread>

#include "scenarios/campaign/exam.h"
#include "scenarios/campaign/exam_report.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/interruption.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/suggestion.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool read_request(const Settings& settings, ExamRequest& request) {
  std::int64_t campaigns = request.campaigns;
  if (!read_count("--campaigns", settings.campaigns, campaigns)) return false;
  request.campaigns = static_cast<int>(campaigns);
  if (!read_count("--seeds", settings.seeds, request.seeds)) return false;
  if (!read_duration("--time", settings.time, request.time)) return false;
  std::optional<Duration> patience;
  if (!read_duration("--patience", settings.patience, patience)) return false;
  request.patience = patience.value_or(request.patience);
  request.shrinks = !settings.no_shrink;
  request.jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 256U));
  if (settings.jobs.empty()) return true;
  const auto jobs = parse_jobs(settings.jobs);
  if (!jobs) return bad_input(jobs.error().message), false;
  request.jobs = *jobs;
  return true;
}

/// Whether each defect asked for is on the paper; false after printing which is not.
bool are_on(const ExamPaper& paper, const std::vector<std::string>& defects) {
  std::vector<std::string> known;
  for (const auto& question : paper.questions) known.push_back(question.defect);
  for (const auto& excuse : paper.excuses) known.push_back(excuse.defect);
  for (const auto& defect : defects) {
    if (std::find(known.begin(), known.end(), defect) != known.end()) continue;
    bad_input(format("exam: no question is about \"{}\"{}", defect, suggestion(defect, known)));
    return false;
  }
  return true;
}

}  // namespace

int exam_command(const Settings& settings, const Catalog& catalog) {
  ExamRequest request;
  if (!read_request(settings, request)) return exit_bad_input;
  const auto path = find_exam(catalog);
  if (!path) return bad_input(format("exam: no library folder has an {}", exam_file));
  Problems problems(*path);
  const auto told_wrong = [&problems] {
    std::fputs(problems.to_text().c_str(), stderr);
    return exit_bad_input;
  };
  const auto paper = read_exam(*path, catalog, problems);
  if (!paper) return told_wrong();
  if (!are_on(*paper, settings.subjects)) return exit_bad_input;
  if (!settings.out.empty()) {
    if (const auto allowed = try_directory(settings.out); !allowed)
      return bad_input(format("--out {}", allowed.error().message));
  }

  const Interruption interruption;
  const auto report =
      sit_exam(*paper, settings.subjects, request, catalog, problems, [](const std::string& news) {
        if (!news.empty()) {
          std::fputs((news + "\n").c_str(), stderr);
          std::fflush(stderr);
        }
        return !Interruption::has_come();
      });
  if (!report) return told_wrong();

  if (!settings.out.empty()) {
    const auto written = write_directory(
        settings.out,
        {{"exam.json", to_json(*report)}, {"exam.md", to_markdown(*report, machine_line())}});
    if (!written) return harness_trouble(written.error().message);
  }
  std::fputs((settings.format == "json" ? to_json(*report) : to_text(*report)).c_str(), stdout);
  return report->exit_code();
}

}  // namespace logquake::scenario
