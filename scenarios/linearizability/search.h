// Whether the operations on one object can be put into an order that one object, doing one thing at
// a time, could have gone through. Source: Wing and Gong, "Testing and Verifying Concurrent
// Objects" (1993); Lowe, "Testing for Linearizability" (2017): configurations are remembered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/linearizability/history.h"
#include "scenarios/linearizability/sequential_model.h"

namespace logquake::linearizability {

/// The search is exponential in how many operations are under way at once, and in those of unknown
/// outcome. One unit of work is one step of the model on a state of up to 64 bytes.
struct Limits {
  std::int64_t work = 5'000'000;  // chosen: a second or two on a machine of 2020
};

struct Search {
  enum class Result : std::uint8_t { ordered, impossible, gave_up };
  Result result = Result::gave_up;
  /// Of `ordered`: the indices of the operations that take effect, in one order that explains all.
  std::vector<std::size_t> order;
  std::int64_t work = 0;
};

/// All operations are taken to be of one object; each has no problem in the model's eyes. Those
/// that failed are left out. Two configurations are taken for one where 128 bits of hash agree.
Search search_order(const History& operations, const SequentialModel& model,
                    const Limits& limits = {});

/// The calls and returns of a history in the order in which they happened. At one stamp calls come
/// first: what touches is concurrent. Operations of unknown outcome never return.
struct HistoryEvent {
  std::size_t operation = 0;
  bool is_return = false;
};
std::vector<HistoryEvent> events_of(const History& operations);

}  // namespace logquake::linearizability
