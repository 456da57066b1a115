#include "models/database/server.h"

#include <algorithm>
#include <map>

#include "models/database/defects.h"
#include "models/database/facts.h"
#include "models/database/messages.h"
#include "models/database/probes.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

class Server {
 public:
  Server(sim::Node& node, const ServerSettings& settings)
      : node_(node),
        settings_(settings),
        engine_(engine_settings(), carrier()),
        redo_(node, engine_, settings.flush_log) {}

  [[noreturn]] void run() {
    start();
    auto listener = node_.listen(settings_.port);
    if (!listener)
      node_.exit(
          format("cannot listen at port {}: {}", settings_.port, to_string(listener.error())));
    node_.spawn("flush", [this] { flush_for_ever(); });
    state_started();
    while (true) {
      auto connection = listener->accept();
      if (!connection) node_.exit("the listener was closed");
      const std::uint32_t id = next_connection_++;
      connections_[id] = std::move(*connection);
      node_.spawn(format("connection-{}", id), [this, id] { serve(id); });
    }
  }

 private:
  EngineSettings engine_settings() const {
    return {.isolation = settings_.isolation,
            .character_set = settings_.character_set,
            .innodb_lock_wait_timeout = settings_.innodb_lock_wait_timeout,
            .lock_wait_timeout = settings_.lock_wait_timeout,
            .durable_commits = settings_.flush_log == FlushLog::at_commit,
            .persists_auto_increment = !node_.has(autoinc_persist_off)};
  }

  EngineCarrier carrier() {
    EngineCarrier carrier;
    carrier.now = [this] { return node_.wall_clock(); };
    carrier.wait = [this](TransactionId id, Duration timeout) { return wait(id, timeout); };
    carrier.wake = [this](TransactionId id) {
      if (const auto waiter = waiters_.find(id); waiter != waiters_.end())
        waiter->second->notify_all();
    };
    carrier.make_durable = [this](std::int64_t end) {
      if (started_) redo_.make_durable(end);
    };
    carrier.state = [this](const EngineFact& fact, sim::EventId cause) {
      const auto* waited = std::get_if<LockWaited>(&fact);
      if (waited != nullptr && waited->what == "definition") node_.probe(definition_lock_waited);
      std::visit([this, cause](const auto& kind) { node_.record(kind, cause); }, fact);
    };
    carrier.cause = [this] { return node_.cause(); };
    return carrier;
  }

  bool wait(TransactionId id, Duration timeout) {
    sim::Signal signal(node_, "a lock");
    struct Registration {
      std::map<TransactionId, sim::Signal*>& waiters;
      TransactionId id;
      ~Registration() { waiters.erase(id); }
    };
    waiters_[id] = &signal;
    const Registration registration{waiters_, id};
    return signal.wait(timeout);
  }

  void start() {
    auto found = redo_.recover();
    if (!found) node_.exit(format("recovery failed: {}", to_string(found.error())));
    fresh_ = found->fresh;
    if (fresh_) {
      const auto applied = apply_initial(engine_, settings_.databases);
      if (!applied.ok()) {
        const SqlError& error = applied.error();
        LOGQUAKE_CHECK(false, format("initial SQL, line {}, column {}: {}", error.line,
                                     error.column, to_string(error)));
      }
      engine_.log(RedoInitialised{});
      started_ = true;
      redo_.flush();  // all or nothing: without the last record recovery begins anew
      return;
    }
    started_ = true;
    const std::int64_t restated = engine_.finish_recovery();
    if (restated > 0) node_.measure(commit_restated, restated);
    node_.record(Recovered{engine_.last_commit(), found->replayed, found->bytes_cut});
  }

  void state_started() {
    node_.record(
        ServerStarted{engine_.databases(), static_cast<std::int32_t>(settings_.flush_log), fresh_});
  }

  void flush_for_ever() {
    while (true) {
      node_.sleep_for(1s);  // C-DB-61: about once per second
      if (!node_.has(commit_without_sync)) redo_.flush();
      redo_.checkpoint_beyond(settings_.checkpoint_bytes);
    }
  }

  // ---- one connection ----

  void serve(std::uint32_t id) {
    sim::Connection connection = std::move(connections_[id]);
    connections_.erase(id);
    const std::string why = talk(connection, id);
    node_.record(ConnectionClosed{id, why});
  }

