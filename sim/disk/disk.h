// A machine's disk: what is written is in the page cache at once and durable only after sync().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/disk/path_pattern.h"
#include "sim/disk/power_fate.h"
#include "sim/lasting.h"
#include "sim/random.h"

namespace logquake::sim {

class Disk;
class Node;
class Scheduler;
struct DiskTroubles;
namespace detail {
struct Inode;
struct SyncImage;
}  // namespace detail

/// An open file. Copies share the same file; it stays readable while open even after remove().
/// Source: POSIX.1-2017, pread(), pwrite(), fsync(), ftruncate().
class File {
 public:
  File() = default;

  /// Writes `bytes` at `offset`, extending the file (a gap reads as zeroes). They are in the page
  /// cache when this returns: they survive a crash of the process, and a power loss only after
  /// sync() or some 35 s of write-back. Errors: no_space, io_error (nothing was written), killed.
  Status write(std::int64_t offset, ByteView bytes);
  /// Writes at the end of the file.
  Status append(ByteView bytes);
  /// Up to `length` bytes from `offset`; fewer at the end of the file, none past it. Errors:
  /// io_error.
  Result<Bytes> read(std::int64_t offset, std::int64_t length) const;
  Result<Bytes> read_all() const;
  /// Makes everything written so far durable, with the file's name and length. Blocks for the
  /// disk's sync latency. Errors: io_error (what was unsynced may be lost for good), killed.
  Status sync();
  /// Cuts or zero-extends the file to `length`. Errors: io_error, killed.
  Status truncate(std::int64_t length);
  std::int64_t size() const;
  const std::string& path() const;

 private:
  friend class Disk;
  File(Disk& disk, std::shared_ptr<detail::Inode> inode) : disk_(&disk), inode_(std::move(inode)) {}
  Disk* disk_ = nullptr;
  std::shared_ptr<detail::Inode> inode_;
};

enum class Open { existing, create, create_new };

/// The next writes or syncs that a fault strikes.
struct NextOnes {
  PathPattern path;
  int count = 1;  // 0: all of them, until it ends
};

struct DiskOptions {
  Duration sync_low = 200us;  // of one sync, drawn for each
  Duration sync_high = 2ms;
};

/// A file system of one machine: slash-separated paths, folders made as needed. Changes of names
/// are journalled in order: a power loss keeps a prefix of those not yet synced; sync() of any file
/// makes all earlier ones durable, as ext4's journal does.
class Disk {
 public:
  Disk(Node& node, Scheduler& scheduler, Random random, DiskOptions options);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// Errors: not_found (existing), already_exists (create_new), no_space, killed.
  Result<File> open(std::string_view path, Open mode);
  bool exists(std::string_view path) const;
  /// The paths of all files below `folder`, sorted.
  std::vector<std::string> list(std::string_view folder) const;
  /// Errors: not_found, killed.
  Status remove(std::string_view path);
  /// Replaces `to` if it exists. Errors: not_found, killed.
  Status rename(std::string_view from, std::string_view to);
  /// Removes every file below `folder`.
  Status remove_folder(std::string_view folder);

  // ---- faults; none of them blocks, all are called from outside all tasks ----
  // What has an Episode lasts until end() or heal(), and is then as if it had never been, down to
  // the bytes.
  struct Losses {
    std::int64_t pages_lost = 0;
    std::int64_t pages_torn = 0;
  };
  /// What is unsynced is kept, lost or torn.
  Losses lose_power(PowerFate fate = PowerFate::drawn);
  void fail_next_syncs(int count) { fail_syncs({.path = {}, .count = count}); }
  /// The next syncs fail with io_error; what they should have made durable stays as it was.
  Episode fail_syncs(NextOnes which);
  /// The next writes fail with io_error and write nothing.
  Episode fail_writes(NextOnes which);
  /// The next syncs of anything break off: some pages and a part of one more reach the platter,
  /// keyed and in whole sectors, and the sync fails with io_error.
  Episode tear_syncs(NextOnes which);
  /// Of the next syncs of anything one page, keyed, is acknowledged but stays as it was on the
  /// platter. Programs see it through the page cache until the power fails.
  Episode lose_writes(NextOnes which);
  /// As lose_writes(), and the page's bytes replace those of another page of the file.
  Episode misdirect_writes(NextOnes which);
  /// Turns over `count` bits, keyed, of cold data: durable and not written to since. Zero: there is
  /// none below `path`.
  Episode rot(const PathPattern& path, int count);
  Episode fill();
  void set_full(bool full);
  Episode slow_syncs(Duration by);
  /// Syncs wait until it is over and then complete; the page cache takes writes all the while.
  Episode stall();
  void end(Episode episode);
  /// Ends all of them.
  void heal();

  /// The disk is a new one; only for a machine that is down.
  void wipe();
  /// Remembers all that is written, synced or not, as a snapshot of a frozen file system does.
  void take_snapshot();
  /// When the snapshot was taken that restore_snapshot() would bring back.
  std::optional<Instant> snapshot_taken() const;
  /// The disk holds what it held then; only for a machine that is down.
  void restore_snapshot();

  /// Whether bytes that were synced are, or are about to be, other than programs made them. It ends
  /// when the fault heals, when all that it damaged has been written anew and synced, and for a
  /// disk that was wiped or set back when declare_repaired() says that the node has caught up.
  bool is_damaged() const;
  void declare_repaired();
  /// Whether there is anything that rot() could strike.
  bool has_cold_data(const PathPattern& path) const;

 private:
  friend class File;
  Status write(detail::Inode& inode, std::int64_t offset, ByteView bytes);
  Result<Bytes> read(const detail::Inode& inode, std::int64_t offset, std::int64_t length) const;
  Status sync(detail::Inode& inode);
  Status truncate(detail::Inode& inode, std::int64_t length);

  // One change of names, not yet durable.
  struct NameChange {
    enum class Kind : std::uint8_t { create, remove, rename };
    Kind kind{};
    std::string path;
    std::string to;
    std::shared_ptr<detail::Inode> inode;
    Instant at;
  };
  using Names = std::map<std::string, std::shared_ptr<detail::Inode>, std::less<>>;
  static void apply(Names& names, const NameChange& change);
  void journal(NameChange change);
  void commit_journal(std::size_t count);
  bool is_dead() const;
  DiskTroubles& troubles();
  std::uint64_t draw(std::string_view label);
  struct ColdPage {
    detail::Inode* inode;
    std::int64_t page;
  };
  std::vector<ColdPage> cold_pages(const PathPattern& path) const;
  std::vector<std::shared_ptr<detail::Inode>> damaged_inodes() const;
  void note_damage(detail::Inode& inode);
  void await_stall();
  Status refuse_write(const detail::Inode& inode, std::size_t bytes);
  void commit_names(const detail::SyncImage& image);
  Status complete_in_trouble(detail::Inode& inode, const detail::SyncImage& image);

  Node& node_;
  Scheduler& scheduler_;
  Random random_;
  std::uint64_t seed_;  // of the keyed values that settle what a power loss does
  DiskOptions options_;
  Names names_;
  Names durable_names_;
  std::vector<NameChange> journal_;
  std::size_t journal_start_ = 0;  // how many changes were committed before the first in journal_
  std::int64_t power_losses_ = 0;
  std::unique_ptr<DiskTroubles> troubles_;  // null until the first fault
};

}  // namespace logquake::sim
