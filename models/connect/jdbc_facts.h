// What the JDBC connectors state about themselves, beside facts.h. Kinds and field names are an
// interface. A source table is the text "mydb.users"; a sink's is as its statements name it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/trace/fact.h"

namespace logquake::connect {

/// The table monitor found another list of tables (C-JSO-10).
struct TablesListed {
  static constexpr std::string_view kind = "jdbc-source.tables-listed";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::vector<std::string> tables{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("tables", tables);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// A query of a table was answered. Its view holds no larger incrementing value than `reached`
/// (C-INV-11).
struct QueryStarted {
  static constexpr std::string_view kind = "jdbc-source.query-started";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string table{};  // "mydb.users"
  std::string mode{};
  std::int64_t after = 0;    // the bound; -1 at first
  std::int64_t reached = 0;  // the largest value in the answer, else `after`
  std::int64_t rows = 0;
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("table", table);
    io("mode", mode);
    io("after", after);
    io("reached", reached);
    io("rows", rows);
  }
};

/// The database committed a put's changes to one table.
struct SinkRowsWritten {
  static constexpr std::string_view kind = "jdbc-sink.rows-written";
  static constexpr sim::Level level = sim::Level::debug;
  std::string connector{};
  std::int32_t task = 0;
  std::string table{};
  std::int64_t records = 0;
  std::string statement{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("table", table);
    io("records", records);
    io("statement", statement);
  }
};

/// The sink created or altered its target table (C-JSI-42, 45).
struct SinkTableChanged {
  static constexpr std::string_view kind = "jdbc-sink.table-changed";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::int32_t task = 0;
  std::string table{};
  std::string statement{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("task", task);
    io("table", table);
    io("statement", statement);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// An attempt to connect to a database failed.
struct DatabaseUnreachable {
  static constexpr std::string_view kind = "connect.database-unreachable";
  static constexpr sim::Level level = sim::Level::info;
  std::string connector{};
  std::string url{};
  std::int32_t attempt = 0;
  std::int32_t attempts = 0;
  std::string reason{};
  template <class Io>
  void io(Io& io) {
    io("connector", connector);
    io("url", url);
    io("attempt", attempt);
    io("attempts", attempts);
    io("reason", reason);
  }
  std::string sentence() const;
};

}  // namespace logquake::connect
