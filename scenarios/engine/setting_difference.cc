#include "scenarios/engine/setting_difference.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Leaves = std::vector<std::pair<std::string, std::string>>;

void list_leaves(const Value& value, const std::string& path, Leaves& leaves) {
  const auto below = [&path](const std::string& key) {
    return path.empty() ? key : format("{}.{}", path, key);
  };
  if (value.is(Value::Kind::table)) {
    for (const auto& entry : value.entries()) {
      if (path.empty() && entry.key == "fault") continue;
      list_leaves(entry.value, below(entry.key), leaves);
    }
    return;
  }
  const auto& elements = value.elements();
  const bool holds_tables =
      value.is(Value::Kind::list) && !elements.empty() && elements.front().is(Value::Kind::table);
  if (holds_tables) {
    for (std::size_t at = 0; at < elements.size(); ++at)
      list_leaves(elements[at], below(format("{}", at)), leaves);
    return;
  }
  leaves.emplace_back(path, canonical_text(value));
}

std::vector<std::string> sentences_of(const sim::FaultPlan& plan) {
  std::vector<std::string> sentences;
  const auto numbers = sim::numbers_of(plan);
  for (const auto& step : plan.steps) {
    auto when = sim::sentence_of(step.when);
    if (const auto* after = std::get_if<sim::AfterStep>(&step.when)) {
      const auto before = static_cast<std::size_t>(
          std::find(numbers.begin(), numbers.end(), after->step) - numbers.begin());
      when = format("{} after \"{}\"", logquake::to_text(after->delay),
                    before < sentences.size() ? sentences[before] : std::string("?"));
    }
    const auto chance = step.probability == Ratio{1, 1}
                            ? std::string()
                            : format(" (chance {})", to_string(step.probability));
    sentences.push_back(format("{}: {}{}", when, sim::sentence_of(step.what), chance));
  }
  return sentences;
}

}  // namespace

std::vector<SettingDifference> differences_of(const Value& first, const Value& second) {
  Leaves ours;
  Leaves theirs;
  list_leaves(first, {}, ours);
  list_leaves(second, {}, theirs);
  std::map<std::string, std::string> other(theirs.begin(), theirs.end());
  std::vector<SettingDifference> differences;
  for (auto& [path, value] : ours) {
    const auto found = other.find(path);
    if (found == other.end()) {
      differences.push_back({path, value, {}});
      continue;
    }
    if (found->second != value) differences.push_back({path, value, found->second});
    other.erase(found);
  }
  for (auto& [path, value] : theirs) {
    if (other.contains(path)) differences.push_back({path, {}, value});
  }
  return differences;
}

std::vector<SettingDifference> differences_of(const sim::FaultPlan& first,
                                              const sim::FaultPlan& second) {
  auto ours = sentences_of(first);
  auto theirs = sentences_of(second);
  std::vector<SettingDifference> differences;
  for (auto& step : ours) {
    const auto found = std::find(theirs.begin(), theirs.end(), step);
    if (found == theirs.end()) {
      differences.push_back({"step", step, {}});
    } else {
      theirs.erase(found);
    }
  }
  for (auto& step : theirs) differences.push_back({"step", {}, step});
  return differences;
}

}  // namespace logquake::scenario
