// What the redo log holds, and its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/database/table.h"
#include "sim/base/bytes.h"
#include "sim/base/time.h"

namespace logquake::database {

/// A statement that changed definitions; replaying it with the same table number gives the same
/// result.
struct RedoDefinition {
  std::string database{};  // the session's
  std::string sql{};
  WallTime statement_start{};
  std::int64_t zone_offset_seconds = 0;
  TableId next_table{};
};
/// The next AUTO_INCREMENT value of a table; written when a value is taken, made durable by whoever
/// syncs next (C-DB-15).
struct RedoCounter {
  TableId table{};
  std::uint64_t next_id = 0;
};
struct RedoRow {
  TableId table{};
  std::string key{};
  std::optional<Row> row{};  // nothing: deleted
};
/// A committed transaction. `stated_up_to` is the last commit whose facts were stated when this was
/// written, so that recovery knows which to state.
struct RedoCommit {
  CommitNumber number{};
  CommitNumber stated_up_to{};
  std::vector<RedoRow> rows{};
};
/// The initial SQL is applied in full.
struct RedoInitialised {};

using RedoRecord = std::variant<RedoDefinition, RedoCounter, RedoCommit, RedoInitialised>;

/// One record with its length and CRC-32C in front.
Bytes frame_of(const RedoRecord& record);

/// Reads records until the bytes end or make no sense: the torn end of a log.
class RedoReader {
 public:
  /// `bytes` must outlive the reader.
  explicit RedoReader(ByteView bytes) : bytes_(bytes) {}
  std::optional<RedoRecord> next();
  /// Where the last whole record ended.
  std::int64_t position() const { return position_; }

 private:
  ByteView bytes_;
  std::int64_t position_ = 0;
};

}  // namespace logquake::database
