#include "models/connect/json_converter.h"

#include <array>

#include "models/connect/decimal.h"
#include "sim/base/base64.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

Error data_error(std::string message) { return {ErrorCode::data, std::move(message)}; }

void append_value(std::string& out, const Schema* schema, const Value& value, bool decimal_numeric);

void append_fields(std::string& out, const Struct& structure, bool decimal_numeric) {
  out += '{';
  for (std::size_t i = 0; i < structure.values.size(); ++i) {
    const Field& field = structure.schema->fields[i];
    if (i > 0) out += ',';
    append_json_string(out, field.name);
    out += ':';
    append_value(out, field.schema.get(), structure.values[i], decimal_numeric);
  }
  out += '}';
}

/// C-CNV-5: an object where every key is text, else a list of pairs.
void append_entries(std::string& out, const Schema* schema, const Entries& entries,
                    bool decimal_numeric) {
  bool as_object = schema == nullptr || schema->key_schema->type == SchemaType::string;
  for (const auto& [key, element] : entries) as_object = as_object && key.text() != nullptr;
  const Schema* key_schema = schema == nullptr ? nullptr : schema->key_schema.get();
  const Schema* value_schema = schema == nullptr ? nullptr : schema->value_schema.get();
  out += as_object ? '{' : '[';
  bool first = true;
  for (const auto& [key, element] : entries) {
    if (!first) out += ',';
    first = false;
    if (!as_object) out += '[';
    append_value(out, key_schema, key, decimal_numeric);
    out += as_object ? ':' : ',';
    append_value(out, value_schema, element, decimal_numeric);
    if (!as_object) out += ']';
  }
  out += as_object ? '}' : ']';
}

void append_value(std::string& out, const Schema* schema, const Value& value,
                  bool decimal_numeric) {
  if (value.is_null()) {
    // A null becomes the schema's default where it has one (the real converter's convertToJson).
    if (schema != nullptr && schema->default_value && !schema->default_value->is_null()) {
      append_value(out, schema, *schema->default_value, decimal_numeric);
    } else {
      out += "null";
    }
  } else if (const auto* flag = value.boolean()) {
    out += *flag ? "true" : "false";
  } else if (const auto* integer = value.integer()) {
    out += format("{}", *integer);
  } else if (const auto* number = value.number()) {
    out += double_text(*number);
  } else if (const auto* text = value.text()) {
    append_json_string(out, *text);
  } else if (const auto* bytes = value.bytes()) {
    const auto scale = decimal_numeric && schema != nullptr && schema->name == logical::decimal
                           ? decimal_scale(*schema)
                           : Result<int>(ErrorCode::data);
    if (scale.ok()) {
      out += decimal_text(*bytes, scale.value());
    } else {
      out += '"' + to_base64(*bytes) + '"';
    }
  } else if (const auto* structure = value.structure()) {
    append_fields(out, *structure, decimal_numeric);
  } else if (const auto* list = value.list()) {
    out += '[';
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (i > 0) out += ',';
      append_value(out, schema == nullptr ? nullptr : schema->value_schema.get(), (*list)[i],
                   decimal_numeric);
    }
    out += ']';
  } else {
    append_entries(out, schema, *value.entries(), decimal_numeric);
  }
}

/// Whether a value may be written under its schema; the deepest offender is named.
Status check_value(const Schema* schema, const Value& value) {
  if (value.is_null()) {
    if (schema == nullptr || schema->optional || schema->default_value) return {};
    return data_error(
        "Conversion error: null value for field that is required and has no default value");
  }
  if (schema == nullptr) return {};
  if (const auto* structure = value.structure()) {
    if (schema->type != SchemaType::structure ||
        !same_schema(structure->schema, SchemaRef(SchemaRef(), schema))) {
      return data_error("Mismatching schema.");
    }
    for (std::size_t i = 0; i < structure->values.size(); ++i) {
      if (auto status = check_value(schema->fields[i].schema.get(), structure->values[i]);
          !status.ok())
        return status;
    }
    return {};
  }
  const bool fits = [&] {
    switch (schema->type) {
      case SchemaType::int8:
      case SchemaType::int16:
      case SchemaType::int32:
      case SchemaType::int64:
        return value.integer() != nullptr;
      case SchemaType::float32:
      case SchemaType::float64:
        return value.number() != nullptr;
      case SchemaType::boolean:
        return value.boolean() != nullptr;
      case SchemaType::string:
        return value.text() != nullptr;
      case SchemaType::bytes:
        return value.bytes() != nullptr;
      case SchemaType::array:
        return value.list() != nullptr;
      case SchemaType::map:
        return value.entries() != nullptr;
      case SchemaType::structure:
        return false;
    }
    return false;
  }();
  if (!fits)
    return data_error(format("Invalid type for {}: {}", name_of(schema->type), value.java_class()));
  return {};
}

