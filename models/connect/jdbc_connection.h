// A connector's database connection, checked before each use and replaced when it has died.
// Source: C-JSO-3, C-JSO-26, C-JSI-59; kafka-connect-jdbc 10.6.4, CachedConnectionProvider.
#pragma once

#include <optional>
#include <string>

#include "models/connect/connector.h"
#include "models/connect/jdbc_url.h"
#include "models/database/database_client.h"

namespace logquake::connect {

class JdbcConnection {
 public:
  struct Settings {
    std::string connector;  // for facts
    std::string url;
    std::string user;
    std::string password;
    int attempts = 3;
    Duration backoff = 10s;
    bool autocommit = false;
  };
  JdbcConnection(sim::Node& node, const Resolver& resolve, StopFlag& stop, Settings settings);

  /// A connection that answered a moment ago, or a new one. Blocks: the check up to 5 s, attempts
  /// with backoff between. Errors: connect, after the last attempt.
  Result<database::DatabaseClient*> get();
  void close() { client_.reset(); }
  bool is_open() const { return client_.has_value(); }

 private:
  database::SqlResult<database::DatabaseClient> connect_once();

  sim::Node& node_;
  const Resolver& resolve_;
  StopFlag& stop_;
  Settings settings_;
  std::optional<database::DatabaseClient> client_;
  bool was_connected_ = false;
};

/// "java.sql.SQLSyntaxErrorException: Table 'db.t' doesn't exist": the exception class of the
/// error's SQLSTATE.
std::string sql_exception_text(const database::SqlError& error);

/// Whether the driver calls the error non-transient, so that a source task fails (C-JSO-25).
bool is_non_transient(const database::SqlError& error, const JdbcUrl& url,
                      const DriverSettings& driver);

}  // namespace logquake::connect
