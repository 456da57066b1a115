#include "models/connect/jdbc_sink_fields.h"

#include <algorithm>
#include <array>

#include "models/connect/civil_time.h"
#include "models/connect/connector_plugin.h"
#include "models/connect/decimal.h"
#include "models/connect/json.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr std::array<std::string_view, 3> kafka_key_names = {
    "__connect_topic", "__connect_partition", "__connect_offset"};

Error connect_error(std::string message) { return {ErrorCode::connect, std::move(message)}; }

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "RECORD_KEY", as Java's enum prints itself.
std::string java_name(PrimaryKeyMode mode) {
  std::string out(name_of(mode));
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

bool is_primitive(SchemaType type) {
  return type != SchemaType::array && type != SchemaType::map && type != SchemaType::structure;
}

/// Key columns with their schemas, in order.
using Keys = std::vector<SinkField>;

Result<Keys> kafka_keys(const std::string& table, const std::vector<std::string>& configured) {
  if (!configured.empty() && configured.size() != 3) {
    return connect_error(
        format("PK mode for table '{}' is KAFKA so there should either be no field names defined "
               "for defaults "
               "[__connect_topic, __connect_partition, __connect_offset] to be applicable, or "
               "exactly 3, defined fields are: {}",
               table, list_text(configured)));
  }
  Keys keys;
  constexpr std::array<SchemaType, 3> types = {SchemaType::string, SchemaType::int32,
                                               SchemaType::int64};
  for (std::size_t i = 0; i < 3; ++i) {
    keys.push_back({configured.empty() ? std::string(kafka_key_names[i]) : configured[i],
                    make_schema(types[i]), true});
  }
  return keys;
}

Result<Keys> record_keys(const std::string& table, PrimaryKeyMode mode,
                         const std::vector<std::string>& configured, const SchemaRef& schema) {
  const bool of_key = mode == PrimaryKeyMode::record_key;
  const std::string_view part = of_key ? "key" : "value";
  if (schema == nullptr) {
    return connect_error(format("PK mode for table '{}' is {}, but record {} schema is missing",
                                table, java_name(mode), part));
  }
  Keys keys;
  if (of_key && is_primitive(schema->type)) {
    if (configured.size() != 1) {
      return connect_error(format(
          "Need exactly one PK column defined since the key schema for records is a primitive "
          "type, defined columns are: {}",
          list_text(configured)));
    }
    keys.push_back({configured.front(), schema, true});
    return keys;
  }
  if (of_key && schema->type != SchemaType::structure) {
    return connect_error(format("Key schema must be primitive type or Struct, but is of type: {}",
                                name_of(schema->type)));
  }
  if (configured.empty()) {
    for (const Field& field : schema->fields) keys.push_back({field.name, field.schema, true});
    return keys;
  }
  for (const std::string& name : configured) {
    const auto index = schema->index_of(name);
    if (!index) {
      return connect_error(format(
          "PK mode for table '{}' is {} with configured PK fields {}, but record {} schema does "
          "not contain field: {}",
          table, java_name(mode), list_text(configured), part, name));
    }
    keys.push_back({name, schema->fields[*index].schema, true});
  }
  return keys;
}

Result<Keys> keys_of(const std::string& table, const JdbcSinkSettings& settings,
                     const SchemaRef& key_schema, const SchemaRef& value_schema) {
  switch (settings.pk_mode) {
    case PrimaryKeyMode::none:
      return Keys{};
    case PrimaryKeyMode::kafka:
      return kafka_keys(table, settings.pk_fields);
    case PrimaryKeyMode::record_key:
      return record_keys(table, settings.pk_mode, settings.pk_fields, key_schema);
    case PrimaryKeyMode::record_value:
      return record_keys(table, settings.pk_mode, settings.pk_fields, value_schema);
  }
  return Keys{};
}

std::string column_list(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ",") + quoted(name);
  return out;
}

std::vector<std::string> keys_first(const SinkFields& fields) {
  auto names = fields.keys;
  names.insert(names.end(), fields.others.begin(), fields.others.end());
  return names;
}

std::string placeholders(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ",?";
  return out;
}

std::string conditions(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? " WHERE " : " AND ") + quoted(name) + " = ?";
  return out;
}

