// What must hold of replication whatever happens, watched through the facts of a test's run: every
// replica's log is rebuilt from what it states. Source: K-INV-2, 3, 7, 10, 12, 16, 17.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/broker/facts.h"
#include "sim/base/format.h"
#include "sim/simulation.h"

namespace logquake::kafka::testing {

class ReplicationChecker {
 public:
  /// Whether a log may be cut below its own high watermark, or come back shorter: after power
  /// losses.
  explicit ReplicationChecker(sim::Simulation& simulation, bool loses_power = false)
      : loses_power_(loses_power) {
    simulation.trace().subscribe([this](const sim::TraceEvent& event) { on_fact(event); });
  }

  const std::vector<std::string>& violations() const { return violations_; }
  /// False once a replica that lost committed records with its power led before it had them again:
  /// then K-INV-1, 2 and 17 promise nothing.
  bool has_clean_history() const { return clean_history_; }
  /// Compares the replicas' logs below the high watermark that the partition has reached.
  void compare_below_high_watermarks() {
    for (const auto& [key, log] : logs_) {
      for (const auto& [other_key, other] : logs_) {
        if (key.first != other_key.first || key.second >= other_key.second) continue;
        compare(key, log, other_key, other);
      }
    }
  }

 private:
  struct Batch {
    Offset base;
    Offset last;
    LeaderEpoch epoch;
    std::uint32_t digest = 0;
    bool operator==(const Batch&) const = default;
  };
  struct ReplicaLog {
    std::vector<Batch> batches;
    Offset high_watermark;
    Offset end() const { return batches.empty() ? Offset(0) : batches.back().last + 1; }
    void cut(Offset to) {
      std::erase_if(batches, [to](const Batch& batch) { return batch.last >= to; });
      high_watermark = std::min(high_watermark, to);
    }
  };
  using Key = std::pair<std::string, BrokerId>;  // partition, broker

  void violated(std::string text) {
    if (violations_.size() < 20) violations_.push_back(std::move(text));
  }

  void compare(const Key& key, const ReplicaLog& log, const Key& other_key,
               const ReplicaLog& other) {
    const Offset common = std::min(log.high_watermark, other.high_watermark);
    for (std::size_t i = 0; i < std::min(log.batches.size(), other.batches.size()); ++i) {
      if (log.batches[i].base >= common) break;
      if (log.batches[i] == other.batches[i]) continue;
      violated(format("K-INV-2 {}: brokers {} and {} differ at offset {}", key.first, key.second,
                      other_key.second, log.batches[i].base));
      return;
    }
  }

  void on_fact(const sim::TraceEvent& event) {
    if (const auto* fact = event.as<BatchAppended>()) {
      on_append(*fact);
    } else if (const auto* truncated = event.as<LogTruncated>()) {
      if (truncated->is_leader)
        violated(format("K-INV-10 {}: its leader {} cuts its log", truncated->partition,
                        truncated->broker));
      if (truncated->to < truncated->high_watermark && !loses_power_) {
        violated(format("K-INV-17 {}: broker {} cuts to {} below its high watermark {}",
                        truncated->partition, truncated->broker, truncated->to,
                        truncated->high_watermark));
      }
      logs_[{truncated->partition, truncated->broker}].cut(truncated->to);
    } else if (const auto* loaded = event.as<LogLoaded>()) {
      auto& log = logs_[{loaded->partition, loaded->broker}];
      if (loaded->log_end < log.end() && !loses_power_) {
        violated(format("K-REC-1 {}: broker {} comes back with {} of {}", loaded->partition,
                        loaded->broker, loaded->log_end, log.end()));
      }
      const Offset committed = std::min(log.end(), committed_[loaded->partition]);
      if (loaded->log_end < committed) lost_up_to_[{loaded->partition, loaded->broker}] = committed;
      log.cut(loaded->log_end);
      log.high_watermark = loaded->high_watermark;
      led_.erase(
          {loaded->partition, loaded->broker});  // a restarted leader begins with its checkpoint
    } else if (const auto* advanced = event.as<HighWatermarkAdvanced>()) {
      auto& [epoch, offset] = led_[{advanced->partition, advanced->leader}];
      if (epoch == advanced->epoch && advanced->offset < offset) {
        violated(format("K-INV-7 {} epoch {} HW {} -> {}", advanced->partition, epoch, offset,
                        advanced->offset));
      }
      epoch = advanced->epoch;
      offset = advanced->offset;
      logs_[{advanced->partition, advanced->leader}].high_watermark = advanced->offset;
      committed_[advanced->partition] = std::max(committed_[advanced->partition], advanced->offset);
    } else if (const auto* led = event.as<BecameLeader>()) {
      if (lost_up_to_.contains({led->partition, led->leader})) clean_history_ = false;
    } else if (const auto* moved = event.as<FollowerHighWatermarkMoved>()) {
      logs_[{moved->partition, moved->broker}].high_watermark = moved->offset;
    } else if (const auto* expanded = event.as<IsrExpanded>()) {
      if (expanded->follower_end < expanded->epoch_start) {
        violated(format("K-INV-16 {}: a member joins at {}, before the epoch's start {}",
                        expanded->partition, expanded->follower_end, expanded->epoch_start));
      }
    }
  }

  void on_append(const BatchAppended& fact) {
    auto& log = logs_[{fact.partition, fact.broker}];
    if (fact.base_offset != log.end()) {
      violated(format("K-INV-11 {}: broker {} appends {} at its end {}", fact.partition,
                      fact.broker, fact.base_offset, log.end()));
    }
    if (!log.batches.empty() && fact.epoch < log.batches.back().epoch) {
      violated(format("K-INV-11 {}: epoch {} after {}", fact.partition, fact.epoch,
                      log.batches.back().epoch));
    }
    log.batches.push_back({fact.base_offset, fact.last_offset, fact.epoch, fact.digest});
    const auto lost = lost_up_to_.find({fact.partition, fact.broker});
    if (lost != lost_up_to_.end() && log.end() >= lost->second) lost_up_to_.erase(lost);
    if (fact.as_leader) {
      const auto [leader, is_first] =
          leaders_.emplace(std::pair(fact.partition, fact.epoch), fact.broker);
      if (leader->second != fact.broker) {
        violated(format("K-INV-12 {} epoch {}: brokers {} and {} both append", fact.partition,
                        fact.epoch, leader->second, fact.broker));
      }
      (void)is_first;
    }
  }

  bool loses_power_;
  bool clean_history_ = true;
  std::map<Key, ReplicaLog> logs_;
  std::map<Key, Offset> lost_up_to_;
  std::map<std::string, Offset> committed_;  // the highest high watermark of any leader
  std::map<Key, std::pair<LeaderEpoch, Offset>> led_;
  std::map<std::pair<std::string, LeaderEpoch>, BrokerId> leaders_;
  std::vector<std::string> violations_;
};

}  // namespace logquake::kafka::testing
