// JSON as Connect reads and writes it: members keep their order, no white space is written. A value
// of its own, so that the parsing library stays behind one .cc file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/connect/error.h"

namespace logquake::connect {

struct JsonMember;

/// A JSON value. Objects keep the order of their members; of a repeated name the last value counts,
/// at the place of the first, as Jackson does.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<JsonMember>;

  // Defined below: a member is only complete after this class.
  Json();
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();
  Json(std::nullptr_t);          // NOLINT(google-explicit-constructor)
  Json(bool value);              // NOLINT(google-explicit-constructor)
  Json(int value);               // NOLINT(google-explicit-constructor)
  Json(std::int64_t value);      // NOLINT(google-explicit-constructor)
  Json(double value);            // NOLINT(google-explicit-constructor)
  Json(const char* value);       // NOLINT(google-explicit-constructor)
  Json(std::string_view value);  // NOLINT(google-explicit-constructor)
  Json(std::string value);       // NOLINT(google-explicit-constructor)
  Json(Array value);             // NOLINT(google-explicit-constructor)
  Json(Object value);            // NOLINT(google-explicit-constructor)

  bool is_null() const { return value_.index() == 0; }
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  const double* number() const { return std::get_if<double>(&value_); }
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  Array* array() { return std::get_if<Array>(&value_); }
  Object* object() { return std::get_if<Object>(&value_); }

  /// The member's value, or null where this is no object or has no such member.
  const Json* find(std::string_view name) const;
  /// Sets a member, in place if it is there. This must be an object (or null, which becomes one).
  void set(std::string_view name, Json value);

  /// "object", "string", "number" ... for messages.
  std::string_view kind() const;

  friend bool operator==(const Json& left, const Json& right);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

struct JsonMember {
  std::string name;
  Json value;
  friend bool operator==(const JsonMember&, const JsonMember&) = default;
};

/// Where reading stopped, one-based, and why.
struct JsonError {
  enum class Code : std::uint8_t { syntax, too_deep, too_long };
  Code code{};
  std::string message;
  int line = 1;
  int column = 1;
};
/// "line 2, column 7: unexpected ']'; expected string literal".
std::string to_string(const JsonError& error);

/// Nesting and length that parse_json accepts; chosen: far above any connector's, far below a
/// fiber's stack.
inline constexpr int max_json_depth = 64;
inline constexpr std::size_t max_json_bytes = 16U << 20U;

/// Reads one JSON document. Errors: where and why it is none.
logquake::Result<Json, JsonError> parse_json(std::string_view text);

/// One line without white space, member order kept, numbers as Java prints them.
std::string to_json_text(const Json& value);
/// Appends `text` as a JSON string literal, escaped as Jackson does.
void append_json_string(std::string& out, std::string_view text);
/// As java.lang.Double.toString: "1.0", "1.0E10".
std::string double_text(double value);

}  // namespace logquake::connect
