// The producer as applications use it, in blocking style. Source: K-PRD-1 to K-PRD-28.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/client/config.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/record.h"
#include "sim/base/time.h"
#include "sim/node.h"

namespace logquake::kafka {

struct ProducerRecord {
  std::string topic{};
  std::optional<std::int32_t> partition{};  // none: the partitioner chooses
  std::optional<Timestamp> timestamp{};     // none: the wall clock at send()
  std::optional<Bytes> key{};
  std::optional<Bytes> value{};
  std::vector<RecordHeader> headers{};
};

/// Where a record is. The offset is -1 where nobody knows it (acks 0, or sent twice and found
/// there).
struct RecordMetadata {
  TopicPartition partition{};
  Offset offset = no_offset;
  Timestamp timestamp = no_timestamp;
};

/// Told once of each record, on the producer's own task; it must not block.
using SendCallback = std::function<void(const Outcome<RecordMetadata>&)>;

/// The fate of one record, to come or here.
class SendHandle {
 public:
  bool is_done() const;
  /// Blocks until the record is acknowledged or given up.
  Outcome<RecordMetadata> wait() const;

 private:
  friend class ProducerCore;
  struct State;
  explicit SendHandle(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

class ProducerCore;

/// Sends records from one node. Settings carry Kafka's names ("acks", "linger.ms"). Its background
/// tasks end some time after it is closed or destroyed.
class Producer {
 public:
  /// Errors: INVALID_CONFIG, in Kafka's words. Does not block.
  static Outcome<Producer> create(sim::Node& node, const Config& config);
  Producer(Producer&&) = default;
  Producer& operator=(Producer&& other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~Producer();  // as close(0)

  /// Hands a record over. Blocks at most max.block.ms for metadata and for room in buffer.memory;
  /// what goes wrong then, as anything later, is told by the handle and the callback.
  SendHandle send(ProducerRecord record, SendCallback callback = {});
  /// Blocks until everything sent before has been acknowledged or given up.
  void flush();
  /// Sends what is queued, for at most `timeout`, then gives the rest up. Blocks.
  void close(Duration timeout);
  /// The topic's number of partitions. Blocks at most max.block.ms. Errors: REQUEST_TIMED_OUT, or
  /// why the topic is unusable.
  Outcome<std::int32_t> partitions_for(const std::string& topic);

 private:
  explicit Producer(std::shared_ptr<ProducerCore> core);
  std::shared_ptr<ProducerCore> core_;
};

}  // namespace logquake::kafka
