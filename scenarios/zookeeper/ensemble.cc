#include "scenarios/zookeeper/ensemble.h"

#include <algorithm>
#include <map>

namespace logquake::scenario {

const EnsembleMember* Ensemble::find(std::string_view node) const {
  const auto found =
      std::find_if(members.begin(), members.end(),
                   [&](const EnsembleMember& member) { return member.node == node; });
  return found == members.end() ? nullptr : &*found;
}

bool Ensemble::is_quorum(const std::set<std::string>& nodes) const {
  struct Weights {
    std::int64_t all = 0;
    std::int64_t present = 0;
  };
  std::map<std::int64_t, Weights> groups;  // all of them in group zero where there are none
  for (const auto& member : members) {
    if (member.is_observer) continue;
    auto& group = groups[member.group];
    group.all += member.weight;
    if (nodes.contains(member.node)) group.present += member.weight;
  }
  std::size_t counted = 0;
  std::size_t won = 0;
  for (const auto& [number, group] : groups) {
    if (group.all == 0) continue;
    ++counted;
    if (2 * group.present > group.all) ++won;
  }
  return 2 * won > counted;
}

int Ensemble::most_down() const {
  if (is_standalone()) return 1;
  // The voters that carry most go first: the least number that can hurt.
  auto voters = members;
  std::erase_if(voters, [](const EnsembleMember& member) { return member.is_observer; });
  std::stable_sort(voters.begin(), voters.end(),
                   [](const EnsembleMember& left, const EnsembleMember& right) {
                     return left.weight > right.weight;
                   });
  std::set<std::string> up;
  for (const auto& voter : voters) up.insert(voter.node);
  int down = 0;
  for (const auto& voter : voters) {
    up.erase(voter.node);
    if (!is_quorum(up)) break;
    ++down;
  }
  return down;
}

}  // namespace logquake::scenario
