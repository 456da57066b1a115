// Which leader epoch began at which offset of one log. Source: K-LOG-60 to 64.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/ids.h"
#include "sim/base/result.h"

namespace logquake::kafka {

struct EpochStart {
  LeaderEpoch epoch;
  Offset start;
  bool operator==(const EpochStart&) const = default;
};

/// The answer to "where did this epoch end?"; undefined is (-1, -1).
struct EpochEnd {
  LeaderEpoch epoch = no_leader_epoch;
  Offset end = no_offset;
  bool is_defined() const { return end != no_offset; }
  bool operator==(const EpochEnd&) const = default;
};

/// Invariant: epochs and start offsets are strictly increasing (K-INV-11).
/// A plain value: whoever changes it writes text() to the checkpoint file.
class LeaderEpochs {
 public:
  /// Notes that `epoch` begins at `start`; entries of the same or later epochs, or at the same or
  /// later offsets, go. Whether anything changed. Source: K-LOG-61.
  bool assign(LeaderEpoch epoch, Offset start);
  /// Source: K-LOG-62.
  EpochEnd end_offset_for(LeaderEpoch epoch, Offset log_end) const;
  /// The epoch that covers `offset`, or -1.
  LeaderEpoch epoch_at(Offset offset) const;
  std::optional<LeaderEpoch> latest() const;
  const std::vector<EpochStart>& entries() const { return entries_; }

  /// Removes entries that start at `end` or later; whether there were any. Source: K-LOG-63.
  bool truncate_from_end(Offset end);
  /// Removes entries before `start`; the one that covers it is based there. Whether anything
  /// changed.
  bool truncate_from_start(Offset start);
  void clear() { entries_.clear(); }

  /// The checkpoint file's text. Source: K-LOG-60.
  std::string text() const;
  /// Errors: corrupt.
  static Result<LeaderEpochs> parse(std::string_view text);

 private:
  std::vector<EpochStart> entries_;
};

}  // namespace logquake::kafka
