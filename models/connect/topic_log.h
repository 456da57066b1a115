// A topic used as a log of keys and values: written by a producer, read from its beginning to its
// present end. Source: Apache Kafka 3.7.0, KafkaBasedLog. Unlike the original, which reads all the
// time, it reads when asked: with one worker every record is its own (docs/deviations.md).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "models/client/config.h"
#include "models/client/consumer.h"
#include "models/client/producer.h"
#include "models/connect/error.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::connect {

class TopicLog {
 public:
  using Reader = std::function<void(const kafka::ConsumerRecord& record)>;
  struct Settings {
    std::string topic;
    kafka::Config producer;
    kafka::Config consumer;
  };
  /// `reader` is told of every record, in order within each Kafka partition, inside read_to_end().
  TopicLog(sim::Node& node, Settings settings, Reader reader);

  /// Creates the producer. Errors: config.
  Status start();
  /// Reads everything that was acknowledged before the call. Blocks; one reader at a time, the
  /// others wait. Errors: timed_out (what was read stays read), connect.
  Status read_to_end(Duration timeout);
  /// Appends; the callback is told of the outcome and must not block. A null value is a tombstone.
  kafka::SendHandle send(std::string_view key, const std::optional<std::string>& value,
                         kafka::SendCallback callback = {});
  /// Appends and waits for the acknowledgement. Errors: timed_out (it may still arrive), connect.
  Status write(std::string_view key, const std::optional<std::string>& value, Duration timeout);
  /// Whether a record that write() saw acknowledged is yet to be read. Brokers acknowledge before
  /// all may read it only if they break their promise (K-INV-1), or if the producer has acks=1.
  bool has_unread_writes() const;

 private:
  Status read_new(Instant deadline);

  sim::Node& node_;
  Settings settings_;
  Reader reader_;
  std::optional<kafka::Producer> producer_;
  std::map<kafka::TopicPartition, kafka::Offset> positions_;  // read up to here
  std::map<kafka::TopicPartition, kafka::Offset> written_;    // acknowledged by write() up to here
  sim::Mutex reading_;
};

}  // namespace logquake::connect
