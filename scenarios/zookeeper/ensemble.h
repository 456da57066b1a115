// Who is in a ZooKeeper ensemble and which of them make a quorum: what a scenario says, apart from
// what the servers believe.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace logquake::scenario {

struct EnsembleMember {
  std::string node;  // "zookeeper-1"
  std::int64_t id = 0;
  bool is_observer = false;
  std::int64_t group = 0;  // zero: there are no groups
  std::int64_t weight = 1;
};

/// With one member it is a standalone server.
struct Ensemble {
  std::vector<EnsembleMember> members;

  bool is_standalone() const { return members.size() == 1; }
  const EnsembleMember* find(std::string_view node) const;
  /// More than half of the voters, or, with groups, more than half of the weight in more than half
  /// of the groups that have any. Source: Z-QV-1, Z-QV-2.
  bool is_quorum(const std::set<std::string>& nodes) const;
  /// How many members may be down so that a quorum is left, whoever they are.
  int most_down() const;
};

}  // namespace logquake::scenario
