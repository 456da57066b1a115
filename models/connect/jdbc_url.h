// JDBC URLs: jdbc:mysql://host:port/db?parameters (C-JSO-3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/connect/error.h"
#include "sim/base/time.h"

namespace logquake::connect {

struct JdbcUrl {
  std::string subprotocol;  // "mysql" or "mariadb"
  std::string host;
  int port = 3306;
  std::string database;    // may be empty
  std::string parameters;  // what follows '?', kept as written
  /// Of the parameters those that the driver obeys here, in milliseconds there; zero: for ever.
  std::optional<Duration> connect_timeout;  // connectTimeout
  std::optional<Duration> socket_timeout;   // socketTimeout
  /// "localhost:3306".
  std::string host_and_port() const;
};

/// Errors: connect, as the connector, the driver manager and Connector/J say it ("Not a valid JDBC
/// URL: …", "No suitable driver found for …", "The connection property 'socketTimeout' only accepts
/// integer values…").
Result<JdbcUrl> parse_jdbc_url(std::string_view url);

}  // namespace logquake::connect
