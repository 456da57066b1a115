#include "models/connect/jdbc_sink_tables.h"

#include "models/connect/jdbc_connection.h"
#include "models/connect/jdbc_facts.h"
#include "models/connect/probes.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

WriteError table_error(std::string message) {
  return {WriteError::Code::table,
          Error{ErrorCode::connect, "TableAlterOrCreateException: " + std::move(message)},
          {}};
}

}  // namespace

std::string to_string(const WriteError& error) {
  return error.code == WriteError::Code::sql ? sql_exception_text(error.sql)
                                             : to_string(error.cause);
}

Written SinkTables::create_or_amend(database::DatabaseClient& client, const TableId& table,
                                    const SinkFields& fields) {
  const auto known = look_up(client, table);
  if (!known.ok()) return WriteError::of(known.error());
  if (!known.value()) {
    if (auto created = create(client, table, fields); !created.ok()) return created;
  }
  return amend(client, table, fields, settings_.max_retries);
}

database::SqlResult<std::optional<SinkTables::Columns>> SinkTables::look_up(
    database::DatabaseClient& client, const TableId& table) {
  if (const auto at = columns_.find(table); at != columns_.end()) return std::optional(at->second);
  return refresh(client, table);
}

// The name is a LIKE pattern and the database part is ignored by the driver (C-JSI-2, C-JSI-49).
database::SqlResult<std::optional<SinkTables::Columns>> SinkTables::refresh(
    database::DatabaseClient& client, const TableId& table) {
  std::vector<std::string> databases = {""};
  if (context_.driver.all_databases) {
    auto all = client.databases();
    if (!all.ok()) return all.error();
    databases = std::move(all).value();
  }
  Columns names;
  for (const std::string& database : databases) {
    auto columns = client.columns(table.table, database);
    if (!columns.ok()) return columns.error();
    for (auto& column : *columns) names.push_back(std::move(column.name));
  }
  columns_.erase(table);
  if (names.empty()) return std::optional<Columns>();
  columns_[table] = names;
  return std::optional(std::move(names));
}

database::SqlStatus SinkTables::apply_ddl(database::DatabaseClient& client, const TableId& table,
                                          const std::string& statement) {
  auto result = client.execute(statement);
  if (!result.ok()) return result.error();
  SinkTableChanged fact;
  fact.connector = context_.id.connector;
  fact.task = context_.id.task;
  fact.table = unquoted(table);
  fact.statement = statement;
  context_.node.record(fact);
  return client.commit();
}

Written SinkTables::create(database::DatabaseClient& client, const TableId& table,
                           const SinkFields& fields) {
  if (!settings_.auto_create) {
    return table_error(format("Table {} is missing and auto-creation is disabled", table));
  }
  const auto statement = create_table_text(table, fields);
  if (!statement.ok()) return WriteError::of(statement.error());
  const auto created = apply_ddl(client, table, statement.value());
  // A failure may be a race with another task: settled by looking again (C-JSI-47).
  const auto now_known = refresh(client, table);
  if (created.ok()) {
    context_.node.probe(table_created);
    if (!now_known.ok()) return WriteError::of(now_known.error());
    return {};
  }
  if (!now_known.ok() || !now_known.value()) return WriteError::of(created.error());
  return {};
}

Written SinkTables::amend(database::DatabaseClient& client, const TableId& table,
                          const SinkFields& fields, int retries) {
  for (;; --retries) {
    const auto columns = look_up(client, table);
    if (!columns.ok()) return WriteError::of(columns.error());
    const auto missing = missing_fields(fields, columns.value().value_or(Columns{}));
    if (missing.empty()) return {};
    for (const SinkField& field : missing) {
      if (field.is_optional() || field.schema->default_value) continue;
      return table_error(format(
          "Cannot ALTER TABLE {} to add missing field {}, as the field is not optional and does "
          "not have a default value",
          table, to_text({field}).substr(1, to_text({field}).size() - 2)));
    }
    if (!settings_.auto_evolve) {
      return table_error(format("Table {} is missing fields ({}) and auto-evolution is disabled",
                                table, to_text(missing)));
    }
    const auto statement = alter_table_text(table, missing);
    if (!statement.ok()) return WriteError::of(statement.error());
    const auto altered = apply_ddl(client, table, statement.value());
    if (const auto seen = refresh(client, table); !seen.ok()) return WriteError::of(seen.error());
    if (altered.ok()) {
      context_.node.probe(table_altered);
      return {};
    }
    if (retries <= 0) {
      return table_error(format("Failed to amend TABLE '{}' to add missing fields: {}: {}", table,
                                to_text(missing), sql_exception_text(altered.error())));
    }
  }
}

}  // namespace logquake::connect
