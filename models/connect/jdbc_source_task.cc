#include "models/connect/jdbc_source_task.h"

#include <algorithm>
#include <limits>

#include "models/connect/connector_plugin.h"
#include "models/connect/decimal.h"
#include "models/connect/facts.h"
#include "models/connect/jdbc_facts.h"
#include "models/connect/jdbc_types.h"
#include "models/connect/probes.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr int empty_results_before_return = 3;  // C-JSO-23
constexpr std::int64_t longest_sleep_ms = 100;  // C-JSO-21
constexpr std::int64_t before_every_row = -1;   // C-JSO-31: the bound without an offset

Error connect_error(std::string message) { return {ErrorCode::connect, std::move(message)}; }

/// C-JSO-41: the offset that a row's incrementing value is.
Result<std::int64_t> incrementing_value(const Struct& row, const std::string& column) {
  const auto index = row.schema->index_of(column);
  if (!index) return Error{ErrorCode::internal, "java.lang.NullPointerException"};
  const Schema& schema = *row.schema->fields[*index].schema;
  const Value& value = row.values[*index];
  if (value.is_null()) {
    return connect_error(
        format("Null value for incrementing column of type: {}", name_of(schema.type)));
  }
  if (value.integer() != nullptr && schema.name.empty()) return *value.integer();
  if (schema.name != logical::decimal || value.bytes() == nullptr) {
    return connect_error(format("Invalid type for incrementing column: {}", name_of(schema.type)));
  }
  const auto scale = decimal_scale(schema);
  if (!scale.ok() || scale.value() != 0)
    return connect_error("Scale of Decimal value for incrementing column must be 0");
  const auto decimal = database::Decimal::parse(decimal_text(*value.bytes(), 0));
  const auto integer = decimal ? decimal->to_integer() : std::nullopt;
  if (!integer)
    return connect_error("Decimal value for incrementing column exceeded Long.MAX_VALUE");
  return *integer;
}

std::optional<std::int64_t> stored_increment(const Json& offset) {
  const Json* n = offset.find("incrementing");
  return n == nullptr || n->integer() == nullptr ? std::nullopt : std::optional(*n->integer());
}

}  // namespace

Status JdbcSourceTask::start(const Properties& properties) {
  ConfigDefinition definition = jdbc_source_definition();
  definition.add(ConfigDefinition({key("tables", ConfigType::list, "")}));
  const auto parsed = definition.parse(properties);
  if (!parsed.ok()) {
    return connect_error("Couldn't start JdbcSourceTask due to configuration error: " +
                         parsed.error().message);
  }
  const ParsedConfig& config = parsed.value();
  const auto tables = config.list("tables");
  if (tables.empty()) {
    return connect_error(
        "Task is being killed because it was not assigned a table nor a query to execute. If run "
        "in table mode please "
        "make sure that the tables exist on the database. If the table does exist on the database, "
        "we recommend using "
        "the fully qualified table name.");
  }
  const auto url = parse_jdbc_url(config.text("connection.url"));
  if (!url.ok() && url.error().message.starts_with("Not a valid")) return url.error();
  if (url.ok()) url_ = url.value();
  const std::string mode = config.text("mode");
  mode_ = mode == "bulk"           ? Mode::bulk
          : mode == "incrementing" ? Mode::incrementing
                                   : Mode::unspecified;
  configured_column_ = config.text("incrementing.column.name");
  topic_prefix_ = config.text("topic.prefix");
  suffix_ = config.text("query.suffix");
  poll_interval_ms_ = config.integer("poll.interval.ms");
  batch_max_rows_ =
      static_cast<std::size_t>(std::max<std::int64_t>(0, config.integer("batch.max.rows")));
  max_retries_ = config.integer("query.retry.attempts");
  validate_non_null_ = config.flag("validate.non.null");

  JdbcConnection::Settings settings;
  settings.connector = context_.id.connector;
  settings.url = config.text("connection.url");
  settings.user = config.text("connection.user");
  settings.password = config.text("connection.password");
  settings.attempts = static_cast<int>(config.integer("connection.attempts"));
  settings.backoff = std::chrono::milliseconds(config.integer("connection.backoff.ms"));
  connection_.emplace(context_.node, context_.resolve, context_.stop, std::move(settings));
  if (auto connected = connection_->get(); !connected.ok()) return connected.error();

  if (mode_ == Mode::unspecified) return {};  // no querier at all: the first poll fails (C-JSO-1)
  for (const std::string& table : tables) {
    Querier querier;
    querier.table = parse_table_id(table);
    querier.incrementing_column = configured_column_;
    queriers_.push_back(std::move(querier));
  }
  std::sort(queriers_.begin(), queriers_.end(),
            [](const Querier& a, const Querier& b) { return a.table < b.table; });
  if (auto loaded = load_offsets(); !loaded.ok()) return loaded;
  for (const Querier& querier : queriers_) {
    if (auto valid = validate_non_null(querier); !valid.ok()) return valid;
  }
  return {};
}

