#include "models/connect/schema.h"

#include <algorithm>
#include <charconv>

#include "models/connect/civil_time.h"
#include "models/connect/decimal.h"
#include "models/connect/json.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

SchemaRef logical_schema(SchemaType type, std::string_view name, bool optional) {
  Schema schema;
  schema.type = type;
  schema.optional = optional;
  schema.name = name;
  schema.version = 1;
  return std::make_shared<const Schema>(std::move(schema));
}

bool same_parts(const Schema& left, const Schema& right) {
  if (left.type != right.type || left.optional != right.optional || left.name != right.name ||
      left.version != right.version || left.doc != right.doc ||
      left.parameters != right.parameters || left.default_value != right.default_value ||
      left.fields.size() != right.fields.size()) {
    return false;
  }
  return std::equal(left.fields.begin(), left.fields.end(), right.fields.begin(),
                    [](const Field& l, const Field& r) {
                      return l.name == r.name && same_schema(l.schema, r.schema);
                    }) &&
         same_schema(left.key_schema, right.key_schema) &&
         same_schema(left.value_schema, right.value_schema);
}

std::string integer_text(const Schema* schema, std::int64_t value) {
  if (schema == nullptr) return format("{}", value);
  constexpr std::int64_t day = 86'400'000;
  if (schema->name == logical::timestamp) return java_date_text(value);
  if (schema->name == logical::date) return java_date_text(value * day);
  if (schema->name == logical::time) return java_date_text(value);
  return format("{}", value);
}

}  // namespace

Value::Value(Struct value) : value_(std::make_shared<const Struct>(std::move(value))) {}
Value::Value(List value) : value_(std::make_shared<const List>(std::move(value))) {}
Value::Value(Entries value) : value_(std::make_shared<const Entries>(std::move(value))) {}

const Struct* Value::structure() const {
  const auto* held = std::get_if<std::shared_ptr<const Struct>>(&value_);
  return held == nullptr ? nullptr : held->get();
}
const List* Value::list() const {
  const auto* held = std::get_if<std::shared_ptr<const List>>(&value_);
  return held == nullptr ? nullptr : held->get();
}
const Entries* Value::entries() const {
  const auto* held = std::get_if<std::shared_ptr<const Entries>>(&value_);
  return held == nullptr ? nullptr : held->get();
}

std::string_view Value::java_class() const {
  constexpr std::string_view names[] = {"null",
                                        "java.lang.Boolean",
                                        "java.lang.Long",
                                        "java.lang.Double",
                                        "java.lang.String",
                                        "byte[]",
                                        "org.apache.kafka.connect.data.Struct",
                                        "java.util.ArrayList",
                                        "java.util.HashMap"};
  return names[value_.index()];
}

bool operator==(const Value& left, const Value& right) {
  if (const auto* l = left.structure(), *r = right.structure(); l != nullptr && r != nullptr) {
    return same_schema(l->schema, r->schema) && l->values == r->values;
  }
  if (const auto* l = left.list(), *r = right.list(); l != nullptr && r != nullptr) return *l == *r;
  if (const auto* l = left.entries(), *r = right.entries(); l != nullptr && r != nullptr)
    return *l == *r;
  return left.value_ == right.value_;
}

std::string_view name_of(SchemaType type) {
  constexpr std::string_view names[] = {"INT8",    "INT16",  "INT32", "INT64", "FLOAT32", "FLOAT64",
                                        "BOOLEAN", "STRING", "BYTES", "ARRAY", "MAP",     "STRUCT"};
  return names[static_cast<std::size_t>(type)];
}

std::string_view json_name_of(SchemaType type) {
  constexpr std::string_view names[] = {"int8",    "int16",  "int32", "int64", "float", "double",
                                        "boolean", "string", "bytes", "array", "map",   "struct"};
  return names[static_cast<std::size_t>(type)];
}

std::optional<std::size_t> Schema::index_of(std::string_view field) const {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field) return i;
  }
  return std::nullopt;
}

const std::string* Schema::parameter(std::string_view key) const {
  for (const auto& [name_of_parameter, value] : parameters) {
    if (name_of_parameter == key) return &value;
  }
  return nullptr;
}

