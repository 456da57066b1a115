// Statements as the parser understands them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/database/expression.h"
#include "models/database/schema.h"

namespace logquake::database {

/// "`db`.`table`" or "`table`" of the session's database.
struct TableName {
  std::string database{};  // empty: the session's
  std::string table{};
};

/// READ UNCOMMITTED to SERIALIZABLE. Source: C-DB-20 to 23.
enum class Isolation : std::uint8_t {
  read_uncommitted,
  read_committed,
  repeatable_read,
  serializable
};
/// "READ-COMMITTED", as @@tx_isolation shows it.
std::string_view name_of(Isolation isolation);

struct KeyDefinition {
  std::string name{};  // empty: after its first column
  std::vector<std::string> columns{};
  bool is_unique = false;
  bool is_primary = false;
};

struct ColumnDefinition {
  Column column{};
  bool says_null = false;    // NULL was written
  bool has_default = false;  // DEFAULT was written
  bool is_unique = false;
  bool is_primary = false;
};

struct CreateDatabase {
  std::string name{};
  bool if_not_exists = false;
};
struct DropDatabase {
  std::string name{};
  bool if_exists = false;
};
struct CreateTable {
  TableName table{};
  bool if_not_exists = false;
  std::vector<ColumnDefinition> columns{};
  std::vector<KeyDefinition> keys{};
  std::uint64_t auto_increment = 0;
};
struct CreateTableLike {
  TableName table{};
  TableName like{};
  bool if_not_exists = false;
};
struct DropTable {
  std::vector<TableName> tables{};
  bool if_exists = false;
};
struct TruncateTable {
  TableName table{};
};
/// ADD COLUMN (always last) and AUTO_INCREMENT=n. Source: C-JSI-45, C-DB-80 in part.
struct AlterTable {
  TableName table{};
  struct Added {
    ColumnDefinition definition{};
    bool if_not_exists = false;
  };
  std::vector<Added> added{};
  std::optional<std::uint64_t> auto_increment{};
};

struct Assignment {
  std::string column{};
  Expression value{};     // empty: DEFAULT
  std::size_t index = 0;  // of the bound column
};

/// One value of VALUES (...); empty for DEFAULT.
using InsertRow = std::vector<Expression>;
struct Insert {
  TableName table{};
  bool ignore = false;
  bool replace = false;
  std::vector<std::string> columns{};  // empty: all
  bool has_column_list = false;
  std::vector<InsertRow> rows{};
  std::vector<Assignment> on_duplicate{};
};

struct OrderItem {
  Expression key{};
  bool descending = false;
};
struct RowFilter {
  Expression where{};  // empty: all
  std::vector<OrderItem> order_by{};
  std::optional<std::uint64_t> limit{};
  std::uint64_t offset = 0;
};
struct Update {
  TableName table{};
  std::string alias{};
  std::vector<Assignment> assignments{};
  RowFilter filter{};
};
struct Delete {
  TableName table{};
  RowFilter filter{};
};

struct SelectItem {
  Expression expression{};
  std::string label{};  // the alias, or the text
  bool is_star = false;
  std::string qualifier{};  // of `t.*`
};
enum class SelectLock : std::uint8_t { none, share, update };
struct Select {
  std::vector<SelectItem> items{};
  std::optional<TableName> table{};
  std::string alias{};
  bool distinct = false;
  RowFilter filter{};
  std::vector<Aggregate> aggregates{};
  SelectLock lock = SelectLock::none;
};

struct Show {
  enum class What : std::uint8_t {
    tables,
    full_tables,
    databases,
    create_table,
    columns,
    variables,
    warnings
  };
  What what{};
  TableName table{};  // its database: of SHOW TABLES FROM
  std::string like{};
  bool has_like = false;
};

struct Use {
  std::string database{};
};
struct Begin {
  bool consistent_snapshot = false;
  bool read_only = false;
};
struct Commit {};
struct Rollback {
  std::string savepoint{};  // empty: everything
};
struct Savepoint {
  std::string name{};
};
struct ReleaseSavepoint {
  std::string name{};
};
struct SetVariable {
  std::string name{};
  bool global = false;
  Expression value{};  // empty: DEFAULT
};
struct SetVariables {
  std::vector<SetVariable> variables{};
};
struct SetTransaction {
  enum class Scope : std::uint8_t { next, session, global };
  Scope scope = Scope::next;
  std::optional<Isolation> isolation{};
  std::optional<bool> read_only{};
};
/// SET NAMES and others that change nothing in this model, as its texts are Unicode throughout.
struct SetNames {
  std::string character_set{};
};
struct UnlockTables {};

using Statement = std::variant<CreateDatabase, DropDatabase, CreateTable, CreateTableLike,
                               DropTable, TruncateTable, AlterTable, Insert, Update, Delete, Select,
                               Show, Use, Begin, Commit, Rollback, Savepoint, ReleaseSavepoint,
                               SetVariables, SetTransaction, SetNames, UnlockTables>;

}  // namespace logquake::database
