#include "sim/disk.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/node.h"
#include "sim/page_cache.h"
#include "sim/scheduler.h"
#include "sim/sync.h"

namespace logquake::sim {

namespace detail {
struct Inode {
  std::string path;  // where it was opened or last renamed to
  PageCache pages;
  bool is_syncing = false;
  WaitQueue sync_done;  // those who wait for their turn to sync
};
}  // namespace detail

namespace {

constexpr Duration journal_commit = 5s;  // ext4: commit=5

std::string folder_prefix(std::string_view folder) {
  std::string prefix(folder);
  if (!prefix.empty() && prefix.back() != '/') prefix += '/';
  return prefix;
}

// One task at a time syncs a file; ends with the task, also when it is killed.
class SyncTurn {
 public:
  explicit SyncTurn(detail::Inode& inode) : inode_(inode) { inode_.is_syncing = true; }
  ~SyncTurn() {
    inode_.is_syncing = false;
    inode_.sync_done.wake_one();
  }
  SyncTurn(const SyncTurn&) = delete;
  SyncTurn& operator=(const SyncTurn&) = delete;

 private:
  detail::Inode& inode_;
};

}  // namespace

// ---- File ----

Status File::write(std::int64_t offset, ByteView bytes) {
  return disk_->write(*inode_, offset, bytes);
}

Status File::append(ByteView bytes) { return disk_->write(*inode_, size(), bytes); }

Result<Bytes> File::read(std::int64_t offset, std::int64_t length) const {
  return std::as_const(*disk_).read(*inode_, offset, length);
}

Result<Bytes> File::read_all() const { return read(0, size()); }

Status File::sync() { return disk_->sync(*inode_); }

Status File::truncate(std::int64_t length) { return disk_->truncate(*inode_, length); }

std::int64_t File::size() const { return inode_->pages.size(); }

const std::string& File::path() const { return inode_->path; }

// ---- Disk ----

Disk::Disk(Node& node, Scheduler& scheduler, Random random, DiskOptions options)
    : node_(node),
      scheduler_(scheduler),
      random_(random),
      seed_(random.split("power").next()),
      options_(options) {}

Disk::~Disk() = default;

bool Disk::is_dead() const {
  return scheduler_.current() != nullptr && scheduler_.current()->killed;
}

void Disk::apply(Names& names, const NameChange& change) {
  switch (change.kind) {
    case NameChange::Kind::create:
      names[change.path] = change.inode;
      break;
    case NameChange::Kind::remove:
      names.erase(change.path);
      break;
    case NameChange::Kind::rename:
      names.erase(change.path);
      names[change.to] = change.inode;
      break;
  }
}

void Disk::journal(NameChange change) {
  change.at = scheduler_.instant();
  apply(names_, change);
  journal_.push_back(std::move(change));
}

void Disk::commit_journal(std::size_t count) {
  for (std::size_t at = 0; at < count; ++at) apply(durable_names_, journal_[at]);
  journal_.erase(journal_.begin(), journal_.begin() + static_cast<std::ptrdiff_t>(count));
  journal_start_ += count;
}

Result<File> Disk::open(std::string_view path, Open mode) {
  if (is_dead()) return ErrorCode::killed;
  const auto found = names_.find(path);
  if (found != names_.end()) {
    if (mode == Open::create_new) return Error{ErrorCode::already_exists, std::string(path)};
    return File(*this, found->second);
  }
  if (mode == Open::existing) return Error{ErrorCode::not_found, std::string(path)};
  if (is_full_) return Error{ErrorCode::no_space, format("create {}", path)};
  auto inode = std::make_shared<detail::Inode>();
  inode->path = std::string(path);
  journal(
      {.kind = NameChange::Kind::create, .path = inode->path, .to = {}, .inode = inode, .at = {}});
  return File(*this, std::move(inode));
}

bool Disk::exists(std::string_view path) const { return names_.contains(path); }

std::vector<std::string> Disk::list(std::string_view folder) const {
  const auto prefix = folder_prefix(folder);
  std::vector<std::string> paths;
  for (auto at = names_.lower_bound(prefix); at != names_.end() && at->first.starts_with(prefix);
       ++at) {
    paths.push_back(at->first);
  }
  return paths;
}

Status Disk::remove(std::string_view path) {
  if (is_dead()) return ErrorCode::killed;
  const auto found = names_.find(path);
  if (found == names_.end()) return Error{ErrorCode::not_found, std::string(path)};
  journal({.kind = NameChange::Kind::remove,
           .path = std::string(path),
           .to = {},
           .inode = {},
           .at = {}});
  return {};
}

Status Disk::rename(std::string_view from, std::string_view to) {
  if (is_dead()) return ErrorCode::killed;
  const auto found = names_.find(from);
  if (found == names_.end()) return Error{ErrorCode::not_found, std::string(from)};
  const auto inode = found->second;
  inode->path = std::string(to);
  journal({.kind = NameChange::Kind::rename,
           .path = std::string(from),
           .to = std::string(to),
           .inode = inode,
           .at = {}});
  return {};
}

Status Disk::remove_folder(std::string_view folder) {
  for (const auto& path : list(folder)) {
    if (auto removed = remove(path); !removed) return removed;
  }
  return {};
}

Status Disk::write(detail::Inode& inode, std::int64_t offset, ByteView bytes) {
  if (is_dead()) return ErrorCode::killed;
  if (offset < 0)
    return Error{ErrorCode::invalid_argument, format("write {} at {}", inode.path, offset)};
  if (is_full_)
    return Error{ErrorCode::no_space, format("write {} bytes to {}", bytes.size(), inode.path)};
  inode.pages.write(offset, bytes, scheduler_.instant());
  return {};
}

Result<Bytes> Disk::read(const detail::Inode& inode, std::int64_t offset,
                         std::int64_t length) const {
  if (offset < 0 || length < 0) {
    return Error{ErrorCode::invalid_argument,
                 format("read {} bytes of {} at {}", length, inode.path, offset)};
  }
  const auto bytes = inode.pages.read(offset, length);
  return Bytes(bytes.begin(), bytes.end());
}

Status Disk::sync(detail::Inode& inode) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  while (inode.is_syncing) {
    inode.sync_done.wait(node_, forever, "the sync of another task");
    if (is_dead()) return ErrorCode::killed;
  }
  const auto image = inode.pages.begin_sync();
  const auto names = journal_start_ + journal_.size();
  const Duration latency = random_.between(options_.sync_low, options_.sync_high) + slower_;
  {
    const SyncTurn turn(inode);
    node_.sleep_for(latency);  // a death in here leaves all that was unsynced as it was
  }
  if (is_dead()) return ErrorCode::killed;
  if (failing_syncs_ > 0) {
    --failing_syncs_;
    return Error{ErrorCode::io_error, format("sync of {}", inode.path)};
  }
  inode.pages.complete_sync(image);
  if (names > journal_start_) commit_journal(names - journal_start_);
  return {};
}

