// CREATE, ALTER, DROP and TRUNCATE: each commits first, waits for the table's users, and is logged
// as text. Source: C-DB-35, 50, 80, 87.
#include <algorithm>
#include <set>

#include "models/database/conversion.h"
#include "models/database/parser.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

SqlError unknown_database(const std::string& name) {
  return SqlError::of(SqlErrorCode::unknown_database, format("Unknown database '{}'", name));
}
SqlError auto_column_misused() {
  return SqlError::of(SqlErrorCode::wrong_auto_column,
                      "Incorrect table definition; there can be only one auto column and it must "
                      "be defined as a key");
}
SqlError duplicate_column(const std::string& name) {
  return SqlError::of(SqlErrorCode::duplicate_column_name,
                      format("Duplicate column name '{}'", name));
}

/// What fills a NOT NULL column without default when it is added: 0, '' or the zero date (C-DB-87).
Value implicit_default(const ColumnType& type) {
  if (is_integer(type.kind))
    return type.is_unsigned ? Value(std::uint64_t{0}) : Value(std::int64_t{0});
  if (type.kind == TypeKind::decimal) return Value(Decimal(false, "0", type.scale));
  if (type.kind == TypeKind::real_float) return Value(static_cast<float>(0));
  if (type.kind == TypeKind::real_double) return Value(static_cast<double>(0));
  if (type.kind == TypeKind::date) return Value(Date{Date::zero});
  if (type.kind == TypeKind::time) return Value(Time{0, static_cast<std::int8_t>(type.scale)});
  if (is_temporal(type.kind))
    return Value(DateTime{DateTime::zero, static_cast<std::int8_t>(type.scale)});
  if (type.kind == TypeKind::binary)
    return Value(Binary{std::string(static_cast<std::size_t>(type.length), '\0')});
  if (is_binary(type.kind)) return Value(Binary{});
  return Value(std::string());
}

SqlStatus check_column(const ColumnDefinition& definition) {
  const Column& column = definition.column;
  const bool null_default = definition.has_default &&
                            column.default_value.kind == ColumnDefault::Kind::literal &&
                            column.default_value.value.is_null();
  if (null_default && !column.is_nullable) {
    return SqlError::of(SqlErrorCode::invalid_default,
                        format("Invalid default value for '{}'", column.name));
  }
  if (column.is_auto_increment && (definition.has_default || !is_integer(column.type.kind))) {
    if (definition.has_default) {
      return SqlError::of(SqlErrorCode::invalid_default,
                          format("Invalid default value for '{}'", column.name));
    }
    return SqlError::of(SqlErrorCode::wrong_column_specifier,
                        format("Incorrect column specifier for column '{}'", column.name));
  }
  return {};
}

/// Keys as SHOW CREATE TABLE lists them: primary, unique without NULL, other unique, the rest.
int rank_of(const Index& index, const TableSchema& schema) {
  if (index.is_primary) return 0;
  if (!index.is_unique) return 3;
  const bool nullable =
      std::any_of(index.columns.begin(), index.columns.end(),
                  [&schema](std::size_t column) { return schema.columns[column].is_nullable; });
  return nullable ? 2 : 1;
}

std::string free_name(const std::vector<Index>& indexes, const std::string& column) {
  std::string name = column;
  for (int number = 2;; ++number) {
    const bool taken = std::any_of(indexes.begin(), indexes.end(), [&name](const Index& index) {
      return same_name(index.name, name);
    });
    if (!taken) return name;
    name = format("{}_{}", column, number);
  }
}

SqlStatus add_key(TableSchema& schema, const KeyDefinition& key) {
  Index index{
      .name = key.name, .columns = {}, .is_unique = key.is_unique, .is_primary = key.is_primary};
  for (const std::string& name : key.columns) {
    const auto column = schema.find_column(name);
    if (!column) {
      return SqlError::of(SqlErrorCode::key_column_missing,
                          format("Key column '{}' doesn't exist in table", name));
    }
    if (std::count(index.columns.begin(), index.columns.end(), *column) > 0)
      return duplicate_column(name);
    if (is_large(schema.columns[*column].type.kind)) {
      return SqlError::of(
          SqlErrorCode::blob_key_without_length,
          format("BLOB/TEXT column '{}' used in key specification without a key length", name));
    }
    index.columns.push_back(*column);
    if (key.is_primary) schema.columns[*column].is_nullable = false;
  }
  if (key.is_primary && std::any_of(schema.indexes.begin(), schema.indexes.end(),
                                    [](const Index& i) { return i.is_primary; })) {
    return SqlError::of(SqlErrorCode::multiple_primary_keys, "Multiple primary key defined");
  }
  if (index.name.empty()) {
    index.name = free_name(schema.indexes, schema.columns[index.columns.front()].name);
  } else if (free_name(schema.indexes, index.name) != index.name) {
    return SqlError::of(SqlErrorCode::duplicate_key_name,
                        format("Duplicate key name '{}'", index.name));
  }
  schema.indexes.push_back(std::move(index));
  return {};
}

