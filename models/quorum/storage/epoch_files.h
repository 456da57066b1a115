// The two numbers that a member must never forget: what it has promised, and whose history it has.
// Source: Z-DI-1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.h"
#include "sim/disk/disk.h"

namespace logquake::zookeeper {

/// The files acceptedEpoch and currentEpoch in `folder`, decimal text (Z-OBS-60).
class EpochFiles {
 public:
  /// `disk` must outlive it.
  EpochFiles(sim::Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  /// Reads both; a missing file is epoch 0. Errors: corrupt (no number), io_error.
  logquake::Status load();
  /// Writes one durably: a temporary file, synced, renamed over the old. Blocks for the disk.
  /// Errors: no_space, io_error.
  logquake::Status store_accepted(std::int64_t epoch);
  logquake::Status store_current(std::int64_t epoch);

  std::int64_t accepted() const { return accepted_; }
  std::int64_t current() const { return current_; }

 private:
  logquake::Result<std::int64_t> read(std::string_view name) const;
  logquake::Status write(std::string_view name, std::int64_t epoch);

  sim::Disk& disk_;
  std::string folder_;
  std::int64_t accepted_ = 0;
  std::int64_t current_ = 0;
};

}  // namespace logquake::zookeeper
