#include "models/database/parser.h"

#include <array>

#include "models/database/statement_parser.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

// What the real server would execute and this model does not.
constexpr std::array<std::string_view, 25> left_out{
    "ANALYZE", "CALL",    "CHANGE",   "CHECK",   "DEALLOCATE", "DESC",    "DESCRIBE",
    "DO",      "EXECUTE", "EXPLAIN",  "FLUSH",   "GRANT",      "HANDLER", "KILL",
    "LOAD",    "LOCK",    "OPTIMIZE", "PREPARE", "PURGE",      "RENAME",  "RESET",
    "REVOKE",  "STOP",    "WITH",     "XA"};

}  // namespace

std::string_view name_of(Isolation isolation) {
  switch (isolation) {
    case Isolation::read_uncommitted:
      return "READ-UNCOMMITTED";
    case Isolation::read_committed:
      return "READ-COMMITTED";
    case Isolation::repeatable_read:
      return "REPEATABLE-READ";
    case Isolation::serializable:
      return "SERIALIZABLE";
  }
  return {};
}

SqlResult<Statement> parse_statement(std::string_view sql, std::span<const Value> parameters) {
  return StatementParser(sql, parameters).parse();
}

SqlResult<Statement> StatementParser::parse() {
  if (in_.at_end()) return SqlError::of(SqlErrorCode::empty_query, "Query was empty");
  bool understood = statement();
  if (understood) {
    in_.take_symbol(";");
    if (in_.peek().kind != Token::Kind::end) understood = in_.fail();
  }
  if (!understood || in_.failed()) return in_.error();
  return std::move(result_);
}

bool StatementParser::statement() {
  if (in_.take_word("SELECT")) return select();
  if (in_.take_word("INSERT")) return insert(false);
  if (in_.take_word("REPLACE")) return insert(true);
  if (in_.take_word("UPDATE")) return update();
  if (in_.take_word("DELETE")) return remove();
  if (in_.take_word("CREATE")) return create();
  if (in_.take_word("ALTER")) return alter();
  if (in_.take_word("DROP")) return drop();
  if (in_.take_word("TRUNCATE")) return truncate();
  if (in_.take_word("SHOW")) return show();
  if (in_.take_word("SET")) return set();
  if (in_.take_word("BEGIN")) {
    in_.take_word("WORK");
    return done(Begin{});
  }
  if (in_.peek_word("START")) return begin();
  if (in_.take_word("COMMIT")) {
    in_.take_word("WORK");
    return done(Commit{});
  }
  if (in_.take_word("ROLLBACK")) return rollback();
  if (in_.take_word("SAVEPOINT")) {
    Savepoint savepoint;
    return in_.expect_name(savepoint.name) && done(std::move(savepoint));
  }
  if (in_.take_word("RELEASE")) {
    ReleaseSavepoint release;
    return in_.expect_word("SAVEPOINT") && in_.expect_name(release.name) &&
           done(std::move(release));
  }
  if (in_.take_word("USE")) {
    Use use;
    return in_.expect_name(use.database) && done(std::move(use));
  }
  if (in_.take_word("UNLOCK")) {
    if (!in_.take_word("TABLES") && !in_.expect_word("TABLE")) return false;
    return done(UnlockTables{});
  }
  for (const auto word : left_out) {
    if (in_.peek_word(word)) return refuse_here();
  }
  return in_.fail();
}

bool StatementParser::table_name(TableName& name) {
  if (!in_.expect_name(name.table)) return false;
  if (in_.take_symbol(".")) {
    name.database = std::move(name.table);
    name.table.clear();
    return in_.expect_name(name.table);
  }
  return true;
}

bool StatementParser::expression(Expression& value, std::vector<Aggregate>* aggregates) {
  return ExpressionParser(in_, aggregates).parse(value);
}

bool StatementParser::if_exists(bool& found, bool negated) {
  found = in_.take_word("IF");
  if (!found) return true;
  return (!negated || in_.expect_word("NOT")) && in_.expect_word("EXISTS");
}

std::vector<ScriptPart> split_script(std::string_view script) {
  std::vector<ScriptPart> parts;
  Lexer lexer(script);
  std::size_t begin = 0;
  std::size_t finish = 0;
  bool empty = true;
  while (true) {
    const Token token = lexer.next();
    const bool at_end = token.kind == Token::Kind::end;
    if (at_end || token.is_symbol(";")) {
      if (!empty) parts.push_back({script.substr(begin, finish - begin), begin});
      empty = true;
      if (at_end) return parts;
      continue;
    }
    if (empty) begin = token.begin;
    empty = false;
    finish = token.finish;
  }
}

}  // namespace logquake::database
