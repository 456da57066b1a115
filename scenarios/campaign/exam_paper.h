// The exam paper: for each defect the scenario in which a hunt has to find it, and by which clause.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/exam_file.h"
#include "scenarios/engine/problems.h"

namespace logquake::scenario {

/// Where a hunt is sent.
struct ExamScenario {
  std::string name;               // as the paper says it: "gossip", "defects/lost-answer"
  std::string path;               // what load_scenario() takes
  std::vector<std::string> sets;  // "cluster.brokers=5"
};

/// A defect that a hunt has to find.
struct ExamQuestion {
  std::string defect;
  ExamScenario scenario;
  std::vector<std::string> clauses;  // or checkers; any of them is the expected answer
};

/// An anomaly that a scenario has to show without any defect.
struct ExamAnomaly {
  ExamScenario scenario;
  std::string clause;
};

/// A defect that no hunt can find, and why.
struct ExamExcuse {
  std::string defect;
  std::string reason;
};

struct ExamPaper {
  std::vector<ExamQuestion> questions;  // in the order of the file
  std::vector<ExamAnomaly> anomalies;
  std::vector<ExamExcuse> excuses;
};

/// The path of the first library folder's exam paper, if any has one.
std::optional<std::string> find_exam(const Catalog& catalog);

/// Reads a paper:
///
///     [[question]]
///     defect   = "gossip.skip-anti-entropy"
///     scenario = "gossip"                  # or a path from the paper's folder,
///     "defects/lost-answer" set      = ["length=20s"] clause   = "G-INV-1"                 # or a
///     checker, or a list: any of them
///
///     [[anomaly]]
///     scenario = "incrementing-misses-updates"
///     clause   = "C-JSO-70"
///
///     [[unanswered]]
///     defect = "zk.close-keeps-child-count"
///     reason = "..."
///
/// Nothing where `problems` has some: no such defect or scenario, a defect asked for twice, a
/// clause that is spelt like none. That every defect has its question is the business of tests.
std::optional<ExamPaper> read_exam(const std::string& path, const Catalog& catalog,
                                   Problems& problems);

}  // namespace logquake::scenario
