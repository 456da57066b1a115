// In which versions of a message a field exists. One description serves readers that know no
// versions (digest, JSON, printed form) and the wire codec, which does.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace logquake::kafka {

struct FieldVersions {
  std::int16_t since = 0;
  std::int16_t until = std::numeric_limits<std::int16_t>::max();
  std::int16_t tag = -1;  // lives in the tag buffer under this number (K-WIRE-6); -1: in line
};

/// Names a field that only some versions have. Where `Io` knows versions it gets them; elsewhere
/// the field is one like any other.
template <class Io, class T>
void versioned(Io& io, FieldVersions versions, std::string_view name, T& value) {
  if constexpr (requires { io(versions, name, value); }) {
    io(versions, name, value);
  } else {
    io(name, value);
  }
}

template <class Io, class T>
void since(Io& io, std::int16_t version, std::string_view name, T& value) {
  versioned(io, {.since = version}, name, value);
}

}  // namespace logquake::kafka
