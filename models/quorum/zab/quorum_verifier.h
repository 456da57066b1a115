// Which sets of servers may decide for the ensemble. Source: Z-QV-1 to Z-QV-4.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "models/quorum/wire/ids.h"
#include "sim/base/result.h"

namespace logquake::zookeeper {

/// The voters, in groups with weights. A plain majority is one group in which each weighs one; a
/// verifier made by default has no voters and no quorum.
class QuorumVerifier {
 public:
  using Weights = std::map<ServerId, std::int64_t>;

  QuorumVerifier() = default;
  /// More than half of the voters. Source: Z-QV-1.
  static QuorumVerifier majority_of(const std::set<ServerId>& voters);
  /// More than half of the weight in more than half of the groups; groups that weigh nothing do not
  /// count. A voter of weight zero votes and follows, but its vote decides nothing and it never
  /// leads. Source: Z-QV-2.
  static QuorumVerifier hierarchical(std::vector<Weights> groups);

  /// Whether the voters among `servers` are a quorum. Servers that are no voters do not matter
  /// (Z-OB-1).
  bool contains_quorum(const std::set<ServerId>& servers) const;
  bool is_voter(ServerId server) const { return voters_.contains(server); }
  /// Zero for a server that is no voter.
  std::int64_t weight(ServerId server) const;
  const std::set<ServerId>& voters() const { return voters_; }

  /// Whether quorums exist and every two of them share a server; to be asked at start-up. Errors:
  /// invalid_argument. Source: Z-QV-3.
  Status check() const;

  bool operator==(const QuorumVerifier&) const = default;

 private:
  explicit QuorumVerifier(std::vector<Weights> groups);

  std::vector<Weights> groups_;
  std::set<ServerId> voters_;
};

}  // namespace logquake::zookeeper
