#include "models/database/database_client.h"

#include "models/database/messages.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

SqlError lost(const Error& error) {
  return {.code = SqlErrorCode::server_lost,
          .sqlstate = "08S01",
          .message = format("Lost connection to server during query: {}", name_of(error.code))};
}

SqlError unreachable(const sim::Address& address, const Error& error) {
  return SqlError::of(SqlErrorCode::cannot_connect,
                      format("Socket fail to connect to host:{}, port:{}. {}", address.host,
                             address.port, name_of(error.code)));
}

}  // namespace

DatabaseClient::DatabaseClient(sim::Connection connection, const ConnectionSettings& settings,
                               std::uint32_t id)
    : connection_(std::move(connection)),
      socket_timeout_(settings.socket_timeout),
      connection_id_(id) {}

SqlResult<DatabaseClient> DatabaseClient::connect(sim::Node& node,
                                                  const ConnectionSettings& settings) {
  auto connection = node.connect(settings.address, settings.connect_timeout);
  if (!connection) return unreachable(settings.address, connection.error());
  auto sent = connection->send(Hello{settings.user, settings.password, settings.database});
  if (!sent.ok()) return unreachable(settings.address, sent.error());
  const auto reply = connection->receive(settings.connect_timeout);
  if (!reply) return unreachable(settings.address, reply.error());
  const auto* welcome = reply->as<Welcome>();
  LOGQUAKE_CHECK(welcome != nullptr, "a database server answers a hello with a welcome");
  if (welcome->error) return *welcome->error;
  return DatabaseClient(std::move(*connection), settings, welcome->connection_id);
}

SqlResult<sim::Payload> DatabaseClient::exchange(sim::Payload request, Duration timeout) {
  if (!connection_.is_open()) {
    return SqlError{
        .code = SqlErrorCode::server_gone, .sqlstate = "08S01", .message = "Connection is closed"};
  }
  if (auto sent = connection_.send(std::move(request)); !sent.ok()) {
    connection_.close();
    return lost(sent.error());
  }
  auto reply = connection_.receive(timeout);
  if (!reply) {
    connection_.close();
    return lost(reply.error());
  }
  return std::move(*reply);
}

SqlResult<ResultSet> DatabaseClient::execute(std::string_view sql, std::vector<Value> parameters) {
  auto reply = exchange(Query{std::string(sql), std::move(parameters)}, socket_timeout_);
  if (!reply) return reply.error();
  const auto* answer = reply->as<Answer>();
  LOGQUAKE_CHECK(answer != nullptr, "a database server answers a query with an answer");
  if (answer->error) return *answer->error;
  return answer->result;
}

SqlStatus DatabaseClient::set_autocommit(bool on) {
  auto answer = execute(on ? "set autocommit=1" : "set autocommit=0");
  return answer ? SqlStatus() : SqlStatus(answer.error());
}
SqlStatus DatabaseClient::begin() {
  auto answer = execute("START TRANSACTION");
  return answer ? SqlStatus() : SqlStatus(answer.error());
}
SqlStatus DatabaseClient::commit() {
  auto answer = execute("COMMIT");
  return answer ? SqlStatus() : SqlStatus(answer.error());
}
SqlStatus DatabaseClient::rollback() {
  auto answer = execute("ROLLBACK");
  return answer ? SqlStatus() : SqlStatus(answer.error());
}

namespace {

SqlResult<MetadataAnswer> metadata_of(const SqlResult<sim::Payload>& reply) {
  if (!reply) return reply.error();
  const auto* answer = reply->as<MetadataAnswer>();
  LOGQUAKE_CHECK(answer != nullptr, "a database server answers about its tables");
  if (answer->error) return *answer->error;
  return *answer;
}

}  // namespace

SqlResult<std::vector<std::string>> DatabaseClient::tables(std::string_view in) {
  auto answer = metadata_of(
      exchange(MetadataQuery{.what = MetadataQuery::What::tables, .database = std::string(in)},
               socket_timeout_));
  if (!answer) return answer.error();
  return std::move(answer->names);
}

SqlResult<std::vector<std::string>> DatabaseClient::databases() {
  auto answer =
      metadata_of(exchange(MetadataQuery{.what = MetadataQuery::What::databases}, socket_timeout_));
  if (!answer) return answer.error();
  return std::move(answer->names);
}

SqlResult<std::vector<ColumnInfo>> DatabaseClient::columns(std::string_view table_pattern,
                                                           std::string_view in) {
  auto answer = metadata_of(exchange(MetadataQuery{.what = MetadataQuery::What::columns,
                                                   .database = std::string(in),
                                                   .table = std::string(table_pattern)},
                                     socket_timeout_));
  if (!answer) return answer.error();
  return std::move(answer->columns);
}

SqlResult<std::vector<std::string>> DatabaseClient::primary_key(std::string_view table,
                                                                std::string_view in) {
  auto answer = metadata_of(exchange(MetadataQuery{.what = MetadataQuery::What::primary_key,
                                                   .database = std::string(in),
                                                   .table = std::string(table)},
                                     socket_timeout_));
  if (!answer) return answer.error();
  return std::move(answer->names);
}

bool DatabaseClient::is_valid(Duration timeout) {
  const auto reply = exchange(Ping{}, timeout);
  return reply.ok();
}

}  // namespace logquake::database
