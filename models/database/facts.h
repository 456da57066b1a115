// What database servers state about themselves: all that checkers, fault triggers and reports read.
// Kinds and field names are an interface. A `table` is always the text "mydb.users"; the stating
// node is the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/database/table.h"
#include "sim/trace/fact.h"

namespace logquake::database {

/// One column of a row image; no text is NULL.
struct ColumnImage {
  std::string column{};
  std::optional<std::string> value{};
  bool operator==(const ColumnImage&) const = default;
  template <class Io>
  void io(Io& io) {
    io("column", column);
    io("value", value);
  }
};
using RowImage = std::vector<ColumnImage>;
/// "id=1 name=NULL".
std::string to_text(const RowImage& image);

/// The server has its data and accepts connections.
struct ServerStarted {
  static constexpr std::string_view kind = "database.server-started";
  static constexpr sim::Level level = sim::Level::info;
  std::vector<std::string> databases;
  std::int32_t flush_log_at_commit = 1;  // innodb_flush_log_at_trx_commit
  bool fresh = false;                    // the disk was empty: the initial SQL was applied
  template <class Io>
  void io(Io& io) {
    io("databases", databases);
    io("flush_log_at_commit", flush_log_at_commit);
    io("fresh", fresh);
  }
  std::string sentence() const;
  std::string subject() const { return "database"; }
  std::string state() const { return "up"; }
};

/// The redo log was replayed. Commits above `last_commit` stated before the crash are gone: they
/// must have been promised by nobody, or the settings excuse it (C-DB-62).
struct Recovered {
  static constexpr std::string_view kind = "database.recovered";
  static constexpr sim::Level level = sim::Level::info;
  CommitNumber last_commit;
  std::int64_t replayed = 0;   // redo records
  std::int64_t bytes_cut = 0;  // of a torn end
  template <class Io>
  void io(Io& io) {
    io("last_commit", last_commit);
    io("replayed", replayed);
    io("bytes_cut", bytes_cut);
  }
  std::string sentence() const;
};

/// A row as a committed transaction left it. `commit` counts up; a fact of a commit that was
/// already stated may come again after a recovery, unchanged.
struct RowInserted {
  static constexpr std::string_view kind = "database.row-inserted";
  static constexpr sim::Level level = sim::Level::info;
  CommitNumber commit;
  std::string table;
  std::string key;  // of the primary key: "1"; a number of its own where there is none: "row 1"
  RowImage row;
  template <class Io>
  void io(Io& io) {
    io("commit", commit);
    io("table", table);
    io("key", key);
    io("row", row);
  }
  std::string sentence() const;
};
struct RowUpdated {
  static constexpr std::string_view kind = "database.row-updated";
  static constexpr sim::Level level = sim::Level::info;
  CommitNumber commit;
  std::string table;
  std::string key;         // after the change
  std::string key_before;  // the same unless the key itself was changed
  RowImage before;
  RowImage row;
  template <class Io>
  void io(Io& io) {
    io("commit", commit);
    io("table", table);
    io("key", key);
    io("key_before", key_before);
    io("before", before);
    io("row", row);
  }
  std::string sentence() const;
};
struct RowDeleted {
  static constexpr std::string_view kind = "database.row-deleted";
  static constexpr sim::Level level = sim::Level::info;
  CommitNumber commit;
  std::string table;
  std::string key;
  RowImage row;  // as it was
  template <class Io>
  void io(Io& io) {
    io("commit", commit);
    io("table", table);
    io("key", key);
    io("row", row);
  }
  std::string sentence() const;
};

/// A transaction that changed rows is committed and visible; its rows' facts came just before. It
/// survives a power loss if `durable` (the settings promise it).
struct TransactionCommitted {
  static constexpr std::string_view kind = "database.transaction-committed";
  static constexpr sim::Level level = sim::Level::info;
  CommitNumber commit;
  std::int64_t rows = 0;
  std::uint32_t connection = 0;  // 0: restated by recovery
  bool durable = true;
  template <class Io>
  void io(Io& io) {
    io("commit", commit);
    io("rows", rows);
    io("connection", connection);
    io("durable", durable);
  }
  std::string sentence() const;
  std::string subject() const { return "database"; }
  std::string state() const;
};

/// An open transaction with changes was undone: asked for, or because its connection was lost, or
/// as a deadlock's victim.
struct TransactionRolledBack {
  static constexpr std::string_view kind = "database.transaction-rolled-back";
  static constexpr sim::Level level = sim::Level::info;
  std::uint32_t connection = 0;
  std::int64_t rows = 0;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("connection", connection);
    io("rows", rows);
    io("why", why);
  }
  std::string sentence() const;
};

struct TableCreated {
  static constexpr std::string_view kind = "database.table-created";
  static constexpr sim::Level level = sim::Level::info;
  std::string table;
  std::vector<std::string> columns;
  template <class Io>
  void io(Io& io) {
    io("table", table);
    io("columns", columns);
  }
  std::string sentence() const;
};
struct TableAltered {
  static constexpr std::string_view kind = "database.table-altered";
  static constexpr sim::Level level = sim::Level::info;
  std::string table;
  std::vector<std::string> columns;
  template <class Io>
  void io(Io& io) {
    io("table", table);
    io("columns", columns);
  }
  std::string sentence() const;
};
/// The table and all its rows are gone: dropped, or emptied by TRUNCATE (then `dropped` is false).
struct TableEmptied {
  static constexpr std::string_view kind = "database.table-emptied";
  static constexpr sim::Level level = sim::Level::info;
  std::string table;
  bool dropped = false;
  template <class Io>
  void io(Io& io) {
    io("table", table);
    io("dropped", dropped);
  }
  std::string sentence() const;
};

struct ConnectionOpened {
  static constexpr std::string_view kind = "database.connection-opened";
  static constexpr sim::Level level = sim::Level::debug;
  std::uint32_t connection = 0;
  std::string user;
  std::string database;
  template <class Io>
  void io(Io& io) {
    io("connection", connection);
    io("user", user);
    io("database", database);
  }
};
struct ConnectionClosed {
  static constexpr std::string_view kind = "database.connection-closed";
  static constexpr sim::Level level = sim::Level::debug;
  std::uint32_t connection = 0;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("connection", connection);
    io("why", why);
  }
};
/// A statement failed.
struct StatementFailed {
  static constexpr std::string_view kind = "database.statement-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::uint32_t connection = 0;
  std::int32_t number = 0;
  std::string message;
  std::string sql;
  template <class Io>
  void io(Io& io) {
    io("connection", connection);
    io("number", number);
    io("message", message);
    io("sql", sql);
  }
  std::string sentence() const;
};
/// A transaction waits for another's lock.
struct LockWaited {
  static constexpr std::string_view kind = "database.lock-waited";
  static constexpr sim::Level level = sim::Level::debug;
  std::uint32_t connection = 0;
  std::string table;
  std::string what;  // "row", "gap", "definition"
  template <class Io>
  void io(Io& io) {
    io("connection", connection);
    io("table", table);
    io("what", what);
  }
};

}  // namespace logquake::database
