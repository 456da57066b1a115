// What the log layer of a broker states beyond facts.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/protocol/ids.h"
#include "sim/trace/fact.h"

namespace logquake::kafka {

/// After an unclean stop a log was scanned from its recovery point on (K-REC-4).
struct LogRecovered {
  static constexpr std::string_view kind = "broker.log-recovered";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  std::string partition;
  Offset recovery_point{};  // trusted below
  Offset log_end{};         // what is left
  std::int64_t dropped_bytes = 0;
  std::string why{};  // what the first invalid batch was; empty where all were valid
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("partition", partition);
    io("recovery_point", recovery_point);
    io("log_end", log_end);
    io("dropped_bytes", dropped_bytes);
    io("why", why);
  }
  std::string sentence() const;
};

/// An I/O error took the broker's log directory offline (K-LOG-17).
struct LogDirectoryFailed {
  static constexpr std::string_view kind = "broker.log-directory-failed";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  std::string directory;
  std::string deed;
  std::string error;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("directory", directory);
    io("deed", deed);
    io("error", error);
  }
  std::string sentence() const;
};

/// A log began another segment (K-LOG-24).
struct SegmentRolled {
  static constexpr std::string_view kind = "broker.segment-rolled";
  static constexpr sim::Level level = sim::Level::debug;
  BrokerId broker;
  std::string partition;
  Offset base_offset;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("partition", partition);
    io("base_offset", base_offset);
  }
};

/// Retention removed a segment; K-INV-22: its end is not above the high watermark.
struct SegmentDeleted {
  static constexpr std::string_view kind = "broker.segment-deleted";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  std::string partition;
  Offset base_offset;
  Offset end_offset;
  Offset high_watermark;
  std::string why;  // "size", "time", "log start"
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("partition", partition);
    io("base_offset", base_offset);
    io("end_offset", end_offset);
    io("high_watermark", high_watermark);
    io("why", why);
  }
  std::string sentence() const;
};

/// Everything below `recovery_point` has been synced (K-REC-2).
struct LogFlushed {
  static constexpr std::string_view kind = "broker.log-flushed";
  static constexpr sim::Level level = sim::Level::trace;
  BrokerId broker;
  std::string partition;
  Offset recovery_point;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("partition", partition);
    io("recovery_point", recovery_point);
  }
};

/// A repeated batch was recognised and not appended again (K-LOG-41).
struct DuplicateBatch {
  static constexpr std::string_view kind = "broker.duplicate-batch";
  static constexpr sim::Level level = sim::Level::debug;
  BrokerId broker;
  std::string partition;
  ProducerId producer_id;
  std::int32_t base_sequence = -1;
  Offset base_offset;
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("partition", partition);
    io("producer_id", producer_id);
    io("base_sequence", base_sequence);
    io("base_offset", base_offset);
  }
};

/// A broker closed its logs in order and said so on disk (K-REC-3).
struct LogsClosed {
  static constexpr std::string_view kind = "broker.logs-closed";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId broker;
  bool marker = false;  // .kafka_cleanshutdown was written
  template <class Io>
  void io(Io& io) {
    io("broker", broker);
    io("marker", marker);
  }
  std::string sentence() const;
};

}  // namespace logquake::kafka
