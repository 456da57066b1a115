// Dates and times of day without a clock: between SQL's text and milliseconds since the Unix epoch,
// UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logquake::connect {

/// A proleptic Gregorian date and a time of day.
struct CivilTime {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanos = 0;  // of the second
  auto operator<=>(const CivilTime&) const = default;
};

/// Days since 1970-01-01.
std::int64_t days_of(int year, int month, int day);
CivilTime civil_of_milliseconds(std::int64_t milliseconds);
/// Fractions below a millisecond are cut.
std::int64_t milliseconds_of(const CivilTime& time);
/// "2024-07-04", "2024-07-04 03:33:58", "2024-07-04 03:33:58.123456"; nothing for other text.
std::optional<CivilTime> parse_civil(std::string_view text);
/// "2024-07-04 03:33:58.000": with `digits` of the fraction, none for 0.
std::string date_time_text(const CivilTime& time, int digits);
/// "2024-07-04".
std::string date_text(const CivilTime& time);
/// As java.util.Date prints it in UTC: "Thu Jul 04 03:33:58 UTC 2024".
std::string java_date_text(std::int64_t milliseconds);

}  // namespace logquake::connect
