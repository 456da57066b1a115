// Bytes as printable text. Source: RFC 4648, section 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/bytes.h"

namespace logquake {

std::string to_base64(ByteView bytes);
/// Nothing for text that is not base64 (padding required).
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace logquake
