#include "models/database/sql_error.h"

#include "sim/base/format.h"

namespace logquake::database {

std::string_view sqlstate_of(SqlErrorCode code) {
  using enum SqlErrorCode;
  switch (code) {
    case data_truncated:
    case division_by_zero:
      return code == data_truncated ? "01000" : "22012";
    case cannot_connect:
      return "08000";
    case server_gone:
    case server_lost:
      return "08S01";
    case wrong_parameter_count:
      return "07004";
    case column_count_mismatch:
      return "21S01";
    case autoincrement_exhausted:
    case out_of_range:
    case bigint_out_of_range:
    case numeric_out_of_range:
      return "22003";
    case data_too_long:
      return "22001";
    case incorrect_value:
    case incorrect_value_for_column:
      return "22007";
    case cannot_be_null:
    case duplicate_entry:
    case ambiguous_column:
      return "23000";
    case cannot_start_transaction_readonly:
      return "25006";
    case access_denied:
      return "28000";
    case no_database_selected:
      return "3D000";
    case deadlock:
      return "40001";
    case table_exists:
      return "42S01";
    case unknown_table:
    case table_missing:
      return "42S02";
    case duplicate_column_name:
      return "42S21";
    case unknown_column:
      return "42S22";
    case access_denied_to_database:
    case unknown_database:
    case duplicate_key_name:
    case wrong_column_specifier:
    case syntax_error:
    case empty_query:
    case invalid_default:
    case multiple_primary_keys:
    case key_column_missing:
    case too_big_column_length:
    case wrong_auto_column:
    case cannot_drop:
    case column_specified_twice:
    case no_columns:
    case mix_of_group_columns:
    case blob_key_without_length:
    case primary_key_nullable:
    case wrong_value_for_variable:
    case not_supported_yet:
    case function_missing:
    case too_big_scale:
    case too_big_precision:
    case too_big_fraction:
    case too_big_display_width:
    case incorrect_parameter_count:
      return "42000";
    default:
      return "HY000";
  }
}

SqlError SqlError::of(Code code, std::string message) {
  return {.code = code, .sqlstate = std::string(sqlstate_of(code)), .message = std::move(message)};
}

std::string to_string(const SqlError& error) {
  return format("ERROR {} ({}): {}", error.number(), error.sqlstate, error.message);
}

}  // namespace logquake::database
