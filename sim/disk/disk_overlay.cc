#include "sim/disk/disk_overlay.h"

#include <algorithm>

namespace logquake::sim {
namespace {

using Masks = std::map<std::int64_t, Bytes>;

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

bool is_blank(const Bytes& mask) {
  return std::all_of(mask.begin(), mask.end(), [](std::byte byte) { return byte == std::byte{}; });
}

Bytes& mask_of(Masks& masks, std::int64_t page) {
  auto& mask = masks[page];
  mask.resize(index(DiskOverlay::page_bytes));
  return mask;
}

void apply(const Masks& masks, std::int64_t offset, std::span<std::byte> bytes) {
  const auto end = offset + static_cast<std::int64_t>(bytes.size());
  for (auto at = masks.lower_bound(offset / DiskOverlay::page_bytes); at != masks.end(); ++at) {
    const auto start = at->first * DiskOverlay::page_bytes;
    if (start >= end) return;
    const auto last = std::min(end, start + DiskOverlay::page_bytes);
    for (auto byte = std::max(offset, start); byte < last; ++byte)
      bytes[index(byte - offset)] ^= at->second[index(byte - start)];
  }
}

void blank(Masks& masks, std::int64_t offset, std::int64_t end) {
  for (auto at = masks.lower_bound(offset / DiskOverlay::page_bytes); at != masks.end();) {
    const auto start = at->first * DiskOverlay::page_bytes;
    if (start >= end) return;
    const auto first = std::max(offset, start) - start;
    const auto last = std::min(end - start, DiskOverlay::page_bytes);
    std::fill(at->second.begin() + first, at->second.begin() + last, std::byte{});
    at = is_blank(at->second) ? masks.erase(at) : std::next(at);
  }
}

constexpr std::int64_t no_end = INT64_MAX;

}  // namespace

DiskOverlay::Layer& DiskOverlay::layer(Episode episode) {
  const auto found = std::find_if(layers_.begin(), layers_.end(),
                                  [&](const Layer& each) { return each.episode == episode; });
  if (found != layers_.end()) return *found;
  layers_.push_back({.episode = episode, .seen = {}, .stored = {}});
  return layers_.back();
}

void DiskOverlay::drop_repaired() {
  std::erase_if(layers_,
                [](const Layer& each) { return each.seen.empty() && each.stored.empty(); });
}

void DiskOverlay::flip(Episode episode, std::int64_t offset, int bit) {
  auto& struck = layer(episode);
  for (Masks* masks : {&struck.seen, &struck.stored}) {
    auto& mask = mask_of(*masks, offset / page_bytes);
    mask[index(offset % page_bytes)] ^= std::byte{1} << bit;
    if (is_blank(mask)) masks->erase(offset / page_bytes);
  }
  drop_repaired();
}

void DiskOverlay::damage_stored(Episode episode, std::int64_t page, ByteView mask) {
  auto& struck = layer(episode);
  auto& stored = mask_of(struck.stored, page);
  for (std::size_t at = 0; at < mask.size(); ++at) stored[at] ^= mask[at];
  if (is_blank(stored)) struck.stored.erase(page);
  drop_repaired();
}

void DiskOverlay::heal(Episode episode) {
  std::erase_if(layers_, [&](const Layer& each) { return each.episode == episode; });
}

void DiskOverlay::apply_seen(std::int64_t offset, std::span<std::byte> bytes) const {
  for (const auto& each : layers_) apply(each.seen, offset, bytes);
}

void DiskOverlay::apply_stored(std::int64_t offset, std::span<std::byte> bytes) const {
  for (const auto& each : layers_) apply(each.stored, offset, bytes);
}

void DiskOverlay::overwrite(std::int64_t offset, std::int64_t length) {
  for (auto& each : layers_) blank(each.seen, offset, offset + length);
  drop_repaired();
}

void DiskOverlay::store(std::int64_t page, std::int64_t length) {
  for (auto& each : layers_) {
    blank(each.stored, page * page_bytes, page * page_bytes + length);
    const auto seen = each.seen.find(page);
    if (seen == each.seen.end()) continue;
    auto& stored = mask_of(each.stored, page);
    std::copy_n(seen->second.begin(), length, stored.begin());
    if (is_blank(stored)) each.stored.erase(page);
  }
  drop_repaired();
}

void DiskOverlay::cut_seen(std::int64_t length) {
  for (auto& each : layers_) blank(each.seen, length, no_end);
  drop_repaired();
}

void DiskOverlay::cut_stored(std::int64_t length) {
  for (auto& each : layers_) blank(each.stored, length, no_end);
  drop_repaired();
}

void DiskOverlay::forget_seen() {
  for (auto& each : layers_) each.seen = each.stored;
  drop_repaired();
}

}  // namespace logquake::sim
