// Which columns a sink record has and which of them are keys; statement texts of the MySQL dialect.
// Source: C-JSI-10 to 15, 20 to 23, 42 to 45; kafka-connect-jdbc 10.6.4, FieldsMetadata,
// MySqlDatabaseDialect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/connect/config_definition.h"
#include "models/connect/record.h"
#include "models/connect/table_id.h"

namespace logquake::connect {

enum class InsertMode : std::uint8_t { insert, upsert, update };
enum class PrimaryKeyMode : std::uint8_t { none, kafka, record_key, record_value };
/// "none", "record_key" …
std::string_view name_of(PrimaryKeyMode mode);

/// The sink's settings, read once at start. Source: C-JSI-1.
struct JdbcSinkSettings {
  std::string connector;
  std::string url;
  std::string user;
  std::string password;
  int connection_attempts = 3;
  std::int64_t connection_backoff_ms = 10'000;
  InsertMode insert_mode{};
  PrimaryKeyMode pk_mode{};
  std::vector<std::string> pk_fields;
  std::vector<std::string> fields_whitelist;
  std::string table_name_format = "${topic}";
  int batch_size = 3000;
  int max_retries = 10;
  std::int64_t retry_backoff_ms = 3000;
  bool delete_enabled = false;
  bool auto_create = false;
  bool auto_evolve = false;

  /// Errors: config.
  static Result<JdbcSinkSettings> from(const Properties& properties);
};

struct SinkField {
  std::string name;
  SchemaRef schema;
  bool is_key = false;
  bool is_optional() const { return !is_key && schema->optional; }
};

struct SinkFields {
  std::vector<std::string> keys;
  std::vector<std::string> others;
  std::vector<SinkField> all;  // in the order of CREATE TABLE (C-JSI-42)
  const SinkField* find(std::string_view name) const;
};

/// Errors: connect, with the original's texts.
Result<SinkFields> sink_fields(const std::string& table, const JdbcSinkSettings& settings,
                               const SchemaRef& key_schema, const SchemaRef& value_schema);

/// Where a topic's records go: `table.name.format` with the topic in it. Errors: connect, for an
/// empty name.
Result<TableId> destination_table(const JdbcSinkSettings& settings, const std::string& topic);

/// C-JSI-3: a record that the settings cannot take. Errors: connect.
Status validate_sink_record(const JdbcSinkSettings& settings, const SinkRecord& record);

// Statement texts. `keys` and `others` are column names.
std::string insert_text(const TableId& table, const SinkFields& fields);
std::string upsert_text(const TableId& table, const SinkFields& fields);
std::string update_text(const TableId& table, const SinkFields& fields);
std::string delete_text(const TableId& table, const SinkFields& fields);
/// Errors: connect, for a type no column can hold.
Result<std::string> create_table_text(const TableId& table, const SinkFields& fields);
Result<std::string> alter_table_text(const TableId& table, const std::vector<SinkField>& added);
/// "INT", "DATETIME(3)" (C-JSI-43).
Result<std::string> column_type_text(const Schema& schema);
/// "[SinkRecordField{schema=Schema{STRING}, name='nick', isPrimaryKey=false}]".
std::string to_text(const std::vector<SinkField>& fields);

/// Fields that the table lacks, compared exactly and then ignoring case (C-JSI-45).
std::vector<SinkField> missing_fields(const SinkFields& fields,
                                      const std::vector<std::string>& columns);

}  // namespace logquake::connect
