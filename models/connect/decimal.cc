#include "models/connect/decimal.h"

#include <algorithm>
#include <cstdint>

namespace logquake::connect {
namespace {

constexpr std::size_t max_digits = 65;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Turns a big-endian number into its two's complement negative.
void negate(std::vector<std::uint8_t>& bytes) {
  bool carry = true;
  for (auto at = bytes.rbegin(); at != bytes.rend(); ++at) {
    *at = static_cast<std::uint8_t>(~*at);
    if (carry) carry = ++*at == 0;
  }
}

}  // namespace

std::optional<Bytes> decimal_bytes(std::string_view text, int scale) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  const auto point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  std::string fraction(point < text.size() ? text.substr(point + 1) : std::string_view());
  const auto wanted = static_cast<std::size_t>(std::max(scale, 0));
  if (fraction.size() > wanted) return std::nullopt;
  fraction.append(wanted - fraction.size(), '0');
  digits += fraction;
  if (digits.empty() || digits.size() > max_digits + wanted) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;

  std::vector<std::uint8_t> big_endian{0};
  for (const char digit : digits) {
    unsigned carry = static_cast<unsigned>(digit - '0');
    for (auto at = big_endian.rbegin(); at != big_endian.rend(); ++at) {
      carry += *at * 10U;
      *at = static_cast<std::uint8_t>(carry & 0xffU);
      carry >>= 8U;
    }
    if (carry > 0) big_endian.insert(big_endian.begin(), static_cast<std::uint8_t>(carry));
  }
  big_endian.insert(big_endian.begin(), 0);
  if (negative) negate(big_endian);
  // The shortest form: drop leading bytes that only repeat the sign.
  std::size_t first = 0;
  while (first + 1 < big_endian.size() &&
         ((big_endian[first] == 0x00 && (big_endian[first + 1] & 0x80U) == 0) ||
          (big_endian[first] == 0xff && (big_endian[first + 1] & 0x80U) != 0))) {
    ++first;
  }
  Bytes out;
  for (std::size_t i = first; i < big_endian.size(); ++i) out.push_back(std::byte{big_endian[i]});
  return out;
}

std::string decimal_text(ByteView unscaled, int scale) {
  std::vector<std::uint8_t> bytes;
  for (const std::byte b : unscaled) bytes.push_back(std::to_integer<std::uint8_t>(b));
  const bool negative = !bytes.empty() && (bytes.front() & 0x80U) != 0;
  if (negative) negate(bytes);
  std::string digits;  // least significant first
  while (std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; })) {
    unsigned rest = 0;
    for (auto& b : bytes) {
      const unsigned value = rest * 256U + b;
      b = static_cast<std::uint8_t>(value / 10U);
      rest = value % 10U;
    }
    digits += static_cast<char>('0' + rest);
  }
  const auto places = static_cast<std::size_t>(std::max(scale, 0));
  while (digits.size() < places + 1) digits += '0';
  std::reverse(digits.begin(), digits.end());
  if (places > 0) digits.insert(digits.size() - places, ".");
  return (negative ? "-" : "") + digits;
}

}  // namespace logquake::connect
