// What a partition remembers of its idempotent producers. Source: K-LOG-40 to 49.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/wire/record_batch.h"
#include "sim/base/time.h"

namespace logquake::kafka {

/// One accepted batch of a producer.
struct AppendedBatch {
  std::int32_t base_sequence = no_sequence;
  std::int32_t last_sequence = no_sequence;
  Offset base_offset = no_offset;
  Offset last_offset = no_offset;
  Timestamp timestamp = no_timestamp;
  bool operator==(const AppendedBatch&) const = default;
};

struct ProducerState {
  static constexpr std::size_t window = 5;  // K-LOG-40

  ProducerEpoch epoch = no_producer_epoch;
  std::deque<AppendedBatch> batches;  // the newest last, at most `window`
  Timestamp last_timestamp = no_timestamp;
  bool operator==(const ProducerState&) const = default;
};

/// A plain value: rules without a disk. Transactions come with their own part; a batch that claims
/// to belong to one never gets here.
class ProducerStates {
 public:
  /// The retained batch of which `batch` is a repetition. Source: K-LOG-41.
  std::optional<AppendedBatch> find_duplicate(const wire::BatchHeader& batch) const;
  /// Whether a client's batch may follow. Source: K-LOG-42, 43.
  /// Errors: INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER.
  Outcome<> check(const wire::BatchHeader& batch) const;
  /// Takes note of an appended batch; one without a producer changes nothing. On replicated batches
  /// nothing is refused (K-LOG-42).
  void apply(const wire::BatchHeader& batch);

  /// Forgets producers whose last timestamp lies more than `expiration` before `now`. Source:
  /// K-LOG-48.
  void expire(Timestamp now, Duration expiration);
  void clear() { producers_.clear(); }

  const std::map<ProducerId, ProducerState>& producers() const { return producers_; }
  bool operator==(const ProducerStates&) const = default;

 private:
  std::map<ProducerId, ProducerState> producers_;
};

}  // namespace logquake::kafka
