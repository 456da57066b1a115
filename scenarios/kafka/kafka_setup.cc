#include "scenarios/kafka/kafka_setup.h"

#include <algorithm>
#include <utility>

#include "models/broker/config.h"
#include "models/connect/connector_request.h"
#include "models/connect/json.h"
#include "models/connect/worker_config.h"
#include "models/database/parser.h"
#include "models/database/script.h"
#include "scenarios/kafka/checkers/committed_offsets_exist.h"
#include "scenarios/kafka/checkers/connect_offsets.h"
#include "scenarios/kafka/checkers/controller_epochs.h"
#include "scenarios/kafka/checkers/controllers_take_turns.h"
#include "scenarios/kafka/checkers/follower_terms.h"
#include "scenarios/kafka/checkers/group_offsets.h"
#include "scenarios/kafka/checkers/ids_are_new.h"
#include "scenarios/kafka/checkers/leadership.h"
#include "scenarios/kafka/checkers/log_bounds.h"
#include "scenarios/kafka/checkers/offsets_are_stored.h"
#include "scenarios/kafka/checkers/order_per_key.h"
#include "scenarios/kafka/checkers/orders_fit_lives.h"
#include "scenarios/kafka/checkers/replicas_agree.h"
#include "scenarios/kafka/checkers/rows_converge.h"
#include "scenarios/kafka/checkers/table_is_fold.h"
#include "scenarios/kafka/checkers/transactions_survive.h"
#include "scenarios/kafka/checkers/zookeeper_promises.h"
#include "scenarios/kafka/kafka_actions.h"
#include "scenarios/kafka/kafka_world.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr std::int64_t most_brokers = 9;            // chosen: beyond it nothing new happens
constexpr std::int64_t most_zookeeper_servers = 7;  // the largest that is of any use (Z-TQ-1)

// "default.replication.factor=3\n..." laid over by `more`.
kafka::Config properties_in(TableReader& table, std::string_view key) {
  kafka::Config config;
  const auto placed = table.placed_text(key);
  const auto parsed = kafka::parse_properties(placed.text);
  if (!parsed) {
    table.fail(key, parsed.error().message);
    return config;
  }
  config.insert(parsed->begin(), parsed->end());
  return config;
}

// A list of texts in which commas are no separators.
std::vector<std::string> list_in(TableReader& parameters, std::string_view key) {
  std::vector<std::string> texts;
  const auto* list = parameters.value(key);
  for (const auto& element : list->elements()) {
    if (element.is(Value::Kind::text)) texts.push_back(element.text());
  }
  if (!list->is(Value::Kind::list) || texts.size() != list->elements().size() || texts.empty())
    parameters.fail_expected(key, "a list of texts");
  return texts;
}

// `statement = "..."` or `statements = ["...", "..."]`; each must at least parse.
std::vector<std::string> statements_in(TableReader& parameters) {
  std::vector<std::string> statements;
  if (const auto* list = parameters.value("statements"); list != nullptr) {
    for (const auto& element : list->elements()) {
      if (element.is(Value::Kind::text)) statements.push_back(element.text());
    }
    if (!list->is(Value::Kind::list) || statements.size() != list->elements().size() ||
        statements.empty()) {
      parameters.fail_expected("statements", "a list of SQL statements");
    }
  } else {
    statements.push_back(parameters.required_text("statement"));
  }
  for (const auto& statement : statements) {
    if (const auto parsed = database::parse_statement(statement_of(statement, 1)); !parsed) {
      parameters.fail(parameters.has("statements") ? "statements" : "statement",
                      to_string(parsed.error()));
    }
  }
  return statements;
}

// The name in a connector's JSON; problems are told by check_connector().
std::string connector_name(const std::string& text) {
  const auto json = connect::parse_json(text);
  if (!json) return {};
  std::vector<connect::ConnectorProblem> problems;
  return connect::read_create_request(*json, problems).name;
}

std::string addresses_text(const std::vector<sim::Address>& addresses) {
  std::string text;
  for (const auto& address : addresses) text += (text.empty() ? "" : ",") + to_string(address);
  return text;
}

}  // namespace

std::vector<Choice> KafkaSetup::keys() {
  return {{"cluster", "[cluster]: zookeeper, brokers, properties (server.properties), zoo_cfg"},
          {"topic", "[[topic]]: name, partitions, replicas, properties"},
          {"database", "[[database]]: name, sql, server"},
          {"connect",
           "[connect]: workers, properties (connect-distributed.properties), restarts_failed"},
          {"connector", "[[connector]]: json, as one POSTs it to a worker"}};
}

