#include "models/protocol/wire/primitives.h"

#include <limits>
#include <utility>

#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::kafka::wire {
namespace {

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

std::size_t groups(std::uint64_t value) {
  std::size_t count = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++count;
  }
  return count;
}

}  // namespace

void Writer::unsigned_varint(std::uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<std::byte>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<std::byte>(value));
}

void Writer::varint(std::int32_t value) { unsigned_varint(zigzag(value)); }
void Writer::varlong(std::int64_t value) { unsigned_varint(zigzag(value)); }

void Writer::string(std::string_view text) {
  LOGQUAKE_CHECK(text.size() <= 32767, "a string of the wire has at most 32767 bytes");
  int16(static_cast<std::int16_t>(text.size()));
  raw(view_of(text));
}

void Writer::nullable_string(const std::optional<std::string>& text) {
  if (text) {
    string(*text);
  } else {
    int16(-1);
  }
}

void Writer::bytes(ByteView value) {
  LOGQUAKE_CHECK(value.size() <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()),
                 "bytes of the wire have a length of 31 bits");
  int32(static_cast<std::int32_t>(value.size()));
  raw(value);
}

void Writer::nullable_bytes(const std::optional<Bytes>& value) {
  if (value) {
    bytes(*value);
  } else {
    int32(-1);
  }
}

void Reader::fail(std::string reason) {
  if (failed_) return;
  failed_ = true;
  failure_ = std::move(reason);
}

bool Reader::need(std::size_t size, std::string_view what) {
  if (failed_) return false;
  if (size <= left()) return true;
  fail(format("byte {}: {} needs {} bytes, {} are left", position_, what, size, left()));
  return false;
}

std::uint64_t Reader::groups_of_seven(int most_bytes, std::string_view what) {
  const auto start = position_;
  std::uint64_t value = 0;
  for (int i = 0; i < most_bytes; ++i) {
    if (!need(1, what)) return 0;
    const auto byte = std::to_integer<std::uint64_t>(bytes_[position_++]);
    value |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return value;
  }
  fail(format("byte {}: {} does not end within {} bytes", start, what, most_bytes));
  return 0;
}

std::uint32_t Reader::unsigned_varint() {
  const auto start = position_;
  const auto value = groups_of_seven(5, "an unsigned varint");
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    fail(format("byte {}: an unsigned varint is larger than 32 bits", start));
    return 0;
  }
  return static_cast<std::uint32_t>(value);
}

std::int32_t Reader::varint() {
  const auto start = position_;
  const auto value = groups_of_seven(5, "a varint");
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    fail(format("byte {}: a varint is larger than 32 bits", start));
    return 0;
  }
  return static_cast<std::int32_t>(unzigzag(value));
}

std::int64_t Reader::varlong() { return unzigzag(groups_of_seven(10, "a varlong")); }

ByteView Reader::raw(std::size_t size) {
  if (!need(size, "a field")) return {};
  const auto view = bytes_.subspan(position_, size);
  position_ += size;
  return view;
}

std::optional<std::string> Reader::nullable_string() {
  const auto start = position_;
  const auto size = int16();
  if (size == -1 || failed_) return std::nullopt;
  if (size < 0) {
    fail(format("byte {}: a string has length {}", start, size));
    return std::nullopt;
  }
  return std::string(text_of(raw(static_cast<std::size_t>(size))));
}

std::string Reader::string() {
  const auto start = position_;
  auto text = nullable_string();
  if (!text && !failed_) fail(format("byte {}: null where a string must be", start));
  return std::move(text).value_or(std::string());
}

std::optional<Bytes> Reader::nullable_bytes() {
  const auto start = position_;
  const auto size = int32();
  if (size == -1 || failed_) return std::nullopt;
  if (size < 0) {
    fail(format("byte {}: bytes have length {}", start, size));
    return std::nullopt;
  }
  const auto view = raw(static_cast<std::size_t>(size));
  return Bytes(view.begin(), view.end());
}

Bytes Reader::bytes() {
  const auto start = position_;
  auto value = nullable_bytes();
  if (!value && !failed_) fail(format("byte {}: null where bytes must be", start));
  return std::move(value).value_or(Bytes());
}

std::int32_t Reader::array_count() {
  const auto start = position_;
  const auto count = int32();
  if (failed_) return 0;
  if (count < 0 || static_cast<std::size_t>(count) > left()) {
    fail(format("byte {}: an array of {} elements in {} bytes", start, count, left()));
    return 0;
  }
  return count;
}

std::size_t size_of_varint(std::int32_t value) { return groups(zigzag(value)); }
std::size_t size_of_varlong(std::int64_t value) { return groups(zigzag(value)); }

}  // namespace logquake::kafka::wire
