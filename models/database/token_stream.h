// A statement's tokens with one of look-ahead, and what a parser asks of them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/database/lexer.h"
#include "models/database/sql_error.h"
#include "models/database/value.h"

namespace logquake::database {

/// Whether the word may not stand for a name without back-ticks. Source: MariaDB 10.11, "Reserved
/// Words".
bool is_reserved(std::string_view word);

/// Tokens of one statement. Parsers built on it return false after fail(); the first failure stays.
class TokenStream {
 public:
  /// `sql` must outlive the stream. Each `?` takes the next of `parameters`; without any it is a
  /// syntax error.
  TokenStream(std::string_view sql, std::span<const Value> parameters);

  const Token& peek() const { return current_; }
  Token take();
  bool at_end() const { return current_.kind == Token::Kind::end || current_.is_symbol(";"); }

  bool peek_word(std::string_view keyword) const { return current_.is_word(keyword); }
  bool take_word(std::string_view keyword);
  bool take_symbol(std::string_view symbol);
  /// As above, but failing with 1064 where something else stands.
  bool expect_word(std::string_view keyword);
  bool expect_symbol(std::string_view symbol);
  /// A name: a word that is not reserved, or anything in back-ticks.
  bool take_name(std::string& name);
  bool expect_name(std::string& name);
  /// An integer literal without a sign.
  bool expect_unsigned(std::uint64_t& value);
  /// The value of the next parameter, or null where there is none left.
  const Value* take_parameter();

  /// Fails with 1064 at the current token. Always false.
  bool fail();
  bool fail(SqlError error);
  /// Fails with 1235 for a part of the language that this model leaves out. Always false.
  bool refuse(std::string_view what);
  bool failed() const { return error_.has_value(); }
  SqlError error() const { return *error_; }

  /// The statement's text from `begin` on up to the last token taken.
  std::string_view text_since(std::size_t begin) const {
    return lexer_.sql().substr(begin, last_finish_ - begin);
  }
  std::size_t parameters_taken() const { return parameters_taken_; }
  const Lexer& lexer() const { return lexer_; }

 private:
  Lexer lexer_;
  std::span<const Value> parameters_;
  std::size_t parameters_taken_ = 0;
  Token current_;
  std::size_t last_finish_ = 0;
  std::optional<SqlError> error_;
};

}  // namespace logquake::database
