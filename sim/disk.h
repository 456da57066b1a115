// A machine's disk: what is written is in the page cache at once and durable only after sync().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/result.h"

namespace logquake::sim {

class Disk;
class Node;
namespace detail {
struct Inode;
}

/// An open file. Copies share the same file; it stays readable while open even after remove().
/// Source: POSIX.1-2017, pread(), pwrite(), fsync(), ftruncate().
class File {
 public:
  File() = default;

  /// Writes `bytes` at `offset`, extending the file (a gap reads as zeroes). They are in the page cache
  /// when this returns: they survive a crash of the process, and a power loss only after sync() or some
  /// 35 s of write-back. Errors: no_space, io_error (nothing was written), killed.
  Status write(std::int64_t offset, ByteView bytes);
  /// Writes at the end of the file.
  Status append(ByteView bytes);
  /// Up to `length` bytes from `offset`; fewer at the end of the file, none past it. Errors: io_error.
  Result<Bytes> read(std::int64_t offset, std::int64_t length) const;
  Result<Bytes> read_all() const;
  /// Makes everything written so far durable, with the file's name and length. Blocks for the disk's
  /// sync latency. Errors: io_error (what was unsynced may be lost for good), killed.
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

/// A file system of one machine: slash-separated paths, folders made as needed. Changes of names are
/// journalled in order: a power loss keeps a prefix of those not yet synced; sync() of any file makes
/// all earlier ones durable, as ext4's journal does.
class Disk {
 public:
  virtual ~Disk() = default;

  /// Errors: not_found (existing), already_exists (create_new), no_space, io_error, killed.
  virtual Result<File> open(std::string_view path, Open mode) = 0;
  virtual bool exists(std::string_view path) const = 0;
  /// The paths of all files below `folder`, sorted.
  virtual std::vector<std::string> list(std::string_view folder) const = 0;
  /// Errors: not_found, io_error, killed.
  virtual Status remove(std::string_view path) = 0;
  /// Replaces `to` if it exists. Errors: not_found, io_error, killed.
  virtual Status rename(std::string_view from, std::string_view to) = 0;
  /// Removes every file below `folder`.
  virtual Status remove_folder(std::string_view folder) = 0;

  // What File forwards to.
  virtual Status write(detail::Inode& inode, std::int64_t offset, ByteView bytes) = 0;
  virtual Result<Bytes> read(const detail::Inode& inode, std::int64_t offset, std::int64_t length) const = 0;
  virtual Status sync(detail::Inode& inode) = 0;
  virtual Status truncate(detail::Inode& inode, std::int64_t length) = 0;
};

}  // namespace logquake::sim
