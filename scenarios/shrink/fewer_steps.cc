#include "scenarios/shrink/fewer_steps.h"

#include <map>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool undoes(const sim::Fault& fault) {
  return std::holds_alternative<sim::Restart>(fault) ||
         std::holds_alternative<sim::Resume>(fault) ||
         std::holds_alternative<sim::HealNetwork>(fault) ||
         std::holds_alternative<sim::HealAll>(fault);
}

// When `delay` after the trigger is, for a step that cannot follow the step itself.
sim::Trigger later(const sim::Trigger& trigger, Duration delay) {
  if (const auto* at = std::get_if<sim::AtInstant>(&trigger))
    return sim::AtInstant{at->since_start + delay};
  if (const auto* after = std::get_if<sim::AfterStep>(&trigger))
    return sim::AfterStep{after->step, after->delay + delay};
  return trigger;
}

}  // namespace

sim::FaultPlan without(const sim::FaultPlan& plan, const std::set<int>& numbers) {
  sim::FaultPlan rest;
  std::map<int, sim::Trigger> gone;  // what the steps waited for that are not there any more
  const auto all = sim::numbers_of(plan);
  for (std::size_t at = 0; at < all.size(); ++at) {
    auto step = plan.steps[at];
    bool goes = numbers.contains(all[at]);
    if (const auto* after = std::get_if<sim::AfterStep>(&step.when)) {
      if (const auto before = gone.find(after->step); before != gone.end()) {
        goes = goes || undoes(step.what);
        step.when = later(before->second, after->delay);
      }
    }
    if (goes) {
      gone.emplace(all[at], step.when);
      continue;
    }
    step.number = all[at];
    rest.steps.push_back(std::move(step));
  }
  return rest;
}

std::string list_of(const std::set<int>& numbers) {
  std::string text;
  for (auto number = numbers.begin(); number != numbers.end();) {
    const int first = *number;
    int last = first;
    for (++number; number != numbers.end() && *number == last + 1; ++number) ++last;
    text += text.empty() ? "" : ", ";
    text += first == last ? format("{}", first) : format("{} to {}", first, last);
  }
  return text;
}

}  // namespace logquake::scenario
