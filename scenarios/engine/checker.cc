#include "scenarios/engine/checker.h"

#include <algorithm>

namespace logquake::scenario {

void Findings::violation(std::string clause, std::string message, std::vector<sim::EventId> facts,
                         std::string detail) {
  if (violations_.size() == most) return;
  if (fact_ != sim::EventId() && std::find(facts.begin(), facts.end(), fact_) == facts.end())
    facts.push_back(fact_);
  violations_.push_back(
      {checker_, std::move(clause), std::move(message), now_, std::move(facts), std::move(detail)});
}

void Findings::anomaly(std::string clause, std::string message, std::int64_t count,
                       std::vector<sim::EventId> facts) {
  constexpr std::size_t most_examples = 3;
  const auto same =
      std::find_if(anomalies_.begin(), anomalies_.end(), [&](const report::Anomaly& known) {
        return known.clause == clause && known.message == message;
      });
  if (same == anomalies_.end()) {
    if (facts.size() > most_examples) facts.resize(most_examples);
    anomalies_.push_back(
        {checker_, std::move(clause), std::move(message), count, std::move(facts)});
    return;
  }
  same->count += count;
  for (const auto fact : facts) {
    if (same->facts.size() < most_examples) same->facts.push_back(fact);
  }
}

void Findings::promise(std::string clause, std::string summary) {
  promises_.push_back({checker_, std::move(clause), std::move(summary)});
}

void Findings::unknown(std::string why) { unknowns_.push_back(std::move(why)); }

}  // namespace logquake::scenario
