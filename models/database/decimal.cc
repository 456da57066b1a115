#include "models/database/decimal.h"

#include <algorithm>
#include <charconv>

namespace logquake::database {
namespace {

std::string without_leading_zeros(std::string digits) {
  const auto first = digits.find_first_not_of('0');
  if (first == std::string::npos) return "0";
  return digits.substr(first);
}

/// Unsigned decimal texts without leading zeros compare by length, then letter by letter.
int compare_digits(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

std::string add_digits(const std::string& a, const std::string& b) {
  std::string sum;
  int carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    int digit = carry;
    if (i < a.size()) digit += a[a.size() - 1 - i] - '0';
    if (i < b.size()) digit += b[b.size() - 1 - i] - '0';
    sum.push_back(static_cast<char>('0' + digit % 10));
    carry = digit / 10;
  }
  std::reverse(sum.begin(), sum.end());
  return without_leading_zeros(std::move(sum));
}

/// a - b for a >= b.
std::string subtract_digits(const std::string& a, const std::string& b) {
  std::string difference = a;
  int borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    int digit = a[a.size() - 1 - i] - '0' - borrow;
    if (i < b.size()) digit -= b[b.size() - 1 - i] - '0';
    borrow = digit < 0 ? 1 : 0;
    difference[a.size() - 1 - i] = static_cast<char>('0' + (digit + 10 * borrow));
  }
  return without_leading_zeros(std::move(difference));
}

std::string multiply_digits(const std::string& a, const std::string& b) {
  std::string product(a.size() + b.size(), '0');
  for (std::size_t i = 0; i < a.size(); ++i) {
    int carry = 0;
    for (std::size_t j = 0; j < b.size() || carry != 0; ++j) {
      auto& place = product[product.size() - 1 - i - j];
      int digit = place - '0' + carry;
      if (j < b.size()) digit += (a[a.size() - 1 - i] - '0') * (b[b.size() - 1 - j] - '0');
      place = static_cast<char>('0' + digit % 10);
      carry = digit / 10;
    }
  }
  return without_leading_zeros(std::move(product));
}

std::string divide_digits(const std::string& a, const std::string& b) {
  std::string quotient;
  std::string rest = "0";
  for (const char digit : a) {
    rest = without_leading_zeros(rest + digit);
    char times = '0';
    while (compare_digits(rest, b) >= 0) {
      rest = subtract_digits(rest, b);
      ++times;
    }
    quotient.push_back(times);
  }
  return without_leading_zeros(std::move(quotient));
}

std::string widened(const Decimal& value, int scale) {
  if (value.is_zero()) return "0";
  return value.digits() + std::string(static_cast<std::size_t>(scale - value.scale()), '0');
}

}  // namespace

Decimal::Decimal(bool negative, std::string digits, int scale)
    : negative_(negative), digits_(without_leading_zeros(std::move(digits))), scale_(scale) {
  if (digits_ == "0") negative_ = false;
}

Decimal Decimal::of(std::int64_t value) {
  const auto magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  return {value < 0, std::to_string(magnitude), 0};
}
Decimal Decimal::of_unsigned(std::uint64_t value) { return {false, std::to_string(value), 0}; }

std::optional<Decimal> Decimal::parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  int scale = 0;
  bool behind_point = false;
  for (const char letter : text) {
    if (letter == '.' && !behind_point) {
      behind_point = true;
    } else if (letter >= '0' && letter <= '9') {
      digits.push_back(letter);
      scale += behind_point ? 1 : 0;
    } else {
      return std::nullopt;
    }
  }
  if (digits.empty()) return std::nullopt;
  return Decimal(negative, std::move(digits), scale);
}

int Decimal::integer_digits() const {
  if (is_zero()) return 0;
  return std::max(0, static_cast<int>(digits_.size()) - scale_);
}

Decimal Decimal::rounded(int scale) const {
  if (scale >= scale_) return {negative_, widened(*this, scale), scale};
  const auto cut = static_cast<std::size_t>(scale_ - scale);
  if (cut > digits_.size()) return {false, "0", scale};
  const bool up = digits_[digits_.size() - cut] >= '5';
  std::string kept = cut == digits_.size() ? "0" : digits_.substr(0, digits_.size() - cut);
  if (up) kept = add_digits(kept, "1");
  return {negative_, std::move(kept), scale};
}

Decimal Decimal::negated() const { return {!negative_, digits_, scale_}; }

std::optional<std::int64_t> Decimal::to_integer() const {
  const Decimal whole = rounded(0);
  const std::string text = (whole.negative_ ? "-" : "") + whole.digits_;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> Decimal::to_unsigned() const {
  const Decimal whole = rounded(0);
  if (whole.negative_) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(whole.digits_.data(), whole.digits_.data() + whole.digits_.size(), value);
  if (error != std::errc() || end != whole.digits_.data() + whole.digits_.size())
    return std::nullopt;
  return value;
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale_, b.scale_);
  const std::string x = widened(a, scale);
  const std::string y = widened(b, scale);
  if (a.negative_ == b.negative_) return {a.negative_, add_digits(x, y), scale};
  if (compare_digits(x, y) >= 0) return {a.negative_, subtract_digits(x, y), scale};
  return {b.negative_, subtract_digits(y, x), scale};
}

Decimal operator-(const Decimal& a, const Decimal& b) { return a + b.negated(); }

Decimal operator*(const Decimal& a, const Decimal& b) {
  return {a.negative_ != b.negative_, multiply_digits(a.digits_, b.digits_), a.scale_ + b.scale_};
}

std::optional<Decimal> Decimal::divide(const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return std::nullopt;
  constexpr int more_digits = 4;  // div_precision_increment of MariaDB 10.11
  const int scale = std::min(a.scale_ + more_digits, max_scale);
  // One digit more than is kept, to round by.
  const int shift = scale + 1 - a.scale_ + b.scale_;
  const std::string numerator =
      a.digits_ + std::string(static_cast<std::size_t>(std::max(shift, 0)), '0');
  return Decimal(a.negative_ != b.negative_, divide_digits(numerator, b.digits_), scale + 1)
      .rounded(scale);
}

std::optional<Decimal> Decimal::quotient(const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return std::nullopt;
  const int scale = std::max(a.scale_, b.scale_);
  return Decimal(a.negative_ != b.negative_, divide_digits(widened(a, scale), widened(b, scale)),
                 0);
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative_ != other.negative_) {
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const int scale = std::max(scale_, other.scale_);
  const int order = compare_digits(widened(*this, scale), widened(other, scale));
  const int directed = negative_ ? -order : order;
  return directed <=> 0;
}

std::string to_string(const Decimal& value) {
  std::string text = value.digits();
  if (value.scale() > 0) {
    const auto scale = static_cast<std::size_t>(value.scale());
    if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
    text.insert(text.size() - scale, 1, '.');
  }
  return value.is_negative() ? "-" + text : text;
}

}  // namespace logquake::database
