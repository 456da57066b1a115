// What a sink knows about its target tables, and how it creates and widens them.
// Source: C-JSI-40 to 49; kafka-connect-jdbc 10.6.4, DbStructure, TableDefinitions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/connect/connector.h"
#include "models/connect/jdbc_sink_fields.h"
#include "models/database/database_client.h"

namespace logquake::connect {

/// Why a batch was not written: the database's own error, which the task retries; a table that may
/// not be created or altered, fatal at once (C-JSI-53); or anything else, fatal and without a
/// rollback (C-JSI-30).
struct WriteError {
  enum class Code : std::uint8_t { sql, table, other };
  Code code{};
  Error cause;               // unless `sql`: what the task fails with
  database::SqlError sql{};  // for `sql`

  static WriteError of(const database::SqlError& error) { return {Code::sql, {}, error}; }
  static WriteError of(Error cause) { return {Code::other, std::move(cause), {}}; }
};
std::string to_string(const WriteError& error);
using Written = logquake::Result<void, WriteError>;

class SinkTables {
 public:
  SinkTables(SinkTaskContext& context, const JdbcSinkSettings& settings)
      : context_(context), settings_(settings) {}

  /// Makes sure that the table exists with all fields, as far as auto.create and auto.evolve allow.
  /// Its DDL commits what the transaction did before (C-JSI-33). Blocks.
  Written create_or_amend(database::DatabaseClient& client, const TableId& table,
                          const SinkFields& fields);
  /// Forgets all definitions.
  void clear() { columns_.clear(); }

 private:
  using Columns = std::vector<std::string>;
  /// The table's column names, cached; nothing for a table that does not exist.
  database::SqlResult<std::optional<Columns>> look_up(database::DatabaseClient& client,
                                                      const TableId& table);
  database::SqlResult<std::optional<Columns>> refresh(database::DatabaseClient& client,
                                                      const TableId& table);
  Written create(database::DatabaseClient& client, const TableId& table, const SinkFields& fields);
  Written amend(database::DatabaseClient& client, const TableId& table, const SinkFields& fields,
                int retries);
  database::SqlStatus apply_ddl(database::DatabaseClient& client, const TableId& table,
                                const std::string& statement);

  SinkTaskContext& context_;
  const JdbcSinkSettings& settings_;
  std::map<TableId, Columns> columns_;
};

}  // namespace logquake::connect