std::vector<Choice> KafkaSetup::workload_types() {
  return {
      {"sql",
       "executes `statement` or `statements` in `database`, one round `every` so often; {n} "
       "counts rounds"},
      {"produce",
       "an application sends keyed records with unique values to `topic`, or the scenario's own "
       "`values` under `key`"},
      {"consume",
       "`members` consumers of `group` read `topics`; `processing` is how long they work on "
       "what a poll returned"}};
}

std::vector<Choice> KafkaSetup::checker_names() {
  return {
      {"acked-records-survive", "K-INV-1: what was acknowledged is in every later leader's log"},
      {"replicas-agree", "K-INV-2, 10, 11, 17: the replicas' logs are one log"},
      {"one-leader-per-epoch", "K-INV-12: one broker appends under one leader epoch"},
      {"high-watermark-never-falls", "K-INV-7: within one leader epoch"},
      {"controllers-take-turns", "K-INV-14: one controller at a time writes partition states"},
      {"controller-epochs-have-one-owner",
       "Z-INV-27: what controllers write is grouped by epoch, and each epoch is one broker's"},
      {"in-sync-means-caught-up", "K-INV-15, 16: nobody joins the ISR who lags"},
      {"committed-offsets-exist", "K-INV-63: no group commits beyond the end of a log"},
      {"followers-copy-their-term", "K-REP-11: no follower copies what a later term has written"},
      {"log-start-within-watermark", "K-INV-8: no log begins beyond its high watermark"},
      {"group-offsets-are-kept",
       "K-INV-62, 64: offsets are stored for current generations only, and none expires in a "
       "rebalance"},
      {"commits-survive", "K-INV-62: a member begins no lower than its group has committed"},
      {"commits-follow-processing", "K-INV-65: a group commits only what it has processed"},
      {"orders-fit-lives", "K-CTL-9: no broker obeys what was ordered in its earlier life"},
      {"zookeeper-writes-survive",
       "Z-INV-6: a write that was acknowledged is there after a recovery"},
      {"zookeeper-events-come-first",
       "Z-INV-19: who watches what it writes hears of it before the reply"},
      {"zookeeper-sessions-end-right",
       "Z-INV-12, 13, Z-SE-13: sessions end after their timeout, with their ephemerals, and for no "
       "stranger"},
      {"committed-transactions-survive", "C-DB-62: a durable commit is there after a recovery"},
      {"source-offsets-are-stored",
       "C-SRC-4: `within` so much time what Kafka acknowledged is stored as read"},
      {"table-is-the-fold",
       "C-INV-60: `table` has a row for each key of `topic` that was not deleted last"},
      {"ids-are-new", "C-DB-15: `table` never has an id again that an earlier row had"},
      {"order-per-key", "K-INV-18, 40, 41: read once, in the order of sending, unchanged"},
      {"rows-converge", "C-INV-12, 18, 61, 63: rows of `from` arrive in `to`"},
      {"source-offsets-are-covered", "C-INV-20: no stored source offset runs ahead of Kafka"},
      {"sink-offsets-are-covered", "C-INV-21: no sink offset runs ahead of its database"}};
}

std::vector<Shrinkable> KafkaSetup::shrinkable() {
  using Way = Shrinkable::Way;
  constexpr Duration late = 60s;  // chosen: most runs are over by then
  constexpr Duration rare = 10s;  // chosen: what one record brings about is over by then
  return {
      {.path = "workload.*.every", .way = Way::rarer, .least = rare.count()},
      {.path = "workload.*.count", .least = 1, .otherwise = 0, .paced_by = "every"},
      {.path = "workload.*.statements.*", .way = Way::absent},
      {.path = "workload.*.values.*", .way = Way::absent},
      {.path = "workload.*.members", .least = 1},
      // Begun later, less is done before what matters.
      {.path = "workload.*.after",
       .way = Way::rarer,
       .least = late.count(),
       .otherwise = 0,
       .paced_by = "every"},
      {.path = "workload.*.keys", .least = 1},
      {.path = "workload.*.value_bytes", .least = 0},
      {.path = "connector.*", .way = Way::absent},
      {.path = "connect", .way = Way::absent},
      {.path = "topic.*", .way = Way::absent},
      {.path = "database.*", .way = Way::absent},
      {.path = "topic.*.partitions", .least = 1},
      {.path = "topic.*.replicas", .least = 1},
      {.path = "cluster.brokers", .least = 1, .otherwise = 3},
  };
}

KafkaSetup::KafkaSetup(TableReader& root) {
  read_cluster(root);
  read_databases(root);
  read_connect(root);
  read_topics(root);
  read_connectors(root);
}

