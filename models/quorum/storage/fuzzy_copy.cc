#include "models/quorum/storage/fuzzy_copy.h"

#include <utility>

namespace logquake::zookeeper {

FuzzyCopy::FuzzyCopy(const ZnodeTree& tree)
    : tree_(tree), copy_(ZnodeTree::without_nodes(tree)), to_visit_{"/"} {}

bool FuzzyCopy::copy(std::size_t count) {
  for (; count > 0 && !to_visit_.empty(); --count) {
    const auto path = std::move(to_visit_.back());
    to_visit_.pop_back();
    const auto* node = tree_.find(path);
    if (node == nullptr) continue;  // deleted since its parent was copied
    copy_.take(path, *node);
    for (auto child = node->children.rbegin(); child != node->children.rend(); ++child)
      to_visit_.push_back((path == "/" ? "" : path) + "/" + *child);
  }
  return !to_visit_.empty();
}

}  // namespace logquake::zookeeper