Value schemaless(const Json& json) {
  if (const auto* flag = json.boolean()) return *flag;
  if (const auto* integer = json.integer()) return *integer;
  if (const auto* number = json.number()) return *number;
  if (const auto* text = json.text()) return *text;
  if (const auto* array = json.array()) {
    List list;
    for (const Json& element : *array) list.push_back(schemaless(element));
    return list;
  }
  if (const auto* object = json.object()) {
    Entries entries;
    for (const JsonMember& member : *object)
      entries.emplace_back(member.name, schemaless(member.value));
    return entries;
  }
  return {};
}

/// Jackson's intValue(): numbers are cut, anything else is zero.
std::int64_t integer_of(const Json& json) {
  if (const auto* integer = json.integer()) return *integer;
  if (const auto* number = json.number()) return static_cast<std::int64_t>(*number);
  return 0;
}

std::int64_t narrowed(SchemaType type, std::int64_t value) {
  switch (type) {
    case SchemaType::int8:
      return static_cast<std::int8_t>(value);
    case SchemaType::int16:
      return static_cast<std::int16_t>(value);
    case SchemaType::int32:
      return static_cast<std::int32_t>(value);
    default:
      return value;
  }
}

class Reader {
 public:
  explicit Reader(bool replace_null_with_default)
      : replace_null_with_default_(replace_null_with_default) {}

  /// C-CNV-7 for nulls. `json` is null for a missing member.
  Result<Value> read(const SchemaRef& schema, const Json* json) {
    if (schema == nullptr) return json == nullptr ? Value() : schemaless(*json);
    if (json == nullptr || json->is_null()) {
      if (schema->default_value && replace_null_with_default_) return *schema->default_value;
      if (schema->optional) return Value();
      return data_error(format("Invalid null value for required {} field", name_of(schema->type)));
    }
    if (schema->name == logical::decimal) return read_decimal(*schema, *json);
    if (is_logical_integer(*schema) && json->integer() == nullptr) {
      const auto base = schema->name.substr(schema->name.rfind('.') + 1);
      return data_error(
          format("Invalid type for {}, underlying representation should be {} but was {}", base,
                 base == "Timestamp" ? "int64" : "int32", json->kind()));
    }
    switch (schema->type) {
      case SchemaType::int8:
      case SchemaType::int16:
      case SchemaType::int32:
      case SchemaType::int64:
        return Value(narrowed(schema->type, integer_of(*json)));
      case SchemaType::float32:
      case SchemaType::float64:
        if (const auto* number = json->number()) return Value(*number);
        return Value(static_cast<double>(integer_of(*json)));
      case SchemaType::boolean:
        return Value(json->boolean() != nullptr && *json->boolean());
      case SchemaType::string:
        if (const auto* text = json->text()) return Value(*text);
        return json->object() || json->array() ? Value() : Value(to_json_text(*json));
      case SchemaType::bytes:
        return read_bytes(*json);
      case SchemaType::array:
        return read_list(schema, *json);
      case SchemaType::map:
        return read_map(schema, *json);
      case SchemaType::structure:
        return read_struct(schema, *json);
    }
    return data_error("Unknown schema type");
  }

 private:
  static bool is_logical_integer(const Schema& schema) {
    return schema.name == logical::timestamp || schema.name == logical::date ||
           schema.name == logical::time;
  }

  static Result<Value> read_bytes(const Json& json) {
    const auto* text = json.text();
    auto bytes = text == nullptr ? std::nullopt : from_base64(*text);
    if (!bytes) return data_error("Invalid bytes field");
    return Value(std::move(*bytes));
  }

  static Result<Value> read_decimal(const Schema& schema, const Json& json) {
    if (json.text() != nullptr) {
      auto bytes = from_base64(*json.text());
      if (!bytes) return data_error("Invalid bytes for Decimal field");
      return Value(std::move(*bytes));
    }
    const auto scale = decimal_scale(schema);
    if (!scale.ok()) return scale.error();
    const bool is_number = json.integer() != nullptr || json.number() != nullptr;
    auto bytes = is_number ? decimal_bytes(to_json_text(json), scale.value()) : std::nullopt;
    if (!bytes) {
      return data_error(
          "Invalid type for Decimal, underlying representation should be numeric or bytes but "
          "was " +
          std::string(json.kind()));
    }
    return Value(std::move(*bytes));
  }

  Result<Value> read_list(const SchemaRef& schema, const Json& json) {
    if (json.array() == nullptr) {
      return data_error(
          format("Arrays should be encoded as JSON arrays, but found {}", json.kind()));
    }
    List list;
    for (const Json& element : *json.array()) {
      auto value = read(schema->value_schema, &element);
      if (!value.ok()) return value;
      list.push_back(std::move(value).value());
    }
    return Value(std::move(list));
  }

