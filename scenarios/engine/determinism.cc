#include "scenarios/engine/determinism.h"

#include <malloc.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "sim/base/format.h"
#include "sim/base/hash.h"

// Of the sanitizers' runtime, where there is one.
extern "C" [[gnu::weak]] void __sanitizer_purge_allocator();

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

// To the nanosecond: two sides may differ in nothing else.
std::string exactly(Instant at) {
  const auto nanoseconds = at.time_since_epoch().count();
  return format("{}.{:09}s", nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000);
}

std::string line_of(const sim::RecordedFact& fact) {
  return format("#{} at {} on {}: {} {}", fact.id, exactly(fact.at),
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

EventLine line_of(const sim::EventLog::Entry& event, const sim::EventLog& log) {
  return format("#{} at {}: {}", event.id, exactly(event.at), sim::sentence_of(event, log));
}

/// Allocates and frees blocks of many sizes in a scrambled order, and keeps every third: what is
/// allocated afterwards lies in another order than it would have.
class ScrambledHeap {
 public:
  ScrambledHeap() {
    std::vector<std::unique_ptr<std::byte[]>> freed;
    std::uint64_t state = 1;
    for (int block = 0; block < 20'000; ++block) {
      state = mix64(state);
      auto made = std::make_unique<std::byte[]>(8 + state % 1024);
      auto& to = block % 3 == 0 ? kept_ : freed;
      to.push_back(std::move(made));
    }
    while (!freed.empty()) {
      state = mix64(state);
      std::swap(freed[state % freed.size()], freed.back());
      freed.pop_back();
    }
    // AddressSanitizer keeps back what is freed; let it go, or nothing has been scrambled.
    if (__sanitizer_purge_allocator != nullptr) __sanitizer_purge_allocator();
  }

 private:
  std::vector<std::unique_ptr<std::byte[]>> kept_;
};

/// What uninitialised memory holds; different bytes for the two runs.
class FilledMemory {
 public:
  explicit FilledMemory([[maybe_unused]] std::uint8_t byte) {
#ifdef M_PERTURB
    ::mallopt(M_PERTURB, byte);
#endif
  }
  FilledMemory(const FilledMemory&) = delete;
  FilledMemory& operator=(const FilledMemory&) = delete;
  ~FilledMemory() {
#ifdef M_PERTURB
    ::mallopt(M_PERTURB, 0);
#endif
  }
};

std::pair<RunResult, RunResult> run_both(const Scenario& scenario, const RunRequest& request,
                                         sim::EventLog* first_events = nullptr,
                                         sim::EventLog* second_events = nullptr) {
  const auto run_with = [&](std::uint8_t byte, sim::EventLog* events) {
    const FilledMemory filled(byte);
    auto own = request;
    own.stack_fill = byte;
    own.events = events;
    return run(scenario, own);
  };
  auto first = run_with(0x5a, first_events);
  const ScrambledHeap scrambled;
  auto second = run_with(0xa5, second_events);
  return {std::move(first), std::move(second)};
}

std::string where_they_part(const RunResult& one, const RunResult& other,
                            const sim::EventLog& one_events, const sim::EventLog& other_events) {
  if (one.report.fingerprint == other.report.fingerprint)
    return "two more runs agreed, so what parts them is rare";
  const auto facts = find_parting(one.report, other.report);
  const auto events = find_parting(one_events, other_events);
  std::string text;
  const auto fact_id = [&] {
    if (!facts) return sim::EventId(std::numeric_limits<std::int64_t>::max());
    const auto& side = facts->first ? facts->first : facts->second;
    return facts->first && facts->second ? std::min(facts->first->id, facts->second->id) : side->id;
  };
  if (events && events->id < fact_id()) {
    const auto or_ended = [](const EventLine& line) {
      return line.empty() ? std::string("has ended") : line;
    };
    text += format("the first differing event of the kernel:\n  one run: {}\n  the other: {}\n",
                   or_ended(events->first), or_ended(events->second));
  }
  if (facts) text += to_text(*facts);
  if (text.empty())
    text =
        format("all facts and the first {} events of the kernel agree", one_events.entries.size());
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
  if (at > 0) parting.last_common = first.facts[at - 1];
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
  auto text = "the first differing fact:\n" + side("one run", parting.first, parting.first_causes) +
              side("the other", parting.second, parting.second_causes);
  if (parting.last_common) text += format("  both before: {}\n", line_of(*parting.last_common));
  return text;
}

std::optional<EventParting> find_parting(const sim::EventLog& first, const sim::EventLog& second) {
  const auto [left, right] = std::mismatch(first.entries.begin(), first.entries.end(),
                                           second.entries.begin(), second.entries.end());
  const bool left_ended = left == first.entries.end();
  const bool right_ended = right == second.entries.end();
  if (left_ended && right_ended) return std::nullopt;
  EventParting parting;
  if (!left_ended) parting.first = line_of(*left, first);
  if (!right_ended) parting.second = line_of(*right, second);
  parting.id = left_ended ? right->id : right_ended ? left->id : std::min(left->id, right->id);
  return parting;
}

RunResult run_twice(const Scenario& scenario, const RunRequest& request) {
  auto [first, second] = run_both(scenario, request);
  if (first.report.fingerprint == second.report.fingerprint) return std::move(first);
  const auto prints = format("fingerprints {} and {}", report::hex(first.report.fingerprint),
                             report::hex(second.report.fingerprint));
  // Once more, with everything kept: what was asked for may be too little to see it.
  sim::EventLog first_events;
  sim::EventLog second_events;
  auto recorded = request;
  recorded.record = true;
  recorded.keep = sim::Level::trace;
  recorded.log.reset();
  auto [one, other] = run_both(scenario, recorded, &first_events, &second_events);
  first.report.verdict = report::Verdict::nondeterministic;
  first.report.stop = prints + "; " + where_they_part(one, other, first_events, second_events);
  return std::move(first);
}

}  // namespace logquake::scenario
