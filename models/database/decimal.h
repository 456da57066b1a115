// Exact decimal numbers, as DECIMAL(65,38) holds them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace logquake::database {

/// A number of up to 65 decimal digits, `scale` of them behind the point. -12.30 is {true, "1230",
/// 2}. Source: C-DB-85; MariaDB, "DECIMAL".
class Decimal {
 public:
  static constexpr int max_digits = 65;
  static constexpr int max_scale = 38;

  Decimal() = default;
  Decimal(bool negative, std::string digits, int scale);
  static Decimal of(std::int64_t value);
  static Decimal of_unsigned(std::uint64_t value);
  /// Reads "-12.30", ".5", "3."; nothing where the text is no plain number.
  static std::optional<Decimal> parse(std::string_view text);

  bool is_negative() const { return negative_; }
  bool is_zero() const { return digits_ == "0"; }
  /// The digits without sign and point and without leading zeros: "1230".
  const std::string& digits() const { return digits_; }
  int scale() const { return scale_; }
  /// Digits in front of the point; 0 for 0.5.
  int integer_digits() const;

  /// The same number with `scale` digits behind the point, rounded half away from zero.
  Decimal rounded(int scale) const;
  Decimal negated() const;
  /// The number rounded to an integer, where it fits.
  std::optional<std::int64_t> to_integer() const;
  std::optional<std::uint64_t> to_unsigned() const;

  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  /// Quotient with four more digits behind the point than `a` (div_precision_increment); nothing
  /// for b = 0.
  static std::optional<Decimal> divide(const Decimal& a, const Decimal& b);
  /// Quotient cut to an integer, and what is left over; nothing for b = 0.
  static std::optional<Decimal> quotient(const Decimal& a, const Decimal& b);

  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

 private:
  // Invariant: digits_ has no leading zeros but a single "0"; zero is not negative.
  bool negative_ = false;
  std::string digits_ = "0";
  int scale_ = 0;
};
/// "-12.30".
std::string to_string(const Decimal& value);

}  // namespace logquake::database
