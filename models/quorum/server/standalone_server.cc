#include "models/quorum/server/standalone_server.h"

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "models/quorum/defects.h"
#include "models/quorum/facts.h"
#include "models/quorum/probes.h"
#include "models/quorum/service/client_service.h"
#include "models/quorum/service/request_route.h"
#include "models/quorum/service/sequencer.h"
#include "models/quorum/storage/server_database.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {
namespace {

constexpr ServerId standalone_id{1};       // what a standalone server puts into its session ids
constexpr std::size_t most_queued = 1000;  // globalOutstandingLimit's default

class StandaloneServer : public RequestRoute {
 public:
  StandaloneServer(sim::Node& node, ServerDatabase& database, ClientService& clients,
                   const ServerSettings& settings)
      : node_(node),
        database_(database),
        clients_(clients),
        acks_before_sync_(node.has(ack_before_sync)),
        sequencer_(node, settings, database.tree(), database.tree().last_zxid(),
                   [this](Work work) { prepare(std::move(work)); }),
        has_work_(node, "a request"),
        has_room_(node, "room among the outstanding requests") {}

  Zxid last_zxid() const override { return database_.tree().last_zxid(); }
  void heard(SessionId session, Duration timeout) override { sequencer_.touch(session, timeout); }
  bool resume(SessionId session, Duration timeout) override {
    return sequencer_.move(session, timeout, standalone_id);
  }
  void submit(Work work) override {
    if (work.is_write) {
      if (!work.message.empty() && work.op != OpCode::close_session && !queue_.empty())
        node_.probe(behind_pending);
      return prepare(std::move(work));
    }
    work.refusal = sequencer_.session_error(work.session, standalone_id);
    push(std::move(work));
  }
  void wait_for_room() override {
    has_room_.wait_until([this] { return queue_.size() < most_queued; });
  }

  void describe(ServerStatistics& statistics) const override {
    statistics.mode = ServerMode::standalone;
    statistics.outstanding = static_cast<std::int64_t>(queue_.size());
    statistics.session_buckets = sequencer_.session_buckets();
  }

  void commit_for_ever() {
    for (;;) {
      has_work_.wait_until([this] { return !queue_.empty(); });
      std::vector<Work> batch(std::make_move_iterator(queue_.begin()),
                              std::make_move_iterator(queue_.end()));
      queue_.clear();
      has_room_.notify_all();
      if (!acks_before_sync_) make_durable(batch);
      for (const auto& work : batch) apply(work);
      if (acks_before_sync_) make_durable(batch);
      database_.snapshot_when_due();
    }
  }
  void keep_watch() {
    sequencer_.keep_watch([] { return false; });
  }

 private:
  void prepare(Work work) {
    work.transaction = sequencer_.prepare(work, standalone_id);
    push(std::move(work));
  }
  void push(Work work) {
    queue_.push_back(std::move(work));
    has_work_.notify_one();
  }
  void make_durable(const std::vector<Work>& batch) {
    for (const auto& work : batch) {
      if (work.transaction) database_.append(*work.transaction);
    }
    database_.flush();
  }
  void apply(const Work& work) {
    node_.set_cause(work.cause);
    if (!work.transaction) return clients_.answer(work);
    clients_.deliver(*work.transaction, work);
    sequencer_.applied(*work.transaction);
  }

  sim::Node& node_;
  ServerDatabase& database_;
  ClientService& clients_;
  bool acks_before_sync_;
  Sequencer sequencer_;
  std::deque<Work> queue_;
  sim::Signal has_work_;
  sim::Signal has_room_;
};

}  // namespace

void run_standalone(sim::Node& node, const ServerSettings& settings) {
  ServerDatabase database(node, settings);
  database.load();
  if (database.replayed() > 0) database.take_snapshot();
  ClientService clients(node, settings, standalone_id, database);
  const auto server = std::make_shared<StandaloneServer>(node, database, clients, settings);
  clients.listen();
  clients.open(server);
  node.record(ServerStarted{"standalone", database.tree().last_zxid()});
  node.spawn("zookeeper-commit", [server] { server->commit_for_ever(); });
  node.spawn("zookeeper-expiry", [server] { server->keep_watch(); });
  clients.accept_for_ever();
}

}  // namespace logquake::zookeeper
