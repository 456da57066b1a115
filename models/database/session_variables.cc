// SET and the variables it knows.
#include <array>

#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

struct Fixed {
  std::string_view name;
  std::string_view text;
  std::int64_t number = 0;
  bool is_number = false;
  bool may_be_set = false;  // to whatever: it changes nothing here
};
constexpr Fixed text_of(std::string_view name, std::string_view text, bool may_be_set = false) {
  return {.name = name, .text = text, .number = 0, .is_number = false, .may_be_set = may_be_set};
}
constexpr Fixed number_of(std::string_view name, std::int64_t number, bool may_be_set = false) {
  return {.name = name, .text = {}, .number = number, .is_number = true, .may_be_set = may_be_set};
}
constexpr std::string_view strict_mode =
    "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";

// What drivers read when they connect, with the values of MariaDB 10.11.
constexpr std::array fixed_variables{
    number_of("auto_increment_increment", 1),
    number_of("auto_increment_offset", 1),
    text_of("character_set_client", "utf8mb4", true),
    text_of("character_set_connection", "utf8mb4", true),
    text_of("character_set_results", "utf8mb4", true),
    text_of("character_set_server", "utf8mb4"),
    text_of("collation_connection", "utf8mb4_general_ci", true),
    text_of("collation_server", "utf8mb4_general_ci"),
    text_of("init_connect", ""),
    number_of("innodb_autoinc_lock_mode", 1),
    number_of("innodb_flush_log_at_trx_commit", 1),
    number_of("interactive_timeout", 28'800, true),
    text_of("license", "GPL"),
    number_of("lower_case_table_names", 0),
    number_of("max_allowed_packet", 16'777'216),
    number_of("net_read_timeout", 30, true),
    number_of("net_write_timeout", 60, true),
    number_of("performance_schema", 0),
    number_of("query_cache_size", 1'048'576),
    text_of("query_cache_type", "OFF"),
    text_of("sql_mode", strict_mode),
    text_of("system_time_zone", "UTC"),
    text_of("version", "10.11.19-MariaDB-log"),
    text_of("version_comment", "Debian 12"),
    number_of("wait_timeout", 28'800, true),
};
const Fixed* fixed_variable(std::string_view name) {
  for (const Fixed& fixed : fixed_variables) {
    if (same_name(fixed.name, name)) return &fixed;
  }
  return nullptr;
}

SqlError wrong_value(std::string_view name, const Value& value) {
  return SqlError::of(SqlErrorCode::wrong_value_for_variable,
                      format("Variable '{}' can't be set to the value of '{}'", name, value));
}

std::optional<bool> switch_of(const Value& value) {
  if (const auto* number = value.as<std::int64_t>()) {
    if (*number == 0 || *number == 1) return *number == 1;
    return std::nullopt;
  }
  const std::string text = to_string(value);
  if (same_name(text, "ON") || same_name(text, "TRUE")) return true;
  if (same_name(text, "OFF") || same_name(text, "FALSE")) return false;
  return std::nullopt;
}

std::optional<Isolation> isolation_of(const Value& value) {
  for (const auto isolation : {Isolation::read_uncommitted, Isolation::read_committed,
                               Isolation::repeatable_read, Isolation::serializable}) {
    if (same_name(name_of(isolation), to_string(value))) return isolation;
  }
  return std::nullopt;
}

/// "+09:00" in seconds; SYSTEM and UTC are 0, as the simulated machines run in UTC.
std::optional<std::int64_t> zone_offset_of(const std::string& zone) {
  if (same_name(zone, "SYSTEM") || same_name(zone, "UTC")) return 0;
  if (zone.size() < 5 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  const auto time = parse_time(zone.substr(1));
  constexpr std::int64_t second = 1'000'000;
  if (!time || time->microseconds > 14 * 3600 * second) return std::nullopt;
  return time->microseconds / second * (zone[0] == '-' ? -1 : 1);
}

/// A bare word is taken as its own text: SET tx_isolation = READ-COMMITTED is not, but SET
/// autocommit = off is.
Expression without_bare_word(const Expression& value) {
  if (!value.is_column()) return value;
  return Expression::of(Value(value.nodes[0].name));
}

}  // namespace

SqlResult<ResultSet> Session::set(const SetVariables& set) {
  for (const SetVariable& variable : set.variables) {
    if (auto status = set_variable(variable); !status.ok()) return status.error();
  }
  return ResultSet{};
}

SqlStatus Session::set_variable(const SetVariable& variable) {
  const std::string& name = variable.name;
  const Fixed* fixed = fixed_variable(name);
  const bool known = fixed != nullptr || this->variable(name).has_value();
  if (!known)
    return SqlError::of(SqlErrorCode::unknown_system_variable,
                        format("Unknown system variable '{}'", name));
  if (variable.global) {
    return SqlError::of(SqlErrorCode::not_supported_yet,
                        "This version of MariaDB doesn't yet support 'SET GLOBAL'");
  }
  const bool to_default = variable.value.empty();
  Value value;
  if (!to_default) {
    Expression expression = without_bare_word(variable.value);
    if (auto bound = bind(expression, scope(nullptr), "SET"); !bound.ok()) return bound;
    auto given = evaluate(expression, context());
    if (!given) return given.error();
    value = std::move(*given);
  }
  if (same_name(name, "autocommit")) {
    const auto on = to_default ? std::optional(true) : switch_of(value);
    if (!on) return wrong_value("autocommit", value);
    if (*on && !autocommit_) {
      if (auto status = commit_open(); !status.ok()) return status;
    }
    autocommit_ = *on;
    return {};
  }
  if (same_name(name, "tx_isolation")) {
    const auto isolation =
        to_default ? std::optional(engine_.settings().isolation) : isolation_of(value);
    if (!isolation) return wrong_value("tx_isolation", value);
    isolation_ = *isolation;
    return {};
  }
  if (same_name(name, "tx_read_only")) {
    const auto on = to_default ? std::optional(false) : switch_of(value);
    if (!on) return wrong_value("tx_read_only", value);
    read_only_ = *on;
    return {};
  }
  if (same_name(name, "time_zone")) {
    time_zone_ = to_default ? "SYSTEM" : to_string(value);
    const auto offset = zone_offset_of(time_zone_);
    if (!offset)
      return SqlError::of(SqlErrorCode{1298},
                          format("Unknown or incorrect time zone: '{}'", time_zone_));
    view_.zone_offset_seconds = *offset;
    return {};
  }
  if (same_name(name, "timestamp")) {
    fixed_time_.reset();
    const double seconds = to_default ? 0 : database::number_of(value);
    constexpr double last_second = 2'147'483'647;
    if (seconds < 0 || seconds > last_second) return wrong_value("timestamp", value);
    if (seconds > 0)
      fixed_time_ = WallTime(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
    return {};
  }
  if (same_name(name, "sql_mode") && !to_default) {
    // Only the default: the others would change what statements mean.
    const std::string mode = to_string(value);
    if (mode.find("STRICT_TRANS_TABLES") == std::string::npos) {
      return SqlError::of(
          SqlErrorCode::not_supported_yet,
          "This version of MariaDB doesn't yet support 'sql_mode without STRICT_TRANS_TABLES'");
    }
    return {};
  }
  const bool harmless = fixed != nullptr && (fixed->may_be_set || same_name(name, "sql_mode"));
  if (!harmless) {
    return SqlError::of(SqlErrorCode::not_supported_yet,
                        format("This version of MariaDB doesn't yet support 'SET {}'", name));
  }
  return {};
}

SqlResult<ResultSet> Session::set_transaction(const SetTransaction& set) {
  using Scope = SetTransaction::Scope;
  if (set.scope == Scope::global) {
    return SqlError::of(SqlErrorCode::not_supported_yet,
                        "This version of MariaDB doesn't yet support 'SET GLOBAL TRANSACTION'");
  }
  if (set.scope == Scope::session) {
    isolation_ = set.isolation.value_or(isolation_);
    read_only_ = set.read_only.value_or(read_only_);
    return ResultSet{};
  }
  if (transaction_ != nullptr || explicit_transaction_) {
    return SqlError{
        .code = SqlErrorCode{1568},
        .sqlstate = "25001",
        .message =
            "Transaction characteristics can't be changed while a transaction is in progress"};
  }
  if (set.isolation) next_isolation_ = set.isolation;
  if (set.read_only) next_read_only_ = set.read_only;
  return ResultSet{};
}

std::optional<Value> Session::variable(std::string_view name) const {
  const auto point = name.find('.');
  if (point != std::string_view::npos) name = name.substr(point + 1);
  if (same_name(name, "autocommit")) return Value::boolean(autocommit_);
  if (same_name(name, "tx_isolation")) return Value::text(name_of(isolation_));
  if (same_name(name, "tx_read_only")) return Value::boolean(read_only_);
  if (same_name(name, "time_zone")) return Value::text(time_zone_);
  if (same_name(name, "identity") || same_name(name, "last_insert_id"))
    return Value(view_.last_insert_id);
  if (same_name(name, "innodb_lock_wait_timeout")) {
    return Value::integer(std::chrono::duration_cast<std::chrono::seconds>(
                              engine_.settings().innodb_lock_wait_timeout)
                              .count());
  }
  if (same_name(name, "lock_wait_timeout")) {
    return Value::integer(
        std::chrono::duration_cast<std::chrono::seconds>(engine_.settings().lock_wait_timeout)
            .count());
  }
  if (same_name(name, "character_set_database"))
    return Value::text(engine_.settings().character_set);
  if (same_name(name, "timestamp")) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(view_.statement_start.time_since_epoch());
    return Value::integer(seconds.count());
  }
  if (same_name(name, "warning_count")) return Value::integer(warnings_);
  const Fixed* fixed = fixed_variable(name);
  if (fixed == nullptr) return std::nullopt;
  return fixed->is_number ? Value::integer(fixed->number) : Value::text(fixed->text);
}

}  // namespace logquake::database
