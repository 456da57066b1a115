// Snapshots, and the way back to the state from a snapshot and the log. Source: Z-ST-2 to Z-ST-6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/quorum/tree/znode_tree.h"
#include "models/quorum/zab/committed_window.h"
#include "sim/base/bytes.h"
#include "sim/base/result.h"
#include "sim/disk/disk.h"

namespace logquake::zookeeper {

/// The state as the bytes of a snapshot, with a checksum; and back, nothing where they are not
/// whole.
Bytes encode_snapshot(const ZnodeTree& tree);
std::optional<ZnodeTree> decode_snapshot(ByteView bytes);

/// Makes `bytes` the durable snapshot of `zxid`. It appears whole or not at all. Blocks for the
/// disk. Errors: no_space, io_error.
logquake::Status save_snapshot(sim::Disk& disk, std::string_view folder, Zxid zxid, ByteView bytes);

/// What came back from the disk.
struct Recovered {
  ZnodeTree tree;
  CommittedWindow window;              // the last of those replayed (Z-SY-14)
  bool fresh = false;                  // there was nothing at all
  bool without_snapshot = false;       // a log alone was trusted
  Zxid snapshot;                       // the one started from
  std::int64_t replayed = 0;           // transactions of the log above it
  std::int64_t skipped_snapshots = 0;  // not whole
  std::int64_t dropped_bytes = 0;      // torn tail
};

/// The newest whole snapshot, then every logged transaction above it; a torn tail is cut off, and
/// what is recovered is durable when this returns. Blocks for the disk. Errors: corrupt (a log
/// without a snapshot, Z-ST-6; a gap or damage below what was once durable, Z-ST-2), io_error.
/// `trusts_empty`: a log without a snapshot is replayed from whatever it begins with; what was only
/// in lost snapshots is gone without a word (Z-ST-6).
logquake::Result<Recovered> recover(sim::Disk& disk, std::string_view folder,
                                    bool trusts_empty = false);

/// Cuts everything above `to` out of the logs, and the snapshots that hold more than it, durably.
/// A crash on the way leaves a history between the old and the new. Blocks for the disk. Errors:
/// not_found (`to` is nowhere in the history, Z-SY-11), corrupt, io_error.
logquake::Status truncate_history(sim::Disk& disk, std::string_view folder, Zxid to,
                                  bool keeps_snapshots = false);
/// The same for a history that another one replaces: `to` need not be in it.
logquake::Status drop_history_above(sim::Disk& disk, std::string_view folder, Zxid to);

/// Removes all but the newest `keep` snapshots and the logs that none of those needs.
logquake::Status purge(sim::Disk& disk, std::string_view folder, std::int32_t keep);

}  // namespace logquake::zookeeper