Status Disk::truncate(detail::Inode& inode, std::int64_t length) {
  if (is_dead()) return ErrorCode::killed;
  if (length < 0)
    return Error{ErrorCode::invalid_argument, format("truncate {} to {}", inode.path, length)};
  inode.pages.truncate(length, scheduler_.instant());
  return {};
}

Disk::Losses Disk::lose_power() {
  ++power_losses_;
  const Instant now = scheduler_.instant();
  const auto occurrence = static_cast<std::uint64_t>(power_losses_);
  Losses losses;
  // The journal commits every 5 s; of what is younger a prefix has made it.
  std::size_t committed = 0;
  while (committed < journal_.size() && now - journal_[committed].at >= journal_commit) ++committed;
  const auto open = static_cast<std::uint32_t>(journal_.size() - committed);
  if (open > 0)
    committed += keyed_below(keyed_value(seed_, hash64("journal"), occurrence), open + 1);
  commit_journal(committed);
  journal_start_ += journal_.size();
  journal_.clear();
  names_ = durable_names_;
  for (auto& [path, inode] : names_) {
    inode->path = path;
    auto dirty = inode->pages.dirty_pages(now);
    const auto value = keyed_value(seed_, hash64(path), occurrence);
    // One of three: all is kept; a suffix is lost, its first page torn; each page fares on its own.
    const auto manner = keyed_below(value, 3);
    const auto cut = keyed_below(mix64(value), static_cast<std::uint32_t>(dirty.size() + 1));
    const auto torn_at =
        static_cast<std::int64_t>(keyed_below(mix64(value + 1), PageCache::page_bytes));
    const auto fate_of = [&](std::int64_t page) {
      using Fate = PageCache::Fate;
      Fate fate = Fate::kept;
      if (manner == 1) {
        const auto place = std::lower_bound(dirty.begin(), dirty.end(), page) - dirty.begin();
        const auto index = static_cast<std::uint64_t>(place);
        fate = index < cut ? Fate::kept : index == cut ? Fate::torn : Fate::lost;
      } else if (manner == 2) {
        const auto own =
            keyed_below(keyed_value(value, static_cast<std::uint64_t>(page), occurrence), 4);
        fate = own < 2 ? Fate::kept : own == 2 ? Fate::lost : Fate::torn;
      }
      losses.pages_lost += fate == Fate::lost ? 1 : 0;
      losses.pages_torn += fate == Fate::torn ? 1 : 0;
      return fate;
    };
    inode->pages.lose_power(fate_of, torn_at);
  }
  return losses;
}

void Disk::heal() {
  failing_syncs_ = 0;
  is_full_ = false;
  slower_ = Duration::zero();
}

}  // namespace logquake::sim