SqlResult<TableSchema> schema_of(const CreateTable& create, const std::string& database) {
  TableSchema schema{.database = database, .name = create.table.table};
  if (create.columns.empty())
    return SqlError::of(SqlErrorCode::no_columns, "A table must have at least 1 column");
  for (const ColumnDefinition& definition : create.columns) {
    if (schema.find_column(definition.column.name)) return duplicate_column(definition.column.name);
    if (auto status = check_column(definition); !status.ok()) return status.error();
    schema.columns.push_back(definition.column);
    if (definition.column.is_auto_increment) schema.columns.back().is_nullable = false;
  }
  for (const ColumnDefinition& definition : create.columns) {
    KeyDefinition key{.columns = {definition.column.name}, .is_unique = true};
    if (definition.is_primary) {
      key.is_primary = true;
      key.name = "PRIMARY";
      if (auto status = add_key(schema, key); !status.ok()) return status.error();
    }
    if (definition.is_unique) {
      if (auto status = add_key(schema, {.columns = key.columns, .is_unique = true}); !status.ok())
        return status.error();
    }
  }
  for (const KeyDefinition& key : create.keys) {
    if (auto status = add_key(schema, key); !status.ok()) return status.error();
  }
  std::stable_sort(schema.indexes.begin(), schema.indexes.end(),
                   [&schema](const Index& a, const Index& b) {
                     return rank_of(a, schema) < rank_of(b, schema);
                   });
  std::int64_t auto_columns = 0;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!schema.columns[i].is_auto_increment) continue;
    ++auto_columns;
    const bool leads_a_key =
        std::any_of(schema.indexes.begin(), schema.indexes.end(),
                    [i](const Index& index) { return index.columns.front() == i; });
    if (!leads_a_key) return auto_column_misused();
  }
  if (auto_columns > 1) return auto_column_misused();
  return schema;
}

}  // namespace

SqlResult<ResultSet> Session::define(const Statement& statement) {
  // The open transaction is committed even if what follows fails (C-DB-50, 52).
  if (auto status = commit_open(); !status.ok()) return status.error();
  if (auto status = may_write(); !status.ok()) return status.error();
  RedoDefinition definition{
      .database = view_.database,
      .sql = sql_,
      .statement_start = view_.statement_start,
      .zone_offset_seconds = view_.zone_offset_seconds,
      .next_table = engine_.next_table()};  // before the change: replay starts there
  const auto status = apply_definition(statement);
  // DROP TABLE of some that exist and some that do not drops those that do.
  const bool partly_done = !status.ok() && status.error().code == SqlErrorCode::unknown_table;
  if (status.ok() || partly_done) {
    if (!replaying_) engine_.log_definition(definition);
  }
  if (transaction_ != nullptr) {
    const bool is_victim = !status.ok() && status.error().code == SqlErrorCode::deadlock;
    if (is_victim) {
      close("deadlock");
    } else if (auto committed = commit_open(); !committed.ok()) {
      return committed.error();
    }
  }
  if (!status.ok()) return status.error();
  ResultSet result;
  result.warnings = warnings_;
  return result;
}

SqlStatus Session::apply_definition(const Statement& statement) {
  if (const auto* create = std::get_if<CreateTable>(&statement)) return create_table(*create);
  if (const auto* like = std::get_if<CreateTableLike>(&statement)) return create_like(*like);
  if (const auto* drop = std::get_if<DropTable>(&statement)) return drop_tables(*drop);
  if (const auto* empty = std::get_if<TruncateTable>(&statement)) return truncate(*empty);
  if (const auto* change = std::get_if<AlterTable>(&statement)) return alter(*change);
  if (const auto* drop = std::get_if<DropDatabase>(&statement)) return drop_database(*drop);
  const auto& create = std::get<CreateDatabase>(statement);
  if (create.if_not_exists && engine_.has_database(create.name)) {
    ++warnings_;
    return {};
  }
  return engine_.create_database(create.name);
}

SqlStatus Session::lock_definition(Table*& table, LockMode mode) {
  if (replaying_) return {};
  const TableId id = table->id();
  bool waited = false;
  const LockName definition{.table = id, .index = LockName::definition, .key = {}};
  auto status = engine_.lock(transaction(), definition, mode, waited);
  table = engine_.find(id);
  return status;
}

SqlStatus Session::create_table(const CreateTable& create) {
  const auto database = database_of(create.table);
  if (!database) return database.error();
  if (!engine_.has_database(*database)) return unknown_database(*database);
  if (engine_.find(*database, create.table.table) != nullptr) {
    if (create.if_not_exists) {
      ++warnings_;
      return {};
    }
    return SqlError::of(SqlErrorCode::table_exists,
                        format("Table '{}' already exists", create.table.table));
  }
  auto schema = schema_of(create, *database);
  if (!schema) return schema.error();
  engine_.create_table(std::move(*schema), std::max<std::uint64_t>(create.auto_increment, 1));
  return {};
}

