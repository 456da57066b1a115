#include "models/database/lexer.h"

#include <algorithm>
#include <array>

#include "models/database/schema.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_blank(char letter) { return letter == ' ' || (letter >= '\t' && letter <= '\r'); }
bool is_name_letter(char letter) {
  return is_digit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         letter == '_' || letter == '$' || static_cast<unsigned char>(letter) >= 0x80;
}
int hex_value(char letter) {
  if (is_digit(letter)) return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}
std::string unhexed(std::string_view digits) {
  std::string bytes;
  std::size_t i = 0;
  if (digits.size() % 2 == 1) bytes.push_back(static_cast<char>(hex_value(digits[i++])));
  for (; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(hex_value(digits[i]) * 16 + hex_value(digits[i + 1])));
  }
  return bytes;
}
bool is_hex(std::string_view digits) {
  return !digits.empty() &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return hex_value(c) >= 0; });
}
char unescaped(char letter) {
  switch (letter) {
    case '0':
      return '\0';
    case 'b':
      return '\b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'Z':
      return '\x1a';
    default:
      return letter;
  }
}

}  // namespace

bool Token::is_word(std::string_view keyword) const {
  return kind == Kind::word && same_name(text, keyword);
}

void Lexer::skip_blanks() {
  while (at_ < sql_.size()) {
    const std::string_view rest = sql_.substr(at_);
    if (is_blank(rest.front())) {
      ++at_;
    } else if (rest.front() == '#' ||
               (rest.starts_with("--") && (rest.size() == 2 || is_blank(rest[2])))) {
      const auto line_end = rest.find('\n');
      at_ = line_end == std::string_view::npos ? sql_.size() : at_ + line_end + 1;
    } else if (rest.starts_with("/*") && !rest.starts_with("/*!") && !rest.starts_with("/*M!")) {
      const auto comment_end = rest.find("*/", 2);
      at_ = comment_end == std::string_view::npos ? sql_.size() : at_ + comment_end + 2;
    } else {
      return;
    }
  }
}

Token Lexer::next() {
  skip_blanks();
  if (at_ == sql_.size())
    return {.kind = Token::Kind::end, .text = {}, .begin = at_, .finish = at_};
  const char first = sql_[at_];
  const char second = at_ + 1 < sql_.size() ? sql_[at_ + 1] : '\0';
  if (first == '\'' || first == '"' || first == '`') return quoted(first);
  if ((first == 'x' || first == 'X') && second == '\'') {
    const auto close = sql_.find('\'', at_ + 2);
    if (close != std::string_view::npos) {
      const std::string_view digits = sql_.substr(at_ + 2, close - at_ - 2);
      if ((is_hex(digits) && digits.size() % 2 == 0) || digits.empty()) {
        const std::size_t begin = at_;
        at_ = close + 1;
        return {.kind = Token::Kind::hex, .text = unhexed(digits), .begin = begin, .finish = at_};
      }
    }
  }
  if (is_name_letter(first) || (first == '.' && is_digit(second))) return number_or_word();
  return symbol();
}

Token Lexer::quoted(char quote) {
  Token token{.kind = quote == '`' ? Token::Kind::name : Token::Kind::text,
              .text = {},
              .begin = at_,
              .finish = at_};
  std::size_t i = at_ + 1;
  while (i < sql_.size()) {
    const char letter = sql_[i];
    if (letter == quote) {
      if (i + 1 < sql_.size() && sql_[i + 1] == quote) {
        token.text.push_back(quote);
        i += 2;
        continue;
      }
      token.finish = at_ = i + 1;
      return token;
    }
    if (letter == '\\' && quote != '`' && i + 1 < sql_.size()) {
      const char escaped = sql_[i + 1];
      if (escaped == '%' || escaped == '_') token.text.push_back('\\');  // meaningful to LIKE only
      token.text.push_back(unescaped(escaped));
      i += 2;
      continue;
    }
    token.text.push_back(letter);
    ++i;
  }
  token.kind = Token::Kind::broken;
  at_ = sql_.size();
  token.finish = at_;
  return token;
}

