#include "scenarios/engine/determinism.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool same(const sim::RecordedFact& left, const sim::RecordedFact& right) {
  return left.id == right.id && left.cause == right.cause && left.at == right.at &&
         left.node == right.node && left.kind == right.kind &&
         left.fields_json == right.fields_json;
}

std::vector<sim::RecordedFact> copies_of(const std::vector<report::CauseLink>& links) {
  std::vector<sim::RecordedFact> copies;
  for (const auto& link : links) copies.push_back(*link.fact);
  return copies;
}

std::string line_of(const sim::RecordedFact& fact) {
  return format("#{} at {} on {}: {} {}", fact.id, to_text(fact.at),
                fact.node.empty() ? "the world" : fact.node, fact.kind, fact.fields_line);
}

std::string side(std::string_view name, const std::optional<sim::RecordedFact>& fact,
                 const std::vector<sim::RecordedFact>& causes) {
  if (!fact) return format("  {}: has ended\n", name);
  auto text = format("  {}: {}\n", name, line_of(*fact));
  for (const auto& cause : causes) {
    if (cause.id != fact->id) text += format("    caused by {}\n", line_of(cause));
  }
  return text;
}

}  // namespace

std::optional<Parting> find_parting(const report::RunReport& first,
                                    const report::RunReport& second) {
  const auto shorter = std::min(first.facts.size(), second.facts.size());
  std::size_t at = 0;
  while (at < shorter && same(first.facts[at], second.facts[at])) ++at;
  if (at == first.facts.size() && at == second.facts.size()) return std::nullopt;
  Parting parting;
  constexpr std::size_t most_causes = 8;
  if (at < first.facts.size()) {
    parting.first = first.facts[at];
    parting.first_causes = copies_of(report::causes_of(first, first.facts[at].id, most_causes));
  }
  if (at < second.facts.size()) {
    parting.second = second.facts[at];
    parting.second_causes = copies_of(report::causes_of(second, second.facts[at].id, most_causes));
  }
  return parting;
}

std::string to_text(const Parting& parting) {
  return "the first differing fact:\n" + side("one run", parting.first, parting.first_causes) +
         side("the other", parting.second, parting.second_causes);
}

RunResult run_twice(const Scenario& scenario, const RunRequest& request) {
  auto first = run(scenario, request);
  auto second = run(scenario, request);
  if (first.report.fingerprint == second.report.fingerprint) return first;
  const auto prints = format("fingerprints {} and {}", report::hex(first.report.fingerprint),
                             report::hex(second.report.fingerprint));
  if (!request.record) {
    auto recorded = request;
    recorded.record = true;
    first = run(scenario, recorded);
    second = run(scenario, recorded);
  }
  const auto parting = find_parting(first.report, second.report);
  first.report.verdict = report::Verdict::nondeterministic;
  first.report.stop =
      prints + "; " +
      (parting ? to_text(*parting) : "all kept facts agree: the runs part in events of the kernel");
  return first;
}

}  // namespace logquake::scenario
