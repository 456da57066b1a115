#include "models/connect/jdbc_connection.h"

#include "models/connect/jdbc_facts.h"
#include "models/connect/probes.h"
#include "sim/base/format.h"

namespace logquake::connect {
namespace {

constexpr Duration validity_check_timeout = 5s;  // C-JSO-26

}  // namespace

JdbcConnection::JdbcConnection(sim::Node& node, const Resolver& resolve, StopFlag& stop,
                               Settings settings)
    : node_(node), resolve_(resolve), stop_(stop), settings_(std::move(settings)) {}

database::SqlResult<database::DatabaseClient> JdbcConnection::connect_once() {
  using database::SqlError;
  using database::SqlErrorCode;
  const auto url = parse_jdbc_url(settings_.url);
  if (!url.ok()) return SqlError{SqlErrorCode::cannot_connect, "08001", url.error().message};
  const auto address = resolve_(url.value().host_and_port());
  if (!address.ok())
    return SqlError{SqlErrorCode::cannot_connect, "08000", address.error().message};
  database::ConnectionSettings connection;
  connection.address = address.value();
  connection.user = settings_.user;
  connection.password = settings_.password;
  connection.database = url->database;
  connection.connect_timeout = url->connect_timeout.value_or(connection.connect_timeout);
  connection.socket_timeout = url->socket_timeout.value_or(connection.socket_timeout);
  auto client = database::DatabaseClient::connect(node_, connection);
  if (!client.ok()) return client;
  if (!settings_.autocommit) {
    if (auto status = client->set_autocommit(false); !status.ok()) return status.error();
  }
  return client;
}

Result<database::DatabaseClient*> JdbcConnection::get() {
  if (client_ && client_->is_open() && client_->is_valid(validity_check_timeout)) return &*client_;
  client_.reset();
  for (int attempt = 1;; ++attempt) {
    auto connected = connect_once();
    if (connected.ok()) {
      client_.emplace(std::move(connected).value());
      if (was_connected_) node_.probe(database_reconnected);
      was_connected_ = true;
      return &*client_;
    }
    DatabaseUnreachable fact;
    fact.connector = settings_.connector;
    fact.url = settings_.url;
    fact.attempt = attempt;
    fact.attempts = settings_.attempts;
    fact.reason = connected.error().message;
    node_.record(fact);
    const bool is_last = attempt >= settings_.attempts;
    if (is_last || !stop_.sleep(settings_.backoff)) {
      return Error{ErrorCode::connect, sql_exception_text(connected.error())};
    }
  }
}

std::string sql_exception_text(const database::SqlError& error) {
  const std::string_view state = std::string_view(error.sqlstate).substr(0, 2);
  const std::string_view name = state == "08"   ? "SQLNonTransientConnectionException"
                                : state == "22" ? "SQLDataException"
                                : state == "23" ? "SQLIntegrityConstraintViolationException"
                                : state == "40" ? "SQLTransactionRollbackException"
                                : state == "42" ? "SQLSyntaxErrorException"
                                                : "SQLException";
  return format("java.sql.{}: {}", name, error.message);
}

bool is_non_transient(const database::SqlError& error, const JdbcUrl& url,
                      const DriverSettings& driver) {
  if (error.is_connection_loss()) {
    return url.subprotocol != "mysql" && !driver.lost_connection_is_transient;
  }
  const std::string_view state = std::string_view(error.sqlstate).substr(0, 2);
  return state == "22" || state == "23" || state == "42";
}

}  // namespace logquake::connect
