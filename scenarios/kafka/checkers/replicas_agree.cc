#include "scenarios/kafka/checkers/replicas_agree.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "models/broker/facts.h"
#include "scenarios/kafka/checkers/clean_history.h"
#include "scenarios/kafka/checkers/replica_logs.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class ReplicasAgree : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* appended = event.as<kafka::BatchAppended>()) check_density(*appended, findings);
    if (const auto* truncated = event.as<kafka::LogTruncated>())
      check_truncation(*truncated, findings);
    logs_.on_fact(event);
    history_.on_fact(event);
    if (const auto* advanced = event.as<kafka::HighWatermarkAdvanced>()) {
      commit(advanced->partition, advanced->leader, advanced->offset, findings);
    } else if (const auto* moved = event.as<kafka::FollowerHighWatermarkMoved>()) {
      commit(moved->partition, moved->broker, std::min(moved->offset, moved->log_end), findings);
    } else if (const auto* truncated = event.as<kafka::LogTruncated>()) {
      lower(truncated->partition, truncated->broker, truncated->to);
    } else if (const auto* loaded = event.as<kafka::LogLoaded>()) {
      lower(loaded->partition, loaded->broker, loaded->log_end);
    } else if (const auto* deleted = event.as<kafka::TopicDeleted>()) {
      std::erase_if(committed_, [&](const auto& entry) {
        return entry.first.substr(0, entry.first.rfind('-')) == deleted->topic;
      });
      std::erase_if(judged_, [&](const auto& entry) {
        return entry.first.first.substr(0, entry.first.first.rfind('-')) == deleted->topic;
      });
    }
  }

  void at_end(const Ending&, Findings& findings) override {
    std::int64_t batches = 0;
    for (const auto& [partition, entries] : committed_)
      batches += static_cast<std::int64_t>(entries.size());
    findings.promise(
        "K-INV-2",
        format("{} committed batches are the same on every replica that has them", batches));
    findings.promise("K-INV-11", format("{} appends, each where the log ended", appends_));
  }

 private:
  void check_density(const kafka::BatchAppended& fact, Findings& findings) {
    ++appends_;
    const auto& log = logs_.partition(fact.partition).replicas[fact.broker];
    // A log that begins above zero (retention, a late replica) has nothing before it.
    if (!log.batches.empty() && fact.base_offset != log.end) {
      report("K-INV-11", fact.partition,
             format("{} on broker {}: a batch at offset {} was appended where the log ended at {}",
                    fact.partition, fact.broker, fact.base_offset, log.end),
             findings, {});
    }
    if (!log.batches.empty() && fact.epoch < std::prev(log.batches.end())->second.epoch) {
      report("K-INV-11", fact.partition,
             format("{} on broker {}: a batch of epoch {} follows one of epoch {}", fact.partition,
                    fact.broker, fact.epoch, std::prev(log.batches.end())->second.epoch),
             findings, {});
    }
  }

  void check_truncation(const kafka::LogTruncated& fact, Findings& findings) {
    if (fact.is_leader) {
      findings.violation("K-INV-10",
                         format("{}: broker {} cut its log to {} while it leads in epoch {}",
                                fact.partition, fact.broker, fact.to, fact.epoch));
    }
    if (fact.to < fact.high_watermark) {
      report("K-INV-17", fact.partition,
             format("{}: broker {} cut its log to {}, below its high watermark {}", fact.partition,
                    fact.broker, fact.to, fact.high_watermark),
             findings, {});
    }
  }

  // What lies below a high watermark is committed, and the first to say so fixes it.
  void commit(const std::string& partition, kafka::BrokerId broker, kafka::Offset watermark,
              Findings& findings) {
    auto& judged = judged_[{partition, broker}];
    const auto& log = logs_.partition(partition).replicas[broker];
    auto& entries = committed_[partition];
    for (auto batch = log.batches.lower_bound(judged); batch != log.batches.end(); ++batch) {
      if (batch->second.last_offset >= watermark) break;
      judged = batch->second.last_offset + 1;
      const auto [entry, is_new] =
          entries.try_emplace(batch->first, std::pair(broker, batch->second));
      const auto& [first_broker, first] = entry->second;
      if (is_new || (first.digest == batch->second.digest && first.epoch == batch->second.epoch))
        continue;
      report(
          "K-INV-2", partition,
          format("{} at offset {}: broker {} has a batch of epoch {}, broker {} another of epoch "
                 "{}, both below their "
                 "high watermarks",
                 partition, batch->first, first_broker, first.epoch, broker, batch->second.epoch),
          findings, {first.fact, batch->second.fact});
      entry->second = std::pair(broker, batch->second);
    }
  }

  void lower(const std::string& partition, kafka::BrokerId broker, kafka::Offset to) {
    auto& judged = judged_[{partition, broker}];
    judged = std::min(judged, to);
  }

  void report(std::string clause, const std::string& partition, std::string message,
              Findings& findings, std::vector<sim::EventId> facts) {
    if (const auto* excuse = history_.excuse(partition)) {
      findings.anomaly(excuse->clause, message + ": " + excuse->why, 1, std::move(facts));
    } else {
      findings.violation(std::move(clause), std::move(message), std::move(facts));
    }
  }

  ReplicaLogs logs_;
  CleanHistory history_;
  std::map<std::string, std::map<kafka::Offset, std::pair<kafka::BrokerId, LoggedBatch>>>
      committed_;
  std::map<std::pair<std::string, kafka::BrokerId>, kafka::Offset> judged_;
  std::int64_t appends_ = 0;
};

}  // namespace

CheckerFactory replicas_agree() {
  return {"replicas-agree", [] { return std::make_unique<ReplicasAgree>(); }};
}

}  // namespace logquake::scenario
