// A client's session with a database server: what a JDBC driver is to a program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/database/result_set.h"
#include "models/database/sql_error.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::database {

struct ConnectionSettings {
  sim::Address address{.host = {}, .port = 3306};
  std::string user = "root";
  std::string password;
  std::string database;            // the URL's database; may be empty
  Duration connect_timeout = 30s;  // MariaDB Connector/J: connectTimeout 30 000
  Duration socket_timeout =
      Duration::max();  // for an answer; Connector/J: socketTimeout 0, for ever
};

/// A column as driver metadata tells it (JDBC: DatabaseMetaData.getColumns). Source: C-DB-89.
struct ColumnInfo {
  std::string database;
  std::string table;
  std::string name;
  ColumnType type;
  bool is_nullable = true;  // primary-key columns never are
  bool is_auto_increment = false;
  bool is_primary_key = false;
  bool has_default = false;
  std::string default_text;  // of the default's expression; meaningful with has_default
  int position = 0;          // from 1

  template <class Io>
  void io(Io& io) {
    io("database", database);
    io("table", table);
    io("name", name);
    io("type", type);
    io("nullable", is_nullable);
    io("auto_increment", is_auto_increment);
    io("primary_key", is_primary_key);
    io("has_default", has_default);
    io("default", default_text);
    io("position", position);
  }
};

/// One session. Blocking; used by one task at a time. A lost connection is an error of SQLSTATE
/// class 08 (see SqlError::is_connection_loss) and leaves the session closed: connect anew. If it
/// is lost during COMMIT the outcome is unknown (C-DB-37). Closing rolls an open transaction back.
class DatabaseClient {
 public:
  /// Blocks for the connection and the handshake. Errors: 2003 (08000: nobody there, or nothing
  /// within connect_timeout), 1045 and 1044 (access denied), 1049 (unknown database).
  static SqlResult<DatabaseClient> connect(sim::Node& node, const ConnectionSettings& settings);

  DatabaseClient(DatabaseClient&&) noexcept = default;
  DatabaseClient& operator=(DatabaseClient&&) noexcept = default;

  /// Executes one statement; each `?` takes the next of `parameters`. Blocks for the answer, lock
  /// waits included. Errors: the server's; 08S01 for a lost connection; 07004 for missing
  /// parameters.
  SqlResult<ResultSet> execute(std::string_view sql, std::vector<Value> parameters = {});

  /// SET autocommit=0|1; switching it on commits the open transaction.
  SqlStatus set_autocommit(bool on);
  SqlStatus begin();
  SqlStatus commit();
  SqlStatus rollback();

  /// The names of the base tables of `in` (empty: of the session's database), in name order.
  /// Source: C-DB-89, C-JSO-5.
  SqlResult<std::vector<std::string>> tables(std::string_view in = {});
  /// All databases a driver with metadata scope "all" would list, in name order.
  SqlResult<std::vector<std::string>> databases();
  /// The columns of all tables of `in` whose name matches the LIKE pattern ('_' and '%' match as in
  /// LIKE,
  /// '\' escapes), in table-name and column order. Source: C-DB-89, C-JSI-49.
  SqlResult<std::vector<ColumnInfo>> columns(std::string_view table_pattern,
                                             std::string_view in = {});
  /// The primary key's columns in key order; empty without one. Errors: 1146.
  SqlResult<std::vector<std::string>> primary_key(std::string_view table, std::string_view in = {});

  /// Whether the server answers within `timeout` (JDBC: isValid).
  bool is_valid(Duration timeout);
  bool is_open() const { return connection_.is_open(); }
  /// Never blocks; an open transaction is rolled back by the server.
  void close() { connection_.close(); }

  /// The session's number at the server, as KILL and SHOW PROCESSLIST use it.
  std::uint32_t connection_id() const { return connection_id_; }

 private:
  DatabaseClient(sim::Connection connection, const ConnectionSettings& settings, std::uint32_t id);
  SqlResult<sim::Payload> exchange(sim::Payload request, Duration timeout);

  sim::Connection connection_;
  Duration socket_timeout_;
  std::uint32_t connection_id_ = 0;
};

}  // namespace logquake::database
