#include "scenarios/kafka/kafka_actions.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/connect/rest.h"
#include "models/database/database_client.h"
#include "models/quorum/client/zookeeper_client.h"
#include "models/quorum/facts.h"
#include "models/quorum/tree/session_tracker.h"
#include "models/quorum/wire/messages.h"
#include "sim/base/format.h"
#include "sim/injector.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view operator_node = "operator-1";
constexpr Duration patience = 30s;              // chosen: a person at the keyboard
constexpr std::uint16_t zookeeper_port = 2181;  // of the cluster's servers

/// The operator has done, or tried to do, what a plan's `invoke` asked for.
struct OperatorActed {
  static constexpr std::string_view kind = "operator.acted";
  static constexpr sim::Level level = sim::Level::info;
  std::string action;
  std::string argument;
  std::string outcome;  // "done", or why not
  template <class Io>
  void io(Io& io) {
    io("action", action);
    io("argument", argument);
    io("outcome", outcome);
  }
  std::string sentence() const { return format("{} {}: {}", action, argument, outcome); }
};

/// What one call does, blocking, on the operator's machine; returns its outcome.
using Deed = std::function<std::string(sim::Node&)>;

std::string restart_connector(sim::Node& node, const sim::Address& worker,
                              const std::string& name) {
  const auto answer = connect::call_rest(
      node, worker,
      {.method = "POST", .path = "/connectors/" + name + "/restart?includeTasks=true", .body = {}},
      patience);
  if (!answer) return to_string(answer.error());
  return answer->status < 300 ? "done" : format("{} {}", answer->status, answer->body);
}

std::string drop_table(sim::Node& node, const database::ConnectionSettings& server,
                       const std::string& table) {
  auto client = database::DatabaseClient::connect(node, server);
  if (!client) return client.error().message;
  const auto dropped = client->execute("DROP TABLE " + table);
  return dropped ? "done" : dropped.error().message;
}

// Takes the session over and closes it; whether it was still there, or why that is not known.
Result<bool> take_over_and_close(sim::Node& node, const std::string& server,
                                 zookeeper::SessionId session) {
  auto connection = node.connect({server, zookeeper_port}, patience);
  if (!connection) return connection.error();
  zookeeper::ConnectRequest take_over;
  take_over.timeout = 30'000;
  take_over.session = session;
  take_over.password = zookeeper::session_password(session);
  if (auto sent = connection->send(std::move(take_over)); !sent) return sent.error();
  zookeeper::Request close;
  close.xid = 1;
  close.operation.op = zookeeper::OpCode::close_session;
  if (auto sent = connection->send(std::move(close)); !sent) return sent.error();
  const auto answer = connection->receive(patience);
  if (!answer) return answer.error();
  const auto* taken = answer->as<zookeeper::ConnectResponse>();
  if (taken == nullptr || taken->session != session) return false;
  // The server hangs up when the session is closed, or when its owner takes it back before.
  while (connection->receive(patience)) {
  }
  return true;
}

// Whoever knows a session's id knows its password (Z-SE-2); to take it over and to close it is how
// people have always expired sessions in tests.
std::string expire_session(sim::Node& node, const std::string& server,
                           zookeeper::SessionId session) {
  constexpr int attempts = 5;  // chosen: the owner takes it back once, if at all
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const auto was_there = take_over_and_close(node, server, session);
    if (!was_there) return to_string(was_there.error());
    if (!*was_there) return attempt > 0 ? "done" : "the session is gone already";
  }
  return "its owner takes it back each time";
}

// Knows the session's id, but not its password (Z-SE-13).
std::string impersonate(sim::Node& node, const std::string& server, zookeeper::SessionId session) {
  auto connection = node.connect({server, zookeeper_port}, patience);
  if (!connection) return to_string(connection.error());
  zookeeper::ConnectRequest take_over;
  take_over.timeout = 30'000;
  take_over.session = session;
  take_over.password = Bytes(16);
  if (auto sent = connection->send(std::move(take_over)); !sent) return to_string(sent.error());
  const auto answer = connection->receive(patience);
  if (!answer) return to_string(answer.error());
  const auto* told = answer->as<zookeeper::ConnectResponse>();
  return told != nullptr && told->session == session ? "done" : "refused";
}

std::string remove_znode(sim::Node& node, const std::vector<sim::Address>& servers,
                         const std::string& path) {
  zookeeper::ZooKeeperClient tool(node, {.servers = servers});
  tool.open_session();
  if (!tool.wait_until_connected(patience)) return "ZooKeeper does not answer";
  const auto removed = tool.remove(path);
  return removed ? "done" : to_string(removed.error());
}

