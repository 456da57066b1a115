#include "models/connect/civil_time.h"

#include <array>

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr std::int64_t day_milliseconds = 86'400'000;

struct Reader {
  std::string_view text;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text.empty() || text.front() < '0' || text.front() > '9') {
        ok = false;
        return 0;
      }
      value = value * 10 + (text.front() - '0');
      text.remove_prefix(1);
    }
    return value;
  }
  void expect(char c) {
    if (text.empty() || text.front() != c) {
      ok = false;
    } else {
      text.remove_prefix(1);
    }
  }
};

}  // namespace

// Source: H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
std::int64_t days_of(int year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilTime civil_of_milliseconds(std::int64_t milliseconds) {
  std::int64_t days = milliseconds / day_milliseconds;
  std::int64_t rest = milliseconds % day_milliseconds;
  if (rest < 0) {
    rest += day_milliseconds;
    --days;
  }
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  CivilTime time;
  time.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  time.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  time.year = static_cast<int>(year_of_era + era * 400 + (time.month <= 2 ? 1 : 0));
  time.hour = static_cast<int>(rest / 3'600'000);
  time.minute = static_cast<int>(rest / 60'000 % 60);
  time.second = static_cast<int>(rest / 1000 % 60);
  time.nanos = rest % 1000 * 1'000'000;
  return time;
}

std::int64_t milliseconds_of(const CivilTime& time) {
  return days_of(time.year, time.month, time.day) * day_milliseconds +
         ((time.hour * 60LL + time.minute) * 60 + time.second) * 1000 + time.nanos / 1'000'000;
}

std::optional<CivilTime> parse_civil(std::string_view text) {
  Reader in{text};
  CivilTime time;
  time.year = in.digits(4);
  in.expect('-');
  time.month = in.digits(2);
  in.expect('-');
  time.day = in.digits(2);
  if (in.ok && !in.text.empty()) {
    in.expect(in.text.front() == 'T' ? 'T' : ' ');
    time.hour = in.digits(2);
    in.expect(':');
    time.minute = in.digits(2);
    in.expect(':');
    time.second = in.digits(2);
  }
  if (in.ok && !in.text.empty()) {
    in.expect('.');
    std::int64_t unit = 100'000'000;
    while (in.ok && !in.text.empty() && unit > 0) {
      time.nanos += in.digits(1) * unit;
      unit /= 10;
    }
  }
  const bool in_range = time.month >= 1 && time.month <= 12 && time.day >= 1 && time.day <= 31 &&
                        time.hour <= 23 && time.minute <= 59 && time.second <= 59;
  if (!in.ok || !in.text.empty() || !in_range) return std::nullopt;
  return time;
}

std::string date_text(const CivilTime& time) {
  return format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
}

std::string date_time_text(const CivilTime& time, int digits) {
  std::string out =
      format("{} {:02}:{:02}:{:02}", date_text(time), time.hour, time.minute, time.second);
  if (digits > 0)
    out += "." + format("{:09}", time.nanos).substr(0, static_cast<std::size_t>(digits));
  return out;
}

std::string java_date_text(std::int64_t milliseconds) {
  constexpr std::array<std::string_view, 7> days = {"Thu", "Fri", "Sat", "Sun",
                                                    "Mon", "Tue", "Wed"};
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime time = civil_of_milliseconds(milliseconds);
  const std::int64_t weekday = (days_of(time.year, time.month, time.day) % 7 + 7) % 7;
  return format("{} {} {:02} {:02}:{:02}:{:02} UTC {}", days[static_cast<std::size_t>(weekday)],
                months[static_cast<std::size_t>(time.month - 1)], time.day, time.hour, time.minute,
                time.second, time.year);
}

}  // namespace logquake::connect