  std::string talk(sim::Connection& connection, std::uint32_t id) {
    constexpr Duration connect_timeout = 10s;  // MariaDB's own
    const auto first = connection.receive(connect_timeout);
    if (!first) return std::string(name_of(first.error().code));
    const auto* hello = first->as<Hello>();
    LOGQUAKE_CHECK(hello != nullptr, "a client begins with a hello");
    Welcome welcome{.connection_id = id, .error = refusal(*hello, connection.peer().host)};
    const bool refused = welcome.error.has_value();
    if (auto sent = connection.send(std::move(welcome)); !sent.ok())
      return std::string(name_of(sent.error().code));
    if (refused) return "refused";
    node_.record(ConnectionOpened{id, hello->user, hello->database});
    ++open_;
    struct Count {
      std::int32_t& open;
      ~Count() { --open; }
    };
    const Count count{open_};
    Session session(engine_, {.connection = id,
                              .user = format("{}@{}", hello->user, connection.peer().host),
                              .database = hello->database});
    while (true) {
      const auto request = connection.receive(sim::forever);
      std::string why = request ? answer(connection, session, *request, id)
                                : std::string(name_of(request.error().code));
      if (why.empty()) continue;
      if (session.has_changes()) node_.probe(rolled_back_by_connection_loss);
      session.close("connection lost: " + why);
      return why;
    }
  }

  std::optional<SqlError> refusal(const Hello& hello, const std::string& host) const {
    if (open_ >= settings_.max_connections) {
      return SqlError{
          .code = SqlErrorCode{1040}, .sqlstate = "08004", .message = "Too many connections"};
    }
    const bool known =
        settings_.users.empty() ||
        std::any_of(settings_.users.begin(), settings_.users.end(), [&hello](const User& user) {
          return user.name == hello.user && user.password == hello.password;
        });
    if (!known) {
      return SqlError::of(SqlErrorCode::access_denied,
                          format("Access denied for user '{}'@'{}' (using password: {})",
                                 hello.user, host, hello.password.empty() ? "NO" : "YES"));
    }
    if (!hello.database.empty() && !engine_.has_database(hello.database)) {
      return SqlError::of(SqlErrorCode::unknown_database,
                          format("Unknown database '{}'", hello.database));
    }
    return std::nullopt;
  }

  /// Answers one request; why the connection is over, or nothing.
  std::string answer(sim::Connection& connection, Session& session, const sim::Payload& request,
                     std::uint32_t id) {
    if (const auto* query = request.as<Query>()) {
      auto result = session.execute(query->sql, query->parameters);
      Answer answer;
      if (result) {
        answer.result = std::move(*result);
      } else {
        answer.error = result.error();
        node_.record(
            StatementFailed{id, answer.error->number(), answer.error->message, query->sql});
        if (answer.error->code == SqlErrorCode::deadlock) node_.probe(deadlock_found);
        if (answer.error->code == SqlErrorCode::lock_wait_timeout) node_.probe(lock_wait_timed_out);
      }
      node_.yield(between_commit_and_reply);
      return reply(connection, std::move(answer));
    }
    if (const auto* query = request.as<MetadataQuery>())
      return reply(connection, describe(session, *query));
    LOGQUAKE_CHECK(request.as<Ping>() != nullptr,
                   "clients send queries, questions about tables, and pings");
    return reply(connection, Ping{});
  }

  std::string reply(sim::Connection& connection, sim::Payload payload) {
    const auto sent = connection.send(std::move(payload));
    return sent.ok() ? std::string() : std::string(name_of(sent.error().code));
  }

  MetadataAnswer describe(Session& session, const MetadataQuery& query) {
    using What = MetadataQuery::What;
    const std::string database = query.database.empty() ? session.database() : query.database;
    MetadataAnswer answer;
    const auto take = [&answer](SqlResult<std::vector<std::string>> names) {
      if (names) {
        answer.names = std::move(*names);
      } else {
        answer.error = names.error();
      }
    };
    switch (query.what) {
      case What::databases:
        answer.names = session.database_names();
        break;
      case What::tables:
        take(session.table_names(database));
        break;
      case What::columns:
        answer.columns = session.column_infos(database, query.table);
        break;
      case What::primary_key:
        take(session.primary_key(database, query.table));
        break;
    }
    return answer;
  }

  sim::Node& node_;
  const ServerSettings settings_;
  std::map<TransactionId, sim::Signal*> waiters_;
  Engine engine_;
  RedoLog redo_;
  std::map<std::uint32_t, sim::Connection> connections_;  // accepted, not yet served
  std::uint32_t next_connection_ = 1;
  std::int32_t open_ = 0;
  bool started_ = false;
  bool fresh_ = false;
};

}  // namespace

void run_database(sim::Node& node, const ServerSettings& settings) { Server(node, settings).run(); }

}  // namespace logquake::database
