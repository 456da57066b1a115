// What clients state about themselves. Checkers of loss, duplicates, order and commits rest on
// these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "sim/base/bytes.h"
#include "sim/trace/fact.h"

namespace logquake::kafka::client {

/// A digest of bytes that may be absent: zero for "null", never zero for bytes.
std::int64_t digest_of(const std::optional<Bytes>& bytes);

/// A producer came to life. Its event's number is the `session` of its records.
struct ProducerStarted {
  static constexpr std::string_view kind = "client.producer-started";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client{};
  bool is_idempotent = false;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("is_idempotent", is_idempotent);
  }
};

/// The application handed a record over, and the partition is settled. `send` counts this
/// producer's records; (client, session, send) names one record for ever.
struct RecordSent {
  static constexpr std::string_view kind = "client.record-sent";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client{};
  std::int64_t session = 0;  // tells the lives of one client id apart
  std::int64_t send = 0;
  TopicPartition partition{};
  std::int64_t key_digest = 0;
  std::int64_t value_digest = 0;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("session", session);
    io("send", send);
    io("partition", partition);
    io("key_digest", key_digest);
    io("value_digest", value_digest);
  }
};

/// The broker acknowledged the record, under `acks`. The offset is -1 where acks is 0 or the broker
/// knew the batch already.
struct RecordAcknowledged {
  static constexpr std::string_view kind = "client.record-acknowledged";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client{};
  std::int64_t session = 0;
  std::int64_t send = 0;
  TopicPartition partition{};
  Offset offset = no_offset;
  std::int16_t acks = 0;
  bool is_idempotent = false;
  std::int64_t key_digest = 0;
  std::int64_t value_digest = 0;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("session", session);
    io("send", send);
    io("partition", partition);
    io("offset", offset);
    io("acks", acks);
    io("is_idempotent", is_idempotent);
    io("key_digest", key_digest);
    io("value_digest", value_digest);
  }
  std::string sentence() const;
};

/// The producer gave the record up. Where `is_indeterminate`, it may be in the log nonetheless.
struct RecordFailed {
  static constexpr std::string_view kind = "client.record-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::string client{};
  std::int64_t session = 0;
  std::int64_t send = 0;
  TopicPartition partition{};
  ErrorCode error{};
  bool is_indeterminate = false;
  std::string message{};
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("session", session);
    io("send", send);
    io("partition", partition);
    io("error", error);
    io("is_indeterminate", is_indeterminate);
    io("message", message);
  }
  std::string sentence() const;
};

/// A batch goes back into its queue.
struct BatchRetried {
  static constexpr std::string_view kind = "client.batch-retried";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client{};
  TopicPartition partition{};
  ErrorCode error{};
  std::int32_t attempts = 0;
  std::int32_t records = 0;
  std::int32_t base_sequence = no_sequence;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("partition", partition);
    io("error", error);
    io("attempts", attempts);
    io("records", records);
    io("base_sequence", base_sequence);
  }
};

/// The producer has an identity, or a new epoch of its own making.
struct ProducerIdentified {
  static constexpr std::string_view kind = "client.producer-identified";
  static constexpr sim::Level level = sim::Level::info;
  std::string client{};
  ProducerId producer_id = no_producer_id;
  ProducerEpoch producer_epoch = no_producer_epoch;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("producer_id", producer_id);
    io("producer_epoch", producer_epoch);
  }
  std::string sentence() const;
};

/// poll() gave the record to the application.
struct RecordDelivered {
  static constexpr std::string_view kind = "client.record-delivered";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client{};
  std::string group{};  // empty: partitions were assigned by hand
  std::int64_t session =
      0;  // tells assignment sessions apart: counts assignments, seeks and resets
  TopicPartition partition{};
  Offset offset{};
  LeaderEpoch leader_epoch = no_leader_epoch;
  std::int64_t key_digest = 0;
  std::int64_t value_digest = 0;
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("group", group);
    io("session", session);
    io("partition", partition);
    io("offset", offset);
    io("leader_epoch", leader_epoch);
    io("key_digest", key_digest);
    io("value_digest", value_digest);
  }
};

/// The coordinator acknowledged a commit of one partition.
struct OffsetCommitted {
  static constexpr std::string_view kind = "client.offset-committed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string client{};
  std::string group{};
  std::string member{};
  Generation generation = no_generation;
  TopicPartition partition{};
  Offset offset{};
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("group", group);
    io("member", member);
    io("generation", generation);
    io("partition", partition);
    io("offset", offset);
  }
  std::string sentence() const;
};

/// A commit was refused or its outcome is unknown (`error` NETWORK_EXCEPTION or REQUEST_TIMED_OUT).
struct OffsetCommitFailed {
  static constexpr std::string_view kind = "client.offset-commit-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::string client{};
  std::string group{};
  TopicPartition partition{};
  Offset offset{};
  ErrorCode error{};
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("group", group);
    io("partition", partition);
    io("offset", offset);
    io("error", error);
  }
  std::string sentence() const;
};

/// A member joined a generation of its group and knows its assignment.
struct PartitionsAssigned {
  static constexpr std::string_view kind = "client.partitions-assigned";
  static constexpr sim::Level level = sim::Level::info;
  std::string client{};
  std::string group{};
  std::string member{};
  Generation generation = no_generation;
  std::vector<TopicPartition> partitions{};
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("group", group);
    io("member", member);
    io("generation", generation);
    io("partitions", partitions);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A member gave its partitions up: before a rebalance, or because they are lost already.
struct PartitionsRevoked {
  static constexpr std::string_view kind = "client.partitions-revoked";
  static constexpr sim::Level level = sim::Level::info;
  std::string client{};
  std::string group{};
  std::string member{};
  Generation generation = no_generation;
  bool is_lost = false;
  std::vector<TopicPartition> partitions{};
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("group", group);
    io("member", member);
    io("generation", generation);
    io("is_lost", is_lost);
    io("partitions", partitions);
  }
  std::string sentence() const;
};

/// A position came from somewhere else than the records before it. `why`: "committed", "earliest",
/// "latest", "seek", "truncation".
struct PositionSet {
  static constexpr std::string_view kind = "client.position-set";
  static constexpr sim::Level level = sim::Level::info;
  std::string client{};
  std::string group{};
  TopicPartition partition{};
  Offset offset{};
  std::string why{};
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("group", group);
    io("partition", partition);
    io("offset", offset);
    io("why", why);
  }
  std::string sentence() const;
};

/// A setting that no client knows; Kafka warns of it and goes on.
struct SettingUnknown {
  static constexpr std::string_view kind = "client.setting-unknown";
  static constexpr sim::Level level = sim::Level::info;
  std::string client{};
  std::string setting{};
  template <class Io>
  void io(Io& io) {
    io("client", client);
    io("setting", setting);
  }
  std::string sentence() const;
};

}  // namespace logquake::kafka::client
