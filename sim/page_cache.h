// One file's bytes as programs see them (the page cache) and as they would be found after a power
// loss. Internal to sim.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/time.h"

namespace logquake::sim {

/// A pure value: no clock, no chance; what time it is and how a page fares are told to it.
class PageCache {
 public:
  static constexpr std::int64_t page_bytes = 4096;
  /// Dirty pages this old have been written back. Linux: dirty_expire 30 s plus a flusher round of
  /// 5 s.
  static constexpr Duration write_back = 35s;

  std::int64_t size() const { return static_cast<std::int64_t>(cached_.size()); }
  ByteView read(std::int64_t offset, std::int64_t length) const;
  void write(std::int64_t offset, ByteView bytes, Instant now);
  void truncate(std::int64_t length, Instant now);

  /// What a sync that begins now will make durable when it completes.
  struct Image {
    std::int64_t size = 0;
    std::map<std::int64_t, Bytes> pages;
  };
  Image begin_sync() const;
  void complete_sync(const Image& image);

  enum class Fate : std::uint8_t { kept, lost, torn };
  /// The dirty pages at `now`, after write-back; those decide by `fate_of` at a power loss.
  std::vector<std::int64_t> dirty_pages(Instant now);
  /// Settles every dirty page; `torn_at` is where a torn page's new half ends. What is left is
  /// durable.
  template <class FateOf>
  void lose_power(FateOf fate_of, std::int64_t torn_at) {
    for (const auto& [page, since] : dirty_) settle(page, fate_of(page), torn_at);
    forget_cache();
  }
  bool is_clean() const { return dirty_.empty() && cached_.size() == durable_.size(); }

 private:
  void settle(std::int64_t page, Fate fate, std::int64_t torn_at);
  void forget_cache();
  void make_durable(std::int64_t page, ByteView bytes);
  void write_back_old(std::int64_t page, Instant now);
  ByteView cached_page(std::int64_t page) const;

  Bytes cached_;
  Bytes durable_;
  std::map<std::int64_t, Instant> dirty_;  // page -> since when
};

}  // namespace logquake::sim
