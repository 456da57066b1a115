// For tests of checkers: facts made by hand, or those of a whole simulation, and what was found.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/checker.h"
#include "sim/simulation.h"
#include "sim/trace/trace.h"

namespace logquake::scenario::testing {

/// Some checkers, as the runner keeps them, without a runner.
class Judges {
 public:
  explicit Judges(const std::vector<CheckerFactory>& factories) {
    for (const auto& factory : factories)
      judges_.push_back({factory.make(), Findings(factory.name)});
  }
  void listen_to(sim::Simulation& simulation) {
    simulation.trace().subscribe([this](const sim::TraceEvent& event) { hear(event); });
  }
  void hear(const sim::TraceEvent& event) {
    for (auto& [checker, findings] : judges_) {
      findings.judge(event.at, event.id);
      checker->on_fact(event, findings);
    }
  }
  void end(bool healed) {
    for (auto& [checker, findings] : judges_) {
      checker->at_end({.now = {}, .healed = healed, .pending = {}}, findings);
    }
  }

  std::set<std::string> broken_clauses() const {
    std::set<std::string> clauses;
    for (const auto& [checker, findings] : judges_) {
      for (const auto& violation : findings.violations()) clauses.insert(violation.clause);
    }
    return clauses;
  }
  std::set<std::string> excusing_clauses() const {
    std::set<std::string> clauses;
    for (const auto& [checker, findings] : judges_) {
      for (const auto& anomaly : findings.anomalies()) clauses.insert(anomaly.clause);
    }
    return clauses;
  }
  /// Every violation, a line each.
  std::string told() const {
    std::string text;
    for (const auto& [checker, findings] : judges_) {
      for (const auto& violation : findings.violations())
        text += violation.clause + ": " + violation.message + "\n";
    }
    return text;
  }

 private:
  std::vector<std::pair<std::unique_ptr<Checker>, Findings>> judges_;
};

/// One checker and the facts that a test states to it.
class Witness {
 public:
  explicit Witness(const CheckerFactory& factory) : judges_({factory}) {}

  template <sim::FactLike Fact>
  Witness& state(const Fact& fact) {
    ++last_;
    judges_.hear({.id = sim::EventId(last_),
                  .cause = {},
                  .at = Instant(std::chrono::milliseconds(last_)),
                  .node = sim::NodeId(0),
                  .node_name = "node-1",
                  .type = &sim::fact_type<Fact>,
                  .fact = &fact});
    return *this;
  }
  Witness& end(bool healed = true) {
    judges_.end(healed);
    return *this;
  }
  std::set<std::string> broken() const { return judges_.broken_clauses(); }
  std::set<std::string> excused() const { return judges_.excusing_clauses(); }

 private:
  Judges judges_;
  std::int64_t last_ = 0;
};

using Clauses = std::set<std::string>;

}  // namespace logquake::scenario::testing
