// ZooKeeper's own serialization ("jute"): big-endian integers, counted strings. Both directions
// follow from the description of a value's fields. Source: Z-GEN-4, Z-WP-2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/describe.h"

namespace logquake::zookeeper {

/// Appends described values to a run of bytes.
class JuteWriter {
 public:
  template <class T>
  void operator()(std::string_view, const T& value) {
    put(value);
  }

  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      put_integer(value ? 1u : 0u, 1);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      put_integer(static_cast<std::uint64_t>(value), sizeof(T));
    } else if constexpr (is_id<T>) {
      put(value.value());
    } else if constexpr (std::is_same_v<T, std::string>) {
      put(static_cast<std::int32_t>(value.size()));
      const auto view = view_of(value);
      bytes_.insert(bytes_.end(), view.begin(), view.end());
    } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
      if (value) {
        put(*value);
      } else {
        put(std::int32_t{-1});
      }
    } else if constexpr (logquake::detail::is_vector<T>) {
      put(static_cast<std::int32_t>(value.size()));
      for (const auto& element : value) put(element);
    } else if constexpr (logquake::detail::is_map<T>) {
      put(static_cast<std::int32_t>(value.size()));
      for (const auto& [key, element] : value) {
        put(key);
        put(element);
      }
    } else {
      const_cast<T&>(value).io(
          *this);  // one description for reading and writing; this one reads it
    }
  }

  const Bytes& bytes() const { return bytes_; }
  Bytes take() && { return std::move(bytes_); }

 private:
  void put_integer(std::uint64_t value, std::size_t width);
  Bytes bytes_;
};

/// Reads described values back. After bytes that do not say what they should, failed() holds and
/// every further value is left alone. The bytes are borrowed for the reader's life.
class JuteReader {
 public:
  explicit JuteReader(ByteView bytes) : bytes_(bytes) {}

  template <class T>
  void operator()(std::string_view, T& value) {
    get(value);
  }

  template <class T>
  void get(T& value) {
    if (failed_) return;
    if constexpr (std::is_same_v<T, bool>) {
      value = get_integer(1) != 0;
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      value = static_cast<T>(get_integer(sizeof(T)));
    } else if constexpr (is_id<T>) {
      typename T::rep number{};
      get(number);
      value = T(number);
    } else if constexpr (std::is_same_v<T, std::string>) {
      std::int32_t length = 0;
      get(length);
      get_text(value, length);
    } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
      std::int32_t length = 0;
      get(length);
      value.reset();
      if (length != -1) get_text(value.emplace(), length);
    } else if constexpr (logquake::detail::is_vector<T>) {
      value.clear();
      for (auto left = get_count(); left > 0 && !failed_; --left) get(value.emplace_back());
    } else if constexpr (logquake::detail::is_map<T>) {
      value.clear();
      for (auto left = get_count(); left > 0 && !failed_; --left) {
        typename T::key_type key{};
        get(key);
        get(value[key]);
      }
    } else {
      value.io(*this);
    }
  }

  bool failed() const { return failed_; }
  /// For what a description cannot say: the bytes read so far do not fit together.
  void fail() { failed_ = true; }
  std::size_t position() const { return position_; }

 private:
  std::uint64_t get_integer(std::size_t width);
  std::int32_t get_count();
  void get_text(std::string& value, std::int32_t length);
  ByteView bytes_;
  std::size_t position_ = 0;
  bool failed_ = false;
};

/// The checksum of log records and snapshots. Source: RFC 1950 section 8; Z-ST-1.
std::uint32_t adler32(ByteView bytes);

}  // namespace logquake::zookeeper
