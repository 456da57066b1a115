#include "models/quorum/server/member_history.h"

#include <utility>

#include "models/quorum/defects.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/probes.h"
#include "models/quorum/storage/storage.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {

std::uint64_t content_of(const Transaction& transaction) {
  Fingerprint content;
  fold_fields(transaction, content);
  return content.value();
}

MemberHistory::MemberHistory(sim::Node& node, const ServerSettings& settings)
    : node_(node),
      database_(node, settings),
      epochs_(node.disk(), settings.data_dir),
      has_queued_(node, "a transaction to log"),
      is_idle_(node, "the transaction log") {}

void MemberHistory::load() {
  must(epochs_.load(), "read the epochs");
  reload();
  const auto epoch = epoch_of(tree().last_zxid());
  node_.record(EpochsRead{accepted_epoch(), current_epoch(), tree().last_zxid()});
  if (epoch <= current_epoch()) return;
  if (epoch > accepted_epoch() || node_.has(snapshot_before_epoch_no_recovery))
    node_.exit(format("the history is of epoch {}, but currentEpoch is {} and acceptedEpoch {}",
                      epoch, current_epoch(), accepted_epoch()));
  node_.probe(epoch_raised);
  store_current_epoch(epoch);
}

void MemberHistory::reload() {
  window_ = database_.load();
  loaded_to_ = tree().last_zxid();
  logged_.clear();
  is_half_synchronized_ = false;
}

void MemberHistory::log_for_ever() {
  for (;;) {
    has_queued_.wait_until([this] { return !queued_.empty(); });
    is_writing_ = true;
    const auto batch = std::exchange(queued_, {});
    for (const auto& transaction : batch) {
      database_.append(transaction);
      node_.record(TransactionAppended{transaction.zxid, content_of(transaction)});
    }
    database_.flush();
    database_.snapshot_when_due();
    is_writing_ = false;
    is_idle_.notify_all();
    if (on_durable) on_durable(batch.back().zxid);
  }
}

Zxid MemberHistory::last_zxid() const {
  const auto last = logged_.empty() ? tree().last_zxid() : logged_.back().zxid;
  return std::max(last, marker_);
}

void MemberHistory::store_accepted_epoch(std::int64_t epoch) {
  must(epochs_.store_accepted(epoch), "store acceptedEpoch");
  node_.record(EpochPromised{epoch});
  node_.yield(between_durable_writes);
}

void MemberHistory::store_current_epoch(std::int64_t epoch) {
  must(epochs_.store_current(epoch), "store currentEpoch");
  node_.record(EpochAdopted{epoch});
  node_.yield(between_durable_writes);
}

void MemberHistory::save_snapshot() {
  if (is_half_synchronized_) {
    // What the old history has above the new one must be gone before the new one is there: a crash
    // between the two must not leave a mixture of both.
    database_.drop_above_state();
    node_.yield(between_durable_writes);
  }
  database_.take_snapshot();
  is_half_synchronized_ = false;
  node_.yield(between_durable_writes);
}

void MemberHistory::truncate_to(Zxid to) {
  const auto from = last_zxid();
  database_.truncate_to(to);
  node_.record(HistoryTruncated{from, to});
  node_.yield(between_durable_writes);
  marker_ = {};
  reload();
}

void MemberHistory::append_durably(const std::vector<Transaction>& transactions) {
  for (const auto& transaction : transactions) {
    database_.append(transaction);
    node_.record(TransactionAppended{transaction.zxid, content_of(transaction)});
    if (transaction.zxid > tree().last_zxid()) logged_.push_back(transaction);
  }
  database_.flush();
  is_half_synchronized_ = false;
  node_.yield(between_durable_writes);
}

void MemberHistory::append(const Transaction& transaction) {
  queued_.push_back(transaction);
  logged_.push_back(transaction);
  has_queued_.notify_one();
}

void MemberHistory::install_snapshot(Zxid zxid, ByteView snapshot) {
  auto tree = decode_snapshot(snapshot);
  if (!tree) node_.exit("the leader's snapshot is not whole");
  const auto from = last_zxid();
  tree->stand_at(zxid);  // a marker, where the leader has proposed nothing yet (Z-ZX-2)
  database_.replace(std::move(*tree));
  window_.clear();
  logged_.clear();
  marker_ = {};
  is_half_synchronized_ = true;
  node_.record(HistoryReplaced{from, zxid, database_.tree().digest()});
}

void MemberHistory::applied(const Transaction& transaction) {
  while (!logged_.empty() && logged_.front().zxid <= transaction.zxid) logged_.pop_front();
  window_.add(transaction);
}

void MemberHistory::apply_history(const Transaction& transaction) {
  (void)database_.apply(transaction);
  if (transaction.zxid > database_.durable_to()) is_half_synchronized_ = true;
  applied(transaction);
}

void MemberHistory::left_read_only_mode() {
  if (node_.has(readonly_stale_window) && !window_.empty()) window_.misstate_max(loaded_to_);
}

void MemberHistory::settle() {
  is_idle_.wait_until([this] { return queued_.empty() && !is_writing_; });
  database_.wait_for_snapshot();
  if (is_half_synchronized_) {
    marker_ = {};
    reload();
    return;
  }
  if (node_.has(retain_db_without_replay)) {
    logged_.clear();
    return;
  }
  for (const auto& transaction : std::exchange(logged_, {})) {
    (void)database_.apply(transaction);
    window_.add(transaction);
  }
}

void MemberHistory::must(const logquake::Status& status, std::string_view deed) {
  if (!status) node_.exit(format("{}: {}", deed, to_string(status.error())));
}

}  // namespace logquake::zookeeper
