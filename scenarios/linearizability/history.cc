#include "scenarios/linearizability/history.h"

#include "sim/base/format.h"

namespace logquake::linearizability {
namespace {

std::string joined(const Values& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : " ") + value;
  return text;
}

}  // namespace

std::string to_string(const Operation& operation) {
  auto text = operation.call;
  if (!operation.arguments.empty()) text += " " + joined(operation.arguments);
  if (operation.outcome == Outcome::failed) return text + " -> refused";
  if (operation.outcome == Outcome::unknown) return text + " -> ?";
  if (!operation.answer) return text;
  return text + " -> " + (operation.answer->empty() ? "nothing" : joined(*operation.answer));
}

std::string problem_of(const Operation& operation) {
  if (operation.outcome != Outcome::known || operation.called <= operation.returned) return {};
  return format("{} of {}: expected its return after its call at {}, found it at {}",
                to_string(operation), operation.client, operation.called, operation.returned);
}

}  // namespace logquake::linearizability
