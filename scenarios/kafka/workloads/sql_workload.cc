#include "scenarios/kafka/workloads/sql_workload.h"

#include <optional>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr Duration reconnect_after = 500ms;  // chosen: an impatient client

// Executes one statement, however often the connection is lost meanwhile; whether the server took
// it.
bool execute(sim::Node& node, const SqlWorkload& workload, const std::string& statement,
             const Progress& progress, std::optional<database::DatabaseClient>& client) {
  while (!progress.is_stopped) {
    if (!client || !client->is_open()) {
      auto connected = database::DatabaseClient::connect(node, workload.connection);
      if (!connected) {
        node.sleep_for(reconnect_after);
        continue;
      }
      client.emplace(std::move(*connected));
    }
    const auto result = client->execute(statement);
    if (result) return true;
    if (!result.error().is_connection_loss()) return false;
    client.reset();
  }
  return false;
}

}  // namespace

std::string statement_of(const std::string& text, std::int64_t number) {
  std::string statement;
  for (std::size_t at = 0; at < text.size();) {
    const auto mark = text.find("{n}", at);
    statement += text.substr(at, mark - at);
    if (mark == std::string::npos) break;
    statement += format("{}", number);
    at = mark + 3;
  }
  return statement;
}

sim::Program sql_client(SqlWorkload workload, std::shared_ptr<Progress> progress) {
  return [workload = std::move(workload), progress = std::move(progress)](sim::Node& node) {
    std::optional<database::DatabaseClient> client;
    node.sleep_for(workload.after);
    for (std::int64_t round = 1;
         !progress->is_stopped && (workload.count == 0 || round <= workload.count); ++round) {
      for (const auto& text : workload.statements) {
        const bool executed = execute(node, workload, statement_of(text, round), *progress, client);
        if (progress->is_stopped && !executed) break;
        ++(executed ? progress->done_so_far : progress->failed);
      }
      node.sleep_for(workload.every);
    }
    client.reset();
    progress->is_finished = true;
    for (;;) node.sleep_for(1h);  // a program that returned would be started again
  };
}

}  // namespace logquake::scenario
