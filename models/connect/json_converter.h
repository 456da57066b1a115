// JsonConverter: Connect data to JSON bytes and back. Source: C-CNV-1 to 9 and 12; Apache
// Kafka 3.7.0.
#pragma once

#include <optional>
#include <string>

#include "models/connect/json.h"
#include "models/connect/schema.h"

namespace logquake::connect {

class JsonConverter {
 public:
  struct Settings {
    bool schemas_enable = true;
    bool decimal_numeric = false;           // decimal.format=NUMERIC
    bool replace_null_with_default = true;  // replace.null.with.default
  };

  JsonConverter() = default;
  explicit JsonConverter(Settings settings) : settings_(settings) {}

  /// The bytes as text; nothing for a tombstone (C-CNV-2). Errors: data.
  Result<std::optional<std::string>> from_connect(const SchemaRef& schema, const Value& value);
  /// Errors: data, for bytes that are no JSON or (with schemas) no envelope of exactly schema and
  /// payload.
  Result<SchemaAndValue> to_connect(std::optional<std::string_view> bytes);

 private:
  Settings settings_;
  // The last schema met in each direction with its other form: topics repeat one schema.
  SchemaRef written_schema_;
  std::string written_text_;
  Json read_json_;
  SchemaRef read_schema_;
};

/// The schema as JsonConverter spells it (C-CNV-3, C-CNV-4).
std::string schema_text(const Schema& schema);
/// Errors: data.
Result<SchemaRef> schema_of_json(const Json& json);

}  // namespace logquake::connect
