// A table's rows in all the versions that somebody may still see.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/database/schema.h"
#include "models/database/value.h"
#include "sim/base/id.h"

namespace logquake::database {

using TableId = Id<struct TableTag, std::int32_t>;
using TransactionId = Id<struct TransactionTag>;
/// Counts committed transactions that changed something, in the order in which they became visible
/// (C-DB-24).
using CommitNumber = Id<struct CommitTag>;

/// What a consistent read sees: everything committed up to a number, and its own changes. Source:
/// C-DB-21, 22.
struct ReadView {
  CommitNumber up_to;
  TransactionId own;
  bool sees_uncommitted = false;  // READ UNCOMMITTED
  std::int64_t definitions = 0;   // tables defined later do not exist for it
};

/// One version of a row. Rows are never changed once they are here.
struct Version {
  TransactionId writer;
  CommitNumber commit;             // zero while uncommitted
  std::shared_ptr<const Row> row;  // null: deleted
  bool is_committed() const { return commit != CommitNumber{}; }
};

/// The versions of the row under one key, oldest first.
/// Invariant: versions without a commit number come last and have one writer, who holds the row's
/// lock.
struct Record {
  std::vector<Version> versions;
  /// The row that `view` sees, or null.
  std::shared_ptr<const Row> seen_by(const ReadView& view) const;
  /// The newest row, committed or not, or null where it is deleted.
  const std::shared_ptr<const Row>& newest() const { return versions.back().row; }
  /// The newest committed row, or null.
  std::shared_ptr<const Row> newest_committed() const;
  bool has_uncommitted() const { return !versions.back().is_committed(); }
};

/// Multi-version storage in primary-key order, with the unique keys beside it. Neither locks nor
/// checks: the session does both before it writes.
class Table {
 public:
  Table(TableId id, TableSchema schema, std::int64_t definition);

  TableId id() const { return id_; }
  const TableSchema& schema() const { return schema_; }
  /// Counts definitions. Snapshots taken before this one see no such table: 1412 (C-DB-25).
  std::int64_t definition() const { return definition_; }

  /// The next value of AUTO_INCREMENT. Source: C-DB-1 to 8.
  std::uint64_t next_id() const { return next_id_; }
  /// Raises the counter so that `used` is not handed out again; whether it moved.
  bool use_id(std::uint64_t used);
  void set_next_id(std::uint64_t next) { next_id_ = next; }

  const std::map<std::string, Record>& records() const { return records_; }
  const Record* find(const std::string& key) const;

  /// Where a row is kept: its primary key, or a number of its own.
  std::string key_for(const Row& row);
  /// Keys of the records that have a version under this key of the unique index number `index`.
  std::vector<std::string> owners(std::size_t index, const std::string& unique_key) const;

  /// Puts a version on top of the record's others.
  void push(const std::string& key, Version version);
  /// Takes back the newest version, which is uncommitted.
  void pop(const std::string& key);
  /// Makes one committed version of all the uncommitted ones.
  void commit(const std::string& key, CommitNumber number);
  /// Forgets what no view from `oldest` on can see.
  void prune(const std::string& key, CommitNumber oldest);

  /// Instant ADD COLUMN at the end: rows stored before show the column's value_before_added.
  void add_column(Column column);
  void add_unique(Index index);
  /// A stored row at the table's present width.
  Row widened(const Row& row) const;

  std::size_t live_rows() const;

 private:
  void enter_unique(const std::string& key, const Row& row);
  void leave_unique(const std::string& key, const Record& record, const Row& row);

  TableId id_;
  TableSchema schema_;
  std::int64_t definition_;
  std::uint64_t next_id_ = 1;
  std::uint64_t next_row_number_ = 1;
  std::map<std::string, Record> records_;
  // By index number; only unique keys other than the primary one have entries.
  std::vector<std::map<std::string, std::set<std::string>>> unique_;
};

}  // namespace logquake::database
