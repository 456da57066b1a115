#include "models/database/column_type.h"

#include "sim/base/format.h"

namespace logquake::database {

std::string_view name_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::tinyint:
      return "tinyint";
    case TypeKind::smallint:
      return "smallint";
    case TypeKind::mediumint:
      return "mediumint";
    case TypeKind::integer:
      return "int";
    case TypeKind::bigint:
      return "bigint";
    case TypeKind::decimal:
      return "decimal";
    case TypeKind::real_float:
      return "float";
    case TypeKind::real_double:
      return "double";
    case TypeKind::character:
      return "char";
    case TypeKind::varchar:
      return "varchar";
    case TypeKind::tinytext:
      return "tinytext";
    case TypeKind::text:
      return "text";
    case TypeKind::mediumtext:
      return "mediumtext";
    case TypeKind::longtext:
      return "longtext";
    case TypeKind::binary:
      return "binary";
    case TypeKind::varbinary:
      return "varbinary";
    case TypeKind::tinyblob:
      return "tinyblob";
    case TypeKind::blob:
      return "blob";
    case TypeKind::mediumblob:
      return "mediumblob";
    case TypeKind::longblob:
      return "longblob";
    case TypeKind::date:
      return "date";
    case TypeKind::time:
      return "time";
    case TypeKind::datetime:
      return "datetime";
    case TypeKind::timestamp:
      return "timestamp";
    case TypeKind::null:
      return "null";
  }
  return {};
}

bool is_integer(TypeKind kind) { return kind <= TypeKind::bigint; }
bool is_text(TypeKind kind) { return kind >= TypeKind::character && kind <= TypeKind::longtext; }
bool is_binary(TypeKind kind) { return kind >= TypeKind::binary && kind <= TypeKind::longblob; }
bool is_large(TypeKind kind) {
  return (kind >= TypeKind::tinytext && kind <= TypeKind::longtext) ||
         (kind >= TypeKind::tinyblob && kind <= TypeKind::longblob);
}
bool is_temporal(TypeKind kind) { return kind >= TypeKind::date && kind <= TypeKind::timestamp; }

std::string to_string(const ColumnType& type) {
  std::string text(name_of(type.kind));
  const bool has_length = is_integer(type.kind) ||
                          ((is_text(type.kind) || is_binary(type.kind)) && !is_large(type.kind));
  if (has_length) {
    text += format("({})", type.length);
  } else if (type.kind == TypeKind::decimal) {
    text += format("({},{})", type.length, type.scale);
  } else if (is_temporal(type.kind) && type.scale > 0) {
    text += format("({})", type.scale);
  }
  if (type.is_unsigned) text += " unsigned";
  return text;
}

}  // namespace logquake::database
