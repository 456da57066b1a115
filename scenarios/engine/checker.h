// A checker holds promises against the facts, and against nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

/// What one checker found in one run.
class Findings {
 public:
  explicit Findings(std::string checker) : checker_(std::move(checker)) {}

  /// A promise is broken: the run ends with this event. `facts` prove it; the fact that is being
  /// judged is added by itself. `detail`: lines that are shown as they are, a drawing. At most
  /// `most` are kept.
  void violation(std::string clause, std::string message, std::vector<sim::EventId> facts = {},
                 std::string detail = {});
  /// Against the naive expectation, but excused by `clause`. Equal (clause, message) pairs are
  /// counted as one; the first few examples are kept.
  void anomaly(std::string clause, std::string message, std::int64_t count = 1,
               std::vector<sim::EventId> facts = {});
  /// What was watched and held, one line: "312 records judged". Call from at_end().
  void promise(std::string clause, std::string summary);
  /// The run cannot be judged, and why. Any violation still counts for more.
  void unknown(std::string why);

  const std::string& checker() const { return checker_; }
  const std::vector<report::Violation>& violations() const { return violations_; }
  const std::vector<report::Anomaly>& anomalies() const { return anomalies_; }
  const std::vector<report::Promise>& promises() const { return promises_; }
  const std::vector<std::string>& unknowns() const { return unknowns_; }

  /// For the runner: what is being judged now.
  void judge(Instant now, sim::EventId fact) {
    now_ = now;
    fact_ = fact;
  }

  static constexpr std::size_t most = 16;  // chosen: one is the reason, some more show the pattern

 private:
  std::string checker_;
  Instant now_{};
  sim::EventId fact_{};
  std::vector<report::Violation> violations_;
  std::vector<report::Anomaly> anomalies_;
  std::vector<report::Promise> promises_;
  std::vector<std::string> unknowns_;
};

/// How the run came to its end.
struct Ending {
  Instant now{};
  // The faults have been healed, the time to converge was given, and nothing is beyond recovery.
  bool healed = false;
  std::vector<std::string> pending;  // what had to happen and did not, as the world says
  std::set<std::string> gone{};      // machines that never came back
};

/// Where users plug in. Memory linear in what is live; never draws, blocks or states facts.
class Checker {
 public:
  virtual ~Checker() = default;
  /// Every fact of the run, in order; those of sim and scenarios/engine/run_facts.h included.
  virtual void on_fact(const sim::TraceEvent& event, Findings& findings) = 0;
  /// Once, where no promise was broken before. Promises of liveness hold only of endings that are
  /// healed.
  virtual void at_end(const Ending& ending, Findings& findings) = 0;
};

/// Makes one checker per run.
struct CheckerFactory {
  std::string name;  // "acked-records-survive"
  std::function<std::unique_ptr<Checker>()> make;
};

}  // namespace logquake::scenario
