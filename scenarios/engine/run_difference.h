// Where two runs part in their facts, and what followed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/run_report.h"
#include "reports/story.h"

namespace logquake::scenario {

/// What one of two runs tells and the other does not.
struct OneSidedStory {
  std::optional<sim::RecordedFact> parting;  // the first fact that is only here
  std::vector<sim::RecordedFact> causes;     // of that fact, oldest first, without itself
  std::vector<report::Moment> moments;       // of what is only here, in the order of time
  std::size_t facts = 0;                     // so many are only here
};

/// A fact that both runs state with other values.
struct ChangedFact {
  sim::RecordedFact first;
  sim::RecordedFact second;
};

struct RunDifference {
  std::optional<sim::RecordedFact> last_common;  // before they part, as the first run states it
  OneSidedStory first;
  OneSidedStory second;
  std::vector<ChangedFact> changed;  // the first few, where no fact is one-sided
  /// Whether the runs tell the same.
  bool is_none() const { return !first.parting && !second.parting && changed.empty(); }
};

/// Compares two recorded runs by what they tell: the nth fact of a machine and a kind, said in the
/// same words, is the same fact in both runs, whenever it came and whatever numbers it has (ids,
/// epochs, offsets). Facts of level info and above count, or all that were kept where those agree.
/// What one run tells after the other has ended is no difference. At most `limit` moments a side.
RunDifference difference_of(const report::RunReport& first, const report::RunReport& second,
                            std::size_t limit = 12);

/// Several lines; `first` and `second` name the runs: "the failing run", "the passing run".
std::string to_text(const RunDifference& difference, std::string_view first,
                    std::string_view second);

}  // namespace logquake::scenario
