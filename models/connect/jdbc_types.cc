#include "models/connect/jdbc_types.h"

#include <limits>

#include "models/connect/decimal.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

using database::ColumnType;
using database::TypeKind;

SchemaRef schema_of(const ColumnType& type, bool optional) {
  const auto plain = [optional](SchemaType kind) { return make_schema(kind, optional); };
  switch (type.kind) {
    case TypeKind::tinyint:
      // TINYINT(1) is reported as BIT by the drivers, which maps to int8 as well (C-JSO-61).
      return plain(type.is_unsigned && type.length != 1 ? SchemaType::int16 : SchemaType::int8);
    case TypeKind::smallint:
      return plain(type.is_unsigned ? SchemaType::int32 : SchemaType::int16);
    case TypeKind::mediumint:
    case TypeKind::integer:
      return plain(type.is_unsigned ? SchemaType::int64 : SchemaType::int32);
    case TypeKind::bigint:
      return plain(SchemaType::int64);
    case TypeKind::decimal:
      return decimal_schema(type.scale, optional, static_cast<int>(type.length));
    case TypeKind::real_float:
      return plain(SchemaType::float32);
    case TypeKind::real_double:
      return plain(SchemaType::float64);
    case TypeKind::date:
      return date_schema(optional);
    case TypeKind::time:
      return time_schema(optional);
    case TypeKind::datetime:
    case TypeKind::timestamp:
      return timestamp_schema(optional);
    default:
      break;
  }
  return plain(database::is_binary(type.kind) ? SchemaType::bytes : SchemaType::string);
}

/// Towards minus infinity, as java.util.Date cuts what is below a millisecond.
std::int64_t floor_milliseconds(std::int64_t microseconds) {
  return microseconds >= 0 ? microseconds / 1000 : -((-microseconds + 999) / 1000);
}

Result<Value> value_of(const Field& field, const database::Value& value) {
  if (value.is_null()) return Value();
  if (const auto* integer = value.as<std::int64_t>()) return Value(*integer);
  if (const auto* number = value.as<std::uint64_t>()) {
    if (*number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return Error{
          ErrorCode::data,
          format("java.sql.SQLException: Out of range value for column '{}' : value {} is not "
                 "in Long range",
                 field.name, *number)};
    }
    return Value(static_cast<std::int64_t>(*number));
  }
  if (const auto* decimal = value.as<database::Decimal>()) {
    const auto scale = decimal_scale(*field.schema);
    if (!scale.ok()) return scale.error();
    auto bytes = decimal_bytes(to_string(decimal->rounded(scale.value())), scale.value());
    LOGQUAKE_CHECK(bytes.has_value(), "a decimal of the database has plain digits");
    return Value(std::move(*bytes));
  }
  if (const auto* real = value.as<double>()) return Value(*real);
  if (const auto* text = value.as<std::string>()) return Value(*text);
  if (const auto* binary = value.as<database::Binary>()) return Value(to_bytes(binary->bytes));
  if (const auto* date = value.as<database::Date>()) {
    return date->is_zero() ? Value() : Value(std::int64_t{date->days});  // C-JSO-64
  }
  if (const auto* time = value.as<database::Time>()) {
    constexpr std::int64_t day = 86'400'000'000;
    if (time->microseconds < 0 || time->microseconds > day) {
      return Error{
          ErrorCode::data,
          "Kafka Connect Time type should not have any date fields set to non-zero values."};
    }
    return Value(floor_milliseconds(time->microseconds));
  }
  const auto* date_time = value.as<database::DateTime>();
  LOGQUAKE_CHECK(date_time != nullptr, "every kind of SQL value is mapped");
  return date_time->is_zero() ? Value() : Value(floor_milliseconds(date_time->microseconds));
}

}  // namespace

SchemaRef schema_of_columns(const std::string& table,
                            const std::vector<database::ResultColumn>& columns) {
  Schema schema;
  schema.type = SchemaType::structure;
  schema.name = table;
  for (const auto& column : columns)
    schema.fields.push_back({column.label, schema_of(column.type, column.is_nullable)});
  return std::make_shared<const Schema>(std::move(schema));
}

Result<Struct> struct_of_row(const SchemaRef& schema, const database::Row& row) {
  Struct structure{schema, {}};
  structure.values.reserve(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    auto value = value_of(schema->fields[i], row[i]);
    if (!value.ok()) return value.error();
    structure.values.push_back(std::move(value).value());
  }
  if (auto status = structure.validate(); !status.ok()) return status.error();
  return structure;
}

Result<database::Value> parameter_of(const Schema& schema, const Value& value) {
  if (value.is_null()) return database::Value();
  if (schema.name == logical::decimal && value.bytes() != nullptr) {
    const auto scale = decimal_scale(schema);
    if (!scale.ok()) return scale.error();
    auto decimal = database::Decimal::parse(decimal_text(*value.bytes(), scale.value()));
    LOGQUAKE_CHECK(decimal.has_value(), "a decimal's text is a number");
    return database::Value(std::move(*decimal));
  }
  if (const auto* integer = value.integer()) {
    if (schema.name == logical::date)
      return database::Value(database::Date{static_cast<std::int32_t>(*integer)});
    if (schema.name == logical::time) return database::Value(database::Time{*integer * 1000, 3});
    if (schema.name == logical::timestamp)
      return database::Value(database::DateTime{*integer * 1000, 3});
    return database::Value(*integer);
  }
  if (const auto* flag = value.boolean()) return database::Value::boolean(*flag);
  if (const auto* number = value.number()) return database::Value(*number);
  if (const auto* text = value.text()) return database::Value(*text);
  if (const auto* bytes = value.bytes())
    return database::Value(database::Binary{std::string(text_of(*bytes))});
  return Error{ErrorCode::data, format("Unsupported source data type: {}", name_of(schema.type))};
}

}  // namespace logquake::connect
