#include "models/connect/jdbc_sink_writer.h"

#include <algorithm>

#include "models/connect/defects.h"
#include "models/connect/jdbc_facts.h"
#include "models/connect/jdbc_types.h"
#include "models/connect/sink_buffer.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

WriteError fatal(std::string message) {
  return WriteError::of(Error{ErrorCode::connect, std::move(message)});
}

JdbcConnection::Settings connection_settings(const JdbcSinkSettings& settings) {
  JdbcConnection::Settings connection;
  connection.connector = settings.connector;
  connection.url = settings.url;
  connection.user = settings.user;
  connection.password = settings.password;
  connection.attempts = settings.connection_attempts;
  connection.backoff = std::chrono::milliseconds(settings.connection_backoff_ms);
  return connection;
}

/// The schema and value of a column in a record: from Kafka's coordinates, the key or the value.
SchemaAndValue column_of(const JdbcSinkSettings& settings, const SinkFields& fields,
                         const SinkRecord& record, const std::string& column) {
  const SinkField& field = *fields.find(column);
  if (field.is_key && settings.pk_mode == PrimaryKeyMode::kafka) {
    const auto place =
        std::find(fields.keys.begin(), fields.keys.end(), column) - fields.keys.begin();
    if (place == 0) return {field.schema, record.topic};
    if (place == 1) return {field.schema, std::int64_t{record.kafka_partition}};
    return {field.schema, record.kafka_offset};
  }
  if (field.is_key && settings.pk_mode == PrimaryKeyMode::record_key) {
    const auto* key = record.key.structure();
    if (key == nullptr) return {field.schema, record.key};
    const Value* value = key->find(column);
    return {field.schema, value == nullptr ? Value() : *value};
  }
  const auto* row = record.value.structure();
  const Value* value = row == nullptr ? nullptr : row->find(column);
  return {field.schema, value == nullptr ? Value() : *value};
}

}  // namespace

/// One table within one put (C-JSI-31).
struct JdbcSinkWriter::TableBuffer {
  TableId table;
  SinkBuffer buffer;
  SinkFields fields;
  std::string statement;
  std::vector<std::string> columns;  // in the order of the statement's placeholders
  std::string delete_statement;
  std::int64_t written = 0;
};

JdbcSinkWriter::JdbcSinkWriter(SinkTaskContext& context, const JdbcSinkSettings& settings)
    : context_(context),
      settings_(settings),
      keeps_insert_after_delete_(context.node.has(keep_insert_after_delete)),
      connection_(context.node, context.resolve, context.stop, connection_settings(settings)),
      tables_(context, settings) {}

void JdbcSinkWriter::reset() {
  connection_.close();
  tables_.clear();
}

Written JdbcSinkWriter::write(const std::vector<SinkRecord>& records) {
  auto client = connection_.get();
  if (!client.ok()) return WriteError::of(client.error());
  Buffers buffers;
  auto written = write_all(*client.value(), records, buffers);
  if (written.ok()) {
    if (auto committed = client.value()->commit(); !committed.ok())
      written = WriteError::of(committed.error());
  }
  if (!written.ok()) {
    // Only SQL errors and refused tables roll back; after others the failing task closes the
    // connection (C-JSI-30).
    if (written.error().code != WriteError::Code::other && client.value()->is_open()) {
      const auto rolled_back = client.value()->rollback();
      static_cast<void>(rolled_back.ok());
    }
    return written;
  }
  for (const TableBuffer& buffer : buffers) {
    SinkRowsWritten fact;
    fact.connector = context_.id.connector;
    fact.task = context_.id.task;
    fact.table = unquoted(buffer.table);
    fact.records = buffer.written;
    fact.statement = buffer.statement;
    context_.node.record(fact);
  }
  return {};
}

