// One .log file: batches back to back from a base offset on. Source: K-LOG-20 to 25.
//
// The offset and time indexes are kept in memory, one entry a batch, and rebuilt from the batches'
// headers whenever the file is opened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/protocol/wire/record_batch.h"
#include "sim/base/result.h"
#include "sim/base/time.h"
#include "sim/disk/disk.h"

namespace logquake::kafka {

/// One batch's place in a segment.
struct BatchPlace {
  Offset base_offset;
  Offset last_offset;
  std::int64_t position = 0;  // in the file
  std::int64_t bytes = 0;
  Timestamp max_timestamp = no_timestamp;
};

/// How far a file could be read as batches.
struct SegmentScan {
  std::int64_t valid_bytes = 0;
  std::string trouble;  // why it stopped before the end of the file; empty where it did not
};

class Segment {
 public:
  /// "00000000000000000042.log"
  static std::string file_name(Offset base_offset);
  /// The base offset in such a name, or nothing.
  static std::optional<Offset> parse_file_name(std::string_view name);

  /// Begins an empty segment. Errors: those of the disk.
  static Result<Segment> create(sim::Disk& disk, const std::string& folder, Offset base_offset,
                                WallTime now);
  /// Opens an existing one; call scan() before anything else.
  static Result<Segment> open(sim::Disk& disk, const std::string& folder, Offset base_offset,
                              WallTime now);

  /// Reads the whole file and rebuilds the indexes from its batches, calling `each` with header and
  /// bytes of every one. `verify` also checks CRC and records; without it only the structure
  /// decides. Errors: those of the disk.
  template <class Each>
  Result<SegmentScan> scan(bool verify, Each each) {
    auto bytes = file_.read_all();
    if (!bytes) return bytes.error();
    places_.clear();
    max_timestamp_ = no_timestamp;
    SegmentScan outcome;
    ByteView rest(*bytes);
    while (!rest.empty()) {
      auto batch = next_batch(rest, verify);
      if (!batch) {
        outcome.trouble = batch.error().message;
        break;
      }
      note(batch->header, outcome.valid_bytes);
      each(batch->header);
      outcome.valid_bytes += static_cast<std::int64_t>(batch->bytes.size());
      rest = rest.subspan(batch->bytes.size());
    }
    return outcome;
  }

  Offset base_offset() const { return base_offset_; }
  /// One past the last offset, or the base offset of an empty segment.
  Offset next_offset() const {
    return places_.empty() ? base_offset_ : places_.back().last_offset + 1;
  }
  std::int64_t size_bytes() const { return file_.size(); }
  bool is_empty() const { return places_.empty(); }
  /// The largest timestamp of its records, or -1.
  Timestamp max_timestamp() const { return max_timestamp_; }
  /// That of the first batch, or -1.
  Timestamp first_timestamp() const {
    return places_.empty() ? no_timestamp : places_.front().max_timestamp;
  }
  /// The wall clock at its creation or last opening; of the last change of the file.
  WallTime created() const { return created_; }
  WallTime modified() const { return modified_; }
  const std::string& path() const { return file_.path(); }
  const std::vector<BatchPlace>& batches() const { return places_; }

  /// The first batch whose last offset is at or above `offset`, or null.
  const BatchPlace* find(Offset offset) const;
  /// The first batch whose largest timestamp is at or above `timestamp`, or null.
  const BatchPlace* find_timestamp(Timestamp timestamp) const;

  /// Errors: those of the disk; the file may then hold part of the batch.
  Status append(ByteView batch, const wire::BatchHeader& header, WallTime now);
  Result<Bytes> read(std::int64_t position, std::int64_t length) const {
    return file_.read(position, length);
  }
  /// Cuts the file to `bytes` and forgets the batches from there on.
  Status truncate(std::int64_t bytes, WallTime now);
  /// The file, to sync it without holding on to the segment. Copies share the file.
  sim::File file() const { return file_; }

 private:
  Segment(sim::File file, Offset base_offset, WallTime now)
      : file_(std::move(file)), base_offset_(base_offset), created_(now), modified_(now) {}
  Outcome<wire::BatchView> next_batch(ByteView rest, bool verify) const;
  void note(const wire::BatchHeader& header, std::int64_t position);

  sim::File file_;
  Offset base_offset_;
  std::vector<BatchPlace> places_;  // Invariant: increasing in offset and position
  Timestamp max_timestamp_ = no_timestamp;
  WallTime created_;
  WallTime modified_;
};

}  // namespace logquake::kafka