void KafkaSetup::read_cluster(TableReader& root) {
  auto table = root.table("cluster");
  if (!table) return;
  auto& cluster = plan_.cluster;
  cluster.zookeeper_servers =
      static_cast<int>(table->integer("zookeeper", 1, 1, most_zookeeper_servers));
  cluster.zoo_cfg = table->text("zoo_cfg");
  cluster.brokers = static_cast<int>(table->integer("brokers", 3, 1, most_brokers));
  cluster.broker_properties = table->placed_text("properties").text;
  const auto parsed = kafka::parse_properties(cluster.broker_properties);
  if (!parsed) {
    table->fail("properties", parsed.error().message);
    return;
  }
  const auto config = kafka::BrokerConfig::from(*parsed);
  if (!config) {
    table->fail("properties", config.error().message);
    return;
  }
  durability_ = {.replicas = config->default_replication_factor,
                 .min_insync_replicas = config->topic_defaults.min_insync_replicas,
                 .unclean_leader_election = config->topic_defaults.unclean_leader_election_enable};
  plan_.most_min_insync = config->topic_defaults.min_insync_replicas;
  plan_.operations.brokers = cluster.brokers;
  plan_.operations.admin = {
      {"bootstrap.servers", addresses_text(Cluster(cluster).bootstrap_servers())},
      {"client.id", "operator"}};
}

void KafkaSetup::read_topics(TableReader& root) {
  for (auto& table : root.tables("topic")) {
    kafka::NewTopic topic;
    topic.name = table.required_text("name");
    topic.partitions = static_cast<std::int32_t>(table.integer("partitions", -1, 1, 1000));
    topic.replication = static_cast<std::int16_t>(table.integer("replicas", -1, 1, most_brokers));
    const auto properties = properties_in(table, "properties");
    topic.configs.insert(properties.begin(), properties.end());
    if (const auto valid = kafka::TopicConfig{}.with(topic.configs); !valid) {
      table.fail("properties", valid.error().message);
    } else if (topic.configs.contains("min.insync.replicas")) {
      durability_.min_insync_replicas =
          std::min(durability_.min_insync_replicas, valid->min_insync_replicas);
      plan_.most_min_insync = std::max(plan_.most_min_insync, valid->min_insync_replicas);
    }
    if (topic.replication > 0)
      durability_.replicas = std::min<int>(durability_.replicas, topic.replication);
    if (plan_.cluster.brokers == 0) root.fail("topic", "a topic needs a [cluster]");
    plan_.operations.topics.push_back(std::move(topic));
  }
}

void KafkaSetup::read_databases(TableReader& root) {
  auto& servers = plan_.cluster.databases;
  for (auto& table : root.tables("database")) {
    const auto name = table.required_text("name");
    const auto node = table.text("server", "database-1");
    auto server = std::find_if(servers.begin(), servers.end(),
                               [&](const auto& each) { return each.node == node; });
    if (server == servers.end())
      server = servers.insert(servers.end(), ClusterDatabaseServer{.node = node});
    const auto sql = table.placed_text("sql");
    const bool is_new = std::none_of(server->databases.begin(), server->databases.end(),
                                     [&](const auto& each) { return each.name == name; });
    if (!is_new) table.fail("name", format("database \"{}\" stands here twice", name));
    if (const auto checked = database::check_initial({{name, sql.text}}); !checked) {
      Place place = sql.place;
      const auto& error = checked.error();
      if (error.line > 0) {
        place.column = error.line == 1 ? place.column + error.column - 1 : error.column;
        place.line += error.line - 1;
      }
      table.problems().add(place, format("database.sql: {}", to_string(error)));
    }
    server->databases.push_back({name, sql.text});
  }
}

void KafkaSetup::read_connect(TableReader& root) {
  auto table = root.table("connect");
  if (!table) return;
  // One worker for now: the group protocol between workers comes with its own issue
  // (docs/deviations.md).
  plan_.cluster.connect_workers = static_cast<int>(table->integer("workers", 1, 1, 1));
  plan_.cluster.connect_properties = table->placed_text("properties").text;
  plan_.operations.restarts_failed = table->boolean("restarts_failed", true);
  if (plan_.cluster.brokers == 0) root.fail("connect", "Connect needs a [cluster]");
  plan_.operations.connect = {"connect-1", 8083};
}

