// Calendar values without a zone, as DATE, TIME and DATETIME hold them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logquake::database {

/// A day: the number of days since 1970-01-01, or the zero date '0000-00-00'.
struct Date {
  static constexpr std::int32_t zero = INT32_MIN;
  std::int32_t days = 0;
  bool is_zero() const { return days == zero; }
  auto operator<=>(const Date&) const = default;
};

/// A wall-clock reading: microseconds since 1970-01-01 00:00:00 of the same wall clock, or the zero
/// date-time. `digits` of the fraction (0 to 6) are shown; they take no part in comparisons.
struct DateTime {
  static constexpr std::int64_t zero = INT64_MIN;
  std::int64_t microseconds = 0;
  std::int8_t digits = 0;
  bool is_zero() const { return microseconds == zero; }
  bool operator==(const DateTime& other) const { return microseconds == other.microseconds; }
  auto operator<=>(const DateTime& other) const { return microseconds <=> other.microseconds; }
  /// The same reading with `to` digits; further ones are cut, not rounded. Source: C-DB-57.
  DateTime cut_to(int to) const;
  Date date() const;
};

/// A time of day or a span, -838:59:59.999999 to 838:59:59.999999, in microseconds.
struct Time {
  std::int64_t microseconds = 0;
  std::int8_t digits = 0;
  bool operator==(const Time& other) const { return microseconds == other.microseconds; }
  auto operator<=>(const Time& other) const { return microseconds <=> other.microseconds; }
  Time cut_to(int to) const;
};

/// Year, month and day of a count of days; Gregorian throughout.
struct CivilDate {
  std::int32_t year = 1970;
  std::int32_t month = 1;
  std::int32_t day = 1;
};
CivilDate civil_of(std::int32_t days);
std::int32_t days_of(const CivilDate& date);
/// 28 to 31.
std::int32_t days_in_month(std::int32_t year, std::int32_t month);

/// "2024-07-04", "2024-07-04 03:33:58.000", "03:33:58".
std::string to_string(Date value);
std::string to_string(const DateTime& value);
std::string to_string(const Time& value);

/// Reads "2024-07-04 03:33:58.123456", "2024-07-04", "2024-7-4 3:3:58", "20240704033358", with 'T'
/// for the blank; nothing where it names no day of the calendar ('2024-02-30').
std::optional<DateTime> parse_date_time(std::string_view text);
/// Reads "03:33:58.1", "-838:59:59", "03:33".
std::optional<Time> parse_time(std::string_view text);

}  // namespace logquake::database
