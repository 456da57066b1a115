// What a MariaDB server answers when a statement fails: a number, an SQLSTATE and a text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace logquake::database {

/// Numbers of MariaDB 10.11 (and of its client, from 2000) that this model answers with. Source:
/// C-DB-40, 6, 37.
enum class SqlErrorCode : std::uint16_t {
  none = 0,
  autoincrement_exhausted = 167,
  database_exists = 1007,
  cannot_drop_database = 1008,
  cannot_start_transaction_readonly = 1792,
  access_denied_to_database = 1044,
  access_denied = 1045,
  no_database_selected = 1046,
  cannot_be_null = 1048,
  unknown_database = 1049,
  table_exists = 1050,
  unknown_table = 1051,
  ambiguous_column = 1052,
  unknown_column = 1054,
  mix_of_group_columns = 1140,
  duplicate_column_name = 1060,
  duplicate_key_name = 1061,
  duplicate_entry = 1062,
  wrong_column_specifier = 1063,
  syntax_error = 1064,
  empty_query = 1065,
  invalid_default = 1067,
  multiple_primary_keys = 1068,
  key_column_missing = 1072,
  too_big_column_length = 1074,
  wrong_auto_column = 1075,
  cannot_drop = 1091,
  column_specified_twice = 1110,
  invalid_use_of_group_function = 1111,
  no_columns = 1113,
  column_count_mismatch = 1136,
  table_missing = 1146,
  blob_key_without_length = 1170,
  primary_key_nullable = 1171,
  unknown_system_variable = 1193,
  lock_wait_timeout = 1205,
  wrong_arguments = 1210,
  deadlock = 1213,
  wrong_value_for_variable = 1231,
  not_supported_yet = 1235,
  out_of_range = 1264,
  data_truncated = 1265,
  incorrect_value = 1292,
  function_missing = 1305,
  no_default = 1364,
  division_by_zero = 1365,
  incorrect_value_for_column = 1366,
  data_too_long = 1406,
  table_definition_changed = 1412,
  too_big_scale = 1425,
  too_big_precision = 1426,
  too_big_fraction = 1427,
  stack_overrun = 1436,
  too_big_display_width = 1439,
  incorrect_parameter_count = 1582,
  bigint_out_of_range = 1690,
  numeric_out_of_range = 1916,
  cannot_connect = 2003,
  server_gone = 2006,
  server_lost = 2013,
  wrong_parameter_count = 2031,
};

/// "42S02" for 1146, "HY000" where the server has nothing better.
std::string_view sqlstate_of(SqlErrorCode code);

/// A failed statement, or a lost connection as a JDBC driver reports it (SQLSTATE class 08).
struct SqlError {
  using Code = SqlErrorCode;

  Code code{};
  std::string sqlstate;
  std::string message;
  // Where in the statement, from 1; set by syntax errors only. Not part of the answer to a client.
  int line = 0;
  int column = 0;

  /// An error with the SQLSTATE that belongs to the code.
  static SqlError of(Code code, std::string message);
  int number() const { return static_cast<int>(code); }
  /// Whether the connection is of no use any more (SQLSTATE class 08).
  bool is_connection_loss() const { return sqlstate.starts_with("08"); }
  bool operator==(const SqlError&) const = default;

  template <class Io>
  void io(Io& io) {
    io("code", code);
    io("sqlstate", sqlstate);
    io("message", message);
  }
};
/// "ERROR 1146 (42S02): Table 'db.t' doesn't exist", as the command-line client prints it.
std::string to_string(const SqlError& error);

template <class T>
using SqlResult = Result<T, SqlError>;
using SqlStatus = Result<void, SqlError>;

}  // namespace logquake::database
