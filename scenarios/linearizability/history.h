// What clients of a service asked, when, and what they were told: the material of a judgement
// whether the service behaves as one object that does one thing at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/fact.h"

namespace logquake::linearizability {

using Values = std::vector<std::string>;

/// What the client knows of its operation.
enum class Outcome : std::uint8_t {
  known,    // it took effect between its call and its return, and answered so
  failed,   // it never took effect and never will: a clean refusal
  unknown,  // a time-out, a broken connection: it takes effect at any later time, or never
};

/// One call of one client on one object. Objects are told apart by `object` and are independent of
/// one another.
struct Operation {
  std::string client;
  std::string object;            // "x"; may stay empty where there is only one
  std::string call;              // what the model knows: "read", "write", "enqueue"
  Values arguments;              // "3"
  std::optional<Values> answer;  // of a known outcome; nothing: the client was told nothing
  Outcome outcome = Outcome::unknown;
  // Any clock whose order is the order of what happened: numbers of facts, nanoseconds. Of an
  // operation that returns at the very stamp at which another is called, neither is the first.
  std::int64_t called = 0;
  std::int64_t returned = 0;  // of a known outcome
  sim::EventId call_fact;     // zero for none
  sim::EventId return_fact;
};

/// In any order.
using History = std::vector<Operation>;

/// "write 3", "read -> 3", "enqueue a -> ?": arguments, and the answer where one is known.
std::string to_string(const Operation& operation);

/// What no history can be, or an empty text: a known outcome that returned before it was called.
std::string problem_of(const Operation& operation);

}  // namespace logquake::linearizability
