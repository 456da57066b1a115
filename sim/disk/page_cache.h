// One file's bytes as programs see them (the page cache) and as they would be found after a power
// loss. Internal to sim.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/time.h"
#include "sim/disk/disk_overlay.h"

namespace logquake::sim {

/// A pure value: no clock, no chance; what time it is and how a page fares are told to it.
class PageCache {
 public:
  static constexpr std::int64_t page_bytes = DiskOverlay::page_bytes;
  /// What a disk writes at once or not at all.
  static constexpr std::int64_t sector_bytes = 512;
  /// Dirty pages this old have been written back. Linux: dirty_expire 30 s plus a flusher round of
  /// 5 s.
  static constexpr Duration write_back = 35s;

  std::int64_t size() const { return static_cast<std::int64_t>(cached_.size()); }
  /// The pristine bytes; what programs see are those with the overlay's damage applied.
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
  /// A page of a sync that the disk acknowledged and did not put where it belongs.
  struct Astray {
    std::int64_t page = 0;
    std::optional<std::int64_t> lands_on;  // another page of the file, whose bytes it replaces
    Episode layer = 0;
  };
  void complete_sync(const Image& image, const Astray& astray);
  /// A sync that broke off: `pages` pages reached the platter, and `bytes` of the next one.
  void tear_sync(const Image& image, std::size_t pages, std::int64_t bytes);
  /// Everything is as if it had been synced now.
  void flush() { complete_sync(begin_sync()); }

  enum class Fate : std::uint8_t { kept, lost, torn };
  /// The dirty pages at `now`, after write-back; those decide by `fate_of` at a power loss.
  std::vector<std::int64_t> dirty_pages(Instant now);
  /// Settles every dirty page; `torn_at` is where a torn page's new half ends. What is left is
  /// durable.
  template <class FateOf>
  void lose_power(FateOf fate_of, std::int64_t torn_at) {
    bool all_kept = true;
    for (const auto& [page, since] : dirty_) {
      const Fate fate = fate_of(page);
      all_kept = all_kept && fate == Fate::kept;
      settle(page, fate, torn_at);
    }
    if (all_kept) resize_durable(size());  // a cut that began within a page, too
    forget_cache();
  }
  bool is_clean() const { return dirty_.empty() && cached_.size() == durable_.size(); }
  /// How many pages at the front of the file could be cold, and whether one of them is: neither
  /// written to since it became durable nor cut.
  std::int64_t pages() const;
  bool is_cold(std::int64_t page) const { return !dirty_.contains(page) && page < pages(); }

  DiskOverlay& overlay() { return overlay_; }
  const DiskOverlay& overlay() const { return overlay_; }

 private:
  void forget_cache();
  void settle(std::int64_t page, Fate fate, std::int64_t torn_at);
  void make_durable(std::int64_t page, ByteView bytes);
  void put(std::int64_t page, ByteView bytes);
  void resize_durable(std::int64_t size);
  void write_back_old(std::int64_t page, Instant now);
  ByteView cached_page(std::int64_t page) const;

  Bytes cached_;
  Bytes durable_;
  std::map<std::int64_t, Instant> dirty_;  // page -> since when
  DiskOverlay overlay_;
};

}  // namespace logquake::sim