void KafkaSetup::read_connectors(TableReader& root) {
  const Cluster cluster(plan_.cluster);
  for (auto& table : root.tables("connector")) {
    const auto json = table.placed_text("json");
    if (!table.has("json")) table.fail("json", "a connector needs its JSON");
    if (plan_.cluster.connect_workers == 0) root.fail("connector", "a connector needs [connect]");
    const auto problems = connect::check_connector(
        json.text, [&](std::string_view where) { return cluster.resolve_database(where); });
    for (const auto& problem : problems) {
      if (problem.is_warning) continue;
      Place place = json.place;
      if (problem.line > 0) {
        place.column = problem.line == 1 ? place.column + problem.column - 1 : problem.column;
        place.line += problem.line - 1;
      }
      table.problems().add(place, format("connector.json: {}", to_string(problem)));
    }
    plan_.operations.connectors.push_back(json.text);
    plan_.operations.names.push_back(connector_name(json.text));
  }
}

kafka::Config KafkaSetup::client_config(TableReader& parameters,
                                        const std::string& client_id) const {
  auto config = properties_in(parameters, "properties");
  config["bootstrap.servers"] = addresses_text(Cluster(plan_.cluster).bootstrap_servers());
  config.try_emplace("client.id", client_id);
  return config;
}

std::optional<sim::Address> KafkaSetup::database_address(TableReader& parameters,
                                                         std::string_view key) {
  const auto name = parameters.required_text(key);
  for (const auto& server : plan_.cluster.databases) {
    for (const auto& database : server.databases) {
      if (database.name == name) return sim::Address{server.node, server.port};
    }
  }
  parameters.fail(key, format("there is no [[database]] named \"{}\"", name));
  return std::nullopt;
}

