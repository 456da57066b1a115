// A server's state and its disk: recovered at the start, logged and synced in groups, snapshotted
// now and then. Source: Z-BC-2, Z-ST-2 to Z-ST-6.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/quorum/server_settings.h"
#include "models/quorum/storage/transaction_log.h"
#include "models/quorum/tree/znode_tree.h"
#include "models/quorum/zab/committed_window.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

/// Ends the process where the disk fails it (its supervisor starts it again).
class ServerDatabase {
 public:
  /// `node` must outlive it.
  ServerDatabase(sim::Node& node, const ServerSettings& settings);

  /// Reads the disk; a new one gets its first snapshot. What the memory held is gone. Returns the
  /// last transactions that were replayed. Blocks for the disk.
  CommittedWindow load();
  const ZnodeTree& tree() const { return tree_; }
  /// How many transactions the last load() replayed.
  std::int64_t replayed() const { return replayed_; }

  /// Adds to what the next flush() logs. Does not block.
  void append(const Transaction& transaction);
  /// Logs what was appended and blocks until it is durable; returns at once where there is nothing.
  void flush();
  /// Everything logged up to here is durable.
  Zxid durable_to() const { return log_->durable_to(); }
  Applied apply(const Transaction& transaction) { return tree_.apply(transaction); }
  /// Starts a snapshot once enough was logged. Only when everything logged is durable.
  void snapshot_when_due();
  /// Blocks until no snapshot is on its way.
  void wait_for_snapshot();
  /// Saves the state as it is now. Blocks for the disk.
  void take_snapshot();
  /// The state is another one from now on; the log goes on behind it in a new file.
  void replace(ZnodeTree tree);
  /// Removes from the disk what lies above the state that replaced it.
  void drop_above_state();
  /// Cuts the history on the disk, durably; the process exits where `to` is not in it. load() makes
  /// the memory say the same. Blocks for the disk.
  void truncate_to(Zxid to);

 private:
  void take_fuzzy_snapshot();
  void save(Zxid zxid, const Bytes& bytes);
  void must(const logquake::Status& status, std::string_view deed);

  sim::Node& node_;
  ServerSettings settings_;
  ZnodeTree tree_;
  std::optional<TransactionLog> log_;
  sim::Random random_;
  std::int64_t replayed_ = 0;
  std::int64_t unflushed_ = 0;
  std::int64_t since_snapshot_ = 0;
  std::int64_t snapshot_after_ = 0;
  bool snapshot_running_ = false;
  sim::Signal snapshot_done_;
};

}  // namespace logquake::zookeeper
