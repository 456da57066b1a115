#include "sim/fault.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/base/format.h"
#include "sim/base/hash.h"
#include "sim/random.h"

namespace logquake::sim {
namespace {

// In the order of the variant.
template <std::size_t... Indices>
constexpr auto keys_of(std::index_sequence<Indices...>) {
  return std::array<std::string_view, sizeof...(Indices)>{
      std::variant_alternative_t<Indices, Fault>::key...};
}
constexpr auto every_fault = std::make_index_sequence<std::variant_size_v<Fault>>{};
constexpr auto keys = keys_of(every_fault);

template <std::size_t... Indices>
std::optional<Fault> make(std::size_t wanted, std::index_sequence<Indices...>) {
  std::optional<Fault> made;
  ((Indices == wanted ? void(made.emplace(std::in_place_index<Indices>)) : void()), ...);
  return made;
}

std::string ordinal(int number) {
  const int last_two = number % 100;
  const char* ending = "th";
  if (last_two < 11 || last_two > 13) {
    if (number % 10 == 1) ending = "st";
    if (number % 10 == 2) ending = "nd";
    if (number % 10 == 3) ending = "rd";
  }
  return format("{}{}", number, ending);
}

}  // namespace

std::string_view key_of(const Fault& fault) { return keys[fault.index()]; }

std::span<const std::string_view> fault_keys() { return keys; }

std::optional<Fault> fault_named(std::string_view key) {
  for (std::size_t at = 0; at < keys.size(); ++at) {
    if (keys[at] == key) return make(at, every_fault);
  }
  return std::nullopt;
}

std::string sentence_of(const Fault& fault) {
  return std::visit([](const auto& kind) { return kind.sentence(); }, fault);
}

std::string sentence_of(const Trigger& trigger) {
  if (const auto* at = std::get_if<AtInstant>(&trigger))
    return format("at {}", to_text(at->since_start));
  if (const auto* after = std::get_if<AfterStep>(&trigger)) {
    return format("{} after step {}", to_text(after->delay), after->step);
  }
  const auto& on = std::get<OnFact>(trigger);
  std::string where;
  for (const auto& [field, value] : on.where)
    where += format("{}{}={}", where.empty() ? " of " : ", ", field, value);
  if (on.each && on.occurrence == 0)
    return format("on any {}{}, each with chance {}", on.kind, where, to_string(*on.each));
  return format("on the {} {}{}", ordinal(on.occurrence), on.kind, where);
}

std::vector<int> numbers_of(const FaultPlan& plan) {
  std::vector<int> numbers;
  int next = 0;
  for (const auto& step : plan.steps) {
    numbers.push_back(step.number.value_or(next));
    next = numbers.back() + 1;
  }
  return numbers;
}

int next_number(const FaultPlan& plan) {
  const auto numbers = numbers_of(plan);
  return numbers.empty() ? 0 : numbers.back() + 1;
}

const FaultStep* find_step(const FaultPlan& plan, int number) {
  const auto numbers = numbers_of(plan);
  const auto found = std::find(numbers.begin(), numbers.end(), number);
  if (found == numbers.end()) return nullptr;
  return &plan.steps[static_cast<std::size_t>(found - numbers.begin())];
}

bool is_in_play(const FaultStep& step, int number, std::uint64_t seed) {
  const auto value = keyed_value(seed, hash64("fault-step"), static_cast<std::uint64_t>(number));
  return keyed_below(value, step.probability.denominator) < step.probability.numerator;
}

void settle_occurrences(FaultPlan& plan, std::uint64_t seed) {
  // Chosen: far more matches than any run has; a trigger that was not drawn until then never comes.
  constexpr int most = 1'000'000;
  const auto numbers = numbers_of(plan);
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    auto* on = std::get_if<OnFact>(&plan.steps[at].when);
    if (on == nullptr || !on->each || on->occurrence != 0) continue;
    const auto label = hash64("fault-step/each", static_cast<std::uint64_t>(numbers[at]));
    while (++on->occurrence < most) {
      const auto value = keyed_value(seed, label, static_cast<std::uint64_t>(on->occurrence));
      if (keyed_below(value, on->each->denominator) < on->each->numerator) break;
    }
  }
}

}  // namespace logquake::sim
