#include "scenarios/engine/run_difference.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Facts = std::vector<const sim::RecordedFact*>;

// The words without their numbers: what is said, whichever epoch, offset or session it is about.
// Names of machines keep theirs.
std::string words_of(const sim::RecordedFact& fact, const std::set<std::string>& nodes) {
  std::string words;
  const std::string_view text = fact.sentence;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of(" ,;:()=[]\"'", at), text.size());
    const std::string word(text.substr(at, end - at));
    if (nodes.contains(word)) {
      words += word;
    } else {
      for (const char c : word) {
        if (!is_digit(c)) {
          words += c;
        } else if (words.empty() || words.back() != '#') {
          words += '#';
        }
      }
    }
    if (end < text.size()) words += text[end];
    at = end + 1;
  }
  return words;
}

/// The facts of two runs, paired.
class Pairing {
 public:
  Pairing(const report::RunReport& first, const report::RunReport& second, sim::Level level)
      : level_(level) {
    for (const auto* report : {&first, &second}) {
      for (const auto& node : report->nodes) nodes_.insert(node.name);
    }
    const auto ours = told_by(first, second);
    const auto theirs = told_by(second, first);
    std::map<Key, Facts> waiting;
    for (const auto* fact : theirs) waiting[key_of(*fact)].push_back(fact);
    std::map<Key, std::size_t> taken;
    std::set<const sim::RecordedFact*> paired;
    for (const auto* fact : ours) {
      const auto key = key_of(*fact);
      const auto candidates = waiting.find(key);
      auto& next = taken[key];
      if (candidates == waiting.end() || next == candidates->second.size()) {
        only_first.push_back(fact);
        continue;
      }
      const auto* other = candidates->second[next++];
      paired.insert(other);
      common.emplace_back(fact, other);
    }
    for (const auto* fact : theirs) {
      if (!paired.contains(fact)) only_second.push_back(fact);
    }
  }

  Facts only_first;
  Facts only_second;
  std::vector<std::pair<const sim::RecordedFact*, const sim::RecordedFact*>> common;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;
  Key key_of(const sim::RecordedFact& fact) const {
    return {fact.node, fact.kind, words_of(fact, nodes_)};
  }
  // What a run tells until the other one ends.
  Facts told_by(const report::RunReport& report, const report::RunReport& other) const {
    const Instant end = Instant() + other.simulated;
    Facts told;
    for (const auto& fact : report.facts) {
      if (fact.level >= level_ && fact.at <= end) told.push_back(&fact);
    }
    return told;
  }

  sim::Level level_;
  std::set<std::string> nodes_;
};

OneSidedStory story_of(const report::RunReport& report, const Facts& only, sim::Level level,
                       std::size_t limit) {
  OneSidedStory story;
  story.facts = only.size();
  if (only.empty()) return story;
  constexpr std::ptrdiff_t most_causes = 6;
  story.parting = *only.front();
  for (const auto& link : report::causes_of(report, only.front()->id)) {
    const bool is_told = link.fact->id != only.front()->id && link.fact->level >= level;
    if (is_told) story.causes.push_back(*link.fact);
  }
  if (std::ssize(story.causes) > most_causes)
    story.causes.erase(story.causes.begin(), story.causes.end() - most_causes);
  // The story of the run with nothing in it but what is only here.
  auto rest = report;
  rest.facts.clear();
  std::set<sim::EventId> ids;
  for (const auto* fact : only) {
    rest.facts.push_back(*fact);
    ids.insert(fact->id);
  }
  std::erase_if(rest.faults, [&ids](const auto& fault) { return !ids.contains(fault.fact); });
  story.moments = report::tell(rest, limit);
  return story;
}

std::string line_of(const sim::RecordedFact& fact) {
  return format("{} {}: {}", to_text(fact.at), fact.node.empty() ? "the world" : fact.node,
                report::said(fact));
}

std::string line_of(const report::Moment& moment) {
  const auto who = moment.node.empty() ? "the world: " : moment.node + ": ";
  const bool names_node = !moment.node.empty() && moment.sentence.starts_with(moment.node + " ");
  return format("{} {}{}{}", to_text(moment.at), names_node ? "" : who, moment.sentence,
                moment.folded > 0 ? format(" (and {} more)", moment.folded) : "");
}

std::string text_of(const OneSidedStory& story, std::string_view name) {
  if (!story.parting) return format("only in {}: nothing\n", name);
  auto text = format("only in {}, from {} on:\n", name, to_text(story.parting->at));
  for (const auto& cause : story.causes) text += format("    (after {})\n", line_of(cause));
  for (const auto& moment : story.moments) text += format("  {}\n", line_of(moment));
  return text;
}

}  // namespace

RunDifference difference_of(const report::RunReport& first, const report::RunReport& second,
                            std::size_t limit) {
  RunDifference difference;
  for (const auto level : {sim::Level::info, sim::Level::trace}) {
    const Pairing pairing(first, second, level);
    difference.first = story_of(first, pairing.only_first, level, limit);
    difference.second = story_of(second, pairing.only_second, level, limit);
    Instant parting = Instant::max();
    for (const auto* side : {&difference.first, &difference.second}) {
      if (side->parting) parting = std::min(parting, side->parting->at);
    }
    difference.last_common.reset();
    for (const auto& [ours, theirs] : pairing.common) {
      if (std::max(ours->at, theirs->at) < parting) difference.last_common = *ours;
    }
    if (!difference.is_none()) return difference;
    for (const auto& [ours, theirs] : pairing.common) {
      if (ours->fields_line == theirs->fields_line || difference.changed.size() == limit) continue;
      if (difference.changed.empty()) difference.last_common.reset();
      difference.changed.push_back({*ours, *theirs});
    }
    if (!difference.is_none()) return difference;
  }
  return difference;
}

std::string to_text(const RunDifference& difference, std::string_view first,
                    std::string_view second) {
  if (difference.is_none()) return format("{} and {} tell the same\n", first, second);
  std::string text;
  if (difference.last_common) text += format("both until {}\n", line_of(*difference.last_common));
  if (!difference.changed.empty()) {
    text += "the same facts, with other values:\n";
    for (const auto& changed : difference.changed) {
      text += format("  {}: {}\n  {}: {}\n", first, line_of(changed.first), second,
                     line_of(changed.second));
    }
    return text;
  }
  return text + text_of(difference.first, first) + text_of(difference.second, second);
}

}  // namespace logquake::scenario
