// What brokers and the controller state about themselves: all that checkers, fault triggers and
// reports of a Kafka cluster read. Kinds and field names are an interface; the names follow K-REP,
// K-ISR and K-CTL.
//
// A `partition` is always the text "topic-0"; the stating node is the broker named in `broker`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/ids.h"
#include "sim/trace/fact.h"

namespace logquake::kafka {

/// The broker's ephemeral znode exists under a new broker epoch (K-CTL-3).
struct BrokerRegistered {
  static constexpr std::string_view kind = "broker.registered";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  BrokerEpoch epoch;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("epoch", epoch);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// The broker has loaded (and, after an unclean stop, recovered) its logs and serves requests.
struct BrokerStarted {
  static constexpr std::string_view kind = "broker.started";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  bool clean = false;           // the last stop left .kafka_cleanshutdown (K-REC-3)
  std::int32_t partitions = 0;  // logs found on its disk
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("clean", clean);
    io("partitions", partitions);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A partition's log as it stands after being read from disk: what a restart has kept (K-REC-4, 5).
struct LogLoaded {
  static constexpr std::string_view kind = "broker.log-loaded";
  static constexpr sim::Level level = sim::Level::debug;
  BrokerId broker;
  std::string partition;
  Offset log_start;
  Offset log_end;
  Offset high_watermark;   // the checkpoint's, clamped
  bool recovered = false;  // scanned after an unclean stop
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("partition", partition);
    io("log_start", log_start);
    io("log_end", log_end);
    io("high_watermark", high_watermark);
    io("recovered", recovered);
  }
};

/// A broker won the controller election (K-CTL-4).
struct ControllerElected {
  static constexpr std::string_view kind = "controller.elected";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  ControllerEpoch epoch;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("epoch", epoch);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A controller stopped being one: it lost its session or found a newer epoch (K-CTL-5, K-CTL-15).
struct ControllerResigned {
  static constexpr std::string_view kind = "controller.resigned";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  ControllerEpoch epoch;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("epoch", epoch);
    io("why", why);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// The controller wrote a new leader (or none: -1) for a partition (K-REP-40, K-REP-41, K-CTL-16).
struct LeaderElected {
  static constexpr std::string_view kind = "broker.leader-elected";
  static constexpr sim::Level level = sim::Level::info;
  std::string partition;
  BrokerId leader;  // -1: nobody
  LeaderEpoch epoch;
  std::vector<BrokerId> isr;
  ControllerEpoch controller_epoch;
  bool unclean = false;  // the leader was not in sync: records may be gone (K-REP-41)
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("leader", leader);
    io("epoch", epoch);
    io("isr", isr);
    io("controller_epoch", controller_epoch);
    io("unclean", unclean);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// The controller took note that brokers came or went.
struct LiveBrokersChanged {
  static constexpr std::string_view kind = "controller.live-brokers-changed";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId controller;
  std::vector<BrokerId> live;
  template <class Io>
  void io(Io& io) {
    io("controller", controller);
    io("live", live);
  }
  std::string sentence() const;
};

/// A topic's znode was written (K-CTL-16).
struct TopicCreated {
  static constexpr std::string_view kind = "broker.topic-created";
  static constexpr sim::Level level = sim::Level::info;
  std::string topic;
  std::int32_t partitions = 0;
  std::int32_t replicas = 0;
  bool automatic = false;  // by somebody asking for its metadata
  template <class Io>
  void io(Io& io) {
    io("topic", topic);
    io("partitions", partitions);
    io("replicas", replicas);
    io("automatic", automatic);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A topic's last znode is gone (K-CTL-17).
struct TopicDeleted {
  static constexpr std::string_view kind = "broker.topic-deleted";
  static constexpr sim::Level level = sim::Level::info;
  std::string topic;
  template <class Io>
  void io(Io& io) {
    io("topic", topic);
  }
  std::string sentence() const;
  std::string subject() const;
};

/// This broker took up the leadership of a partition (K-REP-3).
struct BecameLeader {
  static constexpr std::string_view kind = "broker.became-leader";
  static constexpr sim::Level level = sim::Level::debug;
  std::string partition;
  BrokerId leader;
  LeaderEpoch epoch;
  std::vector<BrokerId> isr;
  Offset epoch_start;  // its log end when it took over
  Offset high_watermark;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("leader", leader);
    io("epoch", epoch);
    io("isr", isr);
    io("epoch_start", epoch_start);
    io("high_watermark", high_watermark);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// This broker follows a leader (K-REP-4).
struct BecameFollower {
  static constexpr std::string_view kind = "broker.became-follower";
  static constexpr sim::Level level = sim::Level::debug;
  std::string partition;
  BrokerId broker;
  BrokerId leader;  // -1: nobody leads
  LeaderEpoch epoch;
  Offset log_end;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("broker", broker);
    io("leader", leader);
    io("epoch", epoch);
    io("log_end", log_end);
  }
  std::string sentence() const;
};

/// This broker gave a partition up and deleted its log (K-CTL-11).
struct ReplicaDeleted {
  static constexpr std::string_view kind = "broker.replica-deleted";
  static constexpr sim::Level level = sim::Level::debug;
  BrokerId broker;
  std::string partition;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("partition", partition);
  }
};

/// The leader dropped members that lag from the set that counts; stated once it is stored (K-ISR-1,
/// 8).
struct IsrShrank {
  static constexpr std::string_view kind = "broker.isr-shrank";
  static constexpr sim::Level level = sim::Level::info;
  std::string partition;
  BrokerId leader;
  LeaderEpoch epoch;
  std::vector<BrokerId> isr;  // what is left
  std::vector<BrokerId> removed;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("leader", leader);
    io("epoch", epoch);
    io("isr", isr);
    io("removed", removed);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// The leader took back a member that caught up; stated once it is stored (K-ISR-2, 8).
struct IsrExpanded {
  static constexpr std::string_view kind = "broker.isr-expanded";
  static constexpr sim::Level level = sim::Level::info;
  std::string partition;
  BrokerId leader;
  LeaderEpoch epoch;
  std::vector<BrokerId> isr;
  std::vector<BrokerId> added;
  Offset epoch_start;     // K-INV-16: each member added has fetched from here or above,
  Offset high_watermark;  // and from here or above
  Offset follower_end;    // the least log end among those added, as the leader knows it
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("leader", leader);
    io("epoch", epoch);
    io("isr", isr);
    io("added", added);
    io("epoch_start", epoch_start);
    io("high_watermark", high_watermark);
    io("follower_end", follower_end);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// The leader's high watermark moved (K-REP-20): all below `offset` is committed. On one leader
/// within one epoch it never falls (K-INV-7).
struct HighWatermarkAdvanced {
  static constexpr std::string_view kind = "broker.high-watermark-advanced";
  static constexpr sim::Level level = sim::Level::debug;
  std::string partition;
  BrokerId leader;
  LeaderEpoch epoch;
  Offset offset;
  Offset log_end;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("leader", leader);
    io("epoch", epoch);
    io("offset", offset);
    io("log_end", log_end);
  }
  std::string subject() const;
  std::string state() const;
};

/// A follower took over its leader's high watermark (K-REP-15); this one may fall.
struct FollowerHighWatermarkMoved {
  static constexpr std::string_view kind = "broker.follower-high-watermark-moved";
  static constexpr sim::Level level = sim::Level::trace;
  std::string partition;
  BrokerId broker;
  LeaderEpoch epoch;  // in which it follows
  Offset offset;
  Offset log_end;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("broker", broker);
    io("epoch", epoch);
    io("offset", offset);
    io("log_end", log_end);
  }
  std::string sentence() const;
};

/// A batch was written to this broker's log (in the page cache, not yet durable), as leader or
/// follower.
struct BatchAppended {
  static constexpr std::string_view kind = "broker.batch-appended";
  static constexpr sim::Level level = sim::Level::debug;
  std::string partition;
  BrokerId broker;
  bool as_leader = false;
  LeaderEpoch epoch;  // the batch's own: that of the leader who wrote it first
  Offset base_offset;
  Offset last_offset;
  std::uint32_t digest = 0;  // the batch's CRC-32C, as stored (K-LOG-2): equal bytes, equal digest
  ProducerId producer_id;
  ProducerEpoch producer_epoch;
  std::int32_t base_sequence = -1;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("broker", broker);
    io("as_leader", as_leader);
    io("epoch", epoch);
    io("base_offset", base_offset);
    io("last_offset", last_offset);
    io("digest", digest);
    io("producer_id", producer_id);
    io("producer_epoch", producer_epoch);
    io("base_sequence", base_sequence);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// This broker cut its log: everything from `to` on is gone (K-REP-31, K-REP-34, K-REP-35).
struct LogTruncated {
  static constexpr std::string_view kind = "broker.truncated";
  static constexpr sim::Level level = sim::Level::info;
  std::string partition;
  BrokerId broker;
  LeaderEpoch epoch;  // the leader epoch in which it does so
  Offset to;
  Offset from;  // its log end before
  Offset
      high_watermark;  // its own, before; `to` below it is legal only on unclean history (K-INV-17)
  bool is_leader = false;  // K-INV-10: never
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("broker", broker);
    io("epoch", epoch);
    io("to", to);
    io("from", from);
    io("high_watermark", high_watermark);
    io("is_leader", is_leader);
    io("why", why);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// The log's first readable offset moved up (K-LOG-33).
struct LogStartMoved {
  static constexpr std::string_view kind = "broker.log-start-moved";
  static constexpr sim::Level level = sim::Level::debug;
  std::string partition;
  BrokerId broker;
  Offset log_start;
  Offset high_watermark;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("broker", broker);
    io("log_start", log_start);
    io("high_watermark", high_watermark);
  }
};

/// The leader is about to answer a producer with success (K-REP-26).
struct ProduceAcknowledged {
  static constexpr std::string_view kind = "broker.produce-acknowledged";
  static constexpr sim::Level level = sim::Level::debug;
  std::string partition;
  BrokerId leader;
  LeaderEpoch epoch;
  Offset base_offset;
  Offset last_offset;
  std::int16_t acks = 0;
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("leader", leader);
    io("epoch", epoch);
    io("base_offset", base_offset);
    io("last_offset", last_offset);
    io("acks", acks);
  }
  std::string sentence() const;
};

/// The leader refused a producer, or could not promise what it asked (K-REP-26, 27).
struct ProduceRefused {
  static constexpr std::string_view kind = "broker.produce-refused";
  static constexpr sim::Level level = sim::Level::debug;
  std::string partition;
  BrokerId broker;
  std::string error;      // "NOT_ENOUGH_REPLICAS"
  bool appended = false;  // the record is in the log all the same: the outcome is open
  template <class Io>
  void io(Io& io) {
    io("partition", partition);
    io("broker", broker);
    io("error", error);
    io("appended", appended);
  }
};

/// A group's position is stored and answered for (K-OFS-5).
struct OffsetCommitted {
  static constexpr std::string_view kind = "broker.offset-committed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string group;
  std::string partition;
  BrokerId coordinator;
  Offset offset;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("partition", partition);
    io("coordinator", coordinator);
    io("offset", offset);
  }
};

/// A producer id was handed out (K-PRD-20).
struct ProducerIdAssigned {
  static constexpr std::string_view kind = "broker.producer-id-assigned";
  static constexpr sim::Level level = sim::Level::debug;
  BrokerId broker;
  ProducerId producer_id;
  ProducerEpoch producer_epoch;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("producer_id", producer_id);
    io("producer_epoch", producer_epoch);
  }
};

}  // namespace logquake::kafka
