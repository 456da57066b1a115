// Turns values into what a column or a cast can hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/database/schema.h"
#include "models/database/sql_error.h"
#include "models/database/value.h"

namespace logquake::database {

/// Where a value is stored, for the texts of errors and for zones and character sets.
struct StorePlace {
  std::string_view database;
  std::string_view table;
  std::size_t row_number = 1;
  std::int64_t zone_offset_seconds = 0;  // TIMESTAMPs are kept in UTC (C-DB-57)
  std::string_view character_set = "utf8mb4";
};

/// The value as the column keeps it, under strict mode. NULL passes: whether it may is not asked
/// here. Errors: 1264, 1265, 1292, 1366, 1406. Source: C-DB-40, 41, 57.
SqlResult<Value> stored_value(const Value& value, const Column& column, const StorePlace& place);

/// A TIMESTAMP kept in UTC as the session sees it; others unchanged.
Value shown_value(const Value& stored, const ColumnType& type, std::int64_t zone_offset_seconds);

/// CAST: what does not fit is cut or NULL, never an error.
SqlResult<Value> cast(const Value& value, const ColumnType& type);

/// Characters of a UTF-8 text.
std::size_t character_count(std::string_view text);
/// The byte at which the character number `count` begins, or the text's size.
std::size_t character_position(std::string_view text, std::size_t count);

/// The least and the most an integer type holds.
struct IntegerRange {
  std::int64_t least = 0;
  std::uint64_t most = 0;
};
IntegerRange range_of(const ColumnType& type);

}  // namespace logquake::database
