// The one door to the formatting library: text is made here and nowhere else.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sim/base/id.h"

namespace logquake {

/// A text that is checked against its arguments when compiled; for functions that hand both to
/// format().
template <class... Args>
using FormatText = fmt::format_string<Args...>;

/// Formats as std::format would: `format("append to {}: expected {}", name, offset)`.
template <class... Args>
std::string format(FormatText<Args...> text, Args&&... args) {
  return fmt::format(text, std::forward<Args>(args)...);
}

/// Types that print themselves: `std::string to_string(const T&)` found beside the type.
template <class T>
concept PrintsItself = (std::is_class_v<T> ||
                        std::is_enum_v<T>)&&!std::is_same_v<T, fmt::string_view> &&
                       !std::is_convertible_v<T, std::string_view> && requires(const T& value) {
  { to_string(value) } -> std::convertible_to<std::string>;
};

}  // namespace logquake

template <class Tag, class Rep>
struct fmt::formatter<logquake::Id<Tag, Rep>> : fmt::formatter<Rep> {
  template <class Context>
  auto format(logquake::Id<Tag, Rep> id, Context& context) const {
    return fmt::formatter<Rep>::format(id.value(), context);
  }
};

template <logquake::PrintsItself T>
struct fmt::formatter<T> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const T& value, Context& context) const {
    return fmt::formatter<std::string>::format(std::string(to_string(value)), context);
  }
};
