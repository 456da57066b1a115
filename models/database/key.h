// Keys as text that sorts as the values do.
#pragma once

#include <string>
#include <vector>

#include "models/database/schema.h"
#include "models/database/value.h"

namespace logquake::database {

/// Appends a stored value so that comparing the bytes compares the values: NULL first, text without
/// regard to case and trailing blanks (C-DB-82).
void append_key(std::string& key, const Value& value, const ColumnType& type);

/// The key of a row over `columns`.
std::string key_of(const Row& row, const std::vector<std::size_t>& columns,
                   const TableSchema& schema);
/// Whether one of the key's columns is NULL: such keys never collide.
bool has_null(const Row& row, const std::vector<std::size_t>& columns);
/// "1-abc", as error 1062 and facts show a key.
std::string key_text(const Row& row, const std::vector<std::size_t>& columns);

/// A number of 8 bytes that sorts as it counts; keys of rows without a primary key.
std::string row_number_key(std::uint64_t number);

/// The least text that is greater than every text beginning with `prefix`; empty where there is
/// none.
std::string after_prefix(std::string prefix);

}  // namespace logquake::database