std::string default_text(const Schema& schema) {
  const Value& value = *schema.default_value;
  if (const auto* integer = value.integer()) {
    if (schema.name == logical::date)
      return "'" + date_text(civil_of_milliseconds(*integer * 86'400'000)) + "'";
    if (schema.name == logical::timestamp)
      return "'" + date_time_text(civil_of_milliseconds(*integer), 3) + "'";
    if (schema.name == logical::time)
      return "'" + date_time_text(civil_of_milliseconds(*integer), 3).substr(11) + "'";
    return format("{}", *integer);
  }
  if (const auto* flag = value.boolean()) return *flag ? "1" : "0";
  if (const auto* text = value.text()) return "'" + *text + "'";
  if (const auto* bytes = value.bytes()) {
    const auto scale =
        schema.name == logical::decimal ? decimal_scale(schema) : Result<int>(ErrorCode::data);
    return scale.ok() ? decimal_text(*bytes, scale.value()) : "x'" + to_hex(*bytes) + "'";
  }
  return double_text(value.number() == nullptr ? 0 : *value.number());
}

Result<std::string> column_spec(const SinkField& field) {
  const auto type = column_type_text(*field.schema);
  if (!type.ok()) return type;
  std::string out = quoted(field.name) + " " + type.value();
  if (field.schema->default_value) return out + " DEFAULT " + default_text(*field.schema);
  return out + (field.is_optional() ? " NULL" : " NOT NULL");
}

std::string kind_or_null(const Value& value) {
  return value.is_null()
             ? "null"
             : std::string(value.java_class().substr(value.java_class().rfind('.') + 1));
}
std::string kind_or_null(const SchemaRef& schema) {
  return schema == nullptr ? "null" : std::string(name_of(schema->type));
}

Status complain(const JdbcSinkSettings& settings, const SinkRecord& record, std::string_view wanted,
                const std::string& found) {
  return connect_error(
      format("Sink connector '{}' is configured with 'delete.enabled={}' and 'pk.mode={}' and "
             "therefore requires records with "
             "a {}, but found record at (topic='{}',partition={},offset={},timestamp={}) with {}",
             settings.connector, settings.delete_enabled, name_of(settings.pk_mode), wanted,
             record.topic, record.kafka_partition, record.kafka_offset,
             record.timestamp ? format("{}", *record.timestamp) : "null", found));
}

}  // namespace

std::string_view name_of(PrimaryKeyMode mode) {
  constexpr std::string_view names[] = {"none", "kafka", "record_key", "record_value"};
  return names[static_cast<std::size_t>(mode)];
}

Result<JdbcSinkSettings> JdbcSinkSettings::from(const Properties& properties) {
  const auto parsed = jdbc_sink_definition().parse(properties);
  if (!parsed.ok()) return parsed.error();
  const ParsedConfig& config = parsed.value();
  JdbcSinkSettings settings;
  const auto name = properties.find("name");
  settings.connector = name == properties.end() ? "" : name->second;
  settings.url = config.text("connection.url");
  settings.user = config.text("connection.user");
  settings.password = config.text("connection.password");
  settings.connection_attempts = static_cast<int>(config.integer("connection.attempts"));
  settings.connection_backoff_ms = config.integer("connection.backoff.ms");
  const std::string insert_mode = lower_case(config.text("insert.mode"));
  settings.insert_mode = insert_mode == "upsert"   ? InsertMode::upsert
                         : insert_mode == "update" ? InsertMode::update
                                                   : InsertMode::insert;
  const std::string pk_mode = lower_case(config.text("pk.mode"));
  for (const auto mode : {PrimaryKeyMode::none, PrimaryKeyMode::kafka, PrimaryKeyMode::record_key,
                          PrimaryKeyMode::record_value}) {
    if (pk_mode == name_of(mode)) settings.pk_mode = mode;
  }
  settings.pk_fields = config.list("pk.fields");
  settings.fields_whitelist = config.list("fields.whitelist");
  settings.table_name_format = config.text("table.name.format");
  settings.batch_size = static_cast<int>(config.integer("batch.size"));
  settings.max_retries = static_cast<int>(config.integer("max.retries"));
  settings.retry_backoff_ms = config.integer("retry.backoff.ms");
  settings.delete_enabled = config.flag("delete.enabled");
  settings.auto_create = config.flag("auto.create");
  settings.auto_evolve = config.flag("auto.evolve");
  if (settings.delete_enabled && settings.pk_mode != PrimaryKeyMode::record_key) {
    return Error{ErrorCode::config,
                 "Primary key mode must be 'record_key' when delete support is enabled"};
  }
  return settings;
}

