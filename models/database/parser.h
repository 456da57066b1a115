// From a statement's text to what it means.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/database/statement.h"
#include "models/database/value.h"

namespace logquake::database {

/// Parses one statement; each `?` takes the next of `parameters`. What MariaDB 10.11 knows and this
/// model leaves out is refused with 1235, what neither knows with 1064, as the server words it.
/// Source: C-DB-80 to 85.
SqlResult<Statement> parse_statement(std::string_view sql, std::span<const Value> parameters = {});

/// Cuts a script at the semicolons between its statements; quotes and comments are respected,
/// statements that are empty are left out.
struct ScriptPart {
  std::string_view sql;
  std::size_t offset = 0;  // of its first letter in the script
};
std::vector<ScriptPart> split_script(std::string_view script);

}  // namespace logquake::database
