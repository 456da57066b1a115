// The primitives of Kafka's wire and log: big-endian integers, varints, length-prefixed strings.
// Source: K-WIRE-4, K-WIRE-5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "models/protocol/errors.h"
#include "sim/base/bytes.h"

namespace logquake::kafka::wire {

/// Appends primitives to a growing string of bytes.
class Writer {
 public:
  void int8(std::int8_t value) { big_endian(static_cast<std::uint8_t>(value)); }
  void int16(std::int16_t value) { big_endian(static_cast<std::uint16_t>(value)); }
  void int32(std::int32_t value) { big_endian(static_cast<std::uint32_t>(value)); }
  void int64(std::int64_t value) { big_endian(static_cast<std::uint64_t>(value)); }
  void uint32(std::uint32_t value) { big_endian(value); }
  void unsigned_varint(std::uint64_t value);
  void varint(std::int32_t value);   // ZigZag
  void varlong(std::int64_t value);  // ZigZag
  void raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  /// int16 length and the text, which is at most 32,767 bytes long.
  void string(std::string_view text);
  void nullable_string(const std::optional<std::string>& text);
  /// int32 length and the bytes.
  void bytes(ByteView value);
  void nullable_bytes(const std::optional<Bytes>& value);

  std::size_t size() const { return bytes_.size(); }
  void reserve(std::size_t size) { bytes_.reserve(size); }
  Bytes& buffer() { return bytes_; }
  Bytes take() && { return std::move(bytes_); }

 private:
  template <class Unsigned>
  void big_endian(Unsigned value) {
    for (auto shift = static_cast<int>(sizeof(Unsigned)) * 8 - 8; shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<std::byte>((value >> shift) & 0xff));
    }
  }
  Bytes bytes_;
};

/// Takes primitives from the front of borrowed bytes. After the first thing that does not fit every
/// further read yields zero, and error() says what was missing where: ask once, at the end.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  std::int8_t int8() { return static_cast<std::int8_t>(big_endian<std::uint8_t>("int8")); }
  std::int16_t int16() { return static_cast<std::int16_t>(big_endian<std::uint16_t>("int16")); }
  std::int32_t int32() { return static_cast<std::int32_t>(big_endian<std::uint32_t>("int32")); }
  std::int64_t int64() { return static_cast<std::int64_t>(big_endian<std::uint64_t>("int64")); }
  std::uint32_t uint32() { return big_endian<std::uint32_t>("uint32"); }
  std::uint32_t unsigned_varint();  // at most five bytes
  std::int32_t varint();
  std::int64_t varlong();  // at most ten bytes
  ByteView raw(std::size_t size);
  std::string string();
  std::optional<std::string> nullable_string();
  Bytes bytes();
  std::optional<Bytes> nullable_bytes();
  /// An array's count: never negative, never more than the bytes left could hold at one byte each.
  std::int32_t array_count();

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }
  bool ok() const { return !failed_; }
  /// Fails the reader for a reason of the caller's own; the first reason stays.
  void fail(std::string reason);
  /// "byte 17: an int32 needs 4 bytes, 2 are left"; empty while all is well.
  const std::string& failure() const { return failure_; }

 private:
  template <class Unsigned>
  Unsigned big_endian(std::string_view what) {
    if (!need(sizeof(Unsigned), what)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
      value = (value << 8) | std::to_integer<std::uint64_t>(bytes_[position_++]);
    }
    return static_cast<Unsigned>(value);
  }
  bool need(std::size_t size, std::string_view what);
  std::uint64_t groups_of_seven(int most_bytes, std::string_view what);

  ByteView bytes_;
  std::size_t position_ = 0;
  bool failed_ = false;
  std::string failure_;
};

/// How many bytes the values take.
std::size_t size_of_varint(std::int32_t value);
std::size_t size_of_varlong(std::int64_t value);

}  // namespace logquake::kafka::wire
