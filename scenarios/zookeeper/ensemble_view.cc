#include "scenarios/zookeeper/ensemble_view.h"

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "sim/base/format.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {

void EnsembleView::on_fact(const sim::TraceEvent& event) {
  if (const auto* node = event.as<sim::NodeStarted>()) {
    if (ensemble_.find(node->node) == nullptr) return;
    members_[node->node] = Member{.is_up = true};
  } else if (const auto* crashed = event.as<sim::NodeCrashed>()) {
    members_.erase(crashed->node);
  } else if (const auto* dark = event.as<sim::NodeLostPower>()) {
    members_.erase(dark->node);
  } else if (const auto* exited = event.as<sim::NodeExited>()) {
    members_.erase(exited->node);
  }
  const auto found = members_.find(event.node_name);
  if (found == members_.end()) return;
  auto& member = found->second;
  if (const auto* serving = event.as<zookeeper::ServingStarted>()) {
    member.mode = serving->mode;
    member.epoch = serving->epoch;
    member.zxid = serving->zxid;
    member.digest = serving->digest;
    member.is_stranded = false;
  } else if (const auto* started = event.as<zookeeper::ServerStarted>()) {
    member.mode = started->mode;
    member.zxid = started->zxid;
  } else if (event.as<zookeeper::ServingStopped>() != nullptr) {
    member.mode.clear();
  } else if (event.as<zookeeper::VoterStranded>() != nullptr) {
    member.is_stranded = true;
  } else if (const auto* delivered = event.as<zookeeper::TransactionDelivered>()) {
    member.zxid = delivered->zxid;
    member.digest = delivered->digest;
  }
}

std::optional<std::string> EnsembleView::leader() const {
  std::optional<std::string> leader;
  std::int64_t epoch = -1;
  for (const auto& [node, member] : members_) {
    if (member.mode != "leader" && member.mode != "standalone") continue;
    if (member.epoch <= epoch) continue;
    leader = node;
    epoch = member.epoch;
  }
  return leader;
}

std::set<std::string> EnsembleView::followers() const {
  std::set<std::string> nodes;
  const auto first = leader();
  for (const auto& [node, member] : members_) {
    if (!member.mode.empty() && node != first) nodes.insert(node);
  }
  return nodes;
}

bool EnsembleView::serves(const std::string& node) const {
  const auto found = members_.find(node);
  return found != members_.end() && !found->second.mode.empty();
}

std::optional<std::string> EnsembleView::disagreement(const std::set<std::string>& gone) const {
  if (ensemble_.is_standalone()) return std::nullopt;
  const Member* first = nullptr;
  std::string first_name;
  for (const auto& described : ensemble_.members) {
    const auto& node = described.node;
    if (gone.contains(node)) continue;
    const auto found = members_.find(node);
    if (found == members_.end()) return format("{} is down", node);
    const auto& member = found->second;
    if (member.is_stranded) continue;
    if (member.mode.empty()) return format("{} serves nobody", node);
    if (first == nullptr) {
      first = &member;
      first_name = node;
    } else if (member.zxid != first->zxid || member.digest != first->digest) {
      return format("{} is at zxid {} and {} at {}{}", first_name, hex_of(first->zxid), node,
                    hex_of(member.zxid), member.zxid == first->zxid ? ", with another state" : "");
    }
  }
  return std::nullopt;
}

}  // namespace logquake::scenario
