// The storage engine: tables, transactions, locks and redo. Waiting, disk and clock are its
// carrier's. Source: C-DB-1 to 8, 20 to 37, 42, 60 to 62.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/database/facts.h"
#include "models/database/locks.h"
#include "models/database/redo_record.h"
#include "models/database/sql_error.h"
#include "models/database/statement.h"
#include "models/database/table.h"

namespace logquake::database {

/// What the engine states; the carrier records it as it is.
using EngineFact =
    std::variant<RowInserted, RowUpdated, RowDeleted, TransactionCommitted, TransactionRolledBack,
                 TableCreated, TableAltered, TableEmptied, LockWaited>;

/// What the engine asks of whoever runs it. Without `wait` every lock wait times out at once;
/// without `make_durable` commits are durable at once: that is how scripts are checked without a
/// simulation.
struct EngineCarrier {
  std::function<WallTime()> now{};
  /// Blocks until wake() is called for the transaction (true) or the time is over (false).
  std::function<bool(TransactionId, Duration)> wait{};
  std::function<void(TransactionId)> wake{};
  /// Blocks until the redo log up to `end` is as durable as the settings ask.
  std::function<void(std::int64_t end)> make_durable{};
  std::function<void(const EngineFact&, sim::EventId cause)> state{};
  /// What the present task's next fact would be caused by.
  std::function<sim::EventId()> cause{};
};

struct EngineSettings {
  Isolation isolation = Isolation::repeatable_read;
  std::string character_set = "utf8mb4";
  Duration innodb_lock_wait_timeout = 50s;
  Duration lock_wait_timeout = 86'400s;
  /// Whether commits survive a power loss: innodb_flush_log_at_trx_commit=1.
  bool durable_commits = true;
  bool persists_auto_increment = true;
};

/// A change of one row, as the binary log would tell it.
struct RowChange {
  TableId table;
  std::string key_before;
  std::string key;
  std::shared_ptr<const Row> before;  // null: inserted
  std::shared_ptr<const Row> after;   // null: deleted
};

struct Transaction {
  TransactionId id;
  std::uint32_t connection = 0;
  Isolation isolation = Isolation::repeatable_read;
  bool read_only = false;
  std::optional<ReadView> view;                       // made by the first consistent read (C-DB-21)
  std::vector<std::pair<TableId, std::string>> undo;  // versions pushed, in order
  std::vector<RowChange> changes;
  struct Mark {
    std::string name;
    std::size_t undo = 0;
    std::size_t changes = 0;
  };
  std::vector<Mark> savepoints;
  sim::EventId cause;
  bool is_committed = false;

  Mark mark(std::string name = {}) const { return {std::move(name), undo.size(), changes.size()}; }
};

class Engine {
 public:
  Engine(EngineSettings settings, EngineCarrier carrier);

  const EngineSettings& settings() const { return settings_; }
  WallTime now() const { return carrier_.now(); }

  // ---- definitions ----
  bool has_database(const std::string& name) const { return databases_.count(name) > 0; }
  std::vector<std::string> databases() const;
  std::vector<std::string> tables_of(const std::string& database) const;
  /// The table, or null.
  Table* find(const std::string& database, const std::string& table);
  Table* find(TableId id);

  SqlStatus create_database(const std::string& name);
  SqlStatus drop_database(const std::string& name);
  Table& create_table(TableSchema schema, std::uint64_t first_id);
  void drop_table(Table& table);
  /// A new, empty table takes the old one's place: old snapshots see 1412.
  Table& truncate(Table& table);
  void add_columns(Table& table, std::vector<Column> columns, std::vector<Index> unique);

  /// Writes a definition into the redo log and waits until it is durable. The number for the next
  /// table is that of before the change.
  void log_definition(RedoDefinition definition);
  TableId next_table() const { return TableId(next_table_); }

