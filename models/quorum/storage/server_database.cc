#include "models/quorum/storage/server_database.h"

#include <utility>

#include "models/quorum/defects.h"
#include "models/quorum/facts.h"
#include "models/quorum/probes.h"
#include "models/quorum/storage/fuzzy_copy.h"
#include "models/quorum/storage/storage.h"
#include "sim/base/format.h"
#include "sim/disk/disk.h"

namespace logquake::zookeeper {
namespace {

constexpr std::size_t fuzzy_slice = 64;       // nodes; chosen
constexpr Duration fuzzy_slice_time = 500us;  // chosen: some ten microseconds a node

}  // namespace

ServerDatabase::ServerDatabase(sim::Node& node, const ServerSettings& settings)
    : node_(node),
      settings_(settings),
      random_(node.random().split("zookeeper/snapshots")),
      snapshot_done_(node, "a snapshot") {
  snapshot_after_ = random_.between(settings_.snap_count / 2 + 1, settings_.snap_count);  // Z-ST-5
}

CommittedWindow ServerDatabase::load() {
  auto recovered = recover(node_.disk(), settings_.data_dir, settings_.trust_empty_snapshot);
  if (!recovered) node_.exit(to_string(recovered.error()));
  tree_ = std::move(recovered->tree);
  if (recovered->dropped_bytes > 0) node_.probe(torn_tail);
  if (!recovered->fresh) {
    node_.record(ServerRecovered{recovered->snapshot, recovered->replayed, recovered->dropped_bytes,
                                 tree_.last_zxid(), tree_.digest()});
  }
  log_.emplace(node_.disk(), settings_.data_dir, tree_.last_zxid());
  unflushed_ = 0;
  replayed_ = recovered->replayed;
  if (recovered->fresh || recovered->without_snapshot) take_snapshot();
  return std::move(recovered->window);
}

void ServerDatabase::append(const Transaction& transaction) {
  log_->append(transaction);
  ++unflushed_;
}

void ServerDatabase::flush() {
  if (unflushed_ == 0) return;
  const auto writes = std::exchange(unflushed_, 0);
  since_snapshot_ += writes;
  if (writes > 1) node_.measure(grouped_sync, writes);
  must(log_->write(), "append to the transaction log");
  if (!settings_.force_sync) return;
  must(log_->sync(), "sync the transaction log");
  node_.record(LogSynced{log_->durable_to()});
  node_.yield(synced_not_applied);
}

void ServerDatabase::replace(ZnodeTree tree) {
  tree_ = std::move(tree);
  log_.emplace(node_.disk(), settings_.data_dir, tree_.last_zxid());
  unflushed_ = 0;
}

void ServerDatabase::drop_above_state() {
  must(drop_history_above(node_.disk(), settings_.data_dir, tree_.last_zxid()),
       "drop the old history");
}

void ServerDatabase::truncate_to(Zxid to) {
  must(truncate_history(node_.disk(), settings_.data_dir, to, node_.has(snapshot_uncommitted)),
       "truncate the history");
}

void ServerDatabase::snapshot_when_due() {
  if (since_snapshot_ < snapshot_after_ || snapshot_running_) return;
  since_snapshot_ = 0;
  snapshot_after_ = random_.between(settings_.snap_count / 2 + 1, settings_.snap_count);
  snapshot_running_ = true;
  log_->roll();
  node_.spawn("zookeeper-snapshot", [this] {
    take_fuzzy_snapshot();
    snapshot_running_ = false;
    snapshot_done_.notify_all();
  });
}

void ServerDatabase::wait_for_snapshot() {
  snapshot_done_.wait_until([this] { return !snapshot_running_; });
}

void ServerDatabase::take_snapshot() { save(tree_.last_zxid(), encode_snapshot(tree_)); }

// Transactions go on applying meanwhile.
void ServerDatabase::take_fuzzy_snapshot() {
  FuzzyCopy copy(tree_);
  while (copy.copy(fuzzy_slice)) node_.sleep_for(fuzzy_slice_time);
  if (copy.state().last_zxid() != tree_.last_zxid()) node_.probe(fuzzy_snapshot);
  save(copy.state().last_zxid(), encode_snapshot(copy.state()));
}

void ServerDatabase::save(Zxid zxid, const Bytes& bytes) {
  must(save_snapshot(node_.disk(), settings_.data_dir, zxid, bytes), "save a snapshot");
  node_.record(SnapshotTaken{zxid, static_cast<std::int64_t>(bytes.size())});
  if (settings_.snapshots_to_keep > 0)
    must(purge(node_.disk(), settings_.data_dir, settings_.snapshots_to_keep), "purge");
}

void ServerDatabase::must(const logquake::Status& status, std::string_view deed) {
  if (!status) node_.exit(format("{}: {}", deed, to_string(status.error())));
}

}  // namespace logquake::zookeeper
