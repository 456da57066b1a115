#include "models/broker/server/broker.h"

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "models/broker/controller/metadata_image.h"
#include "models/broker/controller/producer_ids.h"
#include "models/broker/controller/topic_creation.h"
#include "models/broker/controller/zookeeper_controller.h"
#include "models/broker/controller/zookeeper_store.h"
#include "models/broker/facts.h"
#include "models/broker/log/log_manager.h"
#include "models/broker/replication/isr_writer.h"
#include "models/broker/replication/replica_manager.h"
#include "models/broker/server/admin_handler.h"
#include "models/broker/server/control_handler.h"
#include "models/broker/server/coordinator_finder.h"
#include "models/broker/server/fetch_handler.h"
#include "models/broker/server/group_requests.h"
#include "models/broker/server/metadata_handler.h"
#include "models/broker/server/offsets_handler.h"
#include "models/broker/server/produce_handler.h"
#include "models/broker/server/request_dispatcher.h"
#include "models/quorum/client/zookeeper_client.h"
#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

constexpr Duration registration_patience = 60s;  // chosen: beyond the life of any earlier session

ZookeeperController::Settings controller_settings(const BrokerConfig& config,
                                                  const std::string& host) {
  return {.self = BrokerId(config.broker_id),
          .endpoint = {host, config.port},
          .auto_leader_rebalance = config.auto_leader_rebalance,
          .imbalance_percentage = config.leader_imbalance_percentage,
          .imbalance_check_interval = std::chrono::seconds(config.leader_imbalance_check_seconds),
          .socket_timeout = config.controller_socket_timeout,
          .unclean_by_default = config.topic_defaults.unclean_leader_election_enable};
}

/// Everything of one life of the process. Only wiring: each part is a class of its own.
class BrokerProcess {
 public:
  BrokerProcess(sim::Node& node, const BrokerSettings& settings,
                std::vector<sim::Address> zookeeper)
      : node_(node),
        config_(settings.config),
        stop_switch_(settings.stop_switch),
        client_(
            node,
            {.servers = std::move(zookeeper), .session_timeout = config_.zookeeper_session_timeout},
            [this](const zookeeper::WatchEvent& event) { controller_.on_watch_event(event); }),
        store_(node, client_),
        controller_(node, store_, controller_settings(config_, node.name())),
        logs_(node, config_, [this](const std::string& topic) { return config_of(topic); }),
        isr_writer_(node, store_, BrokerId(config_.broker_id)),
        replicas_(node, config_, logs_, metadata_, isr_writer_),
        metadata_changed_(node, "news from the controller"),
        creation_(node, config_, store_),
        producer_ids_(node, store_, BrokerId(config_.broker_id)),
        finder_(metadata_, creation_),
        groups_(node, config_, logs_, group_services()),
        produce_(node, replicas_, metadata_),
        fetch_(node, config_, replicas_),
        offsets_(replicas_),
        control_(node, replicas_, metadata_, controller_, metadata_changed_),
        admin_(config_, metadata_, metadata_changed_, controller_, creation_, store_) {
    stop_switch_->stop = [this] { stop(); };
  }
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;
  ~BrokerProcess() { stop_switch_->stop = {}; }

  [[noreturn]] void run() {
    const std::string cluster_id = connect_to_zookeeper();
    if (const auto loaded = logs_.load(); !loaded) node_.exit("its logs cannot be loaded");
    metadata_handler_.emplace(config_, metadata_, creation_, cluster_id);
    serve();
    replicas_.listen_to_leadership(
        [this](const TopicPartition& partition, LeaderEpoch epoch, bool leads) {
          groups_.on_leadership(partition, epoch, leads);
        });
    auto listener = node_.listen(static_cast<std::uint16_t>(config_.port));
    if (!listener) node_.exit(format("it cannot listen at port {}", config_.port));
    if (const auto registered = controller_.register_broker(registration_patience); !registered) {
      node_.exit(format("it cannot register in ZooKeeper: {}", to_string(registered.error())));
    }
    node_.record(BrokerStarted{.broker = BrokerId(config_.broker_id),
                               .clean = logs_.was_clean(),
                               .partitions = static_cast<std::int32_t>(logs_.partitions().size())});
    logs_.start();
    isr_writer_.start();
    groups_.start();
    replicas_.start();
    controller_.start();
    is_started_ = true;
    node_.spawn("acceptor", [this, &listener] { accept(*listener); });
    logs_.wait_until_offline();
    node_.exit("its log directory has failed");
  }

 private:
  void stop() {
    (void)logs_.shutdown();
    node_.exit("it was stopped");
  }

  std::string connect_to_zookeeper() {
    client_.open_session();
    if (!client_.wait_until_connected(config_.zookeeper_connection_timeout)) {
      node_.exit("ZooKeeper does not answer in zookeeper.connection.timeout.ms");
    }
    if (!store_.make_paths()) node_.exit("it cannot create its paths in ZooKeeper");
    auto random = node_.random().split("cluster-id");
    const auto high = random.next();
    const auto low = random.next();
    auto id = store_.cluster_id(znode::base64_of({high, low}));
    if (!id) node_.exit("it cannot read the cluster id");
    return std::move(*id);
  }

  GroupServices group_services() {
    return {
        .append =
            [this](const TopicPartition& partition, const RecordData& records, Duration timeout) {
              return replicas_.append_and_wait(partition, records, timeout);
            },
        .exists =
            [this](const TopicPartition& partition) {
              return metadata_.partition(partition) != nullptr;
            }};
  }

