// What an object does when it does one thing at a time: the measure that a history is held to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/linearizability/history.h"

namespace logquake::linearizability {

/// Where users plug in an object of their own. States are text: equal states must be equal text.
class SequentialModel {
 public:
  virtual ~SequentialModel() = default;
  virtual std::string_view name() const = 0;  // "register"
  virtual std::string initial() const = 0;
  /// The state after `operation`, or nothing where an object in `state` could not have answered so.
  /// An operation without an answer is told nothing: whatever it would have been told is right.
  virtual std::optional<std::string> apply(const std::string& state,
                                           const Operation& operation) const = 0;
  /// What is wrong with the operation whatever the state (an unknown call, a missing argument), or
  /// an empty text. apply() is asked only of operations without a problem.
  virtual std::string problem(const Operation& operation) const = 0;
  /// For each operation a number: of several that may take effect next, those of the least number
  /// are tried first. Any guess is right, a good one saves work; without numbers the order of the
  /// calls is tried.
  virtual std::vector<std::int64_t> guess(const History& operations) const {
    static_cast<void>(operations);
    return {};
  }
  /// The state for a person.
  virtual std::string told(const std::string& state) const = 0;
};

/// Holds one value: "read" answers it, "write VALUE", "cas EXPECTED NEW" answers "true" where it
/// has written and "false" where the value was another.
std::unique_ptr<SequentialModel> register_model(std::string initial = {});
/// "add ELEMENT" and "remove ELEMENT" answer "true" where they changed the set, "contains ELEMENT";
/// "read" answers all elements, in any order. Where nobody reads all of it, name each element an
/// object of its own: the judgement is much cheaper.
std::unique_ptr<SequentialModel> set_model();
/// First in, first out: "enqueue VALUE"; "dequeue" answers the oldest value, or nothing (an empty
/// answer) where the queue is empty. Values are to be distinct, or the judgement is dear; so it is
/// where dequeues of unknown outcome meet long queues.
std::unique_ptr<SequentialModel> queue_model();
/// "append RECORD" answers the offset, the first is 0; "read OFFSET" answers the record, or nothing
/// behind the end; "end" answers the offset that the next record gets.
std::unique_ptr<SequentialModel> log_model();

}  // namespace logquake::linearizability
