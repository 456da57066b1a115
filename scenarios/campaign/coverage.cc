#include "scenarios/campaign/coverage.h"

#include <algorithm>
#include <set>

#include "scenarios/engine/suggestion.h"
#include "sim/base/format.h"
#include "sim/fault.h"

namespace logquake::scenario {
namespace {

bool is_to_be_reached(std::string_view kind) {
  return kind == name_of(sim::ProbeKind::reachable) || kind == name_of(sim::ProbeKind::sometimes);
}

}  // namespace

Coverage::Coverage(const Campaign& campaign) : hits_(campaign.scenarios.size()) {
  for (const auto& scenario : campaign.scenarios) {
    for (const auto& probe : scenario.probes) probes_[probe.name].kind = probe.kind;
    for (const auto& kind : scenario.fact_kinds) facts_[kind];
  }
  for (const auto key : sim::fault_keys()) faults_[std::string(key)];
}

void Coverage::add(std::size_t scenario, const HuntedRun& run) {
  for (const auto& [name, tally] : run.probes) {
    auto& probe = probes_[name];
    if (tally.held > 0) {
      probe.least = probe.hits == 0 ? tally.least : std::min(probe.least, tally.least);
      probe.most = probe.hits == 0 ? tally.most : std::max(probe.most, tally.most);
      ++probe.runs;
      hits_[scenario][name] += tally.held;
    }
    probe.hits += tally.held;
    probe.failed += tally.failed;
  }
  for (const auto& [kind, struck] : run.faults) {
    ++faults_[kind].planned;
    faults_[kind].struck += struck;
  }
  for (const auto& [kind, count] : run.facts) facts_[kind] += count;
}

bool Coverage::is_reached(std::string_view probe) const {
  const auto found = probes_.find(std::string(probe));
  return found != probes_.end() && found->second.hits > 0;
}

std::int64_t Coverage::probes_to_reach() const {
  return std::count_if(probes_.begin(), probes_.end(),
                       [](const auto& probe) { return is_to_be_reached(probe.second.kind); });
}

std::int64_t Coverage::probes_reached() const {
  return probes_to_reach() - static_cast<std::int64_t>(probes_never_reached().size());
}

std::vector<std::string> Coverage::probes_never_reached() const {
  std::vector<std::string> names;
  for (const auto& [name, probe] : probes_) {
    if (is_to_be_reached(probe.kind) && probe.hits == 0) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Coverage::faults_never_struck() const {
  std::vector<std::string> names;
  for (const auto& [name, fault] : faults_) {
    if (fault.planned > 0 && fault.struck == 0) names.push_back(name);
  }
  return names;
}

std::int64_t Coverage::fault_kinds_struck() const {
  return std::count_if(faults_.begin(), faults_.end(),
                       [](const auto& fault) { return fault.second.struck > 0; });
}

std::vector<std::string> Coverage::facts_never_stated() const {
  std::vector<std::string> names;
  for (const auto& [name, count] : facts_) {
    if (count == 0) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Coverage::missing(const Campaign& campaign,
                                           std::span<const std::string> names) const {
  std::set<std::string> missing;
  for (const auto& name : names) {
    if (!is_reached(name)) missing.insert(name);
  }
  for (std::size_t at = 0; names.empty() && at < campaign.scenarios.size(); ++at) {
    const auto& scenario = campaign.scenarios[at];
    if (scenario.required_probes) {
      for (const auto& name : *scenario.required_probes) {
        if (!hits_[at].contains(name)) missing.insert(name);
      }
      continue;
    }
    for (const auto& probe : scenario.probes) {
      if (is_to_be_reached(probe.kind) && !is_reached(probe.name)) missing.insert(probe.name);
    }
  }
  return {missing.begin(), missing.end()};
}

Result<std::vector<std::string>> parse_required_probes(std::string_view text,
                                                       const Campaign& campaign) {
  std::vector<std::string> known;
  for (const auto& scenario : campaign.scenarios) {
    for (const auto& probe : scenario.probes) {
      if (probe.kind != name_of(sim::ProbeKind::unreachable)) known.push_back(probe.name);
    }
  }
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const std::string name(text.substr(0, comma));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Error{ErrorCode::invalid_argument, format("--require-probes: unknown probe \"{}\"{}",
                                                       name, suggestion(name, known))};
    }
    names.push_back(name);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return names;
}

}  // namespace logquake::scenario
