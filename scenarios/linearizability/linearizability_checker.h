// Linearizability as a checker that a kit lists: it reads the facts of the user's clients and
// judges at the end of the run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "scenarios/engine/checker.h"
#include "scenarios/linearizability/judgement.h"

namespace logquake::linearizability {

/// Turns what clients state into a history. Each client does one operation at a time: one that
/// calls again without having been answered has given its last operation up, whose outcome stays
/// unknown. So does that of a client that dies.
class HistoryRecorder {
 public:
  /// `client` asks `object` (may be empty) for `call`.
  void call(const std::string& client, std::string object, std::string call, Values arguments = {});
  /// The operation under way took effect, and the client was told `answer`.
  void answer(const std::string& client, Values answer);
  /// It took effect, and the client was told no more than that.
  void done(const std::string& client);
  /// It did not take effect and never will.
  void refused(const std::string& client);
  /// The client gives up: nobody knows.
  void lost(const std::string& client);

  const History& history() const { return history_; }
  /// What was stated and cannot be, or an empty text: an answer to nobody's question.
  const std::string& problem() const { return problem_; }

  /// For the checker: which fact is being read.
  void read(sim::EventId fact) { fact_ = fact; }

 private:
  Operation* under_way(const std::string& client);
  void end(const std::string& client, Outcome outcome, std::optional<Values> answer);

  History history_;
  std::map<std::string, std::size_t> under_way_;  // by client, index in the history
  std::string problem_;
  sim::EventId fact_;
};

/// Tells the recorder what one fact says, if it says anything about an operation.
using Extractor = std::function<void(const sim::TraceEvent&, HistoryRecorder&)>;

struct LinearizabilityPromise {
  std::string name;    // "register-is-atomic"
  std::string clause;  // "R-REG-1"
  std::function<std::unique_ptr<SequentialModel>()> model;
  Limits limits;
};

/// The history is kept whole until the end of the run: memory grows with the operations. Where the
/// bound on work is reached the run cannot be judged, and the verdict says why.
scenario::CheckerFactory linearizability_checker(LinearizabilityPromise promise,
                                                 Extractor extractor);

}  // namespace logquake::linearizability
