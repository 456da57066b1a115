// What of a run is worth telling: the same few moments for the terminal, the time line and the
// page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/run_report.h"

namespace logquake::report {

/// One line of the story.
struct Moment {
  enum class Role : std::uint8_t {
    event,  // a key fact
    fault,  // a fault strikes
    proof,  // a fact that proves a violation
    error,  // a fact by which a model says that a promise was broken
  };
  Role role = Role::event;
  Instant at{};
  sim::EventId fact;        // zero for a fault that no fact states
  std::string node;         // empty for the world outside the nodes
  std::string kind;         // "broker.isr-shrank"; empty for faults
  std::string sentence;     // for faults with their trigger
  std::int64_t folded = 0;  // so many more of this kind (of faults: so many faults) follow closely
  Instant folded_until{};   // when the last of them came
};

/// At most `limit` moments in the order of time, chosen from the facts of level info and above by
/// rules that depend on the report alone: first what proves a violation, then faults and what
/// followed from them, then the first and the last of what each part of the system did. The same
/// report always gives the same story.
std::vector<Moment> tell(const RunReport& report, std::size_t limit);

/// How it came to the violation: the facts that prove it, the faults that struck before and what
/// ended them, and, of level info and above, what the models said of the things that the violation
/// names, or the faults' triggers where it names none (Interest), or the chain of causes where they
/// do not either. At most
/// `limit` moments in the order of time; where there are more, the last.
std::vector<Moment> tell_violation(const RunReport& report, const Violation& violation,
                                   std::size_t limit);

}  // namespace logquake::report
