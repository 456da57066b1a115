// Connect's data model: schemas, values, structs. Source: Apache Kafka 3.7.0,
// org.apache.kafka.connect.data.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/connect/error.h"
#include "sim/base/bytes.h"

namespace logquake::connect {

class Value;
struct Struct;
struct Schema;
using SchemaRef = std::shared_ptr<const Schema>;

using List = std::vector<Value>;
using Entries = std::vector<std::pair<Value, Value>>;  // a map, in its own order

/// A value of any schema type. Integers of every width are one alternative: the schema knows the
/// width. Logical types hold their base type: Timestamp milliseconds, Date days, Time milliseconds
/// of the day, Decimal the big-endian two's complement of the unscaled value.
class Value {
 public:
  Value() = default;
  Value(bool value) : value_(value) {}                      // NOLINT(google-explicit-constructor)
  Value(int value) : value_(std::int64_t{value}) {}         // NOLINT(google-explicit-constructor)
  Value(std::int64_t value) : value_(value) {}              // NOLINT(google-explicit-constructor)
  Value(double value) : value_(value) {}                    // NOLINT(google-explicit-constructor)
  Value(const char* value) : value_(std::string(value)) {}  // NOLINT(google-explicit-constructor)
  Value(std::string value) : value_(std::move(value)) {}    // NOLINT(google-explicit-constructor)
  Value(Bytes value) : value_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  Value(Struct value);                                      // NOLINT(google-explicit-constructor)
  Value(List value);                                        // NOLINT(google-explicit-constructor)
  Value(Entries value);                                     // NOLINT(google-explicit-constructor)

  bool is_null() const { return value_.index() == 0; }
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const double* number() const { return std::get_if<double>(&value_); }
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  const Bytes* bytes() const { return std::get_if<Bytes>(&value_); }
  const Struct* structure() const;
  const List* list() const;
  const Entries* entries() const;

  /// The Java class that would hold it, for messages: "java.lang.String", "java.util.HashMap".
  std::string_view java_class() const;

  friend bool operator==(const Value& left, const Value& right);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes,
               std::shared_ptr<const Struct>, std::shared_ptr<const List>,
               std::shared_ptr<const Entries>>
      value_;
};

enum class SchemaType : std::uint8_t {
  int8,
  int16,
  int32,
  int64,
  float32,
  float64,
  boolean,
  string,
  bytes,
  array,
  map,
  structure
};
/// As Java's enum prints it: "INT32", "STRUCT".
std::string_view name_of(SchemaType type);
/// As JSON schemas spell it: "int32", "float", "struct" (C-CNV-3).
std::string_view json_name_of(SchemaType type);

namespace logical {  // C-CNV-6
inline constexpr std::string_view decimal = "org.apache.kafka.connect.data.Decimal";
inline constexpr std::string_view date = "org.apache.kafka.connect.data.Date";
inline constexpr std::string_view time = "org.apache.kafka.connect.data.Time";
inline constexpr std::string_view timestamp = "org.apache.kafka.connect.data.Timestamp";
}  // namespace logical

struct Field {
  std::string name;
  SchemaRef schema;
};

/// What a value looks like. Immutable once shared.
struct Schema {
  SchemaType type{};
  bool optional = false;
  std::string name;  // empty: none
  std::optional<int> version;
  std::string doc;  // empty: none
  std::vector<std::pair<std::string, std::string>> parameters;
  std::optional<Value> default_value;
  std::vector<Field> fields;  // of a struct, in order
  SchemaRef key_schema;       // of a map
  SchemaRef value_schema;     // of a map, or the items of an array

  /// The field's place, or nothing.
  std::optional<std::size_t> index_of(std::string_view field) const;
  /// The parameter's value, or null.
  const std::string* parameter(std::string_view key) const;
};

/// Equality of content (a shared schema is equal to itself without looking); two nulls are equal.
bool same_schema(const SchemaRef& left, const SchemaRef& right);

SchemaRef make_schema(SchemaType type, bool optional = false);
SchemaRef timestamp_schema(bool optional);
SchemaRef date_schema(bool optional);
SchemaRef time_schema(bool optional);
/// With the parameter `connect.decimal.precision` that the JDBC source adds, unless negative
/// (C-JSO-62).
SchemaRef decimal_schema(int scale, bool optional, int precision = -1);
/// The scale of a Decimal schema. Errors: data.
Result<int> decimal_scale(const Schema& schema);

/// A value of a struct schema: one value for each field, in the fields' order.
struct Struct {
  SchemaRef schema;
  std::vector<Value> values;

  /// The field's value, or null where the schema has no such field.
  const Value* find(std::string_view field) const;
  /// Errors: data, for a null in a required field without default ("Invalid value: null used for
  /// required field: "id", schema type: INT32").
  Status validate() const;
};

struct SchemaAndValue {
  SchemaRef schema;
  Value value;
};

/// As Java's toString() prints it: "Struct{id=1,user_id=kim}", "[1, 2]".
std::string to_text(const SchemaRef& schema, const Value& value);

}  // namespace logquake::connect