/// The session that each client has now, as ZooKeeper's facts tell it.
class Sessions {
 public:
  void on_fact(const sim::TraceEvent& event) {
    if (const auto* created = event.as<zookeeper::SessionCreated>()) {
      sessions_[created->client] = {std::string(event.node_name), created->session};
    } else if (const auto* closed = event.as<zookeeper::SessionClosed>()) {
      std::erase_if(sessions_,
                    [&](const auto& entry) { return entry.second.session == closed->session; });
    }
  }
  struct Open {
    std::string server;
    zookeeper::SessionId session;
  };
  std::optional<Open> of(const std::string& client) const {
    const auto found = sessions_.find(client);
    if (found == sessions_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, Open> sessions_;
};

/// Starts the deed in a task of the operator's.
Status begin(sim::Simulation& simulation, std::string action, std::string argument, Deed deed) {
  sim::Node* node = simulation.find_node(operator_node);
  if (node == nullptr || simulation.state_of(node->id()) != sim::Simulation::NodeState::up)
    return Error{ErrorCode::unreachable, "the operator's machine does not run"};
  node->spawn(action, [node, action, argument, deed = std::move(deed)] {
    auto outcome = deed(*node);
    node->record(OperatorActed{action, argument, std::move(outcome)});
  });
  return {};
}

/// The server that has the database, as the operator connects to it.
std::optional<database::ConnectionSettings> server_of(const KafkaPlan& plan,
                                                      std::string_view database) {
  for (const auto& server : plan.cluster.databases) {
    for (const auto& each : server.databases) {
      if (each.name != database) continue;
      return database::ConnectionSettings{.address = {server.node, server.port},
                                          .user = server.user,
                                          .password = server.password,
                                          .database = each.name,
                                          .socket_timeout = patience};
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<Choice> kafka_actions() {
  return {
      {"restart-connector", "argument: a connector; restarts it and its tasks"},
      {"drop-table", "argument: DATABASE.TABLE; drops the table"},
      {"expire-session", "argument: a node; closes the ZooKeeper session that it has now"},
      {std::string(stop_broker_action),
       "argument: a broker's node; stops its process in order, and its supervisor restarts it"},
      {"remove-znode", "argument: a path in ZooKeeper, \"/controller\" to have another elected"},
      {"impersonate",
       "argument: a node; somebody asks for its ZooKeeper session with a wrong password"}};
}

void add_kafka_actions(sim::Simulation& simulation, const KafkaPlan& plan) {
  auto& injector = simulation.injector();
  injector.add_action("restart-connector", [&simulation, &plan](std::string_view argument) {
    const std::string name(argument);
    const auto& names = plan.operations.names;
    if (std::find(names.begin(), names.end(), name) == names.end())
      return Status(Error{ErrorCode::not_found, format("no connector is called \"{}\"", name)});
    return begin(simulation, "restart-connector", name,
                 [worker = plan.operations.connect, name](sim::Node& node) {
                   return restart_connector(node, worker, name);
                 });
  });
  injector.add_action("drop-table", [&simulation, &plan](std::string_view argument) {
    const auto dot = std::min(argument.find('.'), argument.size());
    const auto server = server_of(plan, argument.substr(0, dot));
    if (!server || dot == argument.size()) {
      return Status(
          Error{ErrorCode::not_found,
                format("expected DATABASE.TABLE of this scenario, found \"{}\"", argument)});
    }
    return begin(simulation, "drop-table", std::string(argument),
                 [server = *server, table = std::string(argument.substr(dot + 1))](
                     sim::Node& node) { return drop_table(node, server, table); });
  });
  if (plan.cluster.zookeeper_servers > 0) {
    std::vector<sim::Address> servers;
    for (const auto& server : Cluster(plan.cluster).zookeeper_nodes())
      servers.push_back({server, zookeeper_port});
    injector.add_action("remove-znode", [&simulation, servers](std::string_view argument) {
      return begin(simulation, "remove-znode", std::string(argument),
                   [servers, path = std::string(argument)](sim::Node& node) {
                     return remove_znode(node, servers, path);
                   });
    });
  }
  const auto sessions = std::make_shared<Sessions>();
  simulation.trace().subscribe(
      [sessions](const sim::TraceEvent& event) { sessions->on_fact(event); });
  const auto add_to_session = [&](const std::string& action, auto deed) {
    injector.add_action(action, [&simulation, sessions, action, deed](std::string_view argument) {
      const auto open = sessions->of(std::string(argument));
      if (!open) {
        return Status(
            Error{ErrorCode::not_found, format("\"{}\" has no ZooKeeper session now", argument)});
      }
      return begin(
          simulation, action, std::string(argument),
          [open = *open, deed](sim::Node& node) { return deed(node, open.server, open.session); });
    });
  };
  add_to_session("expire-session", expire_session);
  add_to_session("impersonate", impersonate);
}

}  // namespace logquake::scenario
