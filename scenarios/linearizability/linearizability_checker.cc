#include "scenarios/linearizability/linearizability_checker.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"

namespace logquake::linearizability {
namespace {

class LinearizabilityChecker final : public scenario::Checker {
 public:
  LinearizabilityChecker(const LinearizabilityPromise& promise, const Extractor& extractor)
      : promise_(promise), extractor_(extractor), model_(promise.model()) {}

  void on_fact(const sim::TraceEvent& event, scenario::Findings& findings) override {
    static_cast<void>(findings);
    recorder_.read(event.id);
    extractor_(event, recorder_);
  }

  void at_end(const scenario::Ending&, scenario::Findings& findings) override {
    if (!recorder_.problem().empty()) return findings.unknown(recorder_.problem());
    const auto judgement = judge(recorder_.history(), *model_, promise_.limits);
    switch (judgement.verdict) {
      case Verdict::unknown:
        return findings.unknown(judgement.reason);
      case Verdict::not_linearizable:
        return tell(*judgement.counterexample, findings);
      case Verdict::linearizable:
        break;
    }
    findings.promise(
        promise_.clause,
        format(
            "{} operations on {} object{}, {} of unknown outcome: each {} did one thing at a time",
            judgement.operations, judgement.objects, judgement.objects == 1 ? "" : "s",
            judgement.unknown_outcomes, model_->name()));
  }

 private:
  void tell(const Counterexample& found, scenario::Findings& findings) const {
    std::vector<sim::EventId> facts;
    for (const auto& operation : found.window) {
      facts.push_back(operation.call_fact);
      if (operation.outcome == Outcome::known) facts.push_back(operation.return_fact);
    }
    std::sort(facts.begin(), facts.end());
    findings.violation(promise_.clause, sentence_of(found), std::move(facts), to_text(found));
  }

  LinearizabilityPromise promise_;
  Extractor extractor_;
  std::unique_ptr<SequentialModel> model_;
  HistoryRecorder recorder_;
};

}  // namespace

void HistoryRecorder::call(const std::string& client, std::string object, std::string call,
                           Values arguments) {
  under_way_[client] = history_.size();
  Operation operation;
  operation.client = client;
  operation.object = std::move(object);
  operation.call = std::move(call);
  operation.arguments = std::move(arguments);
  operation.called = fact_.value();
  operation.call_fact = fact_;
  history_.push_back(std::move(operation));
}

Operation* HistoryRecorder::under_way(const std::string& client) {
  const auto found = under_way_.find(client);
  if (found != under_way_.end()) return &history_[found->second];
  if (problem_.empty())
    problem_ = format("fact {}: {} is answered, but called nothing", fact_, client);
  return nullptr;
}

void HistoryRecorder::end(const std::string& client, Outcome outcome,
                          std::optional<Values> answer) {
  auto* operation = under_way(client);
  if (operation == nullptr) return;
  operation->outcome = outcome;
  operation->answer = std::move(answer);
  if (outcome == Outcome::known) {
    operation->returned = fact_.value();
    operation->return_fact = fact_;
  }
  under_way_.erase(client);
}

void HistoryRecorder::answer(const std::string& client, Values answer) {
  end(client, Outcome::known, std::move(answer));
}
void HistoryRecorder::done(const std::string& client) { end(client, Outcome::known, std::nullopt); }
void HistoryRecorder::refused(const std::string& client) {
  end(client, Outcome::failed, std::nullopt);
}
void HistoryRecorder::lost(const std::string& client) {
  end(client, Outcome::unknown, std::nullopt);
}

scenario::CheckerFactory linearizability_checker(LinearizabilityPromise promise,
                                                 Extractor extractor) {
  const auto name = promise.name;
  return {name, [promise = std::move(promise), extractor = std::move(extractor)] {
            return std::make_unique<LinearizabilityChecker>(promise, extractor);
          }};
}

}  // namespace logquake::linearizability
