// What Connect and its connectors state about themselves: all that checkers, fault triggers and
// reports read. Kinds and field names are an interface. Source partitions and offsets are the JSON
// text of the offset topic.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/trace/fact.h"

namespace logquake::connect {

/// The worker has read its internal topics to their ends and takes requests (C-WRK-7).
struct WorkerStarted {
  static constexpr std::string_view kind = "connect.worker-started";
  static constexpr sim::Level level = sim::Level::info;
  std::string worker{};
  std::string group{};
  std::int32_t connectors = 0;  // in the config topic
  template <class Io>
  void io(Io& io) {
    io("worker", worker);
    io("group", group);
    io("connectors", connectors);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// The worker could not start and exits.
struct WorkerFailed {
  static constexpr std::string_view kind = "connect.worker-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::string worker{};
  std::string reason{};
  template <class Io>
  void io(Io& io) {
    io("worker", worker);
    io("reason", reason);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A configuration key that no definition knows, as the real worker warns.
struct SettingIgnored {
  static constexpr std::string_view kind = "connect.setting-ignored";
  static constexpr sim::Level level = sim::Level::info;
  std::string where{};
  std::string setting{};
  template <class Io>
  void io(Io& io) {
    io("where", where);
    io("setting", setting);
  }
  std::string sentence() const;
};

/// A REST request was answered.
struct RequestAnswered {
  static constexpr std::string_view kind = "connect.request-answered";
  static constexpr sim::Level level = sim::Level::info;
  std::string method{};
  std::string path{};
  std::int32_t status = 0;
  std::string message{};  // of an error, else empty
  template <class Io>
  void io(Io& io) {
    io("method", method);
    io("path", path);
    io("status", status);
    io("message", message);
  }
  std::string sentence() const;
};

/// A connector configuration was read from the config topic: it is durable (C-INV-35).
struct ConnectorConfigured {
  static constexpr std::string_view kind = "connect.connector-configured";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::string type{};
  std::string class_name{};  // simple name
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("type", type);
    io("class_name", class_name);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A connector's tombstone was read from the config topic.
struct ConnectorRemoved {
  static constexpr std::string_view kind = "connect.connector-removed";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A commit record for a connector's tasks was read from the config topic (C-CFG-6).
struct TasksCommitted {
  static constexpr std::string_view kind = "connect.tasks-committed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t tasks = 0;
  bool inconsistent = false;
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("tasks", tasks);
    io("inconsistent", inconsistent);
  }
  std::string subject() const;
  std::string state() const;
};

/// The worker computed and took on an assignment.
struct Assigned {
  static constexpr std::string_view kind = "connect.assigned";
  static constexpr sim::Level level = sim::Level::debug;
  std::int32_t generation = 0;
  std::vector<std::string> connectors{};
  std::vector<std::string> tasks{};
  template <class Io>
  void io(Io& io) {
    io("generation", generation);
    io("connectors", connectors);
    io("tasks", tasks);
  }
};

/// A connector instance runs.
struct ConnectorStarted {
  static constexpr std::string_view kind = "connect.connector-started";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::string class_name{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("class_name", class_name);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A connector instance failed.
struct ConnectorFailed {
  static constexpr std::string_view kind = "connect.connector-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::string reason{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("reason", reason);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A connector instance was stopped.
struct ConnectorStopped {
  static constexpr std::string_view kind = "connect.connector-stopped";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A task runs: its connector code was started (C-TSK-2).
struct TaskStarted {
  static constexpr std::string_view kind = "connect.task-started";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  std::string type{};
  std::int32_t incarnation = 0;  // counts the starts of this task in this process
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("type", type);
    io("incarnation", incarnation);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A task ended as FAILED; nothing restarts it by itself (C-TSK-1).
struct TaskFailed {
  static constexpr std::string_view kind = "connect.task-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  std::string reason{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("reason", reason);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A task was stopped in order.
struct TaskStopped {
  static constexpr std::string_view kind = "connect.task-stopped";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A task outlasted the graceful timeout; what it still does is a zombie's doing (C-TSK-3).
struct TaskCancelled {
  static constexpr std::string_view kind = "connect.task-cancelled";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A status was sent to the status topic (C-STA-1, 2).
struct StatusWritten {
  static constexpr std::string_view kind = "connect.status-written";
  static constexpr sim::Level level = sim::Level::debug;
  std::string key{};
  std::string status{};  // RUNNING, FAILED, UNASSIGNED, PAUSED, STOPPED or DESTROYED
  std::string worker{};
  std::int32_t generation = 0;
  template <class Io>
  void io(Io& io) {
    io("key", key);
    io("status", status);
    io("worker", worker);
    io("generation", generation);
  }
  std::string subject() const;
  std::string state() const;
};

/// A source task returned a record from poll.
struct RecordRead {
  static constexpr std::string_view kind = "connect.record-read";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string topic{};
  std::string source_partition{};  // JSON
  std::string source_offset{};     // JSON, "null" for none
  std::string value{};             // the record's value as text
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("topic", topic);
    io("source_partition", source_partition);
    io("source_offset", source_offset);
    io("value", value);
  }
};

/// The record was acknowledged by Kafka.
struct RecordProduced {
  static constexpr std::string_view kind = "connect.record-produced";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string partition{};  // "my_topic_users-0"
  std::int64_t offset = 0;
  std::string source_partition{};
  std::string source_offset{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("partition", partition);
    io("offset", offset);
    io("source_partition", source_partition);
    io("source_offset", source_offset);
  }
};

/// A record could not be produced.
struct SendFailed {
  static constexpr std::string_view kind = "connect.send-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  std::string topic{};
  std::string source_offset{};
  std::string reason{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("topic", topic);
    io("source_offset", source_offset);
    io("reason", reason);
  }
  std::string sentence() const;
};

/// A source offset is stored: its write to the offset topic was acknowledged (C-SRC-4, C-INV-20).
struct SourceOffsetsCommitted {
  static constexpr std::string_view kind = "connect.source-offsets-committed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string source_partition{};
  std::string source_offset{};
  std::int64_t in_flight = 0;  // records not yet acknowledged
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("source_partition", source_partition);
    io("source_offset", source_offset);
    io("in_flight", in_flight);
  }
};

/// Writing source offsets failed or took too long; they are kept for the next round.
struct OffsetCommitFailed {
  static constexpr std::string_view kind = "connect.offset-commit-failed";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  std::string reason{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("reason", reason);
  }
  std::string sentence() const;
};

/// A starting source task found a stored offset (C-JSO-27).
struct SourceOffsetLoaded {
  static constexpr std::string_view kind = "connect.source-offset-loaded";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string source_partition{};
  std::string source_offset{};  // "null" for none
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("source_partition", source_partition);
    io("source_offset", source_offset);
  }
};

/// A sink task's consumer owns these Kafka partitions now.
struct SinkPartitionsAssigned {
  static constexpr std::string_view kind = "connect.sink-partitions-assigned";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::vector<std::string> partitions{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("partitions", partitions);
  }
  std::string subject() const;
  std::string state() const;
};

/// A batch was given to a sink task: records of one Kafka partition in it.
struct SinkPut {
  static constexpr std::string_view kind = "connect.sink-put";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string partition{};
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t records = 0;
  std::int32_t attempt = 0;  // from 1
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("partition", partition);
    io("first", first);
    io("last", last);
    io("records", records);
    io("attempt", attempt);
  }
};

/// put returned normally for the batch (C-SNK-3).
struct SinkPutCompleted {
  static constexpr std::string_view kind = "connect.sink-put-completed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string partition{};
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t records = 0;
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("partition", partition);
    io("first", first);
    io("last", last);
    io("records", records);
  }
};

/// put asked for redelivery of the same batch (C-SNK-4, C-JSI-50).
struct SinkPutRetried {
  static constexpr std::string_view kind = "connect.sink-put-retried";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  std::string reason{};
  Duration backoff{};
  std::int32_t remaining = 0;  // retries
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("reason", reason);
    io("backoff", backoff);
    io("remaining", remaining);
  }
  std::string sentence() const;
};

/// A sink task's consumer offset was committed (C-INV-21).
struct SinkOffsetsCommitted {
  static constexpr std::string_view kind = "connect.sink-offsets-committed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string group{};
  std::string partition{};
  std::int64_t offset = 0;  // of the next record
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("group", group);
    io("partition", partition);
    io("offset", offset);
  }
};

}  // namespace logquake::connect
