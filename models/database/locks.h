// Who may change what, who waits for whom, and who must give way. Pure: waiting itself is the
// carrier's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/database/table.h"

namespace logquake::database {

enum class LockMode : std::uint8_t { shared, exclusive };

/// A row's key, a unique key's value, or a table's definition.
struct LockName {
  static constexpr std::int32_t definition = -1;  // the metadata lock of the table (C-DB-35)
  TableId table;
  std::int32_t index = 0;  // 0: rows by primary key; i: unique key number i
  std::string key;
  auto operator<=>(const LockName&) const = default;
};

/// The open interval between two keys of a table's primary order; an empty end is the table's end.
struct Gap {
  std::string after;
  std::string before;
  bool has_after = false;
  bool has_before = false;
  bool contains(const std::string& key) const {
    return (!has_after || after < key) && (!has_before || key < before);
  }
};

/// Row, gap and metadata locks of all transactions, first come first served, with deadlock
/// detection. Source: C-DB-30 to 35.
class LockTable {
 public:
  enum class Answer : std::uint8_t {
    granted,
    waiting,   // until state_of() says otherwise
    deadlock,  // the asker is the victim
  };
  struct Outcome {
    Answer answer{};
    /// Another transaction that waited and was chosen as the victim; its state is now `victim`.
    std::optional<TransactionId> victim;
  };
  enum class State : std::uint8_t { running, waiting, victim };

  Outcome acquire(TransactionId who, const LockName& name, LockMode mode);
  /// Waits for the gap locks of others around `key` (C-DB-32).
  Outcome intend_insert(TransactionId who, TableId table, const std::string& key);
  /// Gap locks never wait and never conflict with each other.
  void lock_gap(TransactionId who, TableId table, Gap gap);

  State state_of(TransactionId who) const;
  /// Gives up waiting (after a timeout, or as a victim).
  void cancel(TransactionId who);
  /// Gives one lock back before the end (READ COMMITTED, rows that did not match).
  void release(TransactionId who, const LockName& name);
  void release_all(TransactionId who);
  /// Counts a changed row: a transaction with more of them is spared by the deadlock detector
  /// (C-DB-31).
  void note_change(TransactionId who) { ++holders_[who].changed_rows; }

  bool holds(TransactionId who, const LockName& name, LockMode mode) const;
  /// Whether an acquire() would have to wait.
  bool would_wait(TransactionId who, const LockName& name, LockMode mode) const;
  /// Who woke up since the last call: granted at last, or made a victim.
  std::vector<TransactionId> take_woken();

  std::size_t held_count() const { return granted_.size(); }
  /// Whether the waits-for graph has a cycle now (C-INV-83).
  bool has_cycle() const;

 private:
  struct Request {
    TransactionId who;
    LockName name;
    LockMode mode{};
    bool is_insert_intention = false;
  };
  struct Holder {
    std::int64_t changed_rows = 0;
    std::int64_t gaps = 0;
    std::set<LockName> names;  // granted_ by holder
    bool is_victim = false;
    /// More of it is spared (C-DB-31).
    std::pair<std::int64_t, std::int64_t> work() const {
      return {changed_rows, gaps + static_cast<std::int64_t>(names.size())};
    }
  };
  struct HeldGap {
    TransactionId who;
    Gap gap;
  };

  Outcome request(Request request);
  bool conflicts(const Request& request, TransactionId holder, LockMode held) const;
  /// Those the request waits for: holders, and earlier waiters for the same name.
  std::vector<TransactionId> blockers(const Request& request, std::size_t earlier) const;
  std::optional<std::size_t> waiting_at(TransactionId who) const;
  /// The cycle through `start`, if there is one; `start` first.
  std::vector<TransactionId> cycle_from(TransactionId start) const;
  void grant(const Request& request);
  void grant_waiting();

  std::map<LockName, std::map<TransactionId, LockMode>> granted_;
  std::map<TableId, std::vector<HeldGap>> gaps_;
  std::map<TransactionId, Holder> holders_;
  std::vector<Request> waiting_;  // in the order of their coming
  std::vector<TransactionId> woken_;
};

}  // namespace logquake::database
