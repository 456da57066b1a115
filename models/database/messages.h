// What clients and the server say to each other. Typed: the wire protocol is the gateway's affair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/database/database_client.h"
#include "models/database/result_set.h"
#include "models/database/sql_error.h"

namespace logquake::database {

struct Hello {
  std::string user{};
  std::string password{};
  std::string database{};
  template <class Io>
  void io(Io& io) {
    io("user", user);
    io("password", password);
    io("database", database);
  }
};
struct Welcome {
  std::uint32_t connection_id = 0;
  std::optional<SqlError> error{};
  template <class Io>
  void io(Io& io) {
    io("connection_id", connection_id);
    io("error", error);
  }
};

struct Query {
  std::string sql{};
  std::vector<Value> parameters{};
  template <class Io>
  void io(Io& io) {
    io("sql", sql);
    io("parameters", parameters);
  }
};
struct Answer {
  std::optional<SqlError> error{};
  ResultSet result{};
  template <class Io>
  void io(Io& io) {
    io("error", error);
    io("result", result);
  }
};

struct MetadataQuery {
  enum class What : std::uint8_t { databases, tables, columns, primary_key };
  What what{};
  std::string database{};  // empty: the session's
  std::string table{};     // a LIKE pattern for columns
  template <class Io>
  void io(Io& io) {
    io("what", what);
    io("database", database);
    io("table", table);
  }
};
struct MetadataAnswer {
  std::optional<SqlError> error{};
  std::vector<std::string> names{};
  std::vector<ColumnInfo> columns{};
  template <class Io>
  void io(Io& io) {
    io("error", error);
    io("names", names);
    io("columns", columns);
  }
};

struct Ping {
  template <class Io>
  void io(Io&) {}
};

}  // namespace logquake::database
