// How a leader brings one learner up to date: DIFF, TRUNC or SNAP. Pure. Source: Z-SY-1 to Z-SY-3,
// Z-SY-13, Z-SY-14.
#pragma once

#include <functional>
#include <vector>

#include "models/quorum/zab/committed_window.h"
#include "models/quorum/zab/quorum_packet.h"

namespace logquake::zookeeper {

struct SyncPlan {
  PacketType method{};              // diff, trunc or snap
  Zxid zxid;                        // in that packet
  std::vector<Transaction> follow;  // PROPOSAL and COMMIT pairs behind it
};

/// Mistakes of old versions.
struct SyncMistakes {
  bool trunc_across_epochs = false;    // the defect zk.trunc-across-epochs (D-ZB7)
  bool diff_from_zero_window = false;  // the defect zk.diff-from-zero-window (D-ZA16)
};

/// Committed transactions on the disk from the last one at or below `from`, without a gap, up to
/// the newest; empty where the log does not reach back so far or is too large (Z-SY-2 (4)).
using LogSuffix = std::function<std::vector<Transaction>(Zxid from)>;

/// What to send to a learner whose last zxid is `learner`, where everything up to `processed` is
/// committed and applied.
SyncPlan plan_sync(Zxid learner, const CommittedWindow& window, Zxid processed,
                   const LogSuffix& log_suffix, SyncMistakes mistakes = {});

}  // namespace logquake::zookeeper
