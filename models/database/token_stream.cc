#include "models/database/token_stream.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/base/format.h"

namespace logquake::database {
namespace {

// In the order of the alphabet, so that it can be searched by halves.
constexpr std::array<std::string_view, 165> reserved{"ADD",
                                                     "ALL",
                                                     "ALTER",
                                                     "ANALYZE",
                                                     "AND",
                                                     "AS",
                                                     "ASC",
                                                     "ASENSITIVE",
                                                     "BEFORE",
                                                     "BETWEEN",
                                                     "BIGINT",
                                                     "BINARY",
                                                     "BLOB",
                                                     "BOTH",
                                                     "BY",
                                                     "CALL",
                                                     "CASCADE",
                                                     "CASE",
                                                     "CHANGE",
                                                     "CHAR",
                                                     "CHARACTER",
                                                     "CHECK",
                                                     "COLLATE",
                                                     "COLUMN",
                                                     "CONDITION",
                                                     "CONSTRAINT",
                                                     "CONTINUE",
                                                     "CONVERT",
                                                     "CREATE",
                                                     "CROSS",
                                                     "CURRENT_DATE",
                                                     "CURRENT_TIME",
                                                     "CURRENT_TIMESTAMP",
                                                     "CURRENT_USER",
                                                     "CURSOR",
                                                     "DATABASE",
                                                     "DATABASES",
                                                     "DEC",
                                                     "DECIMAL",
                                                     "DECLARE",
                                                     "DEFAULT",
                                                     "DELAYED",
                                                     "DELETE",
                                                     "DESC",
                                                     "DESCRIBE",
                                                     "DETERMINISTIC",
                                                     "DISTINCT",
                                                     "DISTINCTROW",
                                                     "DIV",
                                                     "DOUBLE",
                                                     "DROP",
                                                     "DUAL",
                                                     "EACH",
                                                     "ELSE",
                                                     "ELSEIF",
                                                     "ENCLOSED",
                                                     "ESCAPED",
                                                     "EXCEPT",
                                                     "EXISTS",
                                                     "EXIT",
                                                     "EXPLAIN",
                                                     "FALSE",
                                                     "FETCH",
                                                     "FLOAT",
                                                     "FOR",
                                                     "FORCE",
                                                     "FOREIGN",
                                                     "FROM",
                                                     "FULLTEXT",
                                                     "GRANT",
                                                     "GROUP",
                                                     "HAVING",
                                                     "IF",
                                                     "IGNORE",
                                                     "IN",
                                                     "INDEX",
                                                     "INNER",
                                                     "INSERT",
                                                     "INT",
                                                     "INTEGER",
                                                     "INTERSECT",
                                                     "INTERVAL",
                                                     "INTO",
                                                     "IS",
                                                     "JOIN",
                                                     "KEY",
                                                     "KEYS",
                                                     "KILL",
                                                     "LEADING",
                                                     "LEFT",
                                                     "LIKE",
                                                     "LIMIT",
                                                     "LINES",
                                                     "LOAD",
                                                     "LOCALTIME",
                                                     "LOCALTIMESTAMP",
                                                     "LOCK",
                                                     "LONG",
                                                     "LONGBLOB",
                                                     "LONGTEXT",
                                                     "MATCH",
                                                     "MEDIUMBLOB",
                                                     "MEDIUMINT",
                                                     "MEDIUMTEXT",
                                                     "MOD",
                                                     "NATURAL",
                                                     "NOT",
                                                     "NULL",
                                                     "NUMERIC",
                                                     "OFFSET",
                                                     "ON",
                                                     "OPTIMIZE",
                                                     "OPTION",
                                                     "OR",
                                                     "ORDER",
                                                     "OUTER",
                                                     "PARTITION",
                                                     "PRIMARY",
                                                     "PROCEDURE",
                                                     "PURGE",
                                                     "RANGE",
                                                     "READ",
                                                     "REAL",
                                                     "REFERENCES",
                                                     "REGEXP",
                                                     "RELEASE",
                                                     "RENAME",
                                                     "REPEAT",
                                                     "REPLACE",
                                                     "REQUIRE",
                                                     "RESTRICT",
                                                     "RETURN",
                                                     "REVOKE",
                                                     "RIGHT",
                                                     "RLIKE",
                                                     "SCHEMA",
                                                     "SCHEMAS",
                                                     "SELECT",
                                                     "SET",
                                                     "SHOW",
                                                     "SMALLINT",
                                                     "SQL",
                                                     "STARTING",
                                                     "TABLE",
                                                     "TERMINATED",
                                                     "THEN",
                                                     "TINYBLOB",
                                                     "TINYINT",
                                                     "TINYTEXT",
                                                     "TO",
                                                     "TRAILING",
                                                     "TRIGGER",
                                                     "TRUE",
                                                     "UNION",
                                                     "UNIQUE",
                                                     "UNLOCK",
                                                     "UNSIGNED",
                                                     "UPDATE",
                                                     "USE",
                                                     "USING",
                                                     "UTC_DATE",
                                                     "UTC_TIME",
                                                     "UTC_TIMESTAMP",
                                                     "VALUES",
                                                     "VARBINARY"};
constexpr std::array<std::string_view, 8> reserved_too{"VARCHAR", "WHEN",  "WHERE", "WHILE",
                                                       "WITH",    "WRITE", "XOR",   "ZEROFILL"};

std::string upper(std::string_view word) {
  std::string text(word);
  for (char& letter : text) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return text;
}

}  // namespace

bool is_reserved(std::string_view word) {
  const std::string capitals = upper(word);
  return std::find(reserved.begin(), reserved.end(), capitals) != reserved.end() ||
         std::find(reserved_too.begin(), reserved_too.end(), capitals) != reserved_too.end();
}

TokenStream::TokenStream(std::string_view sql, std::span<const Value> parameters)
    : lexer_(sql), parameters_(parameters), current_(lexer_.next()) {}

Token TokenStream::take() {
  Token taken = std::move(current_);
  last_finish_ = taken.finish;
  current_ = lexer_.next();
  return taken;
}

bool TokenStream::take_word(std::string_view keyword) {
  if (!current_.is_word(keyword)) return false;
  take();
  return true;
}

bool TokenStream::take_symbol(std::string_view symbol) {
  if (!current_.is_symbol(symbol)) return false;
  take();
  return true;
}

bool TokenStream::expect_word(std::string_view keyword) { return take_word(keyword) || fail(); }
bool TokenStream::expect_symbol(std::string_view symbol) { return take_symbol(symbol) || fail(); }

bool TokenStream::take_name(std::string& name) {
  const bool is_name = current_.kind == Token::Kind::name ||
                       (current_.kind == Token::Kind::word && !is_reserved(current_.text));
  if (!is_name) return false;
  name = take().text;
  return true;
}

bool TokenStream::expect_name(std::string& name) { return take_name(name) || fail(); }

bool TokenStream::expect_unsigned(std::uint64_t& value) {
  if (current_.kind == Token::Kind::parameter) {
    const Value* parameter = take_parameter();
    if (parameter == nullptr) return false;
    const auto* number = parameter->as<std::int64_t>();
    if (number == nullptr || *number < 0) return fail();
    value = static_cast<std::uint64_t>(*number);
    return true;
  }
  if (current_.kind != Token::Kind::integer) return fail();
  const std::string& digits = current_.text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return fail();
  take();
  return true;
}

const Value* TokenStream::take_parameter() {
  if (parameters_taken_ == parameters_.size()) {
    if (parameters_.empty()) {
      fail();
    } else {
      fail(SqlError::of(SqlErrorCode::wrong_parameter_count,
                        format("Parameter at position {} is not set", parameters_taken_ + 1)));
    }
    return nullptr;
  }
  take();
  return &parameters_[parameters_taken_++];
}

bool TokenStream::fail() { return fail(lexer_.syntax_error(current_.begin)); }

bool TokenStream::fail(SqlError error) {
  if (!error_) error_ = std::move(error);
  return false;
}

bool TokenStream::refuse(std::string_view what) {
  SqlError error = lexer_.syntax_error(current_.begin);
  error.code = SqlErrorCode::not_supported_yet;
  error.message = format("This version of MariaDB doesn't yet support '{}'", what);
  return fail(std::move(error));
}

}  // namespace logquake::database
