// Converters: between Connect data and the bytes of a Kafka record (C-CNV-10, C-CNV-11).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/connect/config_definition.h"
#include "models/connect/json_converter.h"
#include "models/connect/schema.h"
#include "sim/base/bytes.h"

namespace logquake::connect {

class Converter {
 public:
  enum class Kind : std::uint8_t { json, string, byte_array };

  /// JsonConverter with the given settings.
  explicit Converter(JsonConverter::Settings settings = {}) : json_(settings) {}
  explicit Converter(Kind kind) : kind_(kind) {}

  /// Reads `<which>` ("key.converter" or "value.converter") and its `<which>.` properties from a
  /// worker's or a connector's properties. Errors: config, for a class that is no converter here,
  /// naming those that are.
  static Result<Converter> from_properties(const Properties& properties, std::string_view which);

  Kind kind() const { return kind_; }
  /// The record's bytes, or none for null. Errors: data.
  Result<std::optional<Bytes>> from_connect(const SchemaRef& schema, const Value& value);
  Result<SchemaAndValue> to_connect(const std::optional<Bytes>& bytes);

 private:
  Kind kind_ = Kind::json;
  JsonConverter json_;
};

}  // namespace logquake::connect
