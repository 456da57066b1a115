// A server's state and its disk: recovered at the start, logged and synced in groups, snapshotted
// now and then. Source: Z-BC-2, Z-ST-2 to Z-ST-6.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/quorum/client_connection.h"
#include "models/quorum/server_settings.h"
#include "models/quorum/transaction_log.h"
#include "models/quorum/znode_tree.h"
#include "sim/node.h"
#include "sim/random.h"

namespace logquake::zookeeper {

/// Ends the process where the disk fails it (its supervisor starts it again).
class ServerDatabase {
 public:
  /// `node` must outlive it.
  ServerDatabase(sim::Node& node, const ServerSettings& settings);

  /// Reads the disk and, where that changed anything, takes a snapshot. Blocks for the disk.
  void load();
  const ZnodeTree& tree() const { return tree_; }

  /// Logs the batch's transactions and blocks until they are durable; returns at once where there
  /// are none.
  void make_durable(const std::vector<Work>& batch);
  Applied apply(const Transaction& transaction) { return tree_.apply(transaction); }
  /// Starts a snapshot once enough was logged. Only when everything logged is durable and applied.
  void snapshot_when_due();

 private:
  void take_snapshot();
  void must(const logquake::Status& status, std::string_view deed);

  sim::Node& node_;
  ServerSettings settings_;
  ZnodeTree tree_;
  std::optional<TransactionLog> log_;
  sim::Random random_;
  std::int64_t since_snapshot_ = 0;
  std::int64_t snapshot_after_ = 0;
  bool snapshot_running_ = false;
};

}  // namespace logquake::zookeeper
