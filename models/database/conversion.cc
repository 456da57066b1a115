#include "models/database/conversion.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "models/database/expression.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

using Kind = Value::Kind;
constexpr std::int64_t day = 86'400'000'000;
constexpr std::int64_t second = 1'000'000;

class Store {
 public:
  Store(const Column& column, const StorePlace& place) : column_(column), place_(place) {}

  SqlResult<Value> of(const Value& value) {
    const TypeKind kind = column_.type.kind;
    if (is_integer(kind)) return integer(value);
    if (kind == TypeKind::decimal) return decimal(value);
    if (kind == TypeKind::real_float || kind == TypeKind::real_double) return real(value);
    if (is_text(kind) || is_binary(kind)) return text(value);
    return calendar(value);
  }

 private:
  SqlError out_of_range() const {
    return SqlError::of(
        SqlErrorCode::out_of_range,
        format("Out of range value for column '{}' at row {}", column_.name, place_.row_number));
  }
  SqlError truncated() const {
    return SqlError::of(
        SqlErrorCode::data_truncated,
        format("Data truncated for column '{}' at row {}", column_.name, place_.row_number));
  }
  SqlError incorrect(SqlErrorCode code, std::string_view what, std::string_view shown) const {
    return SqlError::of(code, format("Incorrect {} value: '{}' for column {}.{}.{} at row {}", what,
                                     shown, quoted_name(place_.database), quoted_name(place_.table),
                                     quoted_name(column_.name), place_.row_number));
  }

