// How SQL compares and orders values.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/database/expression.h"

namespace logquake::database {
namespace {

using Kind = Value::Kind;

bool is_text_like(Kind kind) { return kind == Kind::text || kind == Kind::binary; }
bool is_calendar(Kind kind) {
  return kind == Kind::date || kind == Kind::date_time || kind == Kind::time;
}

template <class T>
int sign_of_difference(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

char folded(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

/// utf8mb4_general_ci and latin1_swedish_ci as far as ASCII goes; the shorter is padded with
/// blanks.
int compare_text(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto x = static_cast<unsigned char>(i < a.size() ? folded(a[i]) : ' ');
    const auto y = static_cast<unsigned char>(i < b.size() ? folded(b[i]) : ' ');
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

std::string_view bytes_of(const Value& value) {
  if (const auto* text = value.as<std::string>()) return *text;
  return value.as<Binary>()->bytes;
}

std::optional<Decimal> exact_number(const Value& value) {
  if (const auto* integer = value.as<std::int64_t>()) return Decimal::of(*integer);
  if (const auto* integer = value.as<std::uint64_t>()) return Decimal::of_unsigned(*integer);
  if (const auto* decimal = value.as<Decimal>()) return *decimal;
  return std::nullopt;
}

/// The reading a calendar value, or a text that spells one, stands for.
std::optional<DateTime> reading_of(const Value& value) {
  constexpr std::int64_t day = 86'400'000'000;
  if (const auto* stamp = value.as<DateTime>()) return *stamp;
  if (const auto* date = value.as<Date>()) {
    if (date->is_zero()) return DateTime{DateTime::zero, 0};
    return DateTime{date->days * day, 0};
  }
  if (is_text_like(value.kind())) return parse_date_time(bytes_of(value));
  return std::nullopt;
}

std::string digits_of(const std::string& text) {
  std::string digits;
  for (const char letter : text) {
    if ((letter >= '0' && letter <= '9') || letter == '.') digits.push_back(letter);
  }
  return digits;
}

int compare_calendar(const Value& a, const Value& b) {
  const bool times = a.kind() == Kind::time || b.kind() == Kind::time;
  if (!times) {
    const auto x = reading_of(a);
    const auto y = reading_of(b);
    if (x && y) return sign_of_difference(x->microseconds, y->microseconds);
  } else if (const auto* x = a.as<Time>()) {
    if (const auto* y = b.as<Time>()) return sign_of_difference(x->microseconds, y->microseconds);
    if (is_text_like(b.kind())) {
      if (const auto y = parse_time(bytes_of(b)))
        return sign_of_difference(x->microseconds, y->microseconds);
    }
  } else if (is_text_like(a.kind())) {
    return -compare_calendar(b, a);
  }
  return sign_of_difference(number_of(a), number_of(b));
}

}  // namespace

double number_of(const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      return 0;
    case Kind::integer:
      return static_cast<double>(*value.as<std::int64_t>());
    case Kind::unsigned_integer:
      return static_cast<double>(*value.as<std::uint64_t>());
    case Kind::real:
      return *value.as<double>();
    case Kind::single:
      return static_cast<double>(*value.as<float>());
    case Kind::date:
    case Kind::date_time:
    case Kind::time: {
      const std::string text = digits_of(to_string(value));
      double number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      const bool negative = value.kind() == Kind::time && value.as<Time>()->microseconds < 0;
      return negative ? -number : number;
    }
    case Kind::decimal:
    case Kind::text:
    case Kind::binary:
      break;
  }
  std::string text = to_string(value);
  const auto first = text.find_first_not_of(" \t\n\r");
  if (first == std::string::npos) return 0;
  const char* begin = text.data() + first + (text[first] == '+' ? 1 : 0);
  double number = 0;
  const auto read = std::from_chars(begin, text.data() + text.size(), number);
  return read.ec == std::errc() && std::isfinite(number) ? number : 0;
}

std::optional<bool> truth_of(const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (const auto* integer = value.as<std::int64_t>()) return *integer != 0;
  if (const auto* decimal = value.as<Decimal>()) return !decimal->is_zero();
  return number_of(value) != 0;
}

std::optional<int> compare(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return std::nullopt;
  const Kind x = a.kind();
  const Kind y = b.kind();
  if (x == Kind::integer && y == Kind::integer) {
    return sign_of_difference(*a.as<std::int64_t>(), *b.as<std::int64_t>());
  }
  if (is_text_like(x) && is_text_like(y)) {
    if (x == Kind::text && y == Kind::text) return compare_text(bytes_of(a), bytes_of(b));
    return sign_of_difference(bytes_of(a), bytes_of(b));
  }
  if (is_calendar(x) || is_calendar(y)) return compare_calendar(a, b);
  const auto left = exact_number(a);
  const auto right = exact_number(b);
  if (left && right) return sign_of_difference(*left, *right);
  return sign_of_difference(number_of(a), number_of(b));
}

int order_of(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return sign_of_difference(b.is_null(), a.is_null());
  return *compare(a, b);
}

}  // namespace logquake::database
