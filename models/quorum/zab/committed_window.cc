#include "models/quorum/zab/committed_window.h"

#include "sim/base/check.h"

namespace logquake::zookeeper {

void CommittedWindow::add(const Transaction& transaction) {
  LOGQUAKE_CHECK(kept_.empty() || kept_.back().zxid < transaction.zxid,
                 "transactions are committed in the order of their zxids");
  // Trimmed before the new one comes in, which lets it grow to one above its size (Z-SY-14).
  if (static_cast<std::int64_t>(kept_.size()) > capacity_) kept_.pop_front();
  kept_.push_back(transaction);
  stale_max_.reset();
}

void CommittedWindow::truncate_to(Zxid zxid) {
  while (!kept_.empty() && kept_.back().zxid > zxid) kept_.pop_back();
}

}  // namespace logquake::zookeeper
