#include "sim/disk/disk_troubles.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/disk/inode.h"
#include "sim/schedule/scheduler.h"

namespace logquake::sim {
namespace {

constexpr Duration journal_commit = 5s;  // ext4: commit=5

// How the unsynced pages of one file fare at a power loss.
enum class Manner : std::uint8_t { all_kept, suffix_lost, each_on_its_own, all_lost, all_torn };

Manner manner_of(PowerFate fate, std::uint64_t value) {
  switch (fate) {
    case PowerFate::drawn:
      break;
    case PowerFate::kept:
      return Manner::all_kept;
    case PowerFate::lost:
      return Manner::all_lost;
    case PowerFate::torn:
      return Manner::all_torn;
    case PowerFate::suffix:
      return Manner::suffix_lost;
  }
  return static_cast<Manner>(keyed_below(value, 3));  // of the first three
}

}  // namespace

void DiskTroubles::end_all() {
  full.end_all();
  slower.end_all();
  stalls.end_all();
  for (auto* waiting :
       {&failing_syncs, &failing_writes, &torn_syncs, &lost_writes, &misdirected_writes})
    waiting->end_all();
}

std::optional<Episode> DiskTroubles::take(Lasting<NextOnes>& waiting, std::string_view path) {
  for (auto& [episode, next] : waiting.entries()) {
    if (!next.path.matches(path)) continue;
    const Episode struck = episode;
    if (next.count > 0 && --next.count == 0) waiting.end_one(struck);
    return struck;
  }
  return std::nullopt;
}

DiskTroubles& Disk::troubles() {
  if (troubles_ == nullptr) troubles_ = std::make_unique<DiskTroubles>();
  return *troubles_;
}

std::uint64_t Disk::draw(std::string_view label) {
  auto& draws = troubles().draws;
  const auto found = draws.try_emplace(std::string(label), 0).first;
  // Apart from the fates of pages, whose labels are paths.
  return keyed_value(mix64(seed_), hash64(label), found->second++);
}

// ---- what writes and syncs meet ----

Status Disk::refuse_write(const detail::Inode& inode, std::size_t bytes) {
  if (!troubles_->full.empty())
    return Error{ErrorCode::no_space, format("write {} bytes to {}", bytes, inode.path)};
  if (DiskTroubles::take(troubles_->failing_writes, inode.path))
    return Error{ErrorCode::io_error, format("write {} bytes to {}", bytes, inode.path)};
  return {};
}

void Disk::await_stall() {
  while (!troubles_->stalls.empty() && !is_dead())
    troubles_->stall_over.wait(node_, forever, "its stalled disk");
}

Status Disk::complete_in_trouble(detail::Inode& inode, const detail::SyncImage& image) {
  const auto failed = [&inode] {
    return Error{ErrorCode::io_error, format("sync of {}", inode.path)};
  };
  if (DiskTroubles::take(troubles_->failing_syncs, inode.path)) return failed();
  const auto& pages = image.pages.pages;
  const auto count = static_cast<std::uint32_t>(pages.size());
  if (count > 0 && DiskTroubles::take(troubles_->torn_syncs, inode.path)) {
    const auto value = draw("torn write");
    const auto whole = keyed_below(value, count);
    constexpr auto sectors = PageCache::page_bytes / PageCache::sector_bytes;
    const auto of_next = 1 + keyed_below(mix64(value), static_cast<std::uint32_t>(sectors - 1));
    inode.pages.tear_sync(image.pages, whole,
                          static_cast<std::int64_t>(of_next) * PageCache::sector_bytes);
    return failed();
  }
  std::optional<PageCache::Astray> astray;
  if (count > 0) {
    auto layer = DiskTroubles::take(troubles_->lost_writes, inode.path);
    const bool is_lost = layer.has_value();
    if (!is_lost) layer = DiskTroubles::take(troubles_->misdirected_writes, inode.path);
    if (layer) {
      const auto value = draw(is_lost ? "lost write" : "misdirected write");
      const auto page =
          std::next(pages.begin(), static_cast<std::ptrdiff_t>(keyed_below(value, count)))->first;
      astray = {.page = page, .lands_on = {}, .layer = *layer};
      const auto others =
          static_cast<std::uint32_t>((image.pages.size - 1) / PageCache::page_bytes);
      if (!is_lost && others > 0) {
        const auto other = static_cast<std::int64_t>(keyed_below(mix64(value), others));
        astray->lands_on = other < page ? other : other + 1;
      }
    }
  }
  if (!astray) {
    inode.pages.complete_sync(image.pages);
  } else {
    inode.pages.complete_sync(image.pages, *astray);
    note_damage(inode);
  }
  commit_names(image);
  return {};
}

// ---- faults that last, or wait ----

Episode Disk::fail_syncs(NextOnes which) {
  return troubles().failing_syncs.begin_one(++troubles().last, std::move(which));
}

Episode Disk::fail_writes(NextOnes which) {
  return troubles().failing_writes.begin_one(++troubles().last, std::move(which));
}

Episode Disk::tear_syncs(NextOnes which) {
  return troubles().torn_syncs.begin_one(++troubles().last, std::move(which));
}

Episode Disk::lose_writes(NextOnes which) {
  return troubles().lost_writes.begin_one(++troubles().last, std::move(which));
}

Episode Disk::misdirect_writes(NextOnes which) {
  return troubles().misdirected_writes.begin_one(++troubles().last, std::move(which));
}

Episode Disk::fill() { return troubles().full.begin_one(++troubles().last, {}); }

void Disk::set_full(bool full) {
  if (full) {
    fill();
  } else {
    troubles().full.end_all();
  }
}

Episode Disk::slow_syncs(Duration by) { return troubles().slower.begin_one(++troubles().last, by); }

Episode Disk::stall() { return troubles().stalls.begin_one(++troubles().last, {}); }

void Disk::end(Episode episode) {
  auto& own = troubles();
  own.full.end_one(episode);
  own.slower.end_one(episode);
  for (auto* waiting : {&own.failing_syncs, &own.failing_writes, &own.torn_syncs, &own.lost_writes,
                        &own.misdirected_writes})
    waiting->end_one(episode);
  for (const auto& inode : damaged_inodes()) inode->pages.overlay().heal(episode);
  if (own.stalls.end_one(episode) && own.stalls.empty()) own.stall_over.wake_all();
}

void Disk::heal() {
  if (troubles_ == nullptr) return;
  troubles_->end_all();
  for (const auto& inode : damaged_inodes()) inode->pages.overlay() = {};
  troubles_->stall_over.wake_all();
}

// ---- damage ----

void Disk::note_damage(detail::Inode& inode) {
  auto& damaged = troubles().damaged;
  std::erase_if(damaged, [&inode](const auto& each) {
    const auto known = each.lock();
    return known == nullptr || known.get() == &inode;
  });
  damaged.push_back(inode.weak_from_this());
}

std::vector<std::shared_ptr<detail::Inode>> Disk::damaged_inodes() const {
  std::vector<std::shared_ptr<detail::Inode>> found;
  if (troubles_ == nullptr) return found;
  for (const auto& each : troubles_->damaged) {
    auto inode = each.lock();
    if (inode != nullptr && !inode->pages.overlay().empty()) found.push_back(std::move(inode));
  }
  return found;
}

bool Disk::is_damaged() const {
  return troubles_ != nullptr &&
         (troubles_->lost_everything || !troubles_->lost_writes.empty() ||
          !troubles_->misdirected_writes.empty() || !damaged_inodes().empty());
}

void Disk::declare_repaired() {
  if (troubles_ != nullptr) troubles_->lost_everything = false;
}

std::vector<Disk::ColdPage> Disk::cold_pages(const PathPattern& path) const {
  std::vector<ColdPage> cold;
  for (const auto& [name, inode] : names_) {
    if (!path.matches(name)) continue;
    inode->pages.dirty_pages(scheduler_.instant());  // those that are old have been written back
    for (std::int64_t page = 0; page < inode->pages.pages(); ++page) {
      if (inode->pages.is_cold(page)) cold.push_back({inode.get(), page});
    }
  }
  return cold;
}

bool Disk::has_cold_data(const PathPattern& path) const { return !cold_pages(path).empty(); }

Episode Disk::rot(const PathPattern& path, int count) {
  const auto cold = cold_pages(path);
  if (cold.empty()) return 0;
  const Episode episode = ++troubles().last;
  for (int bit = 0; bit < count; ++bit) {
    const auto value = draw("bit rot");
    const auto& [inode, page] = cold[keyed_below(value, static_cast<std::uint32_t>(cold.size()))];
    const auto start = page * PageCache::page_bytes;
    const auto held = std::min(inode->pages.size() - start, PageCache::page_bytes);
    const auto place = keyed_below(mix64(value), static_cast<std::uint32_t>(held * 8));
    inode->pages.overlay().flip(episode, start + static_cast<std::int64_t>(place / 8),
                                static_cast<int>(place % 8));
    note_damage(*inode);
  }
  return episode;
}

// ---- the whole disk ----

void Disk::wipe() {
  journal_start_ += journal_.size();
  journal_.clear();
  names_.clear();
  durable_names_.clear();
  troubles().lost_everything = true;
}

void Disk::take_snapshot() {
  DiskTroubles::Snapshot snapshot{scheduler_.instant(), {}};
  for (const auto& [path, inode] : names_) {
    auto copy = std::make_shared<detail::Inode>();
    copy->path = path;
    copy->pages = inode->pages;
    copy->pages.flush();
    copy->pages.overlay() = {};  // a snapshot holds the pristine bytes
    snapshot.files.emplace(path, std::move(copy));
  }
  troubles().snapshot = std::move(snapshot);
}

std::optional<Instant> Disk::snapshot_taken() const {
  if (troubles_ == nullptr || !troubles_->snapshot) return std::nullopt;
  return troubles_->snapshot->at;
}

void Disk::restore_snapshot() {
  wipe();
  for (const auto& [path, inode] : troubles().snapshot->files) {
    auto copy = std::make_shared<detail::Inode>();
    copy->path = path;
    copy->pages = inode->pages;
    names_.emplace(path, std::move(copy));
  }
  durable_names_ = names_;
}

Disk::Losses Disk::lose_power(PowerFate power_fate) {
  ++power_losses_;
  const Instant now = scheduler_.instant();
  const auto occurrence = static_cast<std::uint64_t>(power_losses_);
  Losses losses;
  // The journal commits every 5 s; of what is younger a prefix has made it.
  std::size_t committed = 0;
  while (committed < journal_.size() && now - journal_[committed].at >= journal_commit) ++committed;
  const auto open = static_cast<std::uint32_t>(journal_.size() - committed);
  if (power_fate == PowerFate::kept)
    committed = journal_.size();
  else if (open > 0 && power_fate != PowerFate::lost)
    committed += keyed_below(keyed_value(seed_, hash64("journal"), occurrence), open + 1);
  commit_journal(committed);
  journal_start_ += journal_.size();
  journal_.clear();
  names_ = durable_names_;
  for (auto& [path, inode] : names_) {
    inode->path = path;
    auto dirty = inode->pages.dirty_pages(now);
    const auto value = keyed_value(seed_, hash64(path), occurrence);
    const auto manner = manner_of(power_fate, value);
    const auto cut = keyed_below(mix64(value), static_cast<std::uint32_t>(dirty.size() + 1));
    const auto torn_at =
        static_cast<std::int64_t>(keyed_below(mix64(value + 1), PageCache::page_bytes));
    const auto fate_of = [&](std::int64_t page) {
      using Fate = PageCache::Fate;
      Fate fate = Fate::kept;
      switch (manner) {
        case Manner::all_kept:
          break;
        case Manner::all_lost:
          fate = Fate::lost;
          break;
        case Manner::all_torn:
          fate = Fate::torn;
          break;
        case Manner::suffix_lost: {
          const auto place = std::lower_bound(dirty.begin(), dirty.end(), page) - dirty.begin();
          const auto index = static_cast<std::uint64_t>(place);
          fate = index < cut ? Fate::kept : index == cut ? Fate::torn : Fate::lost;
          break;
        }
        case Manner::each_on_its_own: {
          const auto own =
              keyed_below(keyed_value(value, static_cast<std::uint64_t>(page), occurrence), 4);
          fate = own < 2 ? Fate::kept : own == 2 ? Fate::lost : Fate::torn;
          break;
        }
      }
      losses.pages_lost += fate == Fate::lost ? 1 : 0;
      losses.pages_torn += fate == Fate::torn ? 1 : 0;
      return fate;
    };
    inode->pages.lose_power(fate_of, torn_at);
  }
  return losses;
}

}  // namespace logquake::sim
