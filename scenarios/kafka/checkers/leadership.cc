#include "scenarios/kafka/checkers/leadership.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "models/broker/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class OneLeaderPerEpoch : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    const auto* appended = event.as<kafka::BatchAppended>();
    if (appended == nullptr || !appended->as_leader) return;
    const auto [entry, is_new] =
        leaders_.try_emplace({appended->partition, appended->epoch}, appended->broker, event.id);
    if (is_new || entry->second.first == appended->broker) return;
    findings.violation(
        "K-INV-12",
        format("{}: brokers {} and {} both append as leader in epoch {}", appended->partition,
               entry->second.first, appended->broker, appended->epoch),
        {entry->second.second});
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-12", format("{} leader epochs, one leader in each", leaders_.size()));
  }

 private:
  std::map<std::pair<std::string, kafka::LeaderEpoch>, std::pair<kafka::BrokerId, sim::EventId>>
      leaders_;
};

class HighWatermarkNeverFalls : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* advanced = event.as<kafka::HighWatermarkAdvanced>()) {
      ++moves_;
      auto& [highest, fact] = highest_[{advanced->partition, advanced->leader, advanced->epoch}];
      if (advanced->offset < highest) {
        findings.violation(
            "K-INV-7",
            format("{}: the high watermark of leader {} falls from {} to {} within epoch {}",
                   advanced->partition, advanced->leader, highest, advanced->offset,
                   advanced->epoch),
            {fact});
      }
      highest = advanced->offset;
      fact = event.id;
    } else if (const auto* started = event.as<kafka::BrokerStarted>()) {
      // A new life of the broker begins with what its checkpoint knew (K-LOG-31).
      std::erase_if(highest_,
                    [&](const auto& entry) { return std::get<1>(entry.first) == started->broker; });
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-7", format("{} moves of high watermarks, none downward", moves_));
  }

 private:
  std::map<std::tuple<std::string, kafka::BrokerId, kafka::LeaderEpoch>,
           std::pair<kafka::Offset, sim::EventId>>
      highest_;
  std::int64_t moves_ = 0;
};

class InSyncMeansCaughtUp : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* expanded = event.as<kafka::IsrExpanded>()) {
      ++changes_;
      if (expanded->follower_end < expanded->high_watermark ||
          expanded->follower_end < expanded->epoch_start) {
        findings.violation(
            "K-INV-16", format("{}: a replica whose log ends at {} joined the ISR, although the "
                               "high watermark is {} "
                               "and epoch {} began at {}",
                               expanded->partition, expanded->follower_end,
                               expanded->high_watermark, expanded->epoch, expanded->epoch_start));
      }
    } else if (const auto* elected = event.as<kafka::LeaderElected>()) {
      ++changes_;
      const bool leads = elected->leader >= kafka::BrokerId{0};
      const bool is_member = std::find(elected->isr.begin(), elected->isr.end(), elected->leader) !=
                             elected->isr.end();
      if ((leads && !is_member) || elected->isr.empty()) {
        findings.violation(
            "K-INV-15",
            format("{}: epoch {} has leader {} and {} members in its ISR", elected->partition,
                   elected->epoch, elected->leader, elected->isr.size()));
      }
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-16", format("{} changes of leaders and in-sync replicas", changes_));
  }

 private:
  std::int64_t changes_ = 0;
};

}  // namespace

CheckerFactory one_leader_per_epoch() {
  return {"one-leader-per-epoch", [] { return std::make_unique<OneLeaderPerEpoch>(); }};
}
CheckerFactory high_watermark_never_falls() {
  return {"high-watermark-never-falls", [] { return std::make_unique<HighWatermarkNeverFalls>(); }};
}
CheckerFactory in_sync_means_caught_up() {
  return {"in-sync-means-caught-up", [] { return std::make_unique<InSyncMeansCaughtUp>(); }};
}

}  // namespace logquake::scenario
