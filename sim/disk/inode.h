// A file without its name: its bytes, and whose turn it is to sync them. Internal to sim.
#pragma once

#include <memory>
#include <string>

#include "sim/disk/page_cache.h"
#include "sim/schedule/sync.h"

namespace logquake::sim::detail {

struct Inode : std::enable_shared_from_this<Inode> {
  std::string path;  // where it was opened or last renamed to
  PageCache pages;
  bool is_syncing = false;
  WaitQueue sync_done;  // those who wait for their turn to sync
};

/// What a sync under way will make durable.
struct SyncImage {
  PageCache::Image pages;
  std::size_t names = 0;  // how many changes of names there had been, ever
};

}  // namespace logquake::sim::detail
