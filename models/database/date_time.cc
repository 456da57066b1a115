#include "models/database/date_time.h"

#include <array>

#include "sim/base/format.h"

namespace logquake::database {
namespace {

constexpr std::int64_t second = 1'000'000;  // in microseconds
constexpr std::int64_t day = 86'400 * second;
constexpr std::array<std::int64_t, 7> unit_of_digits{1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};

std::int64_t floor_to(std::int64_t value, std::int64_t unit) {
  const std::int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

std::string fraction_text(std::int64_t microseconds, int digits) {
  if (digits == 0) return {};
  const auto unit = unit_of_digits[static_cast<std::size_t>(digits)];
  return format(".{:0{}}", microseconds % second / unit, digits);
}

/// Reads numbers off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return text_.empty(); }
  bool take(char letter) {
    if (text_.empty() || text_.front() != letter) return false;
    text_.remove_prefix(1);
    return true;
  }
  char take_any() {
    const char letter = text_.front();
    text_.remove_prefix(1);
    return letter;
  }
  bool at_digit() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }
  std::size_t digits_ahead() const {
    std::size_t count = 0;
    while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9') ++count;
    return count;
  }
  /// A number of 1 to `most` digits.
  std::optional<std::int32_t> number(int most) {
    std::int32_t value = 0;
    int count = 0;
    while (at_digit() && count < most) {
      value = value * 10 + (take_any() - '0');
      ++count;
    }
    if (count == 0) return std::nullopt;
    return value;
  }
  /// ".123456": up to six digits count, further ones are cut.
  std::int64_t fraction(std::int8_t& digits) {
    std::int64_t value = 0;
    digits = 0;
    while (at_digit()) {
      const char digit = take_any();
      if (digits < 6) {
        value = value * 10 + (digit - '0');
        ++digits;
      }
    }
    return value * unit_of_digits[static_cast<std::size_t>(digits)];
  }
  void skip_blanks() {
    while (take(' ')) {
    }
  }

 private:
  std::string_view text_;
};

}  // namespace

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int32_t days_of(const CivilDate& date) {
  const std::int32_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int32_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int32_t year_of_era = year - era * 400;
  const std::int32_t day_of_year =
      (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  const std::int32_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilDate civil_of(std::int32_t days) {
  const std::int32_t shifted = days + 719'468;
  const std::int32_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int32_t day_of_era = shifted - era * 146'097;
  const std::int32_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int32_t month_index = (5 * day_of_year + 2) / 153;
  const std::int32_t month = month_index < 10 ? month_index + 3 : month_index - 9;
  return {.year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
          .month = month,
          .day = day_of_year - (153 * month_index + 2) / 5 + 1};
}

std::int32_t days_in_month(std::int32_t year, std::int32_t month) {
  constexpr std::array<std::int32_t, 12> usual{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : usual[static_cast<std::size_t>(month - 1)];
}

DateTime DateTime::cut_to(int to) const {
  if (is_zero()) return {zero, static_cast<std::int8_t>(to)};
  return {floor_to(microseconds, unit_of_digits[static_cast<std::size_t>(to)]),
          static_cast<std::int8_t>(to)};
}

Date DateTime::date() const {
  if (is_zero()) return {Date::zero};
  return {static_cast<std::int32_t>(floor_to(microseconds, day) / day)};
}

Time Time::cut_to(int to) const {
  const auto unit = unit_of_digits[static_cast<std::size_t>(to)];
  return {microseconds / unit * unit, static_cast<std::int8_t>(to)};
}

std::string to_string(Date value) {
  if (value.is_zero()) return "0000-00-00";
  const CivilDate date = civil_of(value.days);
  return format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string to_string(const DateTime& value) {
  const std::int64_t in_day =
      value.is_zero() ? 0 : value.microseconds - floor_to(value.microseconds, day);
  const std::int64_t seconds = in_day / second;
  return format("{} {:02}:{:02}:{:02}{}", to_string(value.date()), seconds / 3600,
                seconds / 60 % 60, seconds % 60, fraction_text(in_day, value.digits));
}

std::string to_string(const Time& value) {
  const std::int64_t magnitude = value.microseconds < 0 ? -value.microseconds : value.microseconds;
  const std::int64_t seconds = magnitude / second;
  return format("{}{:02}:{:02}:{:02}{}", value.microseconds < 0 ? "-" : "", seconds / 3600,
                seconds / 60 % 60, seconds % 60, fraction_text(magnitude, value.digits));
}

std::optional<DateTime> parse_date_time(std::string_view text) {
  Scanner in(text);
  in.skip_blanks();
  const std::size_t run = in.digits_ahead();
  const bool packed = run == 14 || run == 8;  // 20240704033358, 20240704
  const bool short_year = run == 2;
  const auto year = in.number(4);
  if (!year || (!packed && !in.take('-') && !in.take('/') && !in.take('.'))) return std::nullopt;
  const auto month = in.number(2);
  if (!month || (!packed && !in.take('-') && !in.take('/') && !in.take('.'))) return std::nullopt;
  const auto day_of_month = in.number(2);
  if (!day_of_month) return std::nullopt;
  CivilDate date{*year, *month, *day_of_month};
  if (short_year) date.year += date.year < 70 ? 2000 : 1900;

  std::int64_t in_day = 0;
  std::int8_t digits = 0;
  if ((packed && run == 14) || in.take('T') || in.take(' ')) {
    in.skip_blanks();
    if (!in.at_end()) {
      const auto hour = in.number(2);
      if (!hour || *hour > 23) return std::nullopt;
      std::int32_t minute = 0;
      std::int32_t seconds = 0;
      if (packed || in.take(':')) {
        minute = in.number(2).value_or(99);
        if (packed || in.take(':')) seconds = in.number(2).value_or(99);
      }
      if (minute > 59 || seconds > 59) return std::nullopt;
      in_day = ((std::int64_t{*hour} * 60 + minute) * 60 + seconds) * second;
      if (in.take('.')) in_day += in.fraction(digits);
      in.skip_blanks();
    }
  }
  if (!in.at_end()) return std::nullopt;
  if (date.year == 0 && date.month == 0 && date.day == 0 && in_day == 0)
    return DateTime{DateTime::zero, digits};
  if (date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > days_in_month(date.year, date.month)) {
    return std::nullopt;
  }
  return DateTime{std::int64_t{days_of(date)} * day + in_day, digits};
}

std::optional<Time> parse_time(std::string_view text) {
  Scanner in(text);
  in.skip_blanks();
  const bool negative = in.take('-');
  const auto hours = in.number(3);
  if (!hours || *hours > 838) return std::nullopt;
  std::int32_t minutes = 0;
  std::int32_t seconds = 0;
  if (!in.take(':')) return std::nullopt;
  minutes = in.number(2).value_or(99);
  if (in.take(':')) seconds = in.number(2).value_or(99);
  std::int8_t digits = 0;
  std::int64_t fraction = 0;
  if (in.take('.')) fraction = in.fraction(digits);
  if (!in.at_end() || minutes > 59 || seconds > 59) return std::nullopt;
  const std::int64_t magnitude =
      ((std::int64_t{*hours} * 60 + minutes) * 60 + seconds) * second + fraction;
  return Time{negative ? -magnitude : magnitude, digits};
}

}  // namespace logquake::database
