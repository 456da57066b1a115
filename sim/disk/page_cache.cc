#include "sim/disk/page_cache.h"

#include <algorithm>

namespace logquake::sim {
namespace {

std::size_t index(std::int64_t value) { return static_cast<std::size_t>(value); }

}  // namespace

ByteView PageCache::read(std::int64_t offset, std::int64_t length) const {
  const std::int64_t end = std::min(size(), length > size() - offset ? size() : offset + length);
  if (offset >= end) return {};
  return ByteView(cached_).subspan(index(offset), index(end - offset));
}

ByteView PageCache::cached_page(std::int64_t page) const {
  return read(page * page_bytes, page_bytes);
}

std::int64_t PageCache::pages() const {
  const auto shared = std::min(cached_.size(), durable_.size());
  return (static_cast<std::int64_t>(shared) + page_bytes - 1) / page_bytes;
}

void PageCache::make_durable(std::int64_t page, ByteView bytes) {
  put(page, bytes);
  if (!overlay_.empty()) [[unlikely]]
    overlay_.store(page, static_cast<std::int64_t>(bytes.size()));
}

void PageCache::resize_durable(std::int64_t size) {
  durable_.resize(index(size));
  if (!overlay_.empty()) [[unlikely]]
    overlay_.cut_stored(size);
}

void PageCache::put(std::int64_t page, ByteView bytes) {
  if (bytes.empty()) return;  // it was cut off meanwhile, and makes no file longer
  const std::int64_t start = page * page_bytes;
  const std::int64_t end = start + static_cast<std::int64_t>(bytes.size());
  if (static_cast<std::int64_t>(durable_.size()) < end) durable_.resize(index(end));
  std::copy(bytes.begin(), bytes.end(), durable_.begin() + start);
}

void PageCache::write_back_old(std::int64_t page, Instant now) {
  const auto found = dirty_.find(page);
  if (found == dirty_.end() || now - found->second < write_back) return;
  make_durable(page, cached_page(page));
  dirty_.erase(found);
}

void PageCache::write(std::int64_t offset, ByteView bytes, Instant now) {
  if (bytes.empty()) return;
  const std::int64_t end = offset + static_cast<std::int64_t>(bytes.size());
  const std::int64_t first =
      std::min(offset, size()) / page_bytes;  // a gap is written too, as zeroes
  for (std::int64_t page = first; page * page_bytes < end; ++page) {
    write_back_old(page, now);
    dirty_.emplace(page, now);
  }
  if (size() < end) cached_.resize(index(end));
  std::copy(bytes.begin(), bytes.end(), cached_.begin() + offset);
  if (!overlay_.empty()) [[unlikely]]
    overlay_.overwrite(offset, end - offset);
}

void PageCache::truncate(std::int64_t length, Instant now) {
  // The old bytes stay in durable_ until a sync: after a power loss a tail that was cut may be
  // back.
  const std::int64_t old_pages = (std::max(size(), length) + page_bytes - 1) / page_bytes;
  for (std::int64_t page = std::min(size(), length) / page_bytes; page < old_pages; ++page) {
    write_back_old(page, now);
    dirty_.emplace(page, now);
  }
  cached_.resize(index(length));
  if (!overlay_.empty()) [[unlikely]]
    overlay_.cut_seen(length);
}

PageCache::Image PageCache::begin_sync() const {
  Image image{.size = size(), .pages = {}};
  for (const auto& [page, since] : dirty_) {
    const auto bytes = cached_page(page);
    image.pages.emplace(page, Bytes(bytes.begin(), bytes.end()));
  }
  return image;
}

void PageCache::complete_sync(const Image& image) {
  for (const auto& [page, bytes] : image.pages) {
    make_durable(page, bytes);
    // Still dirty if it was written to meanwhile.
    const auto now_cached = cached_page(page);
    if (std::equal(now_cached.begin(), now_cached.end(), bytes.begin(), bytes.end()))
      dirty_.erase(page);
  }
  resize_durable(image.size);
}

void PageCache::complete_sync(const Image& image, const Astray& astray) {
  const std::int64_t start = astray.page * page_bytes;
  Bytes before(index(page_bytes));
  if (start < static_cast<std::int64_t>(durable_.size())) {
    const auto held = ByteView(durable_).subspan(index(start));
    std::copy_n(held.begin(), std::min(held.size(), index(page_bytes)), before.begin());
  }
  overlay_.apply_stored(start, before);
  complete_sync(image);  // the pristine bytes, and what programs see, are as they should be
  const auto adrift = [&](std::int64_t page, const Bytes& actual) {
    // The mask that turns what should be stored there into what is.
    Bytes mask = actual;
    const std::int64_t at = page * page_bytes;
    if (at < static_cast<std::int64_t>(durable_.size())) {
      const auto held = ByteView(durable_).subspan(index(at));
      for (std::size_t byte = 0; byte < std::min(held.size(), mask.size()); ++byte)
        mask[byte] ^= held[byte];
    }
    overlay_.apply_stored(at, mask);
    overlay_.damage_stored(astray.layer, page, mask);
  };
  if (astray.lands_on) {
    Bytes written(index(page_bytes));
    const auto& bytes = image.pages.at(astray.page);
    std::copy(bytes.begin(), bytes.end(), written.begin());
    overlay_.apply_seen(start, written);
    adrift(*astray.lands_on, written);
  }
  adrift(astray.page, before);
  overlay_.cut_stored(static_cast<std::int64_t>(durable_.size()));
}

void PageCache::tear_sync(const Image& image, std::size_t pages, std::int64_t bytes) {
  for (const auto& [page, content] : image.pages) {
    const bool whole = pages > 0;
    make_durable(page, ByteView(content).first(whole ? content.size()
                                                     : std::min(content.size(), index(bytes))));
    if (!whole) return;
    --pages;
  }
}

std::vector<std::int64_t> PageCache::dirty_pages(Instant now) {
  std::vector<std::int64_t> pages;
  for (auto at = dirty_.begin(); at != dirty_.end();) {
    if (now - at->second >= write_back) {
      const auto page = at->first;
      ++at;
      const auto bytes = cached_page(page);
      make_durable(page, bytes);
      // A cut that was written back shortens the durable file, if this was its last page.
      if (static_cast<std::int64_t>(bytes.size()) < page_bytes &&
          size() <= (page + 1) * page_bytes) {
        resize_durable(std::min(static_cast<std::int64_t>(durable_.size()),
                                std::max(size(), page * page_bytes)));
      }
      dirty_.erase(page);
    } else {
      pages.push_back(at->first);
      ++at;
    }
  }
  return pages;
}

void PageCache::settle(std::int64_t page, Fate fate, std::int64_t torn_at) {
  const auto bytes = cached_page(page);
  switch (fate) {
    case Fate::kept:
      make_durable(page, bytes);
      if (static_cast<std::int64_t>(bytes.size()) < page_bytes &&
          size() <= (page + 1) * page_bytes &&
          static_cast<std::int64_t>(durable_.size()) <= (page + 1) * page_bytes) {
        resize_durable(std::min(static_cast<std::int64_t>(durable_.size()),
                                std::max(size(), page * page_bytes)));
      }
      break;
    case Fate::torn:
      make_durable(page, bytes.first(std::min(bytes.size(), index(torn_at))));
      break;
    case Fate::lost:
      break;
  }
}

void PageCache::forget_cache() {
  cached_ = durable_;
  dirty_.clear();
  if (!overlay_.empty()) [[unlikely]]
    overlay_.forget_seen();
}

}  // namespace logquake::sim