  /// The broker's defaults with what ZooKeeper says of the topic. Blocks.
  TopicConfig config_of(const std::string& topic) {
    auto settings = store_.topic_settings(topic);
    if (settings.is(zookeeper::ErrorCode::session_expired)) {
      // Sessions are replaced by the controller's event loop, which starts last.
      if (!is_started_) node_.exit("its ZooKeeper session expired while it was loading");
      settings = store_.persist([&] { return store_.topic_settings(topic); });
    }
    if (!settings) return config_.topic_defaults;
    const auto config = config_.topic_defaults.with(*settings);
    return config ? *config : config_.topic_defaults;
  }

  template <class Request, class Handler>
  void serve_with(Handler& handler) {
    dispatcher_.serve<Request>([&handler](const Request& request, const RequestContext&) {
      return handler.handle(request);
    });
  }

  void serve() {
    dispatcher_.serve_raw(
        ApiKey::produce, [this](const sim::Payload& body, const RequestContext& context) {
          const auto* request = body.as<ProduceRequest>();
          if (request == nullptr) return Answer{Answer::Kind::close, {}};
          auto response = produce_.handle(*request, context.client_id);
          if (request->acks != 0)
            return Answer{Answer::Kind::respond, sim::Payload(std::move(response))};
          return Answer{has_error(response) ? Answer::Kind::close : Answer::Kind::silent, {}};
        });
    serve_with<FetchRequest>(fetch_);
    serve_with<ListOffsetsRequest>(offsets_);
    serve_with<OffsetForLeaderEpochRequest>(offsets_);
    serve_with<MetadataRequest>(*metadata_handler_);
    serve_with<LeaderAndIsrRequest>(control_);
    serve_with<StopReplicaRequest>(control_);
    serve_with<UpdateMetadataRequest>(control_);
    serve_with<CreateTopicsRequest>(admin_);
    serve_with<DeleteTopicsRequest>(admin_);
    serve_with<DescribeConfigsRequest>(admin_);
    serve_with<InitProducerIdRequest>(producer_ids_);
    serve_groups(dispatcher_, finder_, groups_);
  }

  void accept(sim::Listener& listener) {
    std::map<std::string, std::int64_t>
        connections;  // so far, by peer: names stay the same when others come and go
    while (true) {
      auto accepted = listener.accept();
      if (!accepted) return;
      const std::string host = accepted->peer().host;
      const auto number = ++connections[host];
      auto connection = std::make_shared<sim::Connection>(std::move(*accepted));
      node_.spawn(format("connection-{}-{}", host, number),
                  [this, host, connection] { serve(*connection, host); });
    }
  }

  /// One request at a time, answers in order (K-WIRE-7).
  void serve(sim::Connection& connection, const std::string& host) {
    while (true) {
      const auto message = connection.receive(config_.connections_max_idle);
      if (!message) return;
      const auto* request = message->as<RequestEnvelope>();
      if (request == nullptr) return;
      Answer answer =
          dispatcher_.dispatch(*request, {.client_id = request->client_id, .client_host = host});
      if (answer.kind == Answer::Kind::close) return;
      if (answer.kind == Answer::Kind::silent) continue;
      const auto sent = connection.send(ResponseEnvelope{.correlation_id = request->correlation_id,
                                                         .body = std::move(answer.body)});
      if (!sent) return;
    }
  }

  sim::Node& node_;
  const BrokerConfig config_;
  std::shared_ptr<StopSwitch> stop_switch_;
  zookeeper::ZooKeeperClient client_;
  ZookeeperStore store_;
  ZookeeperController controller_;
  MetadataImage metadata_;
  LogManager logs_;
  IsrWriter isr_writer_;
  ReplicaManager replicas_;
  sim::Signal metadata_changed_;
  TopicCreation creation_;
  ProducerIds producer_ids_;
  CoordinatorFinder finder_;
  GroupCoordinator groups_;
  ProduceHandler produce_;
  FetchHandler fetch_;
  OffsetsHandler offsets_;
  ControlHandler control_;
  AdminHandler admin_;
  std::optional<MetadataHandler> metadata_handler_;
  RequestDispatcher dispatcher_;
  bool is_started_ = false;
};

}  // namespace

Result<std::vector<sim::Address>> parse_zookeeper_connect(std::string_view text) {
  const auto invalid = [&](std::string_view expected) {
    return logquake::Error{
        logquake::ErrorCode::invalid_argument,
        format("setting zookeeper.connect: expected {}, found '{}'", expected, text)};
  };
  std::vector<sim::Address> servers;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find(',');
    std::string_view server = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (server.find('/') != std::string_view::npos) return invalid("no chroot path");
    const auto colon = server.rfind(':');
    std::uint16_t port = 2181;  // ZooKeeper's default
    if (colon != std::string_view::npos) {
      const auto digits = server.substr(colon + 1);
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
      if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
        return invalid("a port after ':'");
      server = server.substr(0, colon);
    }
    if (server.empty()) return invalid("a host");
    servers.push_back({std::string(server), port});
  }
  if (servers.empty()) return invalid("host:port of a ZooKeeper server");
  return servers;
}

void run_broker(sim::Node& node, const BrokerSettings& settings) {
  auto zookeeper = parse_zookeeper_connect(settings.config.zookeeper_connect);
  if (!zookeeper) node.exit(zookeeper.error().message);
  const auto process = std::make_unique<BrokerProcess>(node, settings, std::move(*zookeeper));
  process->run();
}

}  // namespace logquake::kafka
