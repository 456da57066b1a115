// The promises of the gossip model: models/gossip/gossip_node.h, G-INV-1 and G-INV-2.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/gossip/messages.h"
#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Who knows what, as far as the facts tell.
class RumourKnowledge {
 public:
  explicit RumourKnowledge(std::vector<std::string> nodes);
  void on_fact(const sim::TraceEvent& event);

  /// Acknowledged rumours that a node does not know, by node.
  std::map<std::string, std::set<gossip::RumourId>> missing() const;
  /// Whether somebody outside `away` knows each acknowledged rumour.
  bool is_known_without(const std::set<std::string>& away) const;
  /// Whether nobody outside `away` knows any of the rumours.
  bool are_unknown_without(const std::set<std::string>& away,
                           const std::set<gossip::RumourId>& rumours) const;
  std::size_t acknowledged() const { return acknowledged_.size(); }
  /// The fact by which somebody acknowledged it; zero for none.
  sim::EventId acknowledged_by(gossip::RumourId rumour) const;

 private:
  std::vector<std::string> nodes_;
  std::map<std::string, std::set<gossip::RumourId>> known_;
  std::map<gossip::RumourId, sim::EventId> acknowledged_;
};

/// G-INV-1: once everything has healed, every acknowledged rumour reaches every node.
CheckerFactory rumours_reach_all(std::vector<std::string> nodes);
/// G-INV-2: a node that acknowledged a rumour still knows it when it starts again.
CheckerFactory acknowledged_rumours_survive();

}  // namespace logquake::scenario
