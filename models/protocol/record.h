// Records as applications see them, and the immutable bytes in which they travel.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/protocol/ids.h"
#include "sim/base/bytes.h"
#include "sim/base/check.h"

namespace logquake::kafka {

/// Milliseconds since the Unix epoch; -1 is "none" (K-LOG-8).
using Timestamp = std::int64_t;
inline constexpr Timestamp no_timestamp = -1;

struct RecordHeader {
  std::string key{};             // never null (K-LOG-4)
  std::optional<Bytes> value{};  // null allowed
  bool operator==(const RecordHeader&) const = default;
  template <class Io>
  void io(Io& io) {
    io("key", key);
    io("value", value);
  }
};

/// One record. A null value is a tombstone (K-LOG-4).
struct Record {
  Timestamp timestamp = no_timestamp;
  std::optional<Bytes> key{};
  std::optional<Bytes> value{};
  std::vector<RecordHeader> headers{};
  bool operator==(const Record&) const = default;
  template <class Io>
  void io(Io& io) {
    io("timestamp", timestamp);
    io("key", key);
    io("value", value);
    io("headers", headers);
  }
};

/// Encoded batches, one after another, as Produce and Fetch carry them: shared immutable bytes, so
/// that copying a message never copies its records. In a Fetch response the last batch may be cut
/// off (K-API-1a).
class RecordData {
 public:
  RecordData() = default;
  explicit RecordData(Bytes bytes)
      : bytes_(std::make_shared<const Bytes>(std::move(bytes))), size_(bytes_->size()) {}

  ByteView view() const { return bytes_ ? ByteView(*bytes_).subspan(begin_, size_) : ByteView{}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// A part of the same bytes, sharing them.
  RecordData slice(std::size_t begin, std::size_t size) const {
    LOGQUAKE_CHECK(begin <= size_ && size <= size_ - begin, "a slice lies inside the whole");
    RecordData part(*this);
    part.begin_ += begin;
    part.size_ = size;
    return part;
  }
  bool operator==(const RecordData& other) const {
    const auto left = view();
    const auto right = other.view();
    return std::equal(left.begin(), left.end(), right.begin(), right.end());
  }

  template <class Io>
  void io(Io& io) {
    ByteView bytes = view();  // the wire codec sets records by itself; this is for readers
    io("bytes", bytes);
  }

 private:
  std::shared_ptr<const Bytes> bytes_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
};

}  // namespace logquake::kafka
