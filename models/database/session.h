// One client's session: executes its statements against the engine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/database/access_path.h"
#include "models/database/conversion.h"
#include "models/database/database_client.h"
#include "models/database/engine.h"
#include "models/database/expression.h"
#include "models/database/result_set.h"
#include "models/database/statement.h"

namespace logquake::database {

struct SessionSettings {
  std::uint32_t connection = 1;
  std::string user = "root@localhost";
  std::string database;
};

/// Blocking where the engine's carrier blocks. Must be closed (or destroyed) before the engine: an
/// open transaction is rolled back. Source: C-DB-20 to 35, 40 to 42, 50, 55 to 57, 80 to 88.
class Session {
 public:
  Session(Engine& engine, SessionSettings settings);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Executes one statement; each `?` takes the next of `parameters`.
  SqlResult<ResultSet> execute(std::string_view sql, std::span<const Value> parameters = {});

  /// Replays a definition of the redo log.
  SqlStatus replay(const RedoDefinition& definition);

  // What drivers ask without SQL (C-DB-89).
  SqlResult<std::vector<std::string>> table_names(const std::string& database);
  std::vector<ColumnInfo> column_infos(const std::string& database, std::string_view pattern);
  SqlResult<std::vector<std::string>> primary_key(const std::string& database,
                                                  const std::string& table);
  std::vector<std::string> database_names() const;

  const std::string& database() const { return view_.database; }
  bool in_transaction() const { return transaction_ != nullptr; }
  bool has_changes() const { return transaction_ != nullptr && !transaction_->changes.empty(); }
  /// Rolls an open transaction back (the connection is gone: C-DB-37).
  void close(std::string_view why);

 private:
  // session.cc
  SqlResult<ResultSet> run(const Statement& statement);
  Transaction& transaction();
  SqlStatus commit_open();
  SqlResult<ResultSet> finish_statement(SqlResult<ResultSet> result, const Transaction::Mark& mark);
  SqlResult<Table*> open_table(const TableName& name, std::string_view unknown_as = {});
  SqlResult<std::string> database_of(const TableName& name) const;
  BindScope scope(const Table* table, std::string_view alias = {}) const;
  EvaluationContext context(const Row* row = nullptr) const;
  SqlResult<ResultSet> use(const Use& use);
  SqlResult<ResultSet> begin(const Begin& begin);
  SqlResult<ResultSet> rollback(const Rollback& rollback);
  SqlResult<ResultSet> release(const ReleaseSavepoint& release);
  SqlStatus may_write() const;

  // session_variables.cc
  SqlResult<ResultSet> set(const SetVariables& set);
  SqlStatus set_variable(const SetVariable& variable);
  SqlResult<ResultSet> set_transaction(const SetTransaction& set);
  std::optional<Value> variable(std::string_view name) const;

  // session_information.cc
  SqlResult<ResultSet> show(const Show& show);
  SqlResult<ResultSet> show_tables(const Show& show);
  SqlResult<ResultSet> show_columns(const Show& show);
  SqlResult<ResultSet> show_create(const Show& show);

  // session_definition.cc
  SqlResult<ResultSet> define(const Statement& statement);
  SqlStatus apply_definition(const Statement& statement);
  SqlStatus create_table(const CreateTable& create);
  SqlStatus create_like(const CreateTableLike& create);
  SqlStatus drop_tables(const DropTable& drop);
  SqlStatus truncate(const TruncateTable& truncate);
  SqlStatus alter(const AlterTable& alter);
  SqlStatus drop_database(const DropDatabase& drop);
  SqlStatus lock_definition(Table*& table, LockMode mode);

  // session_select.cc
  SqlResult<ResultSet> select(const Select& select);
  SqlStatus bind_select(Select& select, const Table* table) const;
  ResultColumn column_of(const SelectItem& item, const Table* table,
                         const std::vector<Aggregate>& aggregates) const;
  SqlResult<Row> aggregate(const std::vector<Aggregate>& aggregates, const std::vector<Row>& rows);