const SinkField* SinkFields::find(std::string_view name) const {
  const auto at = std::find_if(all.begin(), all.end(),
                               [&](const SinkField& field) { return field.name == name; });
  return at == all.end() ? nullptr : &*at;
}

Result<SinkFields> sink_fields(const std::string& table, const JdbcSinkSettings& settings,
                               const SchemaRef& key_schema, const SchemaRef& value_schema) {
  if (value_schema != nullptr && value_schema->type != SchemaType::structure) {
    return connect_error("Value schema must be of type Struct");
  }
  auto keys = keys_of(table, settings, key_schema, value_schema);
  if (!keys.ok()) return keys.error();
  SinkFields fields;
  std::vector<SinkField> found = std::move(keys).value();
  for (const SinkField& key_field : found) fields.keys.push_back(key_field.name);
  if (value_schema != nullptr) {
    for (const Field& field : value_schema->fields) {
      const bool is_listed =
          settings.fields_whitelist.empty() || contains(settings.fields_whitelist, field.name);
      if (contains(fields.keys, field.name) || !is_listed) continue;
      fields.others.push_back(field.name);
      found.push_back({field.name, field.schema, false});
    }
  }
  if (found.empty())
    return connect_error("No fields found using key and value schemas for table: " + table);

  // C-JSI-42: Kafka's default names, then the value's fields in their order, then the rest by name.
  const auto take = [&](std::string_view name) {
    const auto at = std::find_if(found.begin(), found.end(),
                                 [&](const SinkField& field) { return field.name == name; });
    if (at != found.end() && fields.find(name) == nullptr) fields.all.push_back(*at);
  };
  for (const auto name : kafka_key_names) take(name);
  if (value_schema != nullptr) {
    for (const Field& field : value_schema->fields) take(field.name);
  }
  std::sort(found.begin(), found.end(),
            [](const SinkField& a, const SinkField& b) { return a.name < b.name; });
  for (std::size_t i = 0; i < found.size(); ++i) take(found[i].name);
  return fields;
}

Result<TableId> destination_table(const JdbcSinkSettings& settings, const std::string& topic) {
  std::string name = settings.table_name_format;
  constexpr std::string_view hole = "${topic}";
  for (auto at = name.find(hole); at != std::string::npos;
       at = name.find(hole, at + topic.size())) {
    name.replace(at, hole.size(), topic);
  }
  if (name.empty()) {
    return connect_error(
        format("Destination table name for topic '{}' is empty using the format string '{}'", topic,
               settings.table_name_format));
  }
  return parse_table_id(name);
}

Status validate_sink_record(const JdbcSinkSettings& settings, const SinkRecord& record) {
  const bool needs_key = settings.pk_mode == PrimaryKeyMode::record_key || settings.delete_enabled;
  const bool needs_value = settings.pk_mode == PrimaryKeyMode::record_value ||
                           settings.pk_mode == PrimaryKeyMode::none || !settings.delete_enabled;
  const auto& key_schema = record.key_schema;
  const bool has_key =
      !record.key.is_null() && key_schema != nullptr &&
      (key_schema->type == SchemaType::structure || is_primitive(key_schema->type));
  if (needs_key && !has_key) {
    return complain(
        settings, record, "non-null key and non-null Struct or primitive key schema",
        format("a {} key and {} key schema.", kind_or_null(record.key), kind_or_null(key_schema)));
  }
  const auto& value_schema = record.value_schema;
  const bool has_value = !record.value.is_null() && value_schema != nullptr &&
                         value_schema->type == SchemaType::structure;
  if (needs_value && !has_value) {
    return complain(settings, record, "non-null Struct value and non-null Struct schema",
                    format("a {} value and {} value schema.", kind_or_null(record.value),
                           kind_or_null(value_schema)));
  }
  return {};
}

std::string insert_text(const TableId& table, const SinkFields& fields) {
  const auto names = keys_first(fields);
  return format("INSERT INTO {}({}) VALUES({})", quoted(table), column_list(names),
                placeholders(names.size()));
}

