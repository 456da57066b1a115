#include "sim/fault.h"

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

void settle_occurrences(FaultPlan& plan, std::uint64_t seed) {
  // Chosen: far more matches than any run has; a trigger that was not drawn until then never comes.
  constexpr int most = 1'000'000;
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    auto* on = std::get_if<OnFact>(&plan.steps[at].when);
    if (on == nullptr || !on->each || on->occurrence != 0) continue;
    const auto label = hash64("fault-step/each", at);
    while (++on->occurrence < most) {
      const auto value = keyed_value(seed, label, static_cast<std::uint64_t>(on->occurrence));
      if (keyed_below(value, on->each->denominator) < on->each->numerator) break;
    }
  }
}

}  // namespace logquake::sim
