#include "scenarios/kafka/checkers/acked_records_survive.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "models/broker/facts.h"
#include "models/client/facts.h"
#include "scenarios/kafka/checkers/clean_history.h"
#include "scenarios/kafka/checkers/replica_logs.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

struct Promise {
  kafka::Offset last_offset{};
  std::uint32_t digest = 0;
  std::int16_t acks = 0;
  bool is_made = false;    // a client has heard of it
  bool is_broken = false;  // told already
  sim::EventId fact;
};

class AckedRecordsSurvive : public Checker {
 public:
  explicit AckedRecordsSurvive(DurabilityProfile profile) : profile_(profile) {}

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    logs_.on_fact(event);
    history_.on_fact(event);
    if (const auto* acknowledged = event.as<kafka::ProduceAcknowledged>()) {
      promise(*acknowledged, event.id);
    } else if (const auto* heard = event.as<kafka::client::RecordAcknowledged>()) {
      hear(*heard);
    } else if (const auto* became = event.as<kafka::BecameLeader>()) {
      leaders_[became->partition] = became->leader;
      judge(became->partition, became->leader, findings);
    } else if (const auto* deleted = event.as<kafka::TopicDeleted>()) {
      std::erase_if(promises_, [&](const auto& entry) {
        return entry.first.substr(0, entry.first.rfind('-')) == deleted->topic;
      });
    }
  }

  void at_end(const Ending& ending, Findings& findings) override {
    if (ending.healed) {
      for (const auto& [partition, leader] : leaders_) judge(partition, leader, findings);
    }
    findings.promise("K-INV-1",
                     format("{} acknowledged records are in the leaders' logs", records_ - lost_));
  }

 private:
  // The broker's own word first: with it comes the batch as it stood in the leader's log.
  void promise(const kafka::ProduceAcknowledged& fact, sim::EventId id) {
    if (fact.acks == 0) return;
    const auto& batches = logs_.partition(fact.partition).replicas[fact.leader].batches;
    const auto batch = batches.find(fact.base_offset);
    if (batch == batches.end()) return;  // a repeated batch, promised before
    promises_[fact.partition].try_emplace(
        fact.base_offset,
        Promise{fact.last_offset, batch->second.digest, fact.acks, false, false, id});
  }

  void hear(const kafka::client::RecordAcknowledged& fact) {
    if (fact.offset < kafka::Offset{0}) return;
    const auto partition = promises_.find(to_string(fact.partition));
    if (partition == promises_.end()) return;
    auto next = partition->second.upper_bound(fact.offset);
    if (next == partition->second.begin()) return;
    auto& promise = std::prev(next)->second;
    if (fact.offset > promise.last_offset) return;
    promise.is_made = true;
    ++records_;
  }

  void judge(const std::string& partition, kafka::BrokerId leader, Findings& findings) {
    const auto promises = promises_.find(partition);
    if (promises == promises_.end()) return;
    const auto& log = logs_.partition(partition).replicas[leader];
    for (auto& [base, promise] : promises->second) {
      if (!promise.is_made || promise.is_broken || promise.last_offset < log.start) continue;
      const auto found = log.batches.find(base);
      if (found != log.batches.end() && found->second.digest == promise.digest) continue;
      promise.is_broken = true;
      const auto count = promise.last_offset - base + 1;
      lost_ += count;
      tell(partition, leader, base, promise, found == log.batches.end(), findings);
    }
  }

  void tell(const std::string& partition, kafka::BrokerId leader, kafka::Offset base,
            const Promise& promise, bool is_gone, Findings& findings) const {
    const auto count = promise.last_offset - base + 1;
    const auto what = format(
        "{}: {} record{} from offset {} on, acknowledged with acks={}, {} broker {}, which leads "
        "now",
        partition, count, count == 1 ? "" : "s", base, promise.acks == -1 ? "all" : "1",
        is_gone ? "missing from the log of" : "replaced by others in the log of", leader);
    if (promise.acks == 1) {
      findings.anomaly("K-REP-26", what + ": acks=1 promises no more than the leader's own log",
                       count, {promise.fact});
    } else if (const auto* excuse = history_.excuse(partition)) {
      findings.anomaly(excuse->clause, what + ": " + excuse->why, count, {promise.fact});
    } else if (!profile_.is_safe()) {
      findings.anomaly(
          "K-INV-1 (precondition: profile SAFE)",
          format("{}: the settings promise no more (replicas {}, min.insync.replicas {}{})", what,
                 profile_.replicas, profile_.min_insync_replicas,
                 profile_.unclean_leader_election ? ", unclean elections allowed" : ""),
          count, {promise.fact});
    } else {
      findings.violation("K-INV-1", what, {promise.fact});
    }
  }

  DurabilityProfile profile_;
  ReplicaLogs logs_;
  CleanHistory history_;
  std::map<std::string, std::map<kafka::Offset, Promise>> promises_;
  std::map<std::string, kafka::BrokerId> leaders_;
  std::int64_t records_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace

CheckerFactory acked_records_survive(DurabilityProfile profile) {
  return {"acked-records-survive",
          [profile] { return std::make_unique<AckedRecordsSurvive>(profile); }};
}

}  // namespace logquake::scenario
