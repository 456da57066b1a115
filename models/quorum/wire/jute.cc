#include "models/quorum/wire/jute.h"

namespace logquake::zookeeper {

void JuteWriter::put_integer(std::uint64_t value, std::size_t width) {
  for (auto left = width; left > 0; --left)
    bytes_.push_back(static_cast<std::byte>(value >> (8 * (left - 1))));
}

std::uint64_t JuteReader::get_integer(std::size_t width) {
  if (bytes_.size() - position_ < width) {
    failed_ = true;
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i)
    value = (value << 8) | std::to_integer<std::uint64_t>(bytes_[position_ + i]);
  position_ += width;
  return value;
}

std::int32_t JuteReader::get_count() {
  const auto count = static_cast<std::int32_t>(get_integer(4));
  if (count < 0) failed_ = true;
  return failed_ ? 0 : count;
}

void JuteReader::get_text(std::string& value, std::int32_t length) {
  if (failed_) return;
  if (length < 0 || bytes_.size() - position_ < static_cast<std::size_t>(length)) {
    failed_ = true;
    return;
  }
  value = text_of(bytes_.subspan(position_, static_cast<std::size_t>(length)));
  position_ += static_cast<std::size_t>(length);
}

std::uint32_t adler32(ByteView bytes) {
  constexpr std::uint32_t modulus = 65521;  // RFC 1950: the largest prime below 65536
  constexpr std::size_t run_length = 5552;  // zlib: the longest run whose sums fit 32 bits
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  while (!bytes.empty()) {
    const auto run = bytes.first(bytes.size() < run_length ? bytes.size() : run_length);
    for (const auto byte : run) {
      low += std::to_integer<std::uint32_t>(byte);
      high += low;
    }
    low %= modulus;
    high %= modulus;
    bytes = bytes.subspan(run.size());
  }
  return (high << 16) | low;
}

}  // namespace logquake::zookeeper
