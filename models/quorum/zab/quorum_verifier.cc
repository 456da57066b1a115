#include "models/quorum/zab/quorum_verifier.h"

#include <limits>
#include <utility>

#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

// Chosen: far above any real weight, and no sum of 255 of them, doubled, overflows.
constexpr std::int64_t greatest_weight = std::numeric_limits<std::int32_t>::max();

Error unusable(std::string why) {
  return {ErrorCode::invalid_argument, "quorum verifier: " + std::move(why)};
}

}  // namespace

QuorumVerifier::QuorumVerifier(std::vector<Weights> groups) : groups_(std::move(groups)) {
  for (const auto& group : groups_) {
    for (const auto& [server, weight] : group) voters_.insert(server);
  }
}

QuorumVerifier QuorumVerifier::majority_of(const std::set<ServerId>& voters) {
  Weights weights;
  for (const auto voter : voters) weights[voter] = 1;
  return QuorumVerifier({std::move(weights)});
}

QuorumVerifier QuorumVerifier::hierarchical(std::vector<Weights> groups) {
  return QuorumVerifier(std::move(groups));
}

bool QuorumVerifier::contains_quorum(const std::set<ServerId>& servers) const {
  std::size_t counted = 0;
  std::size_t won = 0;
  for (const auto& group : groups_) {
    std::int64_t total = 0;
    std::int64_t present = 0;
    for (const auto& [server, weight] : group) {
      total += weight;
      if (servers.contains(server)) present += weight;
    }
    if (total == 0) continue;
    ++counted;
    if (2 * present > total) ++won;
  }
  return 2 * won > counted;
}

std::int64_t QuorumVerifier::weight(ServerId server) const {
  for (const auto& group : groups_) {
    if (const auto found = group.find(server); found != group.end()) return found->second;
  }
  return 0;
}

// What is asked here suffices: two quorums have most of the groups each, so they share one, and in
// it each has most of the weight; where no weight is negative, they then share a server of it.
Status QuorumVerifier::check() const {
  if (voters_.empty()) return unusable("expected at least one voter, found none");
  std::set<ServerId> seen;
  std::int64_t total = 0;
  for (const auto& group : groups_) {
    for (const auto& [server, weight] : group) {
      if (weight < 0 || weight > greatest_weight) {
        return unusable(format("weight of server {}: expected 0 to {}, found {}", server,
                               greatest_weight, weight));
      }
      if (!seen.insert(server).second) {
        return unusable(format("expected server {} in one group, found it in several", server));
      }
      total += weight;
    }
  }
  if (total == 0) return unusable("every weight is zero, so that no set of servers is a quorum");
  return {};
}

}  // namespace logquake::zookeeper
