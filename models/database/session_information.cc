// SHOW, and what drivers ask about tables.
#include <algorithm>

#include "models/database/functions.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

ResultColumn text_column(std::string label) {
  return {.label = std::move(label),
          .name = {},
          .table = {},
          .database = {},
          .type = {.kind = TypeKind::varchar, .length = 64},
          .is_nullable = false};
}

std::string_view key_mark(const TableSchema& schema, std::size_t column) {
  std::string_view mark;
  for (const Index& index : schema.indexes) {
    if (std::find(index.columns.begin(), index.columns.end(), column) == index.columns.end())
      continue;
    if (index.is_primary) return "PRI";
    if (index.columns.front() != column) continue;
    if (index.is_unique && index.columns.size() == 1) return "UNI";
    if (mark.empty()) mark = "MUL";
  }
  return mark;
}

}  // namespace

SqlResult<ResultSet> Session::show(const Show& show) {
  using What = Show::What;
  ResultSet result;
  switch (show.what) {
    case What::tables:
    case What::full_tables:
      return show_tables(show);
    case What::columns:
      return show_columns(show);
    case What::create_table:
      return show_create(show);
    case What::databases:
      result.columns = {text_column("Database")};
      for (const std::string& name : database_names()) {
        if (!show.has_like || matches_like(name, show.like)) result.rows.push_back({Value(name)});
      }
      return result;
    case What::variables:
      result.columns = {text_column("Variable_name"), text_column("Value")};
      for (const std::string_view name :
           {"autocommit", "tx_isolation", "innodb_lock_wait_timeout", "time_zone"}) {
        const auto value = variable(name);
        const bool wanted = value && (!show.has_like || matches_like(name, show.like));
        if (!wanted) continue;
        const bool is_switch = name == "autocommit";
        const std::string text =
            is_switch ? (*value->as<std::int64_t>() != 0 ? "ON" : "OFF") : to_string(*value);
        result.rows.push_back({Value::text(name), Value(text)});
      }
      return result;
    case What::warnings:
      result.columns = {text_column("Level"), text_column("Code"), text_column("Message")};
      return result;
  }
  return result;
}

SqlResult<ResultSet> Session::show_tables(const Show& show) {
  const std::string& database = show.table.database.empty() ? view_.database : show.table.database;
  auto names = table_names(database);
  if (!names) return names.error();
  const bool full = show.what == Show::What::full_tables;
  ResultSet result;
  const std::string filter = show.has_like ? format(" ({})", show.like) : "";
  result.columns = {text_column(format("Tables_in_{}{}", database, filter))};
  if (full) result.columns.push_back(text_column("Table_type"));
  for (std::string& name : *names) {
    if (show.has_like && !matches_like(name, show.like)) continue;
    Row row{Value(std::move(name))};
    if (full) row.push_back(Value::text("BASE TABLE"));
    result.rows.push_back(std::move(row));
  }
  return result;
}

SqlResult<ResultSet> Session::show_columns(const Show& show) {
  const Transaction::Mark mark = transaction().mark();
  auto table = open_table(show.table);
  SqlResult<ResultSet> result =
      table ? SqlResult<ResultSet>(ResultSet{}) : SqlResult<ResultSet>(table.error());
  if (table) {
    const TableSchema& schema = (*table)->schema();
    for (const auto* label : {"Field", "Type", "Null", "Key", "Default", "Extra"}) {
      result->columns.push_back(text_column(label));
    }
    result->columns[4].is_nullable = true;
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
      const Column& column = schema.columns[i];
      if (show.has_like && !matches_like(column.name, show.like)) continue;
      Value default_shown;
      if (column.default_value.kind == ColumnDefault::Kind::current_timestamp) {
        default_shown = Value(default_text(column));
      } else if (!column.default_value.value.is_null()) {
        default_shown = Value(to_string(column.default_value.value));
      }
      std::string extra;
      if (column.is_auto_increment) extra = "auto_increment";
      if (column.on_update_current_timestamp) {
        extra = format("on update current_timestamp({})",
                       column.type.scale > 0 ? std::to_string(column.type.scale) : "");
      }
      result->rows.push_back({Value(column.name), Value(to_string(column.type)),
                              Value::text(column.is_nullable ? "YES" : "NO"),
                              Value::text(key_mark(schema, i)), std::move(default_shown),
                              Value(std::move(extra))});
    }
  }
  return finish_statement(std::move(result), mark);
}

SqlResult<ResultSet> Session::show_create(const Show& show) {
  const Transaction::Mark mark = transaction().mark();
  auto table = open_table(show.table);
  SqlResult<ResultSet> result =
      table ? SqlResult<ResultSet>(ResultSet{}) : SqlResult<ResultSet>(table.error());
  if (table) {
    result->columns = {text_column("Table"), text_column("Create Table")};
    result->rows.push_back(
        {Value((*table)->schema().name), Value(create_text((*table)->schema(), (*table)->next_id(),
                                                           engine_.settings().character_set))});
  }
  return finish_statement(std::move(result), mark);
}

std::vector<std::string> Session::database_names() const {
  std::vector<std::string> names = engine_.databases();
  names.emplace_back("information_schema");
  std::sort(names.begin(), names.end());
  return names;
}

SqlResult<std::vector<std::string>> Session::table_names(const std::string& database) {
  if (database.empty())
    return SqlError::of(SqlErrorCode::no_database_selected, "No database selected");
  if (!engine_.has_database(database)) {
    return SqlError::of(SqlErrorCode::unknown_database, format("Unknown database '{}'", database));
  }
  return engine_.tables_of(database);
}

std::vector<ColumnInfo> Session::column_infos(const std::string& database,
                                              std::string_view pattern) {
  std::vector<ColumnInfo> infos;
  for (const std::string& name : engine_.tables_of(database)) {
    if (!matches_like(name, pattern)) continue;
    const TableSchema& schema = engine_.find(database, name)->schema();
    const Index* primary = schema.primary_key();
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
      const Column& column = schema.columns[i];
      const bool in_primary =
          primary != nullptr && std::count(primary->columns.begin(), primary->columns.end(), i) > 0;
      infos.push_back({.database = database,
                       .table = name,
                       .name = column.name,
                       .type = column.type,
                       .is_nullable = column.is_nullable && !in_primary,
                       .is_auto_increment = column.is_auto_increment,
                       .is_primary_key = in_primary,
                       .has_default = column.default_value.kind != ColumnDefault::Kind::none,
                       .default_text = default_text(column),
                       .position = static_cast<int>(i) + 1});
    }
  }
  return infos;
}

SqlResult<std::vector<std::string>> Session::primary_key(const std::string& database,
                                                         const std::string& table) {
  const Table* found = engine_.find(database, table);
  if (found == nullptr) {
    return SqlError::of(SqlErrorCode::table_missing,
                        format("Table '{}.{}' doesn't exist", database, table));
  }
  std::vector<std::string> columns;
  if (const Index* primary = found->schema().primary_key()) {
    for (const std::size_t column : primary->columns)
      columns.push_back(found->schema().columns[column].name);
  }
  return columns;
}

}  // namespace logquake::database