Token Lexer::number_or_word() {
  const std::size_t begin = at_;
  std::size_t i = at_;
  const auto skip_digits = [&] {
    while (i < sql_.size() && is_digit(sql_[i])) ++i;
  };
  const auto token = [&](Token::Kind kind) {
    at_ = i;
    return Token{.kind = kind,
                 .text = std::string(sql_.substr(begin, i - begin)),
                 .begin = begin,
                 .finish = i};
  };
  if (sql_.substr(at_).starts_with("0x") || sql_.substr(at_).starts_with("0X")) {
    i += 2;
    while (i < sql_.size() && hex_value(sql_[i]) >= 0) ++i;
    if (i > begin + 2 && (i == sql_.size() || !is_name_letter(sql_[i]))) {
      Token hex = token(Token::Kind::hex);
      hex.text = unhexed(std::string_view(hex.text).substr(2));
      return hex;
    }
    i = begin;
  }
  skip_digits();
  if (i > begin || sql_[i] == '.') {
    Token::Kind kind = Token::Kind::integer;
    if (i < sql_.size() && sql_[i] == '.') {
      kind = Token::Kind::decimal;
      ++i;
      skip_digits();
    }
    if (i < sql_.size() && (sql_[i] == 'e' || sql_[i] == 'E')) {
      std::size_t exponent = i + 1;
      if (exponent < sql_.size() && (sql_[exponent] == '+' || sql_[exponent] == '-')) ++exponent;
      if (exponent < sql_.size() && is_digit(sql_[exponent])) {
        kind = Token::Kind::real;
        i = exponent;
        skip_digits();
      }
    }
    const bool is_name = kind == Token::Kind::integer && i < sql_.size() && is_name_letter(sql_[i]);
    if (!is_name) return token(kind);
  }
  while (i < sql_.size() && is_name_letter(sql_[i])) ++i;
  return token(Token::Kind::word);
}

Token Lexer::symbol() {
  constexpr std::array<std::string_view, 11> long_symbols{"<=>", "<<", ">>", "<=", ">=", "<>",
                                                          "!=",  "||", "&&", ":=", "->"};
  constexpr std::string_view short_symbols = "+-*/%=<>!(),.;&|^~";
  const std::size_t begin = at_;
  const std::string_view rest = sql_.substr(at_);
  if (rest.front() == '?') {
    ++at_;
    return {.kind = Token::Kind::parameter, .text = "?", .begin = begin, .finish = at_};
  }
  if (rest.front() == '@') {
    std::size_t length = rest.starts_with("@@") ? 2 : 1;
    const std::size_t marks = length;
    while (length < rest.size() && (is_name_letter(rest[length]) || rest[length] == '.')) ++length;
    if (length > marks) {
      at_ += length;
      return {.kind = Token::Kind::variable,
              .text = std::string(rest.substr(0, length)),
              .begin = begin,
              .finish = at_};
    }
    at_ += length;  // the server complains about what follows the bare mark
    return {.kind = Token::Kind::broken, .text = {}, .begin = at_, .finish = at_};
  }
  for (const std::string_view symbol : long_symbols) {
    if (rest.starts_with(symbol)) {
      at_ += symbol.size();
      return {
          .kind = Token::Kind::symbol, .text = std::string(symbol), .begin = begin, .finish = at_};
    }
  }
  ++at_;
  const bool known = short_symbols.find(rest.front()) != std::string_view::npos;
  return {.kind = known ? Token::Kind::symbol : Token::Kind::broken,
          .text = std::string(rest.substr(0, 1)),
          .begin = begin,
          .finish = at_};
}

SqlError Lexer::syntax_error(std::size_t position, std::string_view deed) const {
  constexpr std::size_t most_shown = 80;  // MariaDB cuts the quotation to 80 bytes, "..." included
  constexpr std::string_view usual_deed =
      "You have an error in your SQL syntax; check the manual that corresponds to your MariaDB "
      "server version for "
      "the right syntax to use";
  const std::string_view before = sql_.substr(0, position);
  std::string_view near = sql_.substr(position);
  const bool cut = near.size() > most_shown;
  if (cut) near = near.substr(0, most_shown - 3);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  SqlError error = SqlError::of(SqlErrorCode::syntax_error, format("{} near '{}{}' at line {}",
                                                                   deed.empty() ? usual_deed : deed,
                                                                   near, cut ? "..." : "", line));
  error.line = line;
  const auto line_start = before.rfind('\n');
  error.column =
      static_cast<int>(position - (line_start == std::string_view::npos ? 0 : line_start + 1)) + 1;
  return error;
}

}  // namespace logquake::database
