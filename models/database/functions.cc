#include "models/database/functions.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/database/conversion.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

using Kind = Value::Kind;
using Arguments = std::span<const Value>;
constexpr std::int64_t second = 1'000'000;

enum class Function : std::uint8_t {
  abs,
  coalesce,
  concat,
  connection_id,
  current_date,
  current_time,
  database,
  char_length,
  greatest,
  if_then,
  ifnull,
  last_insert_id,
  least,
  length,
  lower,
  now,
  nullif,
  substring,
  sysdate,
  timestampadd,
  trim,
  unix_timestamp,
  upper,
  user,
  utc_timestamp,
  version,
};
struct FunctionName {
  std::string_view name;
  Function function;
  std::uint32_t least;
  std::uint32_t most;
};
constexpr std::uint32_t any = 1'000'000;
constexpr std::array function_names{
    FunctionName{"ABS", Function::abs, 1, 1},
    FunctionName{"CHAR_LENGTH", Function::char_length, 1, 1},
    FunctionName{"CHARACTER_LENGTH", Function::char_length, 1, 1},
    FunctionName{"COALESCE", Function::coalesce, 1, any},
    FunctionName{"CONCAT", Function::concat, 1, any},
    FunctionName{"CONNECTION_ID", Function::connection_id, 0, 0},
    FunctionName{"CURDATE", Function::current_date, 0, 0},
    FunctionName{"CURRENT_DATE", Function::current_date, 0, 0},
    FunctionName{"CURRENT_TIME", Function::current_time, 0, 1},
    FunctionName{"CURRENT_TIMESTAMP", Function::now, 0, 1},
    FunctionName{"CURRENT_USER", Function::user, 0, 0},
    FunctionName{"CURTIME", Function::current_time, 0, 1},
    FunctionName{"DATABASE", Function::database, 0, 0},
    FunctionName{"GREATEST", Function::greatest, 2, any},
    FunctionName{"IF", Function::if_then, 3, 3},
    FunctionName{"IFNULL", Function::ifnull, 2, 2},
    FunctionName{"LAST_INSERT_ID", Function::last_insert_id, 0, 0},
    FunctionName{"LCASE", Function::lower, 1, 1},
    FunctionName{"LEAST", Function::least, 2, any},
    FunctionName{"LENGTH", Function::length, 1, 1},
    FunctionName{"LOCALTIME", Function::now, 0, 1},
    FunctionName{"LOCALTIMESTAMP", Function::now, 0, 1},
    FunctionName{"LOWER", Function::lower, 1, 1},
    FunctionName{"NOW", Function::now, 0, 1},
    FunctionName{"NULLIF", Function::nullif, 2, 2},
    FunctionName{"NVL", Function::ifnull, 2, 2},
    FunctionName{"SCHEMA", Function::database, 0, 0},
    FunctionName{"SUBSTR", Function::substring, 2, 3},
    FunctionName{"SUBSTRING", Function::substring, 2, 3},
    FunctionName{"SYSDATE", Function::sysdate, 0, 1},
    FunctionName{"TIMESTAMPADD", Function::timestampadd, 2, 2},
    FunctionName{"TRIM", Function::trim, 1, 1},
    FunctionName{"UCASE", Function::upper, 1, 1},
    FunctionName{"UNIX_TIMESTAMP", Function::unix_timestamp, 0, 0},
    FunctionName{"UPPER", Function::upper, 1, 1},
    FunctionName{"USER", Function::user, 0, 0},
    FunctionName{"UTC_TIMESTAMP", Function::utc_timestamp, 0, 1},
    FunctionName{"VERSION", Function::version, 0, 0},
};

const FunctionName* find_function(std::string_view name) {
  for (const auto& known : function_names) {
    if (same_name(known.name, name)) return &known;
  }
  return nullptr;
}

bool any_null(Arguments arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const Value& value) { return value.is_null(); });
}

