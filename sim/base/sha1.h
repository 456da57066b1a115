// SHA-1, for protocols that still ask for it; broken as a defence.
#pragma once

#include "sim/base/bytes.h"

namespace logquake {

/// The twenty bytes of the digest. Source: FIPS 180-4, section 6.1.
Bytes sha1(ByteView bytes);

}  // namespace logquake
