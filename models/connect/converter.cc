#include "models/connect/converter.h"

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

SchemaRef optional_string() { return make_schema(SchemaType::string, true); }

Result<bool> flag(const Properties& properties, const std::string& key, bool fallback) {
  const auto at = properties.find(key);
  if (at == properties.end()) return fallback;
  if (at->second == "true") return true;
  if (at->second == "false") return false;
  return Error{
      ErrorCode::config,
      format("Invalid value {} for configuration {}: Expected value to be either true or false",
             at->second, key.substr(key.find("converter.") + 10))};
}

}  // namespace

Result<Converter> Converter::from_properties(const Properties& properties, std::string_view which) {
  const auto at = properties.find(std::string(which));
  const std::string name = at == properties.end() ? "" : at->second;
  if (name == "org.apache.kafka.connect.storage.StringConverter" || name == "StringConverter" ||
      name == "String") {
    return Converter(Kind::string);
  }
  if (name == "org.apache.kafka.connect.converters.ByteArrayConverter" ||
      name == "ByteArrayConverter" || name == "ByteArray") {
    return Converter(Kind::byte_array);
  }
  if (name != "org.apache.kafka.connect.json.JsonConverter" && name != "JsonConverter" &&
      name != "Json") {
    return Error{ErrorCode::config,
                 format("Invalid value {} for configuration {}: Class {} could not be found.", name,
                        which, name)};
  }
  const std::string prefix = std::string(which) + ".";
  JsonConverter::Settings settings;
  const auto schemas = flag(properties, prefix + "schemas.enable", settings.schemas_enable);
  if (!schemas.ok()) return schemas.error();
  settings.schemas_enable = schemas.value();
  const auto replace =
      flag(properties, prefix + "replace.null.with.default", settings.replace_null_with_default);
  if (!replace.ok()) return replace.error();
  settings.replace_null_with_default = replace.value();
  if (const auto decimal = properties.find(prefix + "decimal.format");
      decimal != properties.end()) {
    if (decimal->second != "NUMERIC" && decimal->second != "BASE64") {
      return Error{
          ErrorCode::config,
          format("Invalid value {} for configuration decimal.format: String must be one of (case "
                 "insensitive): NUMERIC, BASE64",
                 decimal->second)};
    }
    settings.decimal_numeric = decimal->second == "NUMERIC";
  }
  return Converter(settings);
}

Result<std::optional<Bytes>> Converter::from_connect(const SchemaRef& schema, const Value& value) {
  switch (kind_) {
    case Kind::json: {
      auto text = json_.from_connect(schema, value);
      if (!text.ok()) return text.error();
      if (!text.value()) return std::optional<Bytes>();
      return std::optional<Bytes>(to_bytes(*text.value()));
    }
    case Kind::string:
      if (value.is_null()) return std::optional<Bytes>();
      return std::optional<Bytes>(to_bytes(to_text(schema, value)));
    case Kind::byte_array:
      if (schema != nullptr && schema->type != SchemaType::bytes) {
        return Error{ErrorCode::data, format("Invalid schema type for ByteArrayConverter: {}",
                                             name_of(schema->type))};
      }
      if (value.is_null()) return std::optional<Bytes>();
      if (value.bytes() == nullptr) {
        return Error{ErrorCode::data,
                     format("ByteArrayConverter is not compatible with objects of type class {}",
                            value.java_class())};
      }
      return std::optional<Bytes>(*value.bytes());
  }
  return ErrorCode::internal;
}

Result<SchemaAndValue> Converter::to_connect(const std::optional<Bytes>& bytes) {
  switch (kind_) {
    case Kind::json:
      return bytes ? json_.to_connect(text_of(*bytes)) : json_.to_connect(std::nullopt);
    case Kind::string:
      return SchemaAndValue{optional_string(),
                            bytes ? Value(std::string(text_of(*bytes))) : Value()};
    case Kind::byte_array:
      return SchemaAndValue{make_schema(SchemaType::bytes, true), bytes ? Value(*bytes) : Value()};
  }
  return ErrorCode::internal;
}

}  // namespace logquake::connect
