#include "scenarios/engine/toml_bounds.h"

#include <cstdint>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

/// The length of the UTF-8 sequence that `text` begins with, zero where it is none. Source: RFC
/// 3629, section 4.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const auto continues = [&](std::size_t at, unsigned low = 0x80, unsigned high = 0xbf) {
    return at < text.size() && byte(at) >= low && byte(at) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    return continues(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && continues(2)
               ? 3
               : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    return continues(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && continues(2) &&
                   continues(3)
               ? 4
               : 0;
  }
  return 0;
}

/// Walks over the text as TOML's lexer would, with just enough knowledge to tell brackets and dots
/// in the open from those inside strings and comments.
class Walk {
 public:
  Walk(std::string_view text, const std::string& file, const TomlBounds& bounds)
      : text_(text), file_(file), bounds_(bounds) {}

  std::optional<Problem> first_problem() {
    while (at_ < text_.size() && !problem_) {
      const auto length = utf8_length(text_.substr(at_));
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (length == 0 || byte == 0x7f ||
          (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r')) {
        fail(format("expected text in UTF-8, found the byte 0x{:02x}; is this a scenario file?",
                    byte));
      } else {
        step(text_[at_], length);
      }
    }
    return problem_;
  }

 private:
  enum class Inside : std::uint8_t { open, comment, text, literal, long_text, long_literal };

  void step(char c, std::size_t length) {
    switch (inside_) {
      case Inside::open:
        return step_in_the_open(c, length);
      case Inside::comment:
        if (c == '\n') inside_ = Inside::open;
        return advance(length);
      case Inside::text:
      case Inside::literal:
        if (c == '\\' && inside_ == Inside::text) return skip_escape();
        if (c == '\n' || c == (inside_ == Inside::text ? '"' : '\'')) inside_ = Inside::open;
        return advance(length);
      case Inside::long_text:
        if (c == '\\') return skip_escape();
        return step_in_long("\"\"\"", length);
      case Inside::long_literal:
        return step_in_long("'''", length);
    }
  }

  void step_in_the_open(char c, std::size_t length) {
    switch (c) {
      case '#':
        inside_ = Inside::comment;
        break;
      case '"':
        return open_string("\"\"\"", Inside::text, Inside::long_text);
      case '\'':
        return open_string("'''", Inside::literal, Inside::long_literal);
      case '[':
      case '{':
        parts_ = 1;
        if (++nesting_ > bounds_.nesting)
          fail(format("expected at most {} nested brackets", bounds_.nesting));
        break;
      case ']':
      case '}':
        parts_ = 1;
        if (nesting_ > 0) --nesting_;
        break;
      case '.':
        if (++parts_ > bounds_.key_parts)
          fail(format("expected at most {} parts in a dotted key", bounds_.key_parts));
        break;
      case '=':
      case ',':
      case '\n':
        parts_ = 1;
        break;
      default:
        break;
    }
    advance(length);
  }

  void open_string(std::string_view fence, Inside shorter, Inside longer) {
    const bool is_long = text_.substr(at_).starts_with(fence);
    inside_ = is_long ? longer : shorter;
    for (std::size_t i = 0; i < (is_long ? 3U : 1U); ++i) advance(1);
  }

  void step_in_long(std::string_view fence, std::size_t length) {
    if (!text_.substr(at_).starts_with(fence)) return advance(length);
    for (std::size_t i = 0; i < 3; ++i) advance(1);
    // Up to two quotes may stand directly before the fence: ''''' ends a string that ends with ''.
    while (at_ < text_.size() && text_[at_] == fence[0]) advance(1);
    inside_ = Inside::open;
  }

  void skip_escape() {
    advance(1);
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\\')) advance(1);
  }

  void advance(std::size_t length) {
    if (text_[at_] == '\n') {
      ++place_.line;
      place_.column = 1;
    } else {
      ++place_.column;
    }
    at_ += length;
  }

  void fail(std::string message) {
    if (!problem_) problem_ = Problem{file_, place_, std::move(message)};
  }

  std::string_view text_;
  const std::string& file_;
  const TomlBounds& bounds_;
  std::size_t at_ = 0;
  Place place_{1, 1};
  Inside inside_ = Inside::open;
  int nesting_ = 0;
  int parts_ = 1;
  std::optional<Problem> problem_;
};

}  // namespace

std::optional<Problem> beyond_bounds(std::string_view text, const std::string& file,
                                     const TomlBounds& bounds) {
  if (text.size() > bounds.bytes) {
    return Problem{
        file, {}, format("expected at most {} bytes, found {}", bounds.bytes, text.size())};
  }
  return Walk(text, file, bounds).first_problem();
}

}  // namespace logquake::scenario
