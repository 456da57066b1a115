#include "sim/disk/path_pattern.h"

#include <optional>

namespace logquake::sim {

bool PathPattern::matches(std::string_view path) const {
  // The last star met takes as little as it can, and more each time what follows does not fit.
  std::size_t in_glob = 0;
  std::size_t in_path = 0;
  std::optional<std::size_t> star;
  std::size_t taken = 0;  // where in the path the star's characters end
  while (in_path < path.size()) {
    if (in_glob < glob.size() && glob[in_glob] == '*') {
      star = in_glob++;
      taken = in_path;
    } else if (in_glob < glob.size() && glob[in_glob] == path[in_path]) {
      ++in_glob;
      ++in_path;
    } else if (star) {
      in_glob = *star + 1;
      in_path = ++taken;
    } else {
      return false;
    }
  }
  while (in_glob < glob.size() && glob[in_glob] == '*') ++in_glob;
  return in_glob == glob.size();
}

}  // namespace logquake::sim