  // row_scan.cc
  struct FoundRow {
    std::string key;
    std::shared_ptr<const Row> stored;
    Row shown;  // at full width, in the session's zone
  };
  Row shown(const Table& table, const Row& stored) const;
  SqlResult<std::vector<FoundRow>> read(Table& table, const RowFilter& filter);
  SqlResult<std::vector<FoundRow>> read_locked(Table& table, const RowFilter& filter,
                                               LockMode mode);
  SqlResult<std::vector<FoundRow>> lock_range(Table& table, const RowFilter& filter,
                                              const KeyRange& range, LockMode mode);
  SqlResult<std::vector<FoundRow>> lock_unique(Table& table, const RowFilter& filter,
                                               const AccessPath::UniqueKey& unique, LockMode mode);
  /// Locks one row and reads its newest version; nothing where it is gone or does not match.
  SqlResult<std::optional<FoundRow>> lock_row(Table& table, const RowFilter& filter,
                                              const std::string& key, LockMode mode);
  SqlResult<bool> matches(const RowFilter& filter, const Row& row) const;
  bool locks_gaps() const { return transaction_->isolation >= Isolation::repeatable_read; }
  SqlStatus sort_and_limit(std::vector<FoundRow>& rows, const RowFilter& filter) const;

  // session_insert.cc
  SqlResult<ResultSet> insert(const Insert& insert);
  SqlResult<std::vector<std::size_t>> insert_columns(const Insert& insert,
                                                     const Table& table) const;
  SqlResult<Row> insert_row(const Insert& insert, const Table& table,
                            const std::vector<std::size_t>& columns, std::size_t row_index,
                            std::vector<bool>& given);
  SqlStatus give_id(Table& table, Row& row, std::size_t row_number, std::uint64_t& reserved,
                    std::uint64_t left);
  struct Duplicate {
    std::size_t index = 0;  // of the unique key
    std::string key;        // of the row that has it
  };
  SqlResult<std::optional<Duplicate>> find_duplicate(Table& table, const Row& row,
                                                     const std::string* own_key, LockMode mode);
  SqlStatus lock_for_write(Table& table, const std::string& key, const Row& row, bool inserting,
                           bool& waited);
  SqlStatus store_new(Table& table, std::string key, Row row);
  SqlError duplicate_entry(const Table& table, const Row& row, std::size_t index) const;
  SqlResult<std::int64_t> replace_row(Table& table, Row row);
  SqlResult<std::int64_t> upsert_hit(Table& table, const Insert& insert, const Row& row,
                                     const std::string& key, std::size_t row_number);
  StorePlace place(const Table& table, std::size_t row_number) const;
  Value default_of(const Column& column) const;

  // session_change.cc
  SqlResult<ResultSet> update(const Update& update);
  SqlResult<ResultSet> remove(const Delete& remove);
  SqlStatus bind_assignments(std::vector<Assignment>& assignments, const BindScope& scope) const;
  /// The row with the assignments made, as it would be stored; the same where nothing changes.
  SqlResult<Row> assigned(const Table& table, const std::vector<Assignment>& assignments,
                          const Row& before, const Row* inserted, std::size_t row_number) const;
  SqlStatus change_row(Table& table, const std::string& key, const Row& before, Row after);
  SqlStatus delete_row(Table& table, const std::string& key,
                       const std::shared_ptr<const Row>& before);

  Engine& engine_;
  SessionView view_;
  Transaction* transaction_ = nullptr;
  bool autocommit_ = true;
  bool explicit_transaction_ = false;  // BEGIN was said
  Isolation isolation_;
  std::optional<Isolation> next_isolation_;
  bool read_only_ = false;
  std::optional<bool> next_read_only_;
  std::optional<WallTime> fixed_time_;  // the variable `timestamp` (C-DB-56)
  std::string time_zone_ = "SYSTEM";
  bool replaying_ = false;
  std::string sql_;  // of the running statement
  std::int64_t warnings_ = 0;
};

}  // namespace logquake::database