SqlStatus Session::create_like(const CreateTableLike& create) {
  const auto database = database_of(create.table);
  if (!database) return database.error();
  auto source = open_table(create.like);
  if (!source) return source.error();
  if (!engine_.has_database(*database)) return unknown_database(*database);
  if (engine_.find(*database, create.table.table) != nullptr) {
    if (create.if_not_exists) {
      ++warnings_;
      return {};
    }
    return SqlError::of(SqlErrorCode::table_exists,
                        format("Table '{}' already exists", create.table.table));
  }
  TableSchema schema = (*source)->schema();
  schema.database = *database;
  schema.name = create.table.table;
  engine_.create_table(std::move(schema), 1);
  return {};
}

SqlStatus Session::drop_tables(const DropTable& drop) {
  std::string missing;
  for (const TableName& name : drop.tables) {
    const auto database = database_of(name);
    if (!database) return database.error();
    Table* table = engine_.find(*database, name.table);
    if (table == nullptr) continue;
    if (auto status = lock_definition(table, LockMode::exclusive); !status.ok()) return status;
  }
  for (const TableName& name : drop.tables) {
    const auto database = database_of(name);
    Table* table = engine_.find(*database, name.table);
    if (table != nullptr) {
      engine_.drop_table(*table);
    } else if (drop.if_exists || replaying_) {
      ++warnings_;
    } else {
      missing += (missing.empty() ? "" : ",") + *database + "." + name.table;
    }
  }
  if (!missing.empty())
    return SqlError::of(SqlErrorCode::unknown_table, format("Unknown table '{}'", missing));
  return {};
}

SqlStatus Session::truncate(const TruncateTable& truncate) {
  const auto database = database_of(truncate.table);
  if (!database) return database.error();
  const SqlError missing =
      SqlError::of(SqlErrorCode::table_missing,
                   format("Table '{}.{}' doesn't exist", *database, truncate.table.table));
  Table* table = engine_.find(*database, truncate.table.table);
  if (table == nullptr) return missing;
  if (auto status = lock_definition(table, LockMode::exclusive); !status.ok()) return status;
  if (table == nullptr) return missing;
  engine_.truncate(*table);
  return {};
}

SqlStatus Session::alter(const AlterTable& alter) {
  const auto database = database_of(alter.table);
  if (!database) return database.error();
  const SqlError missing =
      SqlError::of(SqlErrorCode::table_missing,
                   format("Table '{}.{}' doesn't exist", *database, alter.table.table));
  Table* table = engine_.find(*database, alter.table.table);
  if (table == nullptr) return missing;
  if (auto status = lock_definition(table, LockMode::exclusive); !status.ok()) return status;
  if (table == nullptr) return missing;

  std::vector<Column> columns;
  for (const AlterTable::Added& added : alter.added) {
    const ColumnDefinition& definition = added.definition;
    const bool exists =
        table->schema().find_column(definition.column.name).has_value() ||
        std::any_of(columns.begin(), columns.end(), [&definition](const Column& column) {
          return same_name(column.name, definition.column.name);
        });
    if (exists && added.if_not_exists) {
      ++warnings_;
      continue;
    }
    if (exists) return duplicate_column(definition.column.name);
    if (definition.is_primary || definition.is_unique || definition.column.is_auto_increment) {
      return SqlError::of(
          SqlErrorCode::not_supported_yet,
          "This version of MariaDB doesn't yet support 'ALTER TABLE ... ADD of a key column'");
    }
    if (auto status = check_column(definition); !status.ok()) return status;
    Column column = definition.column;
    const bool has_default = column.default_value.kind != ColumnDefault::Kind::none;
    column.value_before_added = has_default ? default_of(column) : Value::null();
    if (!has_default && !column.is_nullable)
      column.value_before_added = implicit_default(column.type);
    columns.push_back(std::move(column));
  }
  engine_.add_columns(*table, std::move(columns), {});
  if (alter.auto_increment && *alter.auto_increment > table->next_id()) {
    engine_.set_next_id(*table, *alter.auto_increment);
  }
  return {};
}

SqlStatus Session::drop_database(const DropDatabase& drop) {
  if (drop.if_exists && !engine_.has_database(drop.name)) {
    ++warnings_;
    return {};
  }
  for (const std::string& name : engine_.tables_of(drop.name)) {
    Table* table = engine_.find(drop.name, name);
    if (table == nullptr) continue;
    if (auto status = lock_definition(table, LockMode::exclusive); !status.ok()) return status;
  }
  if (auto status = engine_.drop_database(drop.name); !status.ok()) return status;
  if (view_.database == drop.name) view_.database.clear();
  return {};
}

SqlStatus Session::replay(const RedoDefinition& definition) {
  const auto statement = parse_statement(definition.sql);
  if (!statement) return statement.error();
  view_.database = definition.database;
  view_.statement_start = view_.current_time = definition.statement_start;
  view_.zone_offset_seconds = definition.zone_offset_seconds;
  sql_ = definition.sql;
  replaying_ = true;
  const auto result = run(*statement);
  replaying_ = false;
  if (!result && !std::holds_alternative<DropTable>(*statement)) return result.error();
  return {};
}

}  // namespace logquake::database