  // ---- transactions ----
  Transaction& begin(std::uint32_t connection, Isolation isolation, bool read_only);
  /// Blocks until durable and visible; the transaction is gone afterwards.
  void commit(Transaction& transaction);
  void rollback(Transaction& transaction, std::string_view why);
  /// Undoes what came after the mark; locks stay.
  void undo_to(Transaction& transaction, const Transaction::Mark& mark);
  /// The view of a consistent read, as the isolation level has it. Source: C-DB-21 to 23.
  ReadView view_for_statement(Transaction& transaction);
  void open_view(Transaction& transaction);
  /// At the end of a statement: READ COMMITTED forgets its view.
  void close_statement(Transaction& transaction);

  /// Blocks while others hold what conflicts; `waited` tells whether the world may have changed
  /// meanwhile. Errors: 1205; 1213 (the caller must then roll back the whole transaction).
  SqlStatus lock(Transaction& transaction, const LockName& name, LockMode mode, bool& waited);
  SqlStatus intend_insert(Transaction& transaction, TableId table, const std::string& key,
                          bool& waited);
  void lock_gap(Transaction& transaction, TableId table, Gap gap) {
    locks_.lock_gap(transaction.id, table, std::move(gap));
  }
  void unlock(Transaction& transaction, const LockName& name);
  const LockTable& locks() const { return locks_; }

  /// Puts a new version under the key; the caller holds its lock.
  void write(Transaction& transaction, Table& table, const std::string& key,
             std::shared_ptr<const Row> row);
  void note_change(Transaction& transaction, RowChange change);

  /// Takes `count` ids; never given back (C-DB-1, 3). The caller checks the column's range.
  std::uint64_t take_ids(Table& table, std::uint64_t count);
  /// An explicit id moves the counter (C-DB-4).
  void use_id(Table& table, std::uint64_t used);
  void set_next_id(Table& table, std::uint64_t next);

  // ---- redo ----
  /// Bytes appended since the last call, for the carrier to write.
  Bytes take_redo();
  std::int64_t redo_end() const { return redo_end_; }
  /// Whether no commit is under way: then snapshot() and the redo log say the same.
  bool is_quiet() const { return pending_.empty() && redo_.empty(); }
  void log(const RedoRecord& record);
  /// Applies a record read back. Definitions need a session: see recovery.h.
  void apply(const RedoCommit& commit);
  void apply(const RedoCounter& counter);
  void set_next_table(TableId next) { next_table_ = next.value(); }
  /// After the last record: states commits whose facts the crash may have swallowed, and sets
  /// counters.
  std::int64_t finish_recovery();
  CommitNumber last_commit() const { return visible_; }
  /// Everything committed, as records that rebuild it. Definitions carry their text in `sql`.
  std::vector<RedoRecord> snapshot() const;

 private:
  struct Pending {
    std::int64_t redo_end = 0;
    CommitNumber number;
    Transaction* transaction = nullptr;
  };
  struct History {
    CommitNumber commit;
    TableId table;
    std::string key;
  };

  SqlStatus wait(Transaction& transaction, const LockName& name, bool is_insert_intention,
                 LockTable::Answer answer);
  void complete_up_to(std::int64_t redo_end);
  void state_changes(const Transaction& transaction, CommitNumber number);
  void finish(Transaction& transaction);
  void wake_all();
  void purge();
  void state(const EngineFact& fact, sim::EventId cause) const;
  RowImage image_of(const Table& table, const Row& row) const;
  std::string key_text_of(const Table& table, const std::string& key, const Row& row) const;

  EngineSettings settings_;
  EngineCarrier carrier_;
  LockTable locks_;
  std::map<std::string, std::map<std::string, TableId>> databases_;
  std::map<TableId, std::unique_ptr<Table>> tables_;
  std::map<TransactionId, std::unique_ptr<Transaction>> transactions_;
  std::int32_t next_table_ = 1;
  std::int64_t definitions_ = 0;  // counts created tables
  std::int64_t next_transaction_ = 1;
  CommitNumber next_commit_{1};
  CommitNumber visible_;         // the last commit that others see
  CommitNumber stated_up_to_;    // the last commit whose facts are stated
  std::deque<Pending> pending_;  // in the order of the redo log
  std::deque<History> history_;
  Bytes redo_;
  std::int64_t redo_end_ = 0;
  std::vector<RedoCommit> unstated_;          // while recovering
  std::vector<EngineFact> definition_facts_;  // stated once the definition is durable
};

}  // namespace logquake::database
