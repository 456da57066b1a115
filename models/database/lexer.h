// Splits a statement into words, one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/database/sql_error.h"

namespace logquake::database {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    word,       // a keyword or a plain name
    name,       // `quoted name`
    text,       // 'text' or "text", unescaped
    integer,    // 42
    decimal,    // 4.2
    real,       // 4e2
    hex,        // 0x41 or x'41': bytes
    parameter,  // ?
    variable,   // @@name (dots included) or @name
    symbol,     // an operator or a punctuation mark
    broken,     // an unterminated quote, or a letter that begins nothing
  };
  Kind kind = Kind::end;
  std::string text{};     // unquoted; symbols as written
  std::size_t begin = 0;  // where it starts and ends in the statement
  std::size_t finish = 0;

  bool is_symbol(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
  /// Whether it is this keyword (given in capitals).
  bool is_word(std::string_view keyword) const;
};

/// Reads tokens off a statement. Comments (`-- x`, `# x`, /* x */) are blanks.
/// Source: MariaDB, "String Literals", "Identifier Names", "Comment Syntax".
class Lexer {
 public:
  /// `sql` must outlive the lexer.
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  Token next();
  std::string_view sql() const { return sql_; }

  /// The server's error 1064 for a statement that makes no sense from `position` on.
  SqlError syntax_error(std::size_t position, std::string_view deed = {}) const;

 private:
  void skip_blanks();
  Token quoted(char quote);
  Token number_or_word();
  Token symbol();

  std::string_view sql_;
  std::size_t at_ = 0;
};

}  // namespace logquake::database
