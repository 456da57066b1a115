#include "sim/base/sha1.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace logquake {
namespace {

constexpr std::size_t block_bytes = 64;
using State = std::array<std::uint32_t, 5>;

void put_big_endian(Bytes& out, std::uint64_t value, std::size_t bytes) {
  while (bytes-- > 0) out.push_back(std::byte(value >> (8 * bytes) & 0xffU));
}

// The message, a one bit, zeros, and the length in bits, in whole blocks.
Bytes padded(ByteView bytes) {
  Bytes message(bytes.begin(), bytes.end());
  message.push_back(std::byte{0x80});
  while (message.size() % block_bytes != block_bytes - 8) message.push_back(std::byte{0});
  put_big_endian(message, std::uint64_t{bytes.size()} * 8, 8);
  return message;
}

std::array<std::uint32_t, 80> schedule_of(ByteView block) {
  std::array<std::uint32_t, 80> words{};
  for (std::size_t i = 0; i < block_bytes; ++i)
    words[i / 4] = words[i / 4] << 8U | std::to_integer<std::uint32_t>(block[i]);
  for (std::size_t i = 16; i < words.size(); ++i)
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  return words;
}

std::uint32_t mixed(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  switch (round / 20) {
    case 0:
      return ((b & c) | (~b & d)) + 0x5a827999U;
    case 1:
      return (b ^ c ^ d) + 0x6ed9eba1U;
    case 2:
      return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcU;
    default:
      return (b ^ c ^ d) + 0xca62c1d6U;
  }
}

void take_block(State& state, ByteView block) {
  const auto words = schedule_of(block);
  auto [a, b, c, d, e] = state;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto next = std::rotl(a, 5) + mixed(i, b, c, d) + e + words[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  const State round{a, b, c, d, e};
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += round[i];
}

}  // namespace

Bytes sha1(ByteView bytes) {
  State state{0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U, 0xc3d2e1f0U};
  const auto message = padded(bytes);
  for (std::size_t at = 0; at < message.size(); at += block_bytes)
    take_block(state, ByteView(message).subspan(at, block_bytes));
  Bytes digest;
  for (const auto word : state) put_big_endian(digest, word, 4);
  return digest;
}

}  // namespace logquake
