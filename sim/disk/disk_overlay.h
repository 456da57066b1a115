// The damage that disk faults do to one file, kept apart from its pristine bytes: healing forgets
// the damage, and the bytes are as if nothing had happened. Internal to sim.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/lasting.h"

namespace logquake::sim {

/// Each fault is a layer of masks, to be added bit by bit (exclusive or) to the pristine bytes: one
/// for what programs see through the page cache, one for what the platter holds. Masks commute, so
/// that layers heal in any order. Offsets and pages as in PageCache, whose moves of bytes between
/// cache and platter it follows.
class DiskOverlay {
 public:
  static constexpr std::int64_t page_bytes = 4096;

  bool empty() const { return layers_.empty(); }

  // ---- what faults do ----
  /// Turns one bit over, on the platter and, since the page is not cached, for all who read it.
  void flip(Episode layer, std::int64_t offset, int bit);
  /// Adds `mask` to what the platter holds from the start of `page` on.
  void damage_stored(Episode layer, std::int64_t page, ByteView mask);
  /// Ends one fault.
  void heal(Episode layer);

  // ---- what the page cache does ----
  void apply_seen(std::int64_t offset, std::span<std::byte> bytes) const;
  void apply_stored(std::int64_t offset, std::span<std::byte> bytes) const;
  /// A program wrote there: what it sees there is what it wrote.
  void overwrite(std::int64_t offset, std::int64_t length);
  /// The first `length` bytes of the cached page reached the platter.
  void store(std::int64_t page, std::int64_t length);
  /// The file ends at `length`: in the cache, on the platter.
  void cut_seen(std::int64_t length);
  void cut_stored(std::int64_t length);
  /// The cache is lost: what the platter holds is what is seen.
  void forget_seen();

 private:
  using Masks = std::map<std::int64_t, Bytes>;  // by page; never all zero
  struct Layer {
    Episode episode = 0;
    Masks seen;
    Masks stored;
  };
  Layer& layer(Episode episode);
  void drop_repaired();

  std::vector<Layer> layers_;  // none without any damage
};

}  // namespace logquake::sim