std::string with_case(std::string text, bool upper) {
  for (char& letter : text) {
    if (upper && letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    if (!upper && letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

SqlResult<int> digits_argument(Arguments arguments) {
  if (arguments.empty()) return 0;
  const auto* digits = arguments[0].as<std::int64_t>();
  if (digits == nullptr || *digits < 0 || *digits > 6) {
    return SqlError::of(
        SqlErrorCode::too_big_precision,
        format("Too big precision specified for 'current_timestamp'. Maximum is 6"));
  }
  return static_cast<int>(*digits);
}

SqlResult<Value> clock_reading(WallTime time, std::int64_t offset, Arguments arguments) {
  const auto digits = digits_argument(arguments);
  if (!digits) return digits.error();
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count() +
      offset * second;
  return Value(DateTime{microseconds, 6}.cut_to(*digits));
}

Value substring(Arguments arguments) {
  const std::string text = to_string(arguments[0]);
  const auto characters = static_cast<std::int64_t>(character_count(text));
  auto start = static_cast<std::int64_t>(number_of(arguments[1]));
  if (start < 0) start += characters + 1;
  if (start < 1 || start > characters) return Value(std::string());
  std::int64_t length = characters;
  if (arguments.size() == 3) length = static_cast<std::int64_t>(number_of(arguments[2]));
  if (length < 1) return Value(std::string());
  const auto begin = character_position(text, static_cast<std::size_t>(start - 1));
  const auto end =
      character_position(text, static_cast<std::size_t>(std::min(characters, start - 1 + length)));
  return Value(text.substr(begin, end - begin));
}

Value trimmed(const Value& value) {
  const std::string text = to_string(value);
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return Value(std::string());
  return Value(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

Value extreme(Arguments arguments, int direction) {
  if (any_null(arguments)) return Value::null();
  const Value* best = &arguments[0];
  for (const Value& value : arguments) {
    if (*compare(value, *best) * direction > 0) best = &value;
  }
  return *best;
}

std::optional<DateTime> reading_of(const Value& value) {
  if (const auto* stamp = value.as<DateTime>()) return *stamp;
  if (const auto* date = value.as<Date>()) return DateTime{date->days * 86'400 * second, 0};
  if (value.kind() == Kind::text) return parse_date_time(*value.as<std::string>());
  return std::nullopt;
}

/// Microseconds of a unit of fixed length; 0 for months and longer.
std::int64_t length_of(std::string_view unit) {
  if (same_name(unit, "MICROSECOND")) return 1;
  if (same_name(unit, "SECOND")) return second;
  if (same_name(unit, "MINUTE")) return 60 * second;
  if (same_name(unit, "HOUR")) return 3'600 * second;
  if (same_name(unit, "DAY")) return 86'400 * second;
  if (same_name(unit, "WEEK")) return 7 * 86'400 * second;
  return 0;
}
std::int32_t months_of(std::string_view unit) {
  return same_name(unit, "MONTH") ? 1 : same_name(unit, "QUARTER") ? 3 : 12;
}

}  // namespace

FunctionCheck check_function(std::string_view name, std::uint32_t arguments) {
  const FunctionName* found = find_function(name);
  if (found == nullptr) return {};
  return {.exists = true, .takes_so_many = arguments >= found->least && arguments <= found->most};
}

SqlResult<Value> call_function(const ExpressionNode& call, Arguments arguments,
                               const EvaluationContext& context) {
  const SessionView& session = *context.session;
  const Function function = find_function(call.name)->function;
  switch (function) {
    case Function::coalesce:
    case Function::ifnull:
      for (const Value& value : arguments) {
        if (!value.is_null()) return value;
      }
      return Value::null();
    case Function::if_then:
      return truth_of(arguments[0]).value_or(false) ? arguments[1] : arguments[2];
    case Function::nullif:
      return compare(arguments[0], arguments[1]) == 0 ? Value::null() : arguments[0];
    case Function::connection_id:
      return Value::integer(session.connection_id);
    case Function::database:
      return session.database.empty() ? Value::null() : Value(session.database);
    case Function::user:
      return Value(session.user);
    case Function::version:
      return Value::text("10.11.19-MariaDB-log");
    case Function::last_insert_id:
      return Value(session.last_insert_id);
    case Function::now:
      return clock_reading(session.statement_start, session.zone_offset_seconds, arguments);
    case Function::sysdate:
      return clock_reading(session.current_time, session.zone_offset_seconds, arguments);
    case Function::utc_timestamp:
      return clock_reading(session.statement_start, 0, arguments);
    case Function::current_date:
      return Value(date_time_of(session.statement_start, session.zone_offset_seconds).date());
    case Function::current_time: {
      const DateTime now = date_time_of(session.statement_start, session.zone_offset_seconds);
      return Value(Time{now.microseconds - now.date().days * 86'400 * second, 0});
    }
    case Function::unix_timestamp:
      return Value::integer(std::chrono::duration_cast<std::chrono::seconds>(
                                session.statement_start.time_since_epoch())
                                .count());
    case Function::greatest:
      return extreme(arguments, 1);
    case Function::least:
      return extreme(arguments, -1);
    default:
      break;
  }
  if (any_null(arguments)) return Value::null();
  switch (function) {
    case Function::abs:
      if (const auto* whole = arguments[0].as<std::int64_t>()) {
        if (*whole == INT64_MIN) {
          return SqlError::of(SqlErrorCode::bigint_out_of_range,
                              format("BIGINT value is out of range in 'abs({})'", *whole));
        }
        return Value(*whole < 0 ? -*whole : *whole);
      }
      if (const auto* exact = arguments[0].as<Decimal>()) {
        return exact->is_negative() ? Value(exact->negated()) : Value(*exact);
      }
      if (arguments[0].kind() == Kind::unsigned_integer) return arguments[0];
      return Value(std::abs(number_of(arguments[0])));
    case Function::concat: {
      std::string text;
      for (const Value& value : arguments) text += to_string(value);
      return Value(std::move(text));
    }
    case Function::length:
      return Value::integer(static_cast<std::int64_t>(to_string(arguments[0]).size()));
    case Function::char_length:
      return Value::integer(static_cast<std::int64_t>(character_count(to_string(arguments[0]))));
    case Function::lower:
      return Value(with_case(to_string(arguments[0]), false));
    case Function::upper:
      return Value(with_case(to_string(arguments[0]), true));
    case Function::substring:
      return substring(arguments);
    case Function::trim:
      return trimmed(arguments[0]);
    default:
      return add_interval(arguments[1], arguments[0], call.qualifier, false);  // TIMESTAMPADD
  }
}

ExpressionType function_type(const ExpressionNode& call,
                             std::span<const ExpressionType> arguments) {
  const FunctionName* found = find_function(call.name);
  const bool nullable =
      std::any_of(arguments.begin(), arguments.end(), [](const auto& a) { return a.is_nullable; });
  switch (found == nullptr ? Function::concat : found->function) {
    case Function::coalesce:
    case Function::ifnull: {
      ExpressionType type = arguments.back();
      for (const auto& argument : arguments) {
        if (argument.type.kind != TypeKind::null) type.type = argument.type;
      }
      type.is_nullable = std::all_of(arguments.begin(), arguments.end(),
                                     [](const auto& a) { return a.is_nullable; });
      return type;
    }
    case Function::if_then:
      return {arguments[1].type.kind == TypeKind::null ? arguments[2].type : arguments[1].type,
              arguments[1].is_nullable || arguments[2].is_nullable};
    case Function::abs:
    case Function::nullif:
    case Function::greatest:
    case Function::least:
      return {arguments[0].type, true};
    case Function::connection_id:
    case Function::last_insert_id:
    case Function::unix_timestamp:
    case Function::length:
    case Function::char_length:
      return {{.kind = TypeKind::bigint, .length = 20}, nullable};
    case Function::now:
    case Function::sysdate:
    case Function::utc_timestamp:
      return {{.kind = TypeKind::datetime}, false};
    case Function::timestampadd:
      return {{.kind = TypeKind::datetime}, true};
    case Function::current_date:
      return {{.kind = TypeKind::date}, false};
    case Function::current_time:
      return {{.kind = TypeKind::time}, false};
    default:
      return {{.kind = TypeKind::varchar, .length = 255}, nullable || arguments.empty()};
  }
}

Value add_interval(const Value& moment, const Value& amount, std::string_view unit,
                   bool backwards) {
  const auto reading = reading_of(moment);
  if (!reading || amount.is_null() || reading->is_zero()) return Value::null();
  const double given = number_of(amount);
  if (std::abs(given) > 1e15) return Value::null();
  const auto count = static_cast<std::int64_t>(std::llround(given)) * (backwards ? -1 : 1);
  const std::int64_t length = length_of(unit);
  DateTime sum = *reading;
  if (length > 0) {
    __extension__ using Wide = __int128;
    const Wide moved = Wide{sum.microseconds} + Wide{length} * count;
    if (moved > Wide{INT64_MAX} / 2 || moved < Wide{INT64_MIN} / 2) return Value::null();
    sum.microseconds = static_cast<std::int64_t>(moved);
    if (length < second) sum.digits = 6;
  } else {
    CivilDate date = civil_of(sum.date().days);
    const std::int64_t in_day = sum.microseconds - std::int64_t{sum.date().days} * 86'400 * second;
    const std::int64_t months = date.year * 12 + (date.month - 1) + count * months_of(unit);
    if (months < 0 || months >= 12 * 10'000) return Value::null();
    date.year = static_cast<std::int32_t>(months / 12);
    date.month = static_cast<std::int32_t>(months % 12) + 1;
    date.day = std::min(date.day, days_in_month(date.year, date.month));
    sum.microseconds = std::int64_t{days_of(date)} * 86'400 * second + in_day;
  }
  const CivilDate result = civil_of(sum.date().days);
  if (result.year < 0 || result.year > 9999) return Value::null();
  const auto* text = moment.as<std::string>();
  const bool is_day =
      moment.kind() == Kind::date ||
      (text != nullptr && text->find(':') == std::string::npos && text->size() <= 10);
  const bool whole_days = is_day && (length == 0 || length >= 86'400 * second);
  return whole_days ? Value(sum.date()) : Value(sum);
}

Value difference_in(const Value& from, const Value& to, std::string_view unit) {
  const auto begin = reading_of(from);
  const auto end = reading_of(to);
  if (!begin || !end || begin->is_zero() || end->is_zero()) return Value::null();
  const std::int64_t length = length_of(unit);
  if (length > 0) return Value((end->microseconds - begin->microseconds) / length);
  const bool backwards = end->microseconds < begin->microseconds;
  const DateTime low = backwards ? *end : *begin;
  const DateTime high = backwards ? *begin : *end;
  const CivilDate a = civil_of(low.date().days);
  const CivilDate b = civil_of(high.date().days);
  std::int64_t months = (b.year - a.year) * 12 + (b.month - a.month);
  const auto in_month = [](const DateTime& moment, const CivilDate& date) {
    return moment.microseconds -
           std::int64_t{moment.date().days - (date.day - 1)} * 86'400 * second;
  };
  if (in_month(high, b) < in_month(low, a)) --months;
  return Value((backwards ? -months : months) / months_of(unit));
}

bool matches_like(std::string_view text, std::string_view pattern) {
  // Greedy with one point to come back to, so that no pattern takes more than |text| * |pattern|
  // steps.
  const auto same = [](char a, char b) { return same_name({&a, 1}, {&b, 1}); };
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = p++;
      star_text = t;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '_') {
      ++p;
      t = t + character_position(text.substr(t), 1);
      continue;
    }
    const std::size_t letter = p + 1 < pattern.size() && pattern[p] == '\\' ? p + 1 : p;
    if (letter < pattern.size() && same(pattern[letter], text[t])) {
      p = letter + 1;
      ++t;
      continue;
    }
    if (star == std::string_view::npos) return false;
    p = star + 1;
    t = ++star_text;
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace logquake::database
