#include "sim/fault.h"

#include <array>
#include <utility>

#include "sim/base/format.h"

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
  return format("on the {} {}{}", ordinal(on.occurrence), on.kind, where);
}

}  // namespace logquake::sim
