#include "sim/atlas.h"

#include "sim/base/format.h"
#include "sim/simulation.h"

namespace logquake::sim {

std::string Atlas::refusal(NodeId node) const {
  Node& struck = simulation_.node(node);
  if (unrestricted_ || struck.disk().is_damaged()) return {};
  int members = 0;
  int damaged = 0;
  std::string names;
  for (const NodeId id : simulation_.nodes()) {
    Node& other = simulation_.node(id);
    if (other.group() != struck.group()) continue;
    ++members;
    if (!other.disk().is_damaged()) continue;
    ++damaged;
    names += (names.empty() ? "" : ", ") + other.name();
  }
  const auto found = most_.find(struck.group());
  const int most = found != most_.end() ? found->second : (members - 1) / 2;
  if (damaged < most) return {};
  return format("the atlas lets at most {} of {} \"{}\" be damaged at once, and {}", most, members,
                struck.group(), damaged == 0 ? "none is" : names + (damaged == 1 ? " is" : " are"));
}

}  // namespace logquake::sim
