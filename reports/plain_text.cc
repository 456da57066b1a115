#include "reports/plain_text.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// The length of the well-formed UTF-8 character at `at`, or 0. Source: Unicode 15.0, table 3-7.
std::size_t character_size(std::string_view text, std::size_t at) {
  const unsigned char lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xC2 && lead <= 0xDF   ? 2
                           : lead >= 0xE0 && lead <= 0xEF ? 3
                           : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                          : 0;
  if (size == 0 || at + size > text.size()) return 0;
  const unsigned char second = byte_at(text, at + 1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
    return 0;
  }
  for (std::size_t index = 1; index < size; ++index) {
    if ((byte_at(text, at + index) & 0xC0) != 0x80) return 0;
  }
  return size;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string readable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = character_size(text, at);
    if (size == 0) {
      out += replacement;
      ++at;
      continue;
    }
    const unsigned char lead = byte_at(text, at);
    const bool is_control =
        lead < 0x20 || lead == 0x7F || (lead == 0xC2 && byte_at(text, at + 1) < 0xA0);
    if (lead == '\n' || lead == '\t' || lead == '\r') {
      out += ' ';
    } else if (is_control) {
      out += replacement;
    } else {
      out += text.substr(at, size);
    }
    at += size;
  }
  return out;
}

std::string readable_lines(std::string_view text, std::string_view indent) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = readable(text.substr(0, end));
    line.erase(line.find_last_not_of(' ') + 1);
    out += format("{}{}\n", indent, line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : readable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::size_t length_of(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) length += continues_character(c) ? 0 : 1;
  return length;
}

std::string clipped(std::string_view text, std::size_t columns) {
  if (length_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t end = 0;
  for (std::size_t kept = 0; end < text.size(); ++end) {
    if (continues_character(text[end])) continue;
    if (kept == columns - 1) break;
    ++kept;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string wrapped(std::string_view text, std::size_t columns, std::string_view indent) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t length = length_of(word);
    if (used > 0 && used + 1 + length > columns) {
      out += '\n';
      out += indent;
      used = 0;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += length;
  }
  return out;
}

std::string padded(std::string_view text, std::size_t columns) {
  std::string out(text);
  const std::size_t length = length_of(text);
  if (length < columns) out.append(columns - length, ' ');
  return out;
}

std::string grouped(std::int64_t number) {
  const auto digits = format("{}", number);
  const std::size_t sign = number < 0 ? 1 : 0;
  std::string out = digits.substr(0, sign);
  for (std::size_t at = sign; at < digits.size(); ++at) {
    if (at > sign && (digits.size() - at) % 3 == 0) out += ',';
    out += digits[at];
  }
  return out;
}

std::string counted(std::int64_t number, std::string_view noun) {
  return format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string seconds_text(Instant at) {
  const auto count = at.time_since_epoch().count();
  return format("{}.{:03}s", count / 1'000'000'000, count % 1'000'000'000 / 1'000'000);
}

std::string rounded_text(Duration duration) {
  const auto count = duration.count();
  if (count < 1'000'000) return format("{} us", count / 1'000);
  if (count < 1'000'000'000) return format("{} ms", count / 1'000'000);
  if (count < 60'000'000'000)
    return format("{}.{} s", count / 1'000'000'000, count % 1'000'000'000 / 100'000'000);
  const auto seconds = count / 1'000'000'000;
  return seconds % 60 == 0 ? format("{} min", seconds / 60)
                           : format("{} min {} s", seconds / 60, seconds % 60);
}

}  // namespace logquake::report
