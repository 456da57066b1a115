#include "models/quorum/transaction.h"

#include <algorithm>

namespace logquake::zookeeper {

bool Transaction::is_refusal() const {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.op == OpCode::error && change.error != ErrorCode::ok;
  });
}

}  // namespace logquake::zookeeper
