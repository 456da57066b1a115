#include "sim/random.h"

namespace logquake::sim {

Duration Random::exponential(Duration mean) {
  // The sum of an integer part (how often a chance of 1/2 succeeded, each worth ln 2) and of -ln of
  // a uniform value in [1/2, 1), the latter by the table-free series of CORDIC's kind: multiply by
  // (1 + 2^-k) while it stays at most one, and add up ln(1 + 2^-k). Fixed point with 32 bits.
  constexpr std::uint64_t ln_two = 2977044471ULL;  // ln 2 * 2^32
  constexpr std::uint64_t ln_steps[] = {
      // ln(1 + 2^-k) * 2^32 for k = 1..24
      1741459378ULL, 958394255ULL, 505874286ULL, 260380768ULL, 132163267ULL, 66589974ULL,
      33424038ULL,   16744533ULL,  8380426ULL,   4192257ULL,   2096640ULL,   1048448ULL,
      524256ULL,     262136ULL,    131070ULL,    65535ULL,     32767ULL,     16383ULL,
      8191ULL,       4095ULL,      2047ULL,      1023ULL,      511ULL,       255ULL};
  std::uint64_t total = 0;
  std::uint64_t bits = next();
  int halves = 0;
  while ((bits & 1) != 0 && halves < 40) {
    bits >>= 1;
    ++halves;
  }
  total += static_cast<std::uint64_t>(halves) * ln_two;
  std::uint64_t value =
      (std::uint64_t{1} << 31) + (next() >> 33);  // [1/2, 1) in 32-bit fixed point
  constexpr std::uint64_t one = std::uint64_t{1} << 32;
  for (unsigned k = 1; k <= 24; ++k) {
    if (const std::uint64_t next_value = value + (value >> k); next_value <= one) {
      value = next_value;
      total += ln_steps[k - 1];
    }
  }
  __extension__ using Wide = unsigned __int128;
  const std::uint64_t most = std::uint64_t{32} << 32;
  if (total > most) total = most;
  return Duration(static_cast<std::int64_t>((static_cast<Wide>(mean.count()) * total) >> 32));
}

}  // namespace logquake::sim