  Result<Value> read_map(const SchemaRef& schema, const Json& json) {
    Entries entries;
    if (schema->key_schema != nullptr && schema->key_schema->type == SchemaType::string) {
      if (json.object() == nullptr) {
        return data_error(
            format("Maps with string fields should be encoded as JSON objects, but found {}",
                   json.kind()));
      }
      for (const JsonMember& member : *json.object()) {
        auto value = read(schema->value_schema, &member.value);
        if (!value.ok()) return value;
        entries.emplace_back(member.name, std::move(value).value());
      }
      return Value(std::move(entries));
    }
    if (json.array() == nullptr) {
      return data_error(format(
          "Maps with non-string fields should be encoded as JSON arrays of tuples, but found {}",
          json.kind()));
    }
    for (const Json& pair : *json.array()) {
      if (pair.array() == nullptr || pair.array()->size() != 2) {
        return data_error(format("Found invalid map entry, expected length 2 but found :{}",
                                 pair.array() == nullptr ? 0 : pair.array()->size()));
      }
      auto key = read(schema->key_schema, &(*pair.array())[0]);
      if (!key.ok()) return key;
      auto value = read(schema->value_schema, &(*pair.array())[1]);
      if (!value.ok()) return value;
      entries.emplace_back(std::move(key).value(), std::move(value).value());
    }
    return Value(std::move(entries));
  }

  Result<Value> read_struct(const SchemaRef& schema, const Json& json) {
    if (json.object() == nullptr) {
      return data_error(
          format("Structs should be encoded as JSON objects, but found {}", json.kind()));
    }
    Struct structure{schema, {}};
    structure.values.reserve(schema->fields.size());
    for (const Field& field : schema->fields) {
      auto value = read(field.schema, json.find(field.name));
      if (!value.ok()) return value;
      structure.values.push_back(std::move(value).value());
    }
    return Value(std::move(structure));
  }

  bool replace_null_with_default_;
};

void append_schema(std::string& out, const Schema& schema, const std::string* field) {
  out += "{\"type\":\"";
  out += json_name_of(schema.type);
  out += '"';
  if (schema.type == SchemaType::structure) {
    out += ",\"fields\":[";
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
      if (i > 0) out += ',';
      append_schema(out, *schema.fields[i].schema, &schema.fields[i].name);
    }
    out += ']';
  } else if (schema.type == SchemaType::array) {
    out += ",\"items\":";
    append_schema(out, *schema.value_schema, nullptr);
  } else if (schema.type == SchemaType::map) {
    out += ",\"keys\":";
    append_schema(out, *schema.key_schema, nullptr);
    out += ",\"values\":";
    append_schema(out, *schema.value_schema, nullptr);
  }
  out += schema.optional ? ",\"optional\":true" : ",\"optional\":false";
  const auto text_member = [&out](std::string_view name, std::string_view value) {
    out += ",\"";
    out += name;
    out += "\":";
    append_json_string(out, value);
  };
  if (!schema.name.empty()) text_member("name", schema.name);
  if (schema.version) out += format(",\"version\":{}", *schema.version);
  if (!schema.doc.empty()) text_member("doc", schema.doc);
  if (!schema.parameters.empty()) {
    out += ",\"parameters\":{";
    for (std::size_t i = 0; i < schema.parameters.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, schema.parameters[i].first);
      out += ':';
      append_json_string(out, schema.parameters[i].second);
    }
    out += '}';
  }
  if (schema.default_value) {
    out += ",\"default\":";
    append_value(out, &schema, *schema.default_value, false);
  }
  if (field != nullptr) text_member("field", *field);
  out += '}';
}

std::optional<SchemaType> type_of(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(SchemaType::structure); ++i) {
    if (json_name_of(static_cast<SchemaType>(i)) == name) return static_cast<SchemaType>(i);
  }
  return std::nullopt;
}

Result<bool> read_parts(Schema& schema, const Json& json) {
  const auto part = [&json](std::string_view name, SchemaRef& into,
                            std::string_view complaint) -> Status {
    const Json* member = json.find(name);
    if (member == nullptr || member->is_null()) return data_error(std::string(complaint));
    auto read = schema_of_json(*member);
    if (!read.ok()) return read.error();
    into = read.value();
    return {};
  };
  if (schema.type == SchemaType::array) {
    auto items =
        part("items", schema.value_schema, "Array schema did not specify the element type");
    if (!items.ok()) return items.error();
  } else if (schema.type == SchemaType::map) {
    auto keys = part("keys", schema.key_schema, "Map schema did not specify the key type");
    if (!keys.ok()) return keys.error();
    auto values = part("values", schema.value_schema, "Map schema did not specify the value type");
    if (!values.ok()) return values.error();
  } else if (schema.type == SchemaType::structure) {
    const Json* fields = json.find("fields");
    if (fields == nullptr || fields->array() == nullptr) {
      return data_error("Struct schema's \"fields\" argument is not an array.");
    }
    for (const Json& field : *fields->array()) {
      const Json* name = field.find("field");
      if (name == nullptr || name->text() == nullptr) {
        return data_error("Struct schema's field name not specified properly");
      }
      auto read = schema_of_json(field);
      if (!read.ok()) return read.error();
      schema.fields.push_back({*name->text(), read.value()});
    }
  }
  return true;
}

}  // namespace

