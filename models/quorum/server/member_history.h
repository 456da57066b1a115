// What a member of an ensemble has: its epochs, its log and the state that follows from them. Each
// durable write is a step of its own, with a site between any two where a crash may fall. Source:
// Z-DI-1, Z-SY-6, Z-SY-10, Z-EL-16.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <vector>

#include "models/quorum/server_settings.h"
#include "models/quorum/storage/epoch_files.h"
#include "models/quorum/storage/server_database.h"
#include "models/quorum/zab/committed_window.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

class MemberHistory {
 public:
  /// The arguments must outlive it.
  MemberHistory(sim::Node& node, const ServerSettings& settings);

  /// Reads the disk. Where the history is newer than currentEpoch, a crash fell between the two:
  /// currentEpoch is raised, as far as acceptedEpoch allows (Z-DI-9); else the process exits.
  void load();
  /// Writes what was appended, in groups, until the node dies.
  [[noreturn]] void log_for_ever();

  ServerDatabase& database() { return database_; }
  const ZnodeTree& tree() const { return database_.tree(); }
  const CommittedWindow& window() const { return window_; }
  std::int64_t accepted_epoch() const { return epochs_.accepted(); }
  std::int64_t current_epoch() const { return epochs_.current(); }
  /// The last logged zxid, or the marker of the epoch it has led since (Z-EL-16).
  Zxid last_zxid() const;
  Zxid last_applied() const { return tree().last_zxid(); }

  // ---- steps; those that say "durably" block for the disk ----

  void store_accepted_epoch(std::int64_t epoch);  // durably
  void store_current_epoch(std::int64_t epoch);   // durably
  void save_snapshot();                           // durably
  void truncate_to(Zxid to);                      // durably
  void append_durably(const std::vector<Transaction>& transactions);
  /// Goes to the log in its turn; `on_durable` hears when it is durable.
  void append(const Transaction& transaction);
  /// Whole state in memory. Not durable until save_snapshot().
  void install_snapshot(Zxid zxid, ByteView snapshot);
  /// The state has taken a committed transaction in.
  void applied(const Transaction& transaction);
  /// Applies to the state without telling anybody.
  void apply_history(const Transaction& transaction);
  /// Nothing has changed; but see the defect zk.readonly-stale-window.
  void left_read_only_mode();
  void lead(std::int64_t epoch) { marker_ = make_zxid(epoch, 0); }
  /// Its last zxid is that one from now on, whether it is in the log or not: only the defect
  /// zk.advance-last-queued-before-apply says so.
  void claim(Zxid zxid) { marker_ = std::max(marker_, zxid); }

  /// Before a member looks for a leader: what was appended becomes durable, what was logged is
  /// applied (Z-BC-6), and where a synchronization was cut short the disk decides (Z-SY-10).
  void settle();

  /// Called by the log's task when everything up to the zxid is durable.
  std::function<void(Zxid)> on_durable;

 private:
  void must(const logquake::Status& status, std::string_view deed);
  void reload();

  sim::Node& node_;
  ServerDatabase database_;
  EpochFiles epochs_;
  CommittedWindow window_;
  Zxid loaded_to_;  // what the disk held when it was last read
  Zxid marker_;
  std::deque<Transaction> queued_;  // for the log
  std::deque<Transaction> logged_;  // in the log or on the way there, not applied yet
  bool is_writing_ = false;
  bool is_half_synchronized_ = false;  // the memory says more than the disk
  sim::Signal has_queued_;
  sim::Signal is_idle_;
};

/// A hash of all fields, to tell one transaction from another under the same zxid (Z-INV-22).
std::uint64_t content_of(const Transaction& transaction);

}  // namespace logquake::zookeeper
