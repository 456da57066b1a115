#include "models/database/script.h"

#include <algorithm>

#include "models/database/conversion.h"
#include "models/database/parser.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

/// Line and column, from 1, of a place in a text.
std::pair<int, int> place_in(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto newline = before.rfind('\n');
  const auto column = offset - (newline == std::string_view::npos ? 0 : newline + 1);
  return {line, static_cast<int>(column) + 1};
}

SqlError placed(SqlError error, const InitialDatabase& database, const ScriptPart& part) {
  const auto [line, column] = place_in(database.sql, part.offset);
  const bool inside = error.line > 0;
  error.column = inside && error.line == 1 ? column + error.column - 1
                 : inside                  ? error.column
                                           : column;
  error.line = inside ? line + error.line - 1 : line;
  error.message = format("database {}: {}", database.name, error.message);
  return error;
}

std::string table_of(const ResultSet& result) {
  std::vector<std::size_t> widths;
  for (const ResultColumn& column : result.columns) {
    const std::size_t for_null = column.is_nullable ? 4 : 0;  // the client makes room for NULL
    widths.push_back(std::max(for_null, character_count(column.label)));
  }
  for (const Row& row : result.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], character_count(to_string(row[i])));
    }
  }
  std::string line = "+";
  for (const std::size_t width : widths) line += std::string(width + 2, '-') + "+";
  const auto cell = [](const std::string& text, std::size_t width, bool right) {
    const std::string blanks(width - character_count(text), ' ');
    return " " + (right ? blanks + text : text + blanks) + " |";
  };
  std::string out = line + "\n|";
  for (std::size_t i = 0; i < widths.size(); ++i)
    out += cell(result.columns[i].label, widths[i], false);
  out += "\n" + line + "\n";
  for (const Row& row : result.rows) {
    out += "|";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const TypeKind kind = result.columns[i].type.kind;
      const bool number = is_integer(kind) || kind == TypeKind::decimal ||
                          kind == TypeKind::real_float || kind == TypeKind::real_double;
      out += cell(to_string(row[i]), widths[i], number);
    }
    out += "\n";
  }
  return out + line + "\n";
}

}  // namespace

SqlStatus apply_initial(Engine& engine, const std::vector<InitialDatabase>& databases) {
  for (const InitialDatabase& database : databases) {
    Session session(engine, {.connection = 0, .database = {}});
    const auto created = session.execute("CREATE DATABASE " + quoted_name(database.name));
    if (!created) return placed(created.error(), database, {});
    const auto used = session.execute("USE " + quoted_name(database.name));
    if (!used) return placed(used.error(), database, {});
    for (const ScriptPart& part : split_script(database.sql)) {
      const auto answer = session.execute(part.sql);
      if (!answer) return placed(answer.error(), database, part);
    }
    const auto committed = session.execute("COMMIT");
    if (!committed) return placed(committed.error(), database, {});
  }
  return {};
}

SqlStatus check_initial(const std::vector<InitialDatabase>& databases, EngineSettings settings) {
  EngineCarrier carrier;
  carrier.now = [] { return WallTime{}; };
  Engine scratch(std::move(settings), std::move(carrier));
  return apply_initial(scratch, databases);
}

std::string printed(const SqlResult<ResultSet>& answer) {
  if (!answer) return to_string(answer.error()) + "\n";
  if (!answer->has_columns()) {
    return format("Query OK, {} row{} affected\n", answer->affected_rows,
                  answer->affected_rows == 1 ? "" : "s");
  }
  if (answer->rows.empty()) return "Empty set\n";
  return table_of(*answer);
}

std::string run_script(Engine& engine, std::string_view script, std::string_view database) {
  Session session(engine, {.connection = 1, .database = std::string(database)});
  std::string out;
  for (const ScriptPart& part : split_script(script)) {
    out += format("> {}\n", part.sql);
    out += printed(session.execute(part.sql));
  }
  return out;
}

}  // namespace logquake::database
