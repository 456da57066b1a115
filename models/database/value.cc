#include "models/database/value.h"

#include <charconv>

#include "sim/base/format.h"

namespace logquake::database {
namespace {

/// Lays out the shortest digits that read back as the same number, as the server does: with an
/// exponent when the point would stand more than 15 digits away. Source: MariaDB, my_gcvt().
std::string laid_out(std::string text) {
  constexpr int most_digits = 15;
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  int exponent = 0;
  if (const auto e = text.find('e'); e != std::string::npos) {
    const auto sign = text[e + 1] == '+' ? 1 : 0;
    std::from_chars(text.data() + e + 1 + sign, text.data() + text.size(), exponent);
    text.resize(e);
  }
  auto point = text.find('.');
  if (point == std::string::npos) point = text.size();
  std::string digits = text.substr(0, point) + (point < text.size() ? text.substr(point + 1) : "");
  int before_point = static_cast<int>(point) + exponent;
  const auto first = digits.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  digits.erase(0, first);
  before_point -= static_cast<int>(first);
  digits.resize(digits.find_last_not_of('0') + 1);
  const auto count = static_cast<int>(digits.size());
  std::string out;
  if (before_point > most_digits || before_point <= -most_digits) {
    out = digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + "e" +
          std::to_string(before_point - 1);
  } else if (before_point <= 0) {
    out = "0." + std::string(static_cast<std::size_t>(-before_point), '0') + digits;
  } else if (before_point >= count) {
    out = digits + std::string(static_cast<std::size_t>(before_point - count), '0');
  } else {
    out = digits.substr(0, static_cast<std::size_t>(before_point)) + "." +
          digits.substr(static_cast<std::size_t>(before_point));
  }
  return negative ? "-" + out : out;
}

std::string number_text(double value) { return laid_out(format("{}", value)); }
/// FLOAT is shown with six digits.
std::string number_text(float value) { return laid_out(format("{:.5e}", value)); }

}  // namespace

std::string to_string(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      return "NULL";
    case Value::Kind::integer:
      return std::to_string(*value.as<std::int64_t>());
    case Value::Kind::unsigned_integer:
      return std::to_string(*value.as<std::uint64_t>());
    case Value::Kind::decimal:
      return to_string(*value.as<Decimal>());
    case Value::Kind::real:
      return number_text(*value.as<double>());
    case Value::Kind::text:
      return *value.as<std::string>();
    case Value::Kind::binary:
      return value.as<Binary>()->bytes;
    case Value::Kind::date:
      return to_string(*value.as<Date>());
    case Value::Kind::time:
      return to_string(*value.as<Time>());
    case Value::Kind::date_time:
      return to_string(*value.as<DateTime>());
    case Value::Kind::single:
      return number_text(*value.as<float>());
  }
  return {};
}

}  // namespace logquake::database