std::string upsert_text(const TableId& table, const SinkFields& fields) {
  const auto names = keys_first(fields);
  std::string updates;
  for (const auto& name : fields.others.empty() ? fields.keys : fields.others) {
    updates += format("{}{}=values({})", updates.empty() ? "" : ",", quoted(name), quoted(name));
  }
  return format("insert into {}({}) values({}) on duplicate key update {}", quoted(table),
                column_list(names), placeholders(names.size()), updates);
}

std::string update_text(const TableId& table, const SinkFields& fields) {
  std::string changes;
  for (const auto& name : fields.others)
    changes += (changes.empty() ? "" : ", ") + quoted(name) + " = ?";
  return format("UPDATE {} SET {}{}", quoted(table), changes, conditions(fields.keys));
}

std::string delete_text(const TableId& table, const SinkFields& fields) {
  return format("DELETE FROM {}{}", quoted(table), conditions(fields.keys));
}

Result<std::string> create_table_text(const TableId& table, const SinkFields& fields) {
  std::string columns;
  for (const SinkField& field : fields.all) {
    const auto spec = column_spec(field);
    if (!spec.ok()) return spec;
    columns += (columns.empty() ? "\n" : ",\n") + spec.value();
  }
  std::vector<std::string> keys;
  for (const SinkField& field : fields.all) {
    if (field.is_key) keys.push_back(field.name);
  }
  if (!keys.empty()) columns += ",\nPRIMARY KEY(" + column_list(keys) + ")";
  return format("CREATE TABLE {} ({})", quoted(table), columns);
}

Result<std::string> alter_table_text(const TableId& table, const std::vector<SinkField>& added) {
  std::string changes;
  for (const SinkField& field : added) {
    const auto spec = column_spec(field);
    if (!spec.ok()) return spec;
    changes += (changes.empty() ? "" : ",") + std::string(added.size() > 1 ? "\n" : "") + "ADD " +
               spec.value();
  }
  return format("ALTER TABLE {} {}", quoted(table), changes);
}

Result<std::string> column_type_text(const Schema& schema) {
  if (schema.name == logical::decimal) {
    const auto scale = decimal_scale(schema);
    if (!scale.ok()) return scale.error();
    return format("DECIMAL(65,{})", scale.value());
  }
  if (schema.name == logical::date) return std::string("DATE");
  if (schema.name == logical::time) return std::string("TIME(3)");
  if (schema.name == logical::timestamp) return std::string("DATETIME(3)");
  switch (schema.type) {
    case SchemaType::int8:
    case SchemaType::boolean:
      return std::string("TINYINT");
    case SchemaType::int16:
      return std::string("SMALLINT");
    case SchemaType::int32:
      return std::string("INT");
    case SchemaType::int64:
      return std::string("BIGINT");
    case SchemaType::float32:
      return std::string("FLOAT");
    case SchemaType::float64:
      return std::string("DOUBLE");
    case SchemaType::string:
      return std::string("TEXT");
    case SchemaType::bytes:
      return std::string("VARBINARY(1024)");
    case SchemaType::array:
    case SchemaType::map:
    case SchemaType::structure:
      break;
  }
  return connect_error(format("{} ({}) type doesn't have a mapping to the SQL database column type",
                              schema.name.empty() ? "null" : schema.name, name_of(schema.type)));
}

std::string to_text(const std::vector<SinkField>& fields) {
  std::string out = "[";
  for (const SinkField& field : fields) {
    const auto& schema = *field.schema;
    out += format("{}SinkRecordField{{schema=Schema{{{}{}}}, name='{}', isPrimaryKey={}}}",
                  out.size() > 1 ? ", " : "", schema.name.empty() ? "" : schema.name + ":",
                  name_of(schema.type), field.name, field.is_key);
  }
  return out + "]";
}

std::vector<SinkField> missing_fields(const SinkFields& fields,
                                      const std::vector<std::string>& columns) {
  std::vector<SinkField> missing;
  for (const SinkField& field : fields.all) {
    const bool there = std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
      return column == field.name || lower_case(column) == lower_case(field.name);
    });
    if (!there) missing.push_back(field);
  }
  return missing;
}

}  // namespace logquake::connect
