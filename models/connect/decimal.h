// Decimals as Connect carries them: the unscaled integer as big-endian two's complement (C-CNV-6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/base/bytes.h"

namespace logquake::connect {

/// "-12.30" at scale 2 as the shortest two's complement of -1230. Nothing for text that is no plain
/// decimal number or has more fraction digits than `scale`. Up to 65 digits, SQL's limit.
std::optional<Bytes> decimal_bytes(std::string_view text, int scale);
/// "-12.30".
std::string decimal_text(ByteView unscaled, int scale);

}  // namespace logquake::connect
