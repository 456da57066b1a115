// One SQL value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/database/date_time.h"
#include "models/database/decimal.h"

namespace logquake::database {

/// Bytes that are no text: BINARY, VARBINARY, BLOB.
struct Binary {
  std::string bytes;
  auto operator<=>(const Binary&) const = default;
};

/// NULL, a number, text, bytes or a calendar value. Equality here is identity of the stored value
/// ('a' differs from 'A'); SQL's own comparison is in expression.h.
class Value {
 public:
  enum class Kind : std::uint8_t {
    null,
    integer,           // std::int64_t: all signed integer types
    unsigned_integer,  // std::uint64_t: the unsigned ones
    decimal,
    real,  // double
    text,
    binary,
    date,
    time,
    date_time,  // DATETIME and TIMESTAMP, the latter in the session's zone
    single,     // float: FLOAT; DOUBLE and floating expressions are `real`
  };

  Value() = default;  // NULL
  explicit Value(std::int64_t value) : value_(value) {}
  explicit Value(std::uint64_t value) : value_(value) {}
  explicit Value(Decimal value) : value_(std::move(value)) {}
  explicit Value(double value) : value_(value) {}
  explicit Value(std::string value) : value_(std::move(value)) {}
  explicit Value(Binary value) : value_(std::move(value)) {}
  explicit Value(Date value) : value_(value) {}
  explicit Value(Time value) : value_(value) {}
  explicit Value(DateTime value) : value_(value) {}
  explicit Value(float value) : value_(value) {}
  static Value null() { return {}; }
  static Value integer(std::int64_t value) { return Value(value); }
  static Value text(std::string_view value) { return Value(std::string(value)); }
  static Value boolean(bool value) { return Value(std::int64_t{value ? 1 : 0}); }

  Kind kind() const { return static_cast<Kind>(value_.index()); }
  bool is_null() const { return value_.index() == 0; }

  /// The value as `T` (one of the types above), or null where it is of another kind.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&value_);
  }

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, std::int64_t, std::uint64_t, Decimal, double, std::string, Binary,
               Date, Time, DateTime, float>
      value_;
};

/// As the text protocol sends it and the command-line client prints it: "42", "2024-07-04
/// 03:33:58.000", "NULL".
std::string to_string(const Value& value);

using Row = std::vector<Value>;

}  // namespace logquake::database
