#include "sim/disk/disk.h"

#include <utility>

#include "sim/base/format.h"
#include "sim/disk/disk_troubles.h"
#include "sim/disk/inode.h"
#include "sim/node.h"
#include "sim/schedule/scheduler.h"

namespace logquake::sim {

namespace {

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
  if (troubles_ != nullptr && !troubles_->full.empty()) [[unlikely]]
    return Error{ErrorCode::no_space, format("create {}", path)};
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
  if (troubles_ != nullptr) [[unlikely]] {
    if (auto refused = refuse_write(inode, bytes.size()); !refused) return refused;
  }
  inode.pages.write(offset, bytes, scheduler_.instant());
  return {};
}

Result<Bytes> Disk::read(const detail::Inode& inode, std::int64_t offset,
                         std::int64_t length) const {
  if (offset < 0 || length < 0) {
    return Error{ErrorCode::invalid_argument,
                 format("read {} bytes of {} at {}", length, inode.path, offset)};
  }
  const auto pristine = inode.pages.read(offset, length);
  Bytes bytes(pristine.begin(), pristine.end());
  if (!inode.pages.overlay().empty()) [[unlikely]]
    inode.pages.overlay().apply_seen(offset, bytes);
  return bytes;
}

Status Disk::sync(detail::Inode& inode) {
  if (!scheduler_.may_block()) return ErrorCode::killed;
  while (inode.is_syncing) {
    inode.sync_done.wait(node_, forever, "the sync of another task");
    if (is_dead()) return ErrorCode::killed;
  }
  const detail::SyncImage image{inode.pages.begin_sync(), journal_start_ + journal_.size()};
  Duration latency = random_.between(options_.sync_low, options_.sync_high);
  if (troubles_ != nullptr && !troubles_->slower.empty()) [[unlikely]]
    latency += troubles_->slower.latest();
  {
    const SyncTurn turn(inode);
    node_.sleep_for(latency);  // a death in here leaves all that was unsynced as it was
    if (troubles_ != nullptr) [[unlikely]]
      await_stall();
  }
  if (is_dead()) return ErrorCode::killed;
  if (troubles_ != nullptr) [[unlikely]]
    return complete_in_trouble(inode, image);
  inode.pages.complete_sync(image.pages);
  commit_names(image);
  return {};
}

void Disk::commit_names(const detail::SyncImage& image) {
  if (image.names > journal_start_) commit_journal(image.names - journal_start_);
}

Status Disk::truncate(detail::Inode& inode, std::int64_t length) {
  if (is_dead()) return ErrorCode::killed;
  if (length < 0)
    return Error{ErrorCode::invalid_argument, format("truncate {} to {}", inode.path, length)};
  inode.pages.truncate(length, scheduler_.instant());
  return {};
}

}  // namespace logquake::sim
