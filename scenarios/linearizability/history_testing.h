// For tests: histories written down in a line an operation.
#pragma once

#include <string>
#include <utility>

#include "scenarios/linearizability/history.h"

namespace logquake::linearizability::testing {

/// When an operation was called and when it returned.
struct During {
  std::int64_t called;
  std::int64_t returned;
};

inline Operation operation(std::string client, During during, std::string call,
                           Values arguments = {}, std::optional<Values> answer = std::nullopt) {
  Operation made;
  made.client = std::move(client);
  made.call = std::move(call);
  made.arguments = std::move(arguments);
  made.answer = std::move(answer);
  made.outcome = Outcome::known;
  made.called = during.called;
  made.returned = during.returned;
  return made;
}

/// Called at `called`; whether it took effect is not known.
inline Operation lost(std::string client, std::int64_t called, std::string call,
                      Values arguments = {}) {
  auto made = operation(std::move(client), {called, 0}, std::move(call), std::move(arguments));
  made.outcome = Outcome::unknown;
  return made;
}

/// Its client knows that it took no effect.
inline Operation refused(std::string client, During during, std::string call,
                         Values arguments = {}) {
  auto made = operation(std::move(client), during, std::move(call), std::move(arguments));
  made.outcome = Outcome::failed;
  return made;
}

inline Operation on(std::string object, Operation made) {
  made.object = std::move(object);
  return made;
}

}  // namespace logquake::linearizability::testing
