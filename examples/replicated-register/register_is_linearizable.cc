#include "register_is_linearizable.h"

#include "facts.h"
#include "scenarios/linearizability/linearizability_checker.h"

namespace atomic_register {

using namespace logquake;

namespace {

// Which fact says what about an operation. A client that begins anew has given its last one up:
// whether that took effect is then open.
void read_history(const sim::TraceEvent& event, linearizability::HistoryRecorder& history) {
  if (const auto* write = event.as<WriteBegan>()) {
    history.call("writer-1", "", "write", {std::to_string(write->value)});
  } else if (event.as<WriteEnded>() != nullptr) {
    history.done("writer-1");
  } else if (const auto* began = event.as<ReadBegan>()) {
    history.call(began->reader, "", "read");
  } else if (const auto* read = event.as<ReadEnded>()) {
    history.answer(read->reader, {std::to_string(read->value)});
  }
}

}  // namespace

scenario::CheckerFactory register_is_linearizable() {
  return linearizability::linearizability_checker(
      {.name = "register-is-linearizable",
       .clause = "R-REG-2",
       .model = [] { return linearizability::register_model("0"); },
       .limits = {}},
      read_history);
}

}  // namespace atomic_register
