// The last committed transactions, which a leader keeps in memory to bring learners up to date.
// Source: Z-SY-1, Z-SY-14.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/quorum/tree/transaction.h"

namespace logquake::zookeeper {

class CommittedWindow {
 public:
  CommittedWindow() = default;
  explicit CommittedWindow(std::int64_t capacity) : capacity_(capacity) {}

  /// The next one, in the order of zxids; the oldest ones go. Keeps up to capacity + 1.
  void add(const Transaction& transaction);
  /// After SNAP: what was kept says nothing any more.
  void clear() { kept_.clear(); }
  /// Forgets what a TRUNC removed.
  void truncate_to(Zxid zxid);
  /// The defect zk.readonly-stale-window: until the next one comes, it ends at `zxid`, it says.
  void misstate_max(Zxid zxid) { stale_max_ = zxid; }

  bool empty() const { return kept_.empty(); }
  Zxid min() const { return kept_.front().zxid; }  // only where it is not empty
  Zxid max() const { return stale_max_.value_or(kept_.back().zxid); }
  const std::deque<Transaction>& transactions() const { return kept_; }

 private:
  std::int64_t capacity_ = 500;  // Z-SY-1
  std::deque<Transaction> kept_;
  std::optional<Zxid> stale_max_;
};

}  // namespace logquake::zookeeper