  /// The number at the front of a text; what follows it must be blank.
  SqlResult<Decimal> number_in(const std::string& text, std::string_view what) const {
    const auto first = text.find_first_not_of(" \t\n\r");
    std::size_t end = first == std::string::npos ? 0 : first;
    const std::size_t begin = end;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    const std::size_t digits_begin = end;
    bool point = false;
    while (end < text.size() &&
           ((text[end] >= '0' && text[end] <= '9') || (text[end] == '.' && !point))) {
      point = point || text[end] == '.';
      ++end;
    }
    auto number = Decimal::parse(std::string_view(text).substr(begin, end - begin));
    if (end == digits_begin || !number)
      return incorrect(SqlErrorCode::incorrect_value_for_column, what, text);
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
      double real = 0;
      const auto read = std::from_chars(text.data() + begin, text.data() + text.size(), real);
      if (read.ec == std::errc() && read.ptr == text.data() + text.size() &&
          std::abs(real) < 1e60) {
        return *Decimal::parse(format("{:.10f}", real));
      }
    }
    if (text.find_first_not_of(" \t\n\r", end) != std::string::npos) return truncated();
    return *std::move(number);
  }

  SqlResult<Decimal> exact(const Value& value, std::string_view what) const {
    if (const auto* number = value.as<std::int64_t>()) return Decimal::of(*number);
    if (const auto* number = value.as<std::uint64_t>()) return Decimal::of_unsigned(*number);
    if (const auto* number = value.as<Decimal>()) return *number;
    if (value.kind() == Kind::real || value.kind() == Kind::single) {
      const double number = number_of(value);
      if (std::abs(number) > 1e60) return out_of_range();
      return *Decimal::parse(format("{:.15f}", number));
    }
    if (value.kind() == Kind::text || value.kind() == Kind::binary)
      return number_in(to_string(value), what);
    // Calendar values count as numbers: 20240704033358.
    std::string digits;
    for (const char letter : to_string(value)) {
      if ((letter >= '0' && letter <= '9') || letter == '.') digits.push_back(letter);
    }
    return *Decimal::parse(digits);
  }

  SqlResult<Value> integer(const Value& value) const {
    const IntegerRange range = range_of(column_.type);
    const auto number = exact(value, "integer");
    if (!number) return number.error();
    if (column_.type.is_unsigned) {
      const auto whole = number->to_unsigned();
      if (!whole || *whole > range.most) return out_of_range();
      return Value(*whole);
    }
    const auto whole = number->to_integer();
    if (!whole || *whole < range.least ||
        (*whole > 0 && static_cast<std::uint64_t>(*whole) > range.most)) {
      return out_of_range();
    }
    return Value(*whole);
  }

  SqlResult<Value> decimal(const Value& value) const {
    const auto number = exact(value, "decimal");
    if (!number) return number.error();
    Decimal rounded = number->rounded(column_.type.scale);
    if (rounded.integer_digits() > column_.type.length - column_.type.scale) return out_of_range();
    if (column_.type.is_unsigned && rounded.is_negative()) return out_of_range();
    return Value(std::move(rounded));
  }

  SqlResult<Value> real(const Value& value) const {
    double number = 0;
    if (value.kind() == Kind::text || value.kind() == Kind::binary) {
      const std::string text = to_string(value);
      const auto checked = number_in(text, "double");
      if (!checked) return checked.error();
    }
    number = number_of(value);
    if (column_.type.is_unsigned && number < 0) return out_of_range();
    if (column_.type.kind == TypeKind::real_double) return Value(number);
    if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max()))
      return out_of_range();
    return Value(static_cast<float>(number));
  }

  SqlResult<Value> text(const Value& value) const {
    const ColumnType& type = column_.type;
    std::string bytes = to_string(value);
    const bool counts_characters =
        type.kind == TypeKind::character || type.kind == TypeKind::varchar;
    if (is_text(type.kind)) {
      if (auto fits = fits_character_set(bytes); !fits.ok()) return fits.error();
    }
    const std::size_t size = counts_characters ? character_count(bytes) : bytes.size();
    if (size > static_cast<std::size_t>(type.length)) {
      const std::size_t cut = counts_characters
                                  ? character_position(bytes, static_cast<std::size_t>(type.length))
                                  : static_cast<std::size_t>(type.length);
      const bool only_blanks =
          is_text(type.kind) && bytes.find_first_not_of(' ', cut) == std::string::npos;
      if (!only_blanks) {
        return SqlError::of(
            SqlErrorCode::data_too_long,
            format("Data too long for column '{}' at row {}", column_.name, place_.row_number));
      }
      bytes.resize(cut);
    }
    if (type.kind == TypeKind::character) bytes.resize(bytes.find_last_not_of(' ') + 1);
    if (type.kind == TypeKind::binary) bytes.resize(static_cast<std::size_t>(type.length), '\0');
    if (is_binary(type.kind)) return Value(Binary{std::move(bytes)});
    return Value(std::move(bytes));
  }

  /// Source: C-DB-40 (1366), C-DB-88, C-JSI-67.
  SqlStatus fits_character_set(const std::string& text) const {
    for (std::size_t i = 0; i < text.size();) {
      const auto lead = static_cast<unsigned char>(text[i]);
      const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      const bool broken = (lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || i + length > text.size();
      const bool outside = place_.character_set == "latin1" && lead > 0xc3;
      if (broken || outside) {
        constexpr std::size_t most_shown = 6;
        std::string shown;
        for (std::size_t j = i; j < text.size() && j < i + most_shown; ++j) {
          const auto byte = static_cast<unsigned char>(text[j]);
          shown += byte < 0x80 ? std::string(1, text[j]) : format("\\x{:02X}", byte);
        }
        if (text.size() > i + most_shown) shown += "...";
        return incorrect(SqlErrorCode::incorrect_value_for_column, "string", shown);
      }
      i += length;
    }
    return {};
  }

  SqlResult<Value> calendar(const Value& value) const {
    const ColumnType& type = column_.type;
    if (type.kind == TypeKind::time) return time(value);
    std::optional<DateTime> reading;
    if (const auto* stamp = value.as<DateTime>()) {
      reading = *stamp;
    } else if (const auto* date = value.as<Date>()) {
      reading = DateTime{date->is_zero() ? DateTime::zero : date->days * day, 0};
    } else {
      reading = parse_date_time(to_string(value));
    }
    const std::string_view what = type.kind == TypeKind::date ? "date" : "datetime";
    if (!reading) return incorrect(SqlErrorCode::incorrect_value, what, to_string(value));
    if (type.kind == TypeKind::date) return Value(reading->date());
    DateTime cut = reading->cut_to(type.scale);
    if (type.kind == TypeKind::timestamp && !cut.is_zero()) {
      cut.microseconds -= place_.zone_offset_seconds * second;
      constexpr std::int64_t last_second = INT32_MAX;
      if (cut.microseconds < second || cut.microseconds / second > last_second) {
        return incorrect(SqlErrorCode::incorrect_value, what, to_string(value));
      }
    }
    return Value(cut);
  }

  SqlResult<Value> time(const Value& value) const {
    if (const auto* span = value.as<Time>()) return Value(span->cut_to(column_.type.scale));
    if (const auto* stamp = value.as<DateTime>()) {
      const std::int64_t in_day = stamp->microseconds - stamp->date().days * day;
      return Value(Time{in_day, 6}.cut_to(column_.type.scale));
    }
    const std::string text = to_string(value);
    if (const auto span = parse_time(text)) return Value(span->cut_to(column_.type.scale));
    if (const auto stamp = parse_date_time(text)) return time(Value(*stamp));
    return incorrect(SqlErrorCode::incorrect_value, "time", text);
  }

  const Column& column_;
  const StorePlace& place_;
};

}  // namespace

