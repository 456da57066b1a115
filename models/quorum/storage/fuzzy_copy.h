// A copy of the state that is taken in slices while transactions go on applying. Source: Z-ST-3.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/quorum/tree/znode_tree.h"

namespace logquake::zookeeper {

/// It stands at the zxid of its beginning and holds everything up to there; of what came later it
/// may hold any part. Replaying what came later over it gives the same state as applying it did.
class FuzzyCopy {
 public:
  /// Sessions and zxid are those of now. `tree` must outlive it.
  explicit FuzzyCopy(const ZnodeTree& tree);

  /// Copies up to `count` nodes as they are now, parents first: a node's children are those it has
  /// when it is copied itself. False once there is nothing left to copy.
  bool copy(std::size_t count);
  const ZnodeTree& state() const { return copy_; }

 private:
  const ZnodeTree& tree_;
  ZnodeTree copy_;
  std::vector<std::string> to_visit_;  // the next one last
};

}  // namespace logquake::zookeeper
