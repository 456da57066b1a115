#include "models/database/key.h"

#include <bit>

#include "models/database/expression.h"

namespace logquake::database {
namespace {

void append_big_endian(std::string& key, std::uint64_t bits) {
  for (int shift = 56; shift >= 0; shift -= 8)
    key.push_back(static_cast<char>(bits >> shift & 0xff));
}

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

void append_signed(std::string& key, std::int64_t value) {
  append_big_endian(key, static_cast<std::uint64_t>(value) ^ sign_bit);
}

/// Ends with 0x00 0x00, so that a text sorts before any longer one; a zero byte inside becomes 0x00
/// 0x01.
void append_bytes(std::string& key, std::string_view bytes) {
  for (const char byte : bytes) {
    key.push_back(byte);
    if (byte == '\0') key.push_back('\1');
  }
  key.append(2, '\0');
}

void append_text(std::string& key, std::string_view text) {
  const auto last = text.find_last_not_of(' ');
  std::string folded(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
  for (char& letter : folded) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  append_bytes(key, folded);
}

void append_real(std::string& key, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  append_big_endian(key, (bits & sign_bit) != 0 ? ~bits : bits | sign_bit);
}

/// Sign, then the digits in front of the point and behind it at fixed width; complemented below
/// zero.
void append_decimal(std::string& key, const Decimal& value, const ColumnType& type) {
  std::string digits = value.rounded(type.scale).digits();
  const auto width = static_cast<std::size_t>(type.length);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  key.push_back(value.is_negative() ? '\0' : '\1');
  for (const char digit : digits)
    key.push_back(value.is_negative() ? static_cast<char>('9' - digit + '0') : digit);
}

}  // namespace

void append_key(std::string& key, const Value& value, const ColumnType& type) {
  if (value.is_null()) {
    key.push_back('\0');
    return;
  }
  key.push_back('\1');
  if (const auto* integer = value.as<std::int64_t>()) return append_signed(key, *integer);
  if (const auto* integer = value.as<std::uint64_t>()) return append_big_endian(key, *integer);
  if (const auto* decimal = value.as<Decimal>()) return append_decimal(key, *decimal, type);
  if (const auto* text = value.as<std::string>()) return append_text(key, *text);
  if (const auto* binary = value.as<Binary>()) return append_bytes(key, binary->bytes);
  if (const auto* date = value.as<Date>()) return append_signed(key, date->days);
  if (const auto* time = value.as<Time>()) return append_signed(key, time->microseconds);
  if (const auto* stamp = value.as<DateTime>()) return append_signed(key, stamp->microseconds);
  append_real(key, number_of(value));
}

std::string key_of(const Row& row, const std::vector<std::size_t>& columns,
                   const TableSchema& schema) {
  std::string key;
  for (const std::size_t column : columns)
    append_key(key, row[column], schema.columns[column].type);
  return key;
}

bool has_null(const Row& row, const std::vector<std::size_t>& columns) {
  for (const std::size_t column : columns) {
    if (row[column].is_null()) return true;
  }
  return false;
}

std::string key_text(const Row& row, const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) {
    if (column != columns.front()) text += "-";
    text += to_string(row[column]);
  }
  return text;
}

std::string row_number_key(std::uint64_t number) {
  std::string key;
  append_big_endian(key, number);
  return key;
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty()) {
    const auto last = static_cast<unsigned char>(prefix.back());
    if (last != 0xff) {
      prefix.back() = static_cast<char>(last + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  return prefix;
}

}  // namespace logquake::database
