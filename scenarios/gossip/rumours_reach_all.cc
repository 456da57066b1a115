#include "scenarios/gossip/rumours_reach_all.h"

#include <algorithm>

#include "models/gossip/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using gossip::RumourId;

class RumoursReachAll : public Checker {
 public:
  explicit RumoursReachAll(std::vector<std::string> nodes) : knowledge_(std::move(nodes)) {}

  void on_fact(const sim::TraceEvent& event, Findings&) override { knowledge_.on_fact(event); }

  void at_end(const Ending& ending, Findings& findings) override {
    if (!ending.healed) return;
    for (const auto& [node, rumours] : knowledge_.missing()) {
      if (ending.gone.contains(node)) continue;
      const auto rumour = *rumours.begin();
      findings.violation(
          "G-INV-1",
          format("{} of {} acknowledged rumours never reached {}, first of all rumour {}",
                 rumours.size(), knowledge_.acknowledged(), node, rumour),
          {knowledge_.acknowledged_by(rumour)});
    }
    findings.promise(
        "G-INV-1", format("{} acknowledged rumours reached all nodes", knowledge_.acknowledged()));
  }

 private:
  RumourKnowledge knowledge_;
};

class AcknowledgedRumoursSurvive : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* acknowledged = event.as<gossip::RumourAcknowledged>()) {
      acknowledged_[acknowledged->node].emplace(acknowledged->rumour, event.id);
      return;
    }
    const auto* started = event.as<gossip::NodeStarted>();
    if (started == nullptr) return;
    ++starts_;
    const std::set<RumourId> known(started->known.begin(), started->known.end());
    for (const auto& [rumour, fact] : acknowledged_[started->node]) {
      if (known.contains(rumour)) continue;
      findings.violation("G-INV-2",
                         format("{} acknowledged rumour {} and no longer knows it after its start",
                                started->node, rumour),
                         {fact, event.id});
      return;
    }
  }

  void at_end(const Ending&, Findings& findings) override {
    findings.promise("G-INV-2", format("{} starts of nodes judged", starts_));
  }

 private:
  std::map<std::string, std::map<RumourId, sim::EventId>> acknowledged_;
  std::int64_t starts_ = 0;
};

}  // namespace

RumourKnowledge::RumourKnowledge(std::vector<std::string> nodes) : nodes_(std::move(nodes)) {}

void RumourKnowledge::on_fact(const sim::TraceEvent& event) {
  if (const auto* heard = event.as<gossip::RumourHeard>()) {
    known_[heard->node].insert(heard->rumour);
  } else if (const auto* started = event.as<gossip::NodeStarted>()) {
    known_[started->node] = {started->known.begin(), started->known.end()};
  } else if (const auto* acknowledged = event.as<gossip::RumourAcknowledged>()) {
    acknowledged_.emplace(acknowledged->rumour, event.id);
  }
}

std::map<std::string, std::set<RumourId>> RumourKnowledge::missing() const {
  std::map<std::string, std::set<RumourId>> missing;
  for (const auto& node : nodes_) {
    const auto known = known_.find(node);
    for (const auto& [rumour, fact] : acknowledged_) {
      if (known == known_.end() || !known->second.contains(rumour)) missing[node].insert(rumour);
    }
  }
  return missing;
}

bool RumourKnowledge::is_known_without(const std::set<std::string>& away) const {
  return std::all_of(acknowledged_.begin(), acknowledged_.end(), [&](const auto& rumour) {
    return !are_unknown_without(away, {rumour.first});
  });
}

bool RumourKnowledge::are_unknown_without(const std::set<std::string>& away,
                                          const std::set<RumourId>& rumours) const {
  return std::none_of(known_.begin(), known_.end(), [&](const auto& known) {
    return !away.contains(known.first) &&
           std::any_of(rumours.begin(), rumours.end(),
                       [&](const RumourId& rumour) { return known.second.contains(rumour); });
  });
}

sim::EventId RumourKnowledge::acknowledged_by(RumourId rumour) const {
  const auto found = acknowledged_.find(rumour);
  return found == acknowledged_.end() ? sim::EventId() : found->second;
}

CheckerFactory rumours_reach_all(std::vector<std::string> nodes) {
  return {"rumours-reach-all",
          [nodes = std::move(nodes)] { return std::make_unique<RumoursReachAll>(nodes); }};
}

CheckerFactory acknowledged_rumours_survive() {
  return {"acknowledged-rumours-survive",
          [] { return std::make_unique<AcknowledgedRumoursSurvive>(); }};
}

}  // namespace logquake::scenario
