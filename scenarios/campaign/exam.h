// The exam: each defect is hunted, in several campaigns of seeds, until it is found or the seeds
// are used up; and what that has cost.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/campaign/exam_paper.h"
#include "scenarios/engine/scenario.h"

namespace logquake::scenario {

struct ExamRequest {
  int campaigns = 5;             // each counts up from seeds of its own
  int jobs = 1;                  // worker processes
  std::int64_t seeds = 500;      // at most so many in one campaign. Chosen: what teaching scenarios
                                 // must pass without a defect
  std::optional<Duration> time;  // of real time for one question: no new seed is begun afterwards
  Duration patience = 300s;      // of real time for one run; longer is a hang
  bool shrinks = true;           // the first failure of each defect, within shrink's own bounds
};

/// How small a failure has become.
struct ExamStory {
  std::int64_t steps = 0;       // of the fault plan
  std::int64_t operations = 0;  // of the load
};

/// One hunt from one campaign's first seed on.
struct ExamCampaign {
  std::uint64_t first_seed = 1;
  bool found = false;
  std::int64_t seeds = 0;  // tried; the last of them is the one that failed
  Duration cpu{};          // user and system time of the workers, of these seeds only
  std::string clause;      // of the first violation; the checker where it has no clause
  std::string message;
  std::string name;     // of the run that failed
  std::string command;  // brings it back
};

/// What became of one defect.
struct ExamAnswer {
  std::string defect;
  ExamScenario scenario;
  std::vector<std::string> expected;  // clauses or checkers
  std::vector<ExamCampaign> campaigns;
  std::optional<ExamStory> story;  // of the first campaign's failure, shrunk

  bool found() const;  // in every campaign
  /// Medians over the campaigns that found it; over all where none did.
  std::int64_t seeds() const;
  Duration cpu() const;
  /// What most campaigns were told, the earliest of equals; empty where nothing was found.
  std::string clause() const;
  /// Whether every campaign that found it was told one of the expected clauses.
  bool as_expected() const { return unexpected().empty(); }
  /// What else campaigns were told, sorted.
  std::vector<std::string> unexpected() const;
};

/// Whether a scenario shows what it should show.
struct ExamSight {
  ExamAnomaly anomaly;
  std::int64_t runs = 0;   // looked at, from seed 1 on
  std::uint64_t seed = 0;  // the first that showed it; zero for none
};

struct ExamReport {
  std::vector<ExamAnswer> answers;
  std::vector<ExamSight> sights;
  std::vector<ExamExcuse> excuses;
  int campaigns = 0;
  std::int64_t seeds = 0;  // the limit of each campaign
  bool interrupted = false;

  /// 1 where a defect was not found in some campaign or an anomaly never showed, 2 where the rest
  /// was not asked, else 0.
  int exit_code() const;
};

/// Where campaign `number`, from 0, begins to count.
std::uint64_t first_seed_of(int number);

/// Answers the paper's questions, all or those about `defects`; anomalies are looked for only when
/// all are asked. Blocks for as long as the hunts take. `progress` gets a line now and then, and
/// ends the exam by returning false: then the report has what was found until then. But for the
/// times the report depends on the paper, the limit and the number of campaigns alone. A scenario
/// that cannot be read with its settings is a problem, and nothing is hunted.
std::optional<ExamReport> sit_exam(const ExamPaper& paper, const std::vector<std::string>& defects,
                                   const ExamRequest& request, const Catalog& catalog,
                                   Problems& problems,
                                   const std::function<bool(const std::string&)>& progress);

}  // namespace logquake::scenario
