// A machine's disk: what is written is in the page cache at once and durable only after sync().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/random.h"

namespace logquake::sim {

class Disk;
class Node;
class Scheduler;
namespace detail {
struct Inode;
}

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

  // ---- faults ----
  struct Losses {
    std::int64_t pages_lost = 0;
    std::int64_t pages_torn = 0;
  };
  /// What is unsynced is kept, lost or torn, page by page or from some page on, by keyed values.
  Losses lose_power();
  void fail_next_syncs(int count) { failing_syncs_ += count; }
  void set_full(bool full) { is_full_ = full; }
  void set_slower(Duration by) { slower_ = by; }
  void heal();

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
  int failing_syncs_ = 0;
  bool is_full_ = false;
  Duration slower_{};
};

}  // namespace logquake::sim