void KafkaSetup::add_workload(const std::string& type, TableReader& parameters) {
  if (type == "sql") {
    SqlWorkload workload;
    if (const auto address = database_address(parameters, "database"))
      workload.connection.address = *address;
    workload.connection.database = parameters.text("database");
    workload.connection.user = parameters.text("user", "root");
    workload.connection.password = parameters.text("password", "test1357");
    workload.after = parameters.duration("after", workload.after);
    workload.every = parameters.duration("every", workload.every, 1us);
    workload.count = parameters.integer("count", 0, 0, 1'000'000'000);
    workload.statements = statements_in(parameters);
    plan_.sql.push_back(std::move(workload));
  } else if (type == "produce") {
    ProduceWorkload workload;
    workload.topic = parameters.required_text("topic");
    workload.after = parameters.duration("after", workload.after);
    workload.every = parameters.duration("every", workload.every, 1us);
    workload.count = parameters.integer("count", 0, 0, 1'000'000'000);
    workload.keys = parameters.integer("keys", workload.keys, 0, 1'000'000);
    workload.key = parameters.text("key");
    workload.values =
        parameters.has("values") ? list_in(parameters, "values") : std::vector<std::string>{};
    workload.value_bytes = parameters.integer("value_bytes", 0, 0, 1'000'000);
    workload.config = client_config(parameters, format("producer-{}", plan_.produce.size() + 1));
    if (const auto valid = kafka::parse_producer_config(workload.config); !valid) {
      parameters.fail("properties", valid.error().message);
    }
    plan_.produce.push_back(std::move(workload));
  } else {
    KafkaPlan::Group group;
    const auto name = parameters.text("group", format("group-{}", plan_.consume.size() + 1));
    group.members = static_cast<int>(parameters.integer("members", 1, 1, 100));
    group.is_awaited = parameters.boolean("awaited", true);
    group.workload.topics = parameters.texts("topics");
    if (group.workload.topics.empty()) parameters.fail("topics", "expected at least one topic");
    group.workload.processing = parameters.duration("processing", group.workload.processing);
    group.workload.commits_after_each_poll = parameters.boolean("commits_after_each_poll", false);
    group.workload.config = client_config(parameters, name);
    group.workload.config["group.id"] = name;
    group.workload.config.try_emplace("auto.offset.reset", "earliest");
    if (const auto valid = kafka::parse_consumer_config(group.workload.config); !valid) {
      parameters.fail("properties", valid.error().message);
    }
    plan_.consume.push_back(std::move(group));
  }
  if (type != "sql" && plan_.cluster.brokers == 0)
    parameters.fail("type", "this workload needs a [cluster]");
}

std::optional<RowRoute> KafkaSetup::route(TableReader& parameters) {
  RowRoute route;
  route.from = parameters.required_text("from");
  route.to = parameters.required_text("to");
  route.key = parameters.text("key", route.key);
  for (const auto* key : {"from", "to"}) {
    const std::string& table = key == std::string_view("from") ? route.from : route.to;
    const auto dot = table.find('.');
    const bool is_known = std::any_of(
        plan_.cluster.databases.begin(), plan_.cluster.databases.end(), [&](const auto& server) {
          return std::any_of(
              server.databases.begin(), server.databases.end(),
              [&](const auto& database) { return database.name == table.substr(0, dot); });
        });
    if (dot == std::string::npos || !is_known) {
      parameters.fail(
          key,
          format("expected \"database.table\" of a [[database]] of this scenario, found \"{}\"",
                 table));
    }
  }
  // Without them the promise is broken by the scenario itself, and shrinking would end there.
  constexpr std::size_t source_and_sink = 2;
  if (const auto found = plan_.operations.connectors.size(); found < source_and_sink) {
    parameters.fail(
        "checker",
        format("rows need a source and a sink to get from {} to {}: expected at least {} "
               "[[connector]]s, found {}",
               route.from, route.to, source_and_sink, found));
  }
  return route;
}

std::optional<CheckerFactory> KafkaSetup::checker(const std::string& name,
                                                  TableReader& parameters) {
  if (name == "rows-converge") {
    auto found = route(parameters);
    plan_.routes.push_back(*found);
    return rows_converge(*found);
  }
  if (name == "order-per-key") return order_per_key(durability_);
  if (name == "orders-fit-lives") return orders_fit_lives();
  if (name == "table-is-the-fold")
    return table_is_fold(parameters.required_text("topic"), parameters.required_text("table"));
  if (name == "ids-are-new") return ids_are_new(parameters.required_text("table"));
  if (name == "commits-survive") return commits_survive();
  if (name == "commits-follow-processing") return commits_follow_processing();
  if (name == "source-offsets-are-stored")
    return source_offsets_are_stored(parameters.duration("within", 30s));
  for (auto& factory : checkers()) {
    if (factory.name == name) return factory;
  }
  return std::nullopt;
}

std::vector<CheckerFactory> KafkaSetup::checkers() const {
  std::vector<CheckerFactory> factories;
  if (plan_.cluster.brokers > 0) {
    factories = {acked_records_survive(durability_),
                 replicas_agree(),
                 one_leader_per_epoch(),
                 high_watermark_never_falls(),
                 in_sync_means_caught_up(),
                 committed_offsets_exist(),
                 controllers_take_turns(),
                 controller_epochs_have_one_owner(),
                 followers_copy_their_term(),
                 log_start_within_watermark(),
                 group_offsets_are_kept(),
                 acknowledged_writes_survive(),
                 events_before_replies(),
                 sessions_end_right()};
  }
  if (!plan_.cluster.databases.empty()) factories.push_back(committed_transactions_survive());
  if (plan_.cluster.connect_workers > 0) {
    factories.push_back(source_offsets_are_covered());
    factories.push_back(sink_offsets_are_covered());
  }
  return factories;
}

void KafkaSetup::finish(Problems& problems) {
  for (const auto& problem : Cluster(plan_.cluster).problems()) problems.add({}, problem);
}

FaultTargets KafkaSetup::targets() const {
  FaultTargets targets;
  const Cluster cluster(plan_.cluster);
  const auto add = [&](const std::string& node, const std::string& group,
                       std::vector<std::string> spared) {
    targets.nodes.push_back({node, group, std::move(spared)});
  };
  for (const auto& node : cluster.zookeeper_nodes()) add(node, "zookeeper", {});
  for (const auto& node : cluster.broker_nodes()) add(node, "broker", {});
  for (const auto& server : plan_.cluster.databases) add(server.node, "database", {});
  for (const auto& node : cluster.connect_nodes()) add(node, "connect", {});
  // Clients and the operator stand outside what is tested: a plan may name them, swarms leave them
  // alone.
  const std::vector<std::string> all{"network", "crash", "disk", "clock"};
  add("operator-1", "operator", all);
  for (std::size_t number = 1; number <= plan_.sql.size(); ++number)
    add(format("sql-{}", number), "sql", all);
  for (std::size_t number = 1; number <= plan_.produce.size(); ++number) {
    add(format("producer-{}", number), "producer", all);
  }
  for (const auto& node : consumer_nodes(plan_)) add(node, "consumer", all);
  targets.roles = {"leader-of:", "controller", "zk-leader"};
  for (const auto& action : kafka_actions()) targets.actions.push_back(action.name);
  return targets;
}

std::unique_ptr<World> KafkaSetup::build(sim::Simulation& simulation) const {
  return std::make_unique<KafkaWorld>(simulation, plan_);
}

}  // namespace logquake::scenario
