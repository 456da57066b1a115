// Hashes that are the same on every machine, compiler and library.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/bytes.h"

namespace logquake {

/// xxHash64 of the bytes under `seed`. Source: xxHash specification 0.1.1.
std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0);
std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0);

/// CRC-32C (Castagnoli), as Kafka's record batches carry it; `crc` continues an earlier part.
/// Source: RFC 3720 appendix B.4; K-LOG-3.
std::uint32_t crc32c(ByteView bytes, std::uint32_t crc = 0);

/// Spreads every bit of `value` over the whole word (the finalizer of splitmix64).
constexpr std::uint64_t mix64(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

/// An order-sensitive digest that words are folded into one after another.
class Fingerprint {
 public:
  constexpr void fold(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9e3779b97f4a7c15ULL;
    state_ ^= state_ >> 29;
  }
  void fold(std::string_view text) { fold(hash64(text)); }
  /// The digest so far; folding may go on afterwards.
  constexpr std::uint64_t value() const { return mix64(state_); }

 private:
  std::uint64_t state_ = 0x6c6f677175616b65ULL;  // chosen: "logquake"
};

}  // namespace logquake