bool same_schema(const SchemaRef& left, const SchemaRef& right) {
  if (left == right) return true;
  return left != nullptr && right != nullptr && same_parts(*left, *right);
}

SchemaRef make_schema(SchemaType type, bool optional) {
  Schema schema;
  schema.type = type;
  schema.optional = optional;
  return std::make_shared<const Schema>(std::move(schema));
}
SchemaRef timestamp_schema(bool optional) {
  return logical_schema(SchemaType::int64, logical::timestamp, optional);
}
SchemaRef date_schema(bool optional) {
  return logical_schema(SchemaType::int32, logical::date, optional);
}
SchemaRef time_schema(bool optional) {
  return logical_schema(SchemaType::int32, logical::time, optional);
}

SchemaRef decimal_schema(int scale, bool optional, int precision) {
  Schema schema = *logical_schema(SchemaType::bytes, logical::decimal, optional);
  schema.parameters.emplace_back("scale", format("{}", scale));
  if (precision >= 0)
    schema.parameters.emplace_back("connect.decimal.precision", format("{}", precision));
  return std::make_shared<const Schema>(std::move(schema));
}

Result<int> decimal_scale(const Schema& schema) {
  const auto* text = schema.parameter("scale");
  if (text == nullptr) {
    return Error{ErrorCode::data, "Invalid Decimal schema: scale parameter not found."};
  }
  int scale = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), scale);
  if (failure != std::errc() || end != text->data() + text->size()) {
    return Error{ErrorCode::data, "Invalid scale parameter found in Decimal schema: "};
  }
  return scale;
}

const Value* Struct::find(std::string_view field) const {
  const auto index = schema->index_of(field);
  return index ? &values[*index] : nullptr;
}

Status Struct::validate() const {
  LOGQUAKE_CHECK(values.size() == schema->fields.size(), "a struct holds one value for each field");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Field& field = schema->fields[i];
    if (values[i].is_null() && !field.schema->optional && !field.schema->default_value) {
      return Error{ErrorCode::data,
                   format("Invalid value: null used for required field: \"{}\", schema type: {}",
                          field.name, name_of(field.schema->type))};
    }
  }
  return {};
}

std::string to_text(const SchemaRef& schema, const Value& value) {
  if (value.is_null()) return "null";
  if (const auto* flag = value.boolean()) return *flag ? "true" : "false";
  if (const auto* integer = value.integer()) return integer_text(schema.get(), *integer);
  if (const auto* number = value.number()) return double_text(*number);
  if (const auto* text = value.text()) return *text;
  if (const auto* bytes = value.bytes()) {
    if (schema != nullptr && schema->name == logical::decimal) {
      const auto scale = decimal_scale(*schema);
      if (scale.ok()) return decimal_text(*bytes, scale.value());
    }
    return format("java.nio.HeapByteBuffer[pos=0 lim={} cap={}]", bytes->size(), bytes->size());
  }
  if (const auto* structure = value.structure()) {
    std::string out = "Struct{";
    bool first = true;
    for (std::size_t i = 0; i < structure->values.size(); ++i) {
      if (structure->values[i].is_null()) continue;
      if (!first) out += ',';
      first = false;
      const Field& field = structure->schema->fields[i];
      out += field.name + "=" + to_text(field.schema, structure->values[i]);
    }
    return out + "}";
  }
  if (const auto* list = value.list()) {
    std::string out = "[";
    for (std::size_t i = 0; i < list->size(); ++i) {
      out += (i > 0 ? ", " : "") + to_text(schema ? schema->value_schema : nullptr, (*list)[i]);
    }
    return out + "]";
  }
  std::string out = "{";
  bool first = true;
  for (const auto& [key, element] : *value.entries()) {
    out += first ? "" : ", ";
    first = false;
    out += to_text(schema ? schema->key_schema : nullptr, key) + "=";
    out += to_text(schema ? schema->value_schema : nullptr, element);
  }
  return out + "}";
}

}  // namespace logquake::connect
