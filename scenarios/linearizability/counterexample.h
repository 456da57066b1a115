// The smallest window of a history that no order explains, for a person.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/linearizability/history.h"
#include "scenarios/linearizability/search.h"

namespace logquake::linearizability {

struct Counterexample {
  std::string model;   // "register"
  std::string object;  // may be empty
  /// Whose return is the first that no order explains; everything before it can be explained.
  Operation culprit;
  /// By call, the culprit included: in one order that explains all before the culprit's return,
  /// what took effect after the last moment at which the culprit's answer would have been right
  /// (where there was none, since the culprit was called); and all that overlaps with the culprit.
  /// What had not returned by then is of unknown outcome here.
  History window;
  std::int64_t left_out = 0;  // of the window: more than a person reads
  /// What the object held in that order when the window begins, after `before` operations. Nothing
  /// where finding the order was too much work.
  std::optional<std::string> held;
  std::int64_t before = 0;

  static constexpr std::size_t most = 12;  // operations in a window; chosen: half a screen
};

/// Of operations on one object for which search_order() says impossible.
Counterexample find_counterexample(const History& operations, const SequentialModel& model,
                                   const Limits& limits = {});

/// "reader-1 was told read -> 57, which fits no order of the operations on register x".
std::string sentence_of(const Counterexample& counterexample);

/// A heading and a little chart, a line for each client, time from left to right:
///
///     no order explains the answer at X; in one that explains all before it, register x held 49
///     after 98 operations, and then:
///       writer    |-- write 50 --|
///       reader-1                   |-- read -> 50 --|
///       reader-2                                      |-- read -> 49 --| X
///
/// What had not returned by then is open at its end, and its answer is left out. Ends with a line
/// break.
std::string to_text(const Counterexample& counterexample);

}  // namespace logquake::linearizability