Status JdbcSourceTask::load_offsets() {
  if (mode_ != Mode::incrementing) return {};
  std::vector<Json> partitions;  // the newer form and the older one of each table (C-JSO-53)
  for (const Querier& querier : queriers_) {
    partitions.push_back(incremental_source_partition(querier.table));
    partitions.push_back(bare_source_partition(querier.table));
  }
  auto stored = context_.stored_offsets(partitions);
  if (!stored.ok()) return stored.error();
  for (std::size_t i = 0; i < queriers_.size(); ++i) {
    const Json& newer = stored.value()[2 * i];
    const Json& found = newer.is_null() ? stored.value()[2 * i + 1] : newer;
    queriers_[i].offset = queriers_[i].committed_offset = stored_increment(found);
    if (!found.is_null()) context_.node.probe(resumed_from_stored_offset);
    SourceOffsetLoaded fact;
    fact.connector = context_.id.connector;
    fact.task = context_.id.task;
    fact.source_partition = to_json_text(partitions[2 * i]);
    fact.source_offset = to_json_text(found);
    context_.node.record(fact);
  }
  return {};
}

// C-JSO-38.
Status JdbcSourceTask::validate_non_null(const Querier& querier) {
  if (!validate_non_null_ || mode_ != Mode::incrementing) return {};
  auto client = connection_->get();
  if (!client.ok()) return client.error();
  auto columns = client.value()->columns(querier.table.table, querier.table.database());
  if (!columns.ok()) {
    return connect_error("Failed trying to validate that columns used for offsets are NOT NULL: " +
                         sql_exception_text(columns.error()));
  }
  bool nullable = false;
  for (const auto& column : columns.value()) {
    if (lower_case(column.name) == lower_case(configured_column_)) nullable = column.is_nullable;
  }
  if (nullable) {
    return connect_error(
        format("Cannot make incremental queries using incrementing column {} on {} because this "
               "column is nullable.",
               configured_column_, quoted(querier.table)));
  }
  return {};
}

JdbcSourceTask::Querier& JdbcSourceTask::head() {
  return *std::min_element(
      queriers_.begin(), queriers_.end(), [](const Querier& a, const Querier& b) {
        return a.last_update != b.last_update ? a.last_update < b.last_update : a.table < b.table;
      });
}

Result<std::vector<SourceRecord>> JdbcSourceTask::poll() {
  if (queriers_.empty()) return Error{ErrorCode::internal, "java.lang.NullPointerException"};
  for (Querier& querier : queriers_) querier.empty_results = 0;
  while (!context_.stop.raised()) {
    Querier& querier = head();
    if (!querier.result) {
      const std::int64_t left = querier.last_update + poll_interval_ms_ - wall_milliseconds();
      if (left > 0) {
        context_.stop.sleep(std::chrono::milliseconds(std::min(left, longest_sleep_ms)));
        continue;
      }
    }
    auto client = connection_->get();
    if (!client.ok()) {
      requeue(querier, true);
      stop();
      return client.error();
    }
    client_ = client.value();
    if (!querier.result) {
      if (auto started = start_query(querier, *client_); !started.ok())
        return fail_query(querier, started.error());
    }
    querier.committed_offset = querier.offset;
    std::vector<SourceRecord> records;
    while (records.size() < batch_max_rows_ && querier.next_row < querier.result->rows.size()) {
      auto record = extract_record(querier);
      if (!record.ok()) {
        requeue(querier, true);
        stop();
        return record.error();
      }
      records.push_back(std::move(record).value());
    }
    querier.attempted_retries = 0;
    // The end is only known by asking for a row beyond it (C-JSO-22).
    if (records.size() < batch_max_rows_) requeue(querier, false);
    if (!records.empty()) return records;
    ++querier.empty_results;
    const bool all_empty = std::all_of(queriers_.begin(), queriers_.end(), [](const Querier& each) {
      return each.empty_results >= empty_results_before_return;
    });
    if (all_empty) return records;
  }
  stop();
  return std::vector<SourceRecord>{};
}

