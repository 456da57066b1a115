#include "scenarios/kafka/fact_kinds.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "scenarios/zookeeper/fact_kinds.h"

namespace logquake::scenario {
namespace {

constexpr std::array<std::string_view, 100> own_kinds{"broker.batch-appended",
                                                      "broker.became-follower",
                                                      "broker.became-leader",
                                                      "broker.duplicate-batch",
                                                      "broker.follower-high-watermark-moved",
                                                      "broker.high-watermark-advanced",
                                                      "broker.isr-expanded",
                                                      "broker.isr-shrank",
                                                      "broker.leader-elected",
                                                      "broker.log-directory-failed",
                                                      "broker.log-flushed",
                                                      "broker.log-loaded",
                                                      "broker.log-recovered",
                                                      "broker.log-start-moved",
                                                      "broker.logs-closed",
                                                      "broker.offset-committed",
                                                      "broker.produce-acknowledged",
                                                      "broker.produce-refused",
                                                      "broker.producer-id-assigned",
                                                      "broker.registered",
                                                      "broker.replica-deleted",
                                                      "broker.segment-deleted",
                                                      "broker.segment-rolled",
                                                      "broker.started",
                                                      "broker.topic-created",
                                                      "broker.topic-deleted",
                                                      "broker.truncated",
                                                      "client.batch-retried",
                                                      "client.offset-commit-failed",
                                                      "client.offset-committed",
                                                      "client.partitions-assigned",
                                                      "client.partitions-revoked",
                                                      "client.position-set",
                                                      "client.producer-identified",
                                                      "client.producer-started",
                                                      "client.record-acknowledged",
                                                      "client.record-delivered",
                                                      "client.record-failed",
                                                      "client.record-sent",
                                                      "client.setting-unknown",
                                                      "connect.assigned",
                                                      "connect.connector-configured",
                                                      "connect.connector-failed",
                                                      "connect.connector-removed",
                                                      "connect.connector-started",
                                                      "connect.connector-stopped",
                                                      "connect.database-unreachable",
                                                      "connect.offset-commit-failed",
                                                      "connect.record-produced",
                                                      "connect.record-read",
                                                      "connect.request-answered",
                                                      "connect.send-failed",
                                                      "connect.setting-ignored",
                                                      "connect.sink-offsets-committed",
                                                      "connect.sink-partitions-assigned",
                                                      "connect.sink-put",
                                                      "connect.sink-put-completed",
                                                      "connect.sink-put-retried",
                                                      "connect.source-offset-loaded",
                                                      "connect.source-offsets-committed",
                                                      "connect.status-written",
                                                      "connect.task-cancelled",
                                                      "connect.task-failed",
                                                      "connect.task-started",
                                                      "connect.task-stopped",
                                                      "connect.tasks-committed",
                                                      "connect.worker-failed",
                                                      "connect.worker-started",
                                                      "controller.elected",
                                                      "controller.live-brokers-changed",
                                                      "controller.resigned",
                                                      "database.connection-closed",
                                                      "database.connection-opened",
                                                      "database.lock-waited",
                                                      "database.recovered",
                                                      "database.row-deleted",
                                                      "database.row-inserted",
                                                      "database.row-updated",
                                                      "database.server-started",
                                                      "database.statement-failed",
                                                      "database.table-altered",
                                                      "database.table-created",
                                                      "database.table-emptied",
                                                      "database.transaction-committed",
                                                      "database.transaction-rolled-back",
                                                      "group.assigned",
                                                      "group.commit-admitted",
                                                      "group.commit-refused",
                                                      "group.loaded",
                                                      "group.member-joined",
                                                      "group.member-removed",
                                                      "group.offset-expired",
                                                      "group.state-changed",
                                                      "group.unloaded",
                                                      "jdbc-sink.rows-written",
                                                      "jdbc-sink.table-changed",
                                                      "jdbc-source.query-started",
                                                      "jdbc-source.tables-listed",
                                                      "operator.acted",
                                                      "workload.record-processed"};

}  // namespace

std::vector<std::string> kafka_fact_kinds() {
  std::vector<std::string> kinds(own_kinds.begin(), own_kinds.end());
  for (auto& kind : zookeeper_fact_kinds()) {
    if (kind.starts_with("zookeeper.")) kinds.push_back(std::move(kind));  // no recipe runs here
  }
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

}  // namespace logquake::scenario
