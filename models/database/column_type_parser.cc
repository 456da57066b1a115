// Column types as CREATE TABLE and CAST spell them.
#include <array>

#include "models/database/expression_parser.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

struct TypeName {
  std::string_view name;
  TypeKind kind;
  std::int64_t length;  // the usual one
};
// Display widths of integers are those of the signed type. Source: MariaDB, "Data Types".
constexpr std::array type_names{
    TypeName{"TINYINT", TypeKind::tinyint, 4},
    TypeName{"BOOL", TypeKind::tinyint, 1},
    TypeName{"BOOLEAN", TypeKind::tinyint, 1},
    TypeName{"SMALLINT", TypeKind::smallint, 6},
    TypeName{"MEDIUMINT", TypeKind::mediumint, 9},
    TypeName{"INT", TypeKind::integer, 11},
    TypeName{"INTEGER", TypeKind::integer, 11},
    TypeName{"BIGINT", TypeKind::bigint, 20},
    TypeName{"DECIMAL", TypeKind::decimal, 10},
    TypeName{"DEC", TypeKind::decimal, 10},
    TypeName{"NUMERIC", TypeKind::decimal, 10},
    TypeName{"FIXED", TypeKind::decimal, 10},
    TypeName{"FLOAT", TypeKind::real_float, 0},
    TypeName{"DOUBLE", TypeKind::real_double, 0},
    TypeName{"REAL", TypeKind::real_double, 0},
    TypeName{"CHAR", TypeKind::character, 1},
    TypeName{"CHARACTER", TypeKind::character, 1},
    TypeName{"VARCHAR", TypeKind::varchar, 0},
    TypeName{"TINYTEXT", TypeKind::tinytext, 255},
    TypeName{"TEXT", TypeKind::text, 65'535},
    TypeName{"MEDIUMTEXT", TypeKind::mediumtext, 16'777'215},
    TypeName{"LONGTEXT", TypeKind::longtext, 4'294'967'295},
    TypeName{"BINARY", TypeKind::binary, 1},
    TypeName{"VARBINARY", TypeKind::varbinary, 0},
    TypeName{"TINYBLOB", TypeKind::tinyblob, 255},
    TypeName{"BLOB", TypeKind::blob, 65'535},
    TypeName{"MEDIUMBLOB", TypeKind::mediumblob, 16'777'215},
    TypeName{"LONGBLOB", TypeKind::longblob, 4'294'967'295},
    TypeName{"DATE", TypeKind::date, 0},
    TypeName{"TIME", TypeKind::time, 0},
    TypeName{"DATETIME", TypeKind::datetime, 0},
    TypeName{"TIMESTAMP", TypeKind::timestamp, 0},
};
constexpr std::array<std::string_view, 7> left_out{"BIT",  "YEAR", "ENUM", "SET",
                                                   "JSON", "UUID", "POINT"};

bool failed_with(TokenStream& in, SqlErrorCode code, std::string message) {
  return in.fail(SqlError::of(code, std::move(message)));
}

/// "(10)" or "(10,2)"; absent ones leave the arguments as they are.
bool parse_sizes(TokenStream& in, std::uint64_t& length, std::uint64_t& scale, bool two) {
  if (!in.take_symbol("(")) return true;
  if (!in.expect_unsigned(length)) return false;
  if (two && in.take_symbol(",") && !in.expect_unsigned(scale)) return false;
  return in.expect_symbol(")");
}

bool apply_decimal_sizes(TokenStream& in, std::string_view column, ColumnType& type) {
  if (type.scale > Decimal::max_scale) {
    return failed_with(
        in, SqlErrorCode::too_big_scale,
        format("Too big scale specified for '{}'. Maximum is {}", column, Decimal::max_scale));
  }
  if (type.length > Decimal::max_digits) {
    return failed_with(
        in, SqlErrorCode::too_big_precision,
        format("Too big precision specified for '{}'. Maximum is {}", column, Decimal::max_digits));
  }
  if (type.length < type.scale) {
    return failed_with(
        in, SqlErrorCode::too_big_fraction,
        format("For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '{}')",
               column));
  }
  return true;
}

bool apply_sizes(TokenStream& in, std::string_view column, ColumnType& type, bool length_given) {
  constexpr std::int64_t most_text = 16'383;  // characters of utf8mb4 in the 65,532 bytes of a row
  constexpr std::int64_t most_char = 255;
  if (type.kind == TypeKind::decimal) return apply_decimal_sizes(in, column, type);
  if ((type.kind == TypeKind::varchar || type.kind == TypeKind::varbinary) && !length_given)
    return in.fail();
  if ((type.kind == TypeKind::varchar || type.kind == TypeKind::varbinary) &&
      type.length > most_text) {
    return failed_with(
        in, SqlErrorCode::too_big_column_length,
        format("Column length too big for column '{}' (max = {}); use BLOB or TEXT instead", column,
               most_text));
  }
  if ((type.kind == TypeKind::character || type.kind == TypeKind::binary) &&
      type.length > most_char) {
    return failed_with(
        in, SqlErrorCode::too_big_column_length,
        format("Column length too big for column '{}' (max = {}); use BLOB or TEXT instead", column,
               most_char));
  }
  if (is_temporal(type.kind) && type.scale > 6) {
    return failed_with(in, SqlErrorCode::too_big_precision,
                       format("Too big precision specified for '{}'. Maximum is 6", column));
  }
  if (is_integer(type.kind) && type.length > 255) {
    return failed_with(in, SqlErrorCode::too_big_display_width,
                       format("Display width out of range for '{}' (max = 255)", column));
  }
  return true;
}

}  // namespace

bool parse_column_type(TokenStream& in, std::string_view column, ColumnType& type) {
  const TypeName* found = nullptr;
  for (const auto& known : type_names) {
    if (in.peek_word(known.name)) found = &known;
  }
  if (found == nullptr) {
    for (const auto name : left_out) {
      if (in.peek_word(name)) return in.refuse(format("type {}", name));
    }
    return in.fail();
  }
  in.take();
  type = {.kind = found->kind, .length = found->length};
  if (type.kind == TypeKind::real_double) in.take_word("PRECISION");
  if (type.kind == TypeKind::character && in.take_word("VARYING"))
    type = {.kind = TypeKind::varchar};

  constexpr std::uint64_t not_given = UINT64_MAX;
  std::uint64_t length = not_given;
  std::uint64_t scale = not_given;
  const bool takes_size = found->name != "BOOL" && found->name != "BOOLEAN" &&
                          type.kind != TypeKind::date && !is_large(type.kind);
  const bool is_real = type.kind == TypeKind::real_float || type.kind == TypeKind::real_double;
  if (is_real && in.peek().is_symbol("(")) return in.refuse("float(M,D)");
  if (takes_size && !parse_sizes(in, length, scale, type.kind == TypeKind::decimal)) return false;
  if (length != not_given) {
    if (is_temporal(type.kind)) {
      type.scale = static_cast<int>(std::min<std::uint64_t>(length, 100));
    } else {
      type.length = static_cast<std::int64_t>(std::min<std::uint64_t>(length, INT32_MAX));
    }
  }
  if (scale != not_given) type.scale = static_cast<int>(std::min<std::uint64_t>(scale, 1000));
  const bool is_number = is_integer(type.kind) || is_real || type.kind == TypeKind::decimal;
  while (is_number) {
    if (in.take_word("UNSIGNED")) {
      const bool usual_length = length == not_given && is_integer(type.kind) &&
                                type.kind != TypeKind::bigint && takes_size && !type.is_unsigned;
      if (usual_length) --type.length;  // no room for a sign: int(10) unsigned
      type.is_unsigned = true;
    } else if (in.peek_word("ZEROFILL")) {
      return in.refuse("ZEROFILL");
    } else if (!in.take_word("SIGNED")) {
      break;
    }
  }
  return apply_sizes(in, column, type, length != not_given);
}

}  // namespace logquake::database