database::SqlStatus JdbcSourceTask::find_incrementing_column(Querier& querier,
                                                             database::DatabaseClient& client) {
  if (!querier.incrementing_column.empty()) return {};
  auto columns = client.columns(querier.table.table, querier.table.database());
  if (!columns.ok()) return columns.error();
  for (const auto& column : columns.value()) {
    if (column.is_auto_increment) {
      querier.incrementing_column = column.name;
      break;
    }
  }
  return {};
}

database::SqlStatus JdbcSourceTask::start_query(Querier& querier,
                                                database::DatabaseClient& client) {
  const std::int64_t after = querier.offset.value_or(before_every_row);
  std::string text = bulk_query_text(querier.table, suffix_);
  std::vector<database::Value> parameters;
  if (mode_ == Mode::incrementing) {
    if (auto found = find_incrementing_column(querier, client); !found.ok()) return found;
    text = incrementing_query_text(querier.table, querier.incrementing_column, suffix_);
    if (!querier.incrementing_column.empty()) parameters.push_back(database::Value::integer(after));
  }
  auto result = client.execute(text, std::move(parameters));
  if (!result.ok()) return result.error();
  auto schema = schema_of_columns(querier.table.table, result->columns);
  if (!same_schema(schema, querier.schema)) querier.schema = std::move(schema);
  querier.result = std::move(result).value();
  querier.next_row = 0;

  QueryStarted fact;
  fact.connector = context_.id.connector;
  fact.task = context_.id.task;
  fact.table = unquoted(querier.table);
  fact.mode = mode_ == Mode::bulk ? "bulk" : "incrementing";
  fact.after = fact.reached = after;
  fact.rows = static_cast<std::int64_t>(querier.result->rows.size());
  if (const auto column = querier.schema->index_of(querier.incrementing_column);
      column && fact.rows > 0) {
    if (const auto* last = querier.result->rows.back()[*column].as<std::int64_t>())
      fact.reached = *last;
  }
  context_.node.record(fact);
  return {};
}

Result<SourceRecord> JdbcSourceTask::extract_record(Querier& querier) {
  auto row = struct_of_row(querier.schema, querier.result->rows[querier.next_row++]);
  if (!row.ok()) return row.error();
  SourceRecord record;
  record.topic = topic_prefix_ + querier.table.table;
  record.value_schema = querier.schema;
  if (mode_ == Mode::bulk) {
    record.source_partition = bare_source_partition(querier.table);
  } else {
    record.source_partition = incremental_source_partition(querier.table);
    if (querier.incrementing_column.empty()) {
      record.source_offset = Json::Object{};
    } else {
      const auto n = incrementing_value(row.value(), querier.incrementing_column);
      if (!n.ok()) return n.error();
      // The original asserts that values grow and keeps the new one either way.
      querier.offset = n.value();
      record.source_offset = incrementing_offset(n.value());
    }
  }
  record.value = std::move(row).value();
  return record;
}

void JdbcSourceTask::requeue(Querier& querier, bool reset_offset) {
  if (client_ != nullptr && connection_->is_open() && client_->is_open()) {
    const auto ended =
        client_->commit();  // ends the read transaction (C-JSO-24); a failure is only logged
    static_cast<void>(ended.ok());
  }
  client_ = nullptr;
  querier.result.reset();
  querier.next_row = 0;
  if (reset_offset) querier.offset = querier.committed_offset;
  querier.last_update = wall_milliseconds();
}

// C-JSO-25.
Result<std::vector<SourceRecord>> JdbcSourceTask::fail_query(Querier& querier,
                                                             const database::SqlError& error) {
  requeue(querier, true);
  context_.node.probe(query_reset);
  if (is_non_transient(error, url_, context_.driver)) {
    stop();
    return connect_error(sql_exception_text(error));
  }
  if (max_retries_ > 0 && querier.attempted_retries >= max_retries_) {
    stop();
    return connect_error("Failed to Query table after retries: " + sql_exception_text(error));
  }
  ++querier.attempted_retries;
  return std::vector<SourceRecord>{};
}

void JdbcSourceTask::stop() {
  client_ = nullptr;
  if (connection_) connection_->close();
}

}  // namespace logquake::connect
