// Which source offsets may be committed: of each source partition the last one whose record, and
// every earlier one, was acknowledged. Pure. Source: C-SRC-3, C-SRC-4; Apache Kafka 3.7.0,
// SubmittedRecords.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "models/connect/json.h"

namespace logquake::connect {

/// A source partition with the offset reached in it.
struct PartitionOffset {
  Json partition;
  Json offset;
};

class SubmittedRecords {
 public:
  using Id = std::int64_t;

  /// A record handed to the producer; its place in its source partition's queue.
  Id submit(const Json& partition, const Json& offset);
  /// The record was acknowledged (or counted as handled).
  void acknowledge(Id id);
  /// The record was never sent after all (a retriable send problem): takes it out again.
  void remove(Id id);

  /// Takes every acknowledged head out of the queues and returns the last offset of each source
  /// partition that had one, in the order of the partitions' JSON text.
  std::vector<PartitionOffset> take_committable();

  /// Records not yet acknowledged.
  std::int64_t in_flight() const { return in_flight_; }
  /// Records acknowledged but held back by an earlier one of their source partition.
  std::int64_t held_back() const;

 private:
  struct Submitted {
    Id id;
    Json offset;
    bool acknowledged = false;
  };
  struct Queue {
    Json partition;
    std::deque<Submitted> records;
  };
  Submitted* find(Id id, Queue** queue);

  std::map<std::string, Queue> queues_;     // by the source partition's JSON text
  std::map<Id, std::string> partition_of_;  // of records still in a queue
  Id next_ = 0;
  std::int64_t in_flight_ = 0;
};

}  // namespace logquake::connect
