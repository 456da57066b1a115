// Column types of MariaDB.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace logquake::database {

enum class TypeKind : std::uint8_t {
  tinyint,
  smallint,
  mediumint,
  integer,
  bigint,
  decimal,
  real_float,
  real_double,
  character,
  varchar,
  tinytext,
  text,
  mediumtext,
  longtext,
  binary,
  varbinary,
  tinyblob,
  blob,
  mediumblob,
  longblob,
  date,
  time,
  datetime,
  timestamp,
  null,  // of the literal NULL only; no column has it
};
/// "int", "varchar", as information_schema.columns.data_type says.
std::string_view name_of(TypeKind kind);

bool is_integer(TypeKind kind);
/// CHAR, VARCHAR and the TEXT family.
bool is_text(TypeKind kind);
/// BINARY, VARBINARY and the BLOB family.
bool is_binary(TypeKind kind);
/// TEXT and BLOB families: no default, no key without a length.
bool is_large(TypeKind kind);
/// DATE, TIME, DATETIME, TIMESTAMP.
bool is_temporal(TypeKind kind);

/// A type with its attributes. Source: C-DB-85.
struct ColumnType {
  TypeKind kind = TypeKind::null;
  bool is_unsigned = false;
  /// Integers: the display width (BOOL is TINYINT(1)); DECIMAL: digits in all; CHAR and VARCHAR:
  /// characters; BINARY and VARBINARY: bytes; TEXT and BLOB families: the most bytes. 0 for the
  /// others.
  std::int64_t length = 0;
  /// DECIMAL: digits behind the point; TIME, DATETIME and TIMESTAMP: digits of the fraction.
  int scale = 0;

  bool operator==(const ColumnType&) const = default;

  template <class Io>
  void io(Io& io) {
    io("kind", kind);
    io("unsigned", is_unsigned);
    io("length", length);
    io("scale", scale);
  }
};
/// "int(10) unsigned", "varchar(20)", "datetime(3)", as SHOW CREATE TABLE prints it.
std::string to_string(const ColumnType& type);

}  // namespace logquake::database
