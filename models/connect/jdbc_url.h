// JDBC URLs: jdbc:mysql://host:port/db?parameters (C-JSO-3).
#pragma once

#include <string>
#include <string_view>

#include "models/connect/error.h"

namespace logquake::connect {

struct JdbcUrl {
  std::string subprotocol;  // "mysql" or "mariadb"
  std::string host;
  int port = 3306;
  std::string database;    // may be empty
  std::string parameters;  // what follows '?', kept as written
  /// "localhost:3306".
  std::string host_and_port() const;
};

/// Errors: connect, as the connector and the driver manager say it ("Not a valid JDBC URL: …", "No
/// suitable driver found for …").
Result<JdbcUrl> parse_jdbc_url(std::string_view url);

}  // namespace logquake::connect
