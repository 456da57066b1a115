// The transaction log: records appended in zxid order and synced before anybody is answered.
//
// A file is "log.<first zxid in hex>": a header ("ZKLG", version 2, database id), then records of
// an Adler-32, a length, the transaction and the byte 0x42. Where ZooKeeper puts a digest of the
// tree, each record says up to which zxid the log was durable when it was written: so that recovery
// can tell a torn tail, which nobody was ever promised, from damage in the middle. Files are not
// preallocated. Source: Z-ST-1, Z-ST-2, Z-BC-2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/tree/transaction.h"
#include "sim/base/bytes.h"
#include "sim/base/result.h"
#include "sim/disk/disk.h"

namespace logquake::zookeeper {

struct LogRecord {
  Transaction transaction;
  Zxid durable_to;  // everything up to here was synced before this record was written
  template <class Io>
  void io(Io& io) {
    io("transaction", transaction);
    io("durableTo", durable_to);
  }
};

/// What the bytes of one log file say.
struct ParsedLog {
  std::vector<LogRecord> records;  // up to the first bad one
  std::vector<std::int64_t> ends;  // where each of them ends, in bytes
  std::int64_t valid_bytes = 0;    // header and records; zero where not even the header is whole
  std::int64_t total_bytes = 0;
  Zxid promised;  // the highest durable_to of any whole record after the first bad one
};
ParsedLog parse_log(ByteView bytes);

/// Appends to the log in `folder`. Starts a new file at the first append and after each roll().
class TransactionLog {
 public:
  /// `disk` must outlive it. Everything up to `durable_to` is on the disk already.
  TransactionLog(sim::Disk& disk, std::string folder, Zxid durable_to);

  /// Keeps the transaction for the next flush(). Does not block.
  void append(const Transaction& transaction);
  /// Writes what was appended. Errors: no_space, io_error.
  logquake::Status write();
  /// Makes what was written durable. Blocks for the disk's sync latency. Errors: io_error.
  logquake::Status sync();
  /// The next transaction goes to a new file. Only when everything is synced.
  void roll() { file_.reset(); }

  Zxid durable_to() const { return durable_to_; }
  std::int64_t bytes_written() const { return bytes_written_; }

 private:
  sim::Disk& disk_;
  std::string folder_;
  std::optional<sim::File> file_;
  Bytes buffer_;
  Zxid first_;  // of the buffer
  Zxid appended_;
  Zxid durable_to_;
  std::int64_t bytes_written_ = 0;
};

/// "<folder>/<kind>.<zxid in hex>".
std::string storage_path(std::string_view folder, std::string_view kind, Zxid zxid);
/// The zxid in the name of a file of that kind, or nothing for other files.
std::optional<Zxid> zxid_of_file(std::string_view path, std::string_view kind);

}  // namespace logquake::zookeeper
