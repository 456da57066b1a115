// Strong identifiers: an offset is no epoch, and the compiler should know.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>

namespace logquake {

/// An integer that can only be compared with its own kind.
///
///     using Offset = Id<struct OffsetTag>;
///
/// Ordered, printable (through format.h), describable (through describe.h); zero when
/// default-constructed.
template <class Tag, std::integral Rep = std::int64_t>
class Id {
 public:
  using rep = Rep;

  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }

  /// The identifier `distance` further on.
  constexpr Id operator+(Rep distance) const { return Id(static_cast<Rep>(value_ + distance)); }
  constexpr Id operator-(Rep distance) const { return Id(static_cast<Rep>(value_ - distance)); }
  /// How far apart two identifiers are.
  constexpr Rep operator-(Id other) const { return static_cast<Rep>(value_ - other.value_); }
  constexpr Id& operator++() {
    ++value_;
    return *this;
  }

  constexpr auto operator<=>(const Id&) const = default;

 private:
  Rep value_{};
};

template <class T>
inline constexpr bool is_id = false;
template <class Tag, class Rep>
inline constexpr bool is_id<Id<Tag, Rep>> = true;

}  // namespace logquake
