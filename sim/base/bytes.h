// Bytes, owned and borrowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace logquake {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

/// The text's bytes, copied or borrowed.
Bytes to_bytes(std::string_view text);
inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
/// The bytes as text, borrowed: the caller keeps them alive.
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// "00ff10".
std::string to_hex(ByteView bytes);

}  // namespace logquake