std::string schema_text(const Schema& schema) {
  std::string out;
  append_schema(out, schema, nullptr);
  return out;
}

Result<SchemaRef> schema_of_json(const Json& json) {
  if (json.is_null()) return SchemaRef();
  const Json* type_name = json.find("type");
  if (type_name == nullptr || type_name->text() == nullptr)
    return data_error("Schema must contain 'type' field");
  const auto type = type_of(*type_name->text());
  if (!type) return data_error("Unknown schema type: " + *type_name->text());
  Schema schema;
  schema.type = *type;
  if (auto parts = read_parts(schema, json); !parts.ok()) return parts.error();
  if (const Json* optional = json.find("optional");
      optional != nullptr && optional->boolean() != nullptr) {
    schema.optional = *optional->boolean();
  }
  if (const Json* name = json.find("name"); name != nullptr && !name->is_null()) {
    if (name->text() == nullptr)
      return data_error("Invalid schema name: " + std::string(name->kind()));
    schema.name = *name->text();
  }
  if (const Json* version = json.find("version");
      version != nullptr && version->integer() != nullptr) {
    schema.version = static_cast<int>(*version->integer());
  }
  if (const Json* doc = json.find("doc"); doc != nullptr && doc->text() != nullptr)
    schema.doc = *doc->text();
  if (const Json* parameters = json.find("parameters");
      parameters != nullptr && parameters->object() != nullptr) {
    for (const JsonMember& member : *parameters->object()) {
      if (member.value.text() == nullptr)
        return data_error("Schema parameters must have string values.");
      schema.parameters.emplace_back(member.name, *member.value.text());
    }
  }
  if (const Json* fallback = json.find("default"); fallback != nullptr && !fallback->is_null()) {
    auto value = Reader(true).read(std::make_shared<const Schema>(schema), fallback);
    if (!value.ok()) return value.error();
    schema.default_value = std::move(value).value();
  }
  return SchemaRef(std::make_shared<const Schema>(std::move(schema)));
}

Result<std::optional<std::string>> JsonConverter::from_connect(const SchemaRef& schema,
                                                               const Value& value) {
  if (schema == nullptr && value.is_null()) return std::optional<std::string>();
  if (auto status = check_value(schema.get(), value); !status.ok()) return status.error();
  std::string out;
  if (settings_.schemas_enable) {
    if (schema != nullptr && schema != written_schema_) {
      written_text_ = schema_text(*schema);
      written_schema_ = schema;
    }
    out += "{\"schema\":" + (schema == nullptr ? std::string("null") : written_text_) +
           ",\"payload\":";
  }
  append_value(out, schema.get(), value, settings_.decimal_numeric);
  if (settings_.schemas_enable) out += '}';
  return std::optional<std::string>(std::move(out));
}

Result<SchemaAndValue> JsonConverter::to_connect(std::optional<std::string_view> bytes) {
  if (!bytes) return SchemaAndValue{};
  auto parsed = parse_json(*bytes);
  if (!parsed.ok()) {
    return data_error(
        "Converting byte[] to Kafka Connect data failed due to serialization error: " +
        to_string(parsed.error()));
  }
  const Json& json = parsed.value();
  if (!settings_.schemas_enable) return SchemaAndValue{nullptr, schemaless(json)};
  const Json* schema_json = json.find("schema");
  const Json* payload = json.find("payload");
  if (schema_json == nullptr || payload == nullptr || json.object()->size() != 2) {
    return data_error(
        "JsonConverter with schemas.enable requires \"schema\" and \"payload\" fields and may not "
        "contain "
        "additional fields. If you are trying to deserialize plain JSON data, set "
        "schemas.enable=false in your "
        "converter configuration.");
  }
  if (read_schema_ == nullptr || !(*schema_json == read_json_)) {
    auto schema = schema_of_json(*schema_json);
    if (!schema.ok()) return schema.error();
    read_json_ = *schema_json;
    read_schema_ = schema.value();
  }
  const SchemaRef schema = schema_json->is_null() ? nullptr : read_schema_;
  auto value = Reader(settings_.replace_null_with_default).read(schema, payload);
  if (!value.ok()) return value.error();
  return SchemaAndValue{schema, std::move(value).value()};
}

}  // namespace logquake::connect