SqlResult<Value> stored_value(const Value& value, const Column& column, const StorePlace& place) {
  if (value.is_null()) return value;
  return Store(column, place).of(value);
}

Value shown_value(const Value& stored, const ColumnType& type, std::int64_t zone_offset_seconds) {
  const auto* stamp = stored.as<DateTime>();
  if (type.kind != TypeKind::timestamp || stamp == nullptr || stamp->is_zero()) return stored;
  return Value(DateTime{stamp->microseconds + zone_offset_seconds * second, stamp->digits});
}

SqlResult<Value> cast(const Value& value, const ColumnType& type) {
  if (value.is_null()) return value;
  if (type.kind == TypeKind::varchar || type.kind == TypeKind::character) {
    std::string text = to_string(value);
    const auto length = type.length < 0 ? text.size() : static_cast<std::size_t>(type.length);
    text.resize(character_position(text, length));
    return Value(std::move(text));
  }
  if (type.kind == TypeKind::bigint) {
    const double number = number_of(value);
    if (const auto* whole = value.as<std::int64_t>()) {
      return type.is_unsigned ? Value(static_cast<std::uint64_t>(*whole)) : value;
    }
    if (const auto* whole = value.as<std::uint64_t>()) {
      return type.is_unsigned ? value : Value(static_cast<std::int64_t>(*whole));
    }
    if (const auto* decimal = value.as<Decimal>()) {
      if (!type.is_unsigned)
        return Value(
            decimal->to_integer().value_or(decimal->is_negative() ? INT64_MIN : INT64_MAX));
      return Value(decimal->to_unsigned().value_or(decimal->is_negative() ? 0 : UINT64_MAX));
    }
    const double whole = value.kind() == Kind::text ? std::trunc(number) : std::round(number);
    constexpr double limit = 9.2e18;
    const double bounded = whole > limit ? limit : whole < -limit ? -limit : whole;
    const auto integer = static_cast<std::int64_t>(bounded);
    return type.is_unsigned ? Value(static_cast<std::uint64_t>(integer)) : Value(integer);
  }
  Column column{.name = "cast", .type = type};
  auto converted = stored_value(value, column, {});
  if (!converted) return Value::null();
  return converted;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (const char letter : text)
    count += (static_cast<unsigned char>(letter) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

std::size_t character_position(std::string_view text, std::size_t count) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
    if (seen++ == count) return i;
  }
  return text.size();
}

IntegerRange range_of(const ColumnType& type) {
  int bits = 64;
  if (type.kind == TypeKind::tinyint) bits = 8;
  if (type.kind == TypeKind::smallint) bits = 16;
  if (type.kind == TypeKind::mediumint) bits = 24;
  if (type.kind == TypeKind::integer) bits = 32;
  if (type.is_unsigned) return {0, bits == 64 ? UINT64_MAX : (std::uint64_t{1} << bits) - 1};
  const auto most = (std::uint64_t{1} << (bits - 1)) - 1;
  return {-static_cast<std::int64_t>(most) - 1, most};
}

}  // namespace logquake::database