Written JdbcSinkWriter::write_all(database::DatabaseClient& client,
                                  const std::vector<SinkRecord>& records, Buffers& buffers) {
  for (const SinkRecord& record : records) {
    const auto table = destination_table(settings_, record.topic);
    if (!table.ok()) return WriteError::of(table.error());
    auto at = std::find_if(buffers.begin(), buffers.end(), [&](const TableBuffer& buffer) {
      return buffer.table == table.value();
    });
    if (at == buffers.end()) {
      SinkBuffer::Settings rules;
      rules.batch_size = settings_.batch_size;
      rules.delete_enabled = settings_.delete_enabled;
      rules.flush_on_insert_after_delete = !keeps_insert_after_delete_;
      at = buffers.insert(buffers.end(),
                          TableBuffer{table.value(), SinkBuffer(rules), {}, {}, {}, {}, 0});
    }
    if (auto added = add(client, *at, record); !added.ok()) return added;
  }
  std::vector<TableId> ids;
  for (const TableBuffer& buffer : buffers) ids.push_back(buffer.table);
  for (const std::size_t place : hash_map_order(ids)) {  // C-JSI-35
    if (auto flushed = flush(client, buffers[place]); !flushed.ok()) return flushed;
  }
  return {};
}

Written JdbcSinkWriter::add(database::DatabaseClient& client, TableBuffer& buffer,
                            const SinkRecord& record) {
  if (auto valid = validate_sink_record(settings_, record); !valid.ok())
    return WriteError::of(valid.error());
  const SinkBuffer::Step step = buffer.buffer.decide(record);
  if (step.flush_before) {
    if (auto flushed = flush(client, buffer); !flushed.ok()) return flushed;
  }
  if (step.prepare) {
    if (auto prepared = prepare(client, buffer, record); !prepared.ok()) return prepared;
  }
  buffer.buffer.push(&record);
  return step.flush_after ? flush(client, buffer) : Written{};
}

Written JdbcSinkWriter::prepare(database::DatabaseClient& client, TableBuffer& buffer,
                                const SinkRecord& record) {
  auto fields = sink_fields(buffer.table.table, settings_, record.key_schema, record.value_schema);
  if (!fields.ok()) return WriteError::of(fields.error());
  buffer.fields = std::move(fields).value();
  if (auto ready = tables_.create_or_amend(client, buffer.table, buffer.fields); !ready.ok())
    return ready;
  buffer.columns = buffer.fields.keys;
  const auto& others = buffer.fields.others;
  switch (settings_.insert_mode) {
    case InsertMode::insert:
      buffer.statement = insert_text(buffer.table, buffer.fields);
      break;
    case InsertMode::upsert:
      if (buffer.fields.keys.empty()) {
        return fatal(
            format("Write to table '{}' in UPSERT mode requires key field names to be known, check "
                   "the primary "
                   "key configuration",
                   buffer.table));
      }
      buffer.statement = upsert_text(buffer.table, buffer.fields);
      break;
    case InsertMode::update:
      buffer.statement = update_text(buffer.table, buffer.fields);
      break;
  }
  const bool keys_last = settings_.insert_mode == InsertMode::update;  // C-JSI-15
  buffer.columns.insert(keys_last ? buffer.columns.begin() : buffer.columns.end(), others.begin(),
                        others.end());
  if (settings_.delete_enabled) {
    if (buffer.fields.keys.empty()) return fatal("Require primary keys to support delete");
    buffer.delete_statement = delete_text(buffer.table, buffer.fields);
  }
  return {};
}

Written JdbcSinkWriter::flush(database::DatabaseClient& client, TableBuffer& buffer) {
  const auto records = buffer.buffer.take();
  // A batch goes row by row; the rows after a failing one are still executed (C-JSI-34). Deletes
  // come last.
  for (const bool deletes : {false, true}) {
    std::optional<database::SqlError> first_error;
    for (const SinkRecord* record : records) {
      const bool is_delete = record->value.is_null() && settings_.delete_enabled;
      if (is_delete != deletes) continue;
      std::vector<database::Value> parameters;
      for (const std::string& column : is_delete ? buffer.fields.keys : buffer.columns) {
        const auto bound = column_of(settings_, buffer.fields, *record, column);
        auto parameter = parameter_of(*bound.schema, bound.value);
        if (!parameter.ok()) return WriteError::of(parameter.error());
        parameters.push_back(std::move(parameter).value());
      }
      auto result = client.execute(is_delete ? buffer.delete_statement : buffer.statement,
                                   std::move(parameters));
      if (result.ok()) {
        ++buffer.written;
        continue;
      }
      if (!first_error) first_error = result.error();
      if (result.error().is_connection_loss()) break;
    }
    if (first_error) return WriteError::of(*first_error);
  }
  return {};
}

}  // namespace logquake::connect
