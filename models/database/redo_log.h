// The redo log on disk: group commit, recovery, checkpoints. Source: C-DB-15, 60 to 62.
#pragma once

#include <cstdint>
#include <string>

#include "models/database/engine.h"
#include "sim/base/result.h"
#include "sim/disk/disk.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::database {

/// innodb_flush_log_at_trx_commit. Source: C-DB-61.
enum class FlushLog : std::int32_t {
  every_second = 0,     // written and synced about once per second
  at_commit = 1,        // written and synced before COMMIT answers
  write_at_commit = 2,  // written at COMMIT, synced about once per second
};

/// Files `database/redo-N`, each going on where the one before ended, and `database/checkpoint-N`,
/// which stands for all before redo-N. An I/O error ends the process, as it ends the real server.
class RedoLog {
 public:
  RedoLog(sim::Node& node, Engine& engine, FlushLog flush);

  struct Found {
    bool fresh = false;  // there was nothing, or an initialisation that was not completed
    std::int64_t replayed = 0;
    std::int64_t bytes_cut = 0;
  };
  /// Replays what is there and opens the log for writing. Blocks for the disk. The engine is new.
  Result<Found> recover();

  /// Blocks until the engine's redo up to `end` is as durable as the setting asks; one sync serves
  /// all who wait for it.
  void make_durable(std::int64_t end);
  /// Writes and syncs what is there; called about once per second.
  void flush();
  /// Replaces the log by a checkpoint when it has grown beyond `bytes` and no commit is under way.
  void checkpoint_beyond(std::int64_t bytes);

 private:
  Result<std::int64_t> replay_file(const std::string& path, Found& found, bool& initialised);
  SqlStatus apply(const RedoRecord& record, bool& initialised);
  /// Writes the engine's redo, and syncs if asked; the caller is the only one at it.
  void write_out(bool sync);
  void remove_before(std::int64_t number);
  [[noreturn]] void give_up(std::string_view deed, const Error& error);

  sim::Node& node_;
  Engine& engine_;
  FlushLog flush_;
  bool answers_without_sync_;  // defect
  sim::Signal progress_;
  sim::File file_;
  std::int64_t number_ = 0;   // of the file being written
  std::int64_t written_ = 0;  // redo up to here is in the page cache
  std::int64_t synced_ = 0;   // and up to here on the disk
  std::int64_t waiting_ = 0;
  bool busy_ = false;
};

}  // namespace logquake::database
