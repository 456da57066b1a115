#include "scenarios/linearizability/judgement.h"

#include <map>

#include "sim/base/format.h"

namespace logquake::linearizability {
namespace {

std::string problem_of_any(const History& history, const SequentialModel& model) {
  for (const auto& operation : history) {
    if (auto problem = problem_of(operation); !problem.empty()) return problem;
    if (const auto problem = model.problem(operation); !problem.empty())
      return format("{}: {}: {}", model.name(), operation.client, problem);
  }
  return {};
}

void judge_object(const History& operations, const SequentialModel& model, const Limits& limits,
                  Judgement& judgement) {
  const auto search = search_order(operations, model, limits);
  judgement.work += search.work;
  switch (search.result) {
    case Search::Result::ordered:
      return;
    case Search::Result::impossible:
      judgement.verdict = Verdict::not_linearizable;
      judgement.counterexample = find_counterexample(operations, model, limits);
      return;
    case Search::Result::gave_up:
      break;
  }
  if (judgement.verdict == Verdict::unknown) return;
  std::int64_t unknown = 0;
  for (const auto& operation : operations) unknown += operation.outcome == Outcome::unknown ? 1 : 0;
  const auto& object = operations.front().object;
  judgement.verdict = Verdict::unknown;
  judgement.reason = format(
      "{}{}{}: {} operations, {} of unknown outcome, could not be judged within {} steps",
      model.name(), object.empty() ? "" : " ", object, operations.size(), unknown, limits.work);
}

}  // namespace

Judgement judge(const History& history, const SequentialModel& model, const Limits& limits) {
  Judgement judgement;
  if (auto problem = problem_of_any(history, model); !problem.empty()) {
    judgement.verdict = Verdict::unknown;
    judgement.reason = std::move(problem);
    return judgement;
  }
  std::map<std::string, History> objects;
  for (const auto& operation : history) {
    objects[operation.object].push_back(operation);
    judgement.unknown_outcomes += operation.outcome == Outcome::unknown ? 1 : 0;
  }
  judgement.objects = std::ssize(objects);
  judgement.operations = std::ssize(history);
  for (const auto& [object, operations] : objects) {
    judge_object(operations, model, limits, judgement);
    if (judgement.verdict == Verdict::not_linearizable) {
      judgement.reason.clear();
      break;
    }
  }
  return judgement;
}

}  // namespace logquake::linearizability
