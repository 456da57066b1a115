// A database server and its clients in one simulation, for this folder's tests.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/database/database_client.h"
#include "models/database/script.h"
#include "models/database/server.h"
#include "sim/schedule/sync.h"
#include "sim/simulation.h"

namespace logquake::database {

/// A simulation with a server named "db-1".
class DatabaseWorld {
 public:
  explicit DatabaseWorld(ServerSettings settings, sim::Options options = {})
      : simulation(options), settings_(std::move(settings)) {
    server = simulation.add_node("db-1", [this](sim::Node& node) { run_database(node, settings_); })
                 .id();
  }

  /// Runs a client's program on another machine to its end.
  void run(const std::function<void(sim::Node&)>& program) {
    const std::string name = "client-" + std::to_string(++clients_);
    bool finished = false;
    simulation.add_node(name,
                        [&](sim::Node& node) {
                          program(node);
                          finished = true;
                        },
                        {.restarts_itself = false});
    const sim::Stop stop = simulation.run_until([&] { return finished; }, 24h);
    LOGQUAKE_CHECK(stop.reason == sim::Stop::Reason::condition, stop.message);
  }

  /// Crashes or unplugs the server, and lets it come up again.
  void crash_and_restart() {
    simulation.crash_process(server);
    restart();
  }
  void lose_power_and_restart() {
    simulation.lose_power(server);
    restart();
  }

  sim::Simulation simulation;
  sim::NodeId server;

 private:
  void restart() {
    static_cast<void>(simulation.run_for(1s));
    simulation.restart(server);
    static_cast<void>(simulation.run_for(1s));
  }
  const ServerSettings settings_;
  int clients_ = 0;
};

/// Connects until the server is there. A peer without power never answers: only `answer_within`
/// ends that wait.
inline DatabaseClient connected(sim::Node& node, Duration answer_within = Duration::max()) {
  while (true) {
    auto client = DatabaseClient::connect(node, {.address = {.host = "db-1", .port = 3306},
                                                 .database = "d",
                                                 .connect_timeout = 2s,
                                                 .socket_timeout = answer_within});
    if (client) return std::move(*client);
    node.sleep_for(100ms);
  }
}

/// The answer in one line: rows as "1,a;2,b", counts as "ok 1", errors as "1062", "error 1062:
/// ...".
inline std::string brief(const SqlResult<ResultSet>& answer) {
  if (!answer) return "error " + std::to_string(answer.error().number());
  if (!answer->has_columns()) return "ok " + std::to_string(answer->affected_rows);
  std::string text;
  for (const Row& row : answer->rows) {
    if (&row != answer->rows.data()) text += ";";
    for (const Value& value : row) text += (&value == row.data() ? "" : ",") + to_string(value);
  }
  return text;
}

/// A session that a story speaks through: its statements run in a task of their own, so that they
/// may wait.
class Speaker {
 public:
  Speaker(sim::Node& node, std::string name) : node_(node), changed_(node, "a story's session") {
    node.spawn(std::move(name), [this] {
      DatabaseClient client = connected(node_);
      while (true) {
        changed_.wait_until([this] { return !asked_.empty(); });
        const std::string sql = asked_.front();
        asked_.pop_front();
        answer_ = brief(client.execute(sql));
        is_answered_ = true;
        changed_.notify_all();
      }
    });
  }

  /// Asks, and gives the answer, or "waits" when there is none within half a second.
  std::string operator()(std::string_view sql) {
    is_answered_ = false;
    asked_.emplace_back(sql);
    changed_.notify_all();
    return answer(500ms);
  }
  /// The answer to what was asked before.
  std::string answer(Duration within = 200s) {
    return changed_.wait_until([this] { return is_answered_; }, within) ? answer_ : "waits";
  }

 private:
  sim::Node& node_;
  sim::Signal changed_;
  std::deque<std::string> asked_;
  std::string answer_;
  bool is_answered_ = false;
};

}  // namespace logquake::database
