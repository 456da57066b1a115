#include "reports/run_report.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::report {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::violated:
      return "violated";
    case Verdict::crashed:
      return "crashed";
    case Verdict::unknown:
      return "unknown";
    case Verdict::nondeterministic:
      return "nondeterministic";
  }
  return "unknown";
}

std::string hex(std::uint64_t fingerprint) { return format("{:016x}", fingerprint); }

const sim::RecordedFact* find_fact(const RunReport& report, sim::EventId id) {
  const auto at = std::lower_bound(
      report.facts.begin(), report.facts.end(), id,
      [](const sim::RecordedFact& fact, sim::EventId wanted) { return fact.id < wanted; });
  return at != report.facts.end() && at->id == id ? &*at : nullptr;
}

std::string_view said(const sim::RecordedFact& fact) {
  const std::string_view sentence = fact.sentence;
  const bool names_node = !fact.node.empty() && sentence.size() > fact.node.size() + 1 &&
                          sentence.starts_with(fact.node) && sentence[fact.node.size()] == ' ';
  return names_node ? sentence.substr(fact.node.size() + 1) : sentence;
}

std::vector<CauseLink> causes_of(const RunReport& report, sim::EventId id, std::size_t limit) {
  const auto alike = [](const sim::RecordedFact& a, const sim::RecordedFact& b) {
    return a.kind == b.kind && a.node == b.node;
  };
  std::vector<CauseLink> chain;  // newest first while it grows
  for (const auto* fact = find_fact(report, id); fact && chain.size() <= limit;) {
    const auto size = chain.size();
    if (size >= 2 && alike(*chain[size - 1].fact, *fact) && alike(*chain[size - 2].fact, *fact)) {
      chain[size - 2].skipped += 1 + chain[size - 1].skipped;
      chain.pop_back();
    }
    chain.push_back({.fact = fact});
    fact = fact->cause < fact->id ? find_fact(report, fact->cause) : nullptr;
  }
  if (chain.size() > limit) chain.resize(limit);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

const sim::RecordedFact* proof_of(const RunReport& report, const Violation& violation) {
  for (auto id = violation.facts.rbegin(); id != violation.facts.rend(); ++id) {
    if (const auto* fact = find_fact(report, *id)) return fact;
  }
  return nullptr;
}

}  // namespace logquake::report
