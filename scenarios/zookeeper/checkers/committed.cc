#include "scenarios/zookeeper/checkers/committed.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "scenarios/zookeeper/checkers/member_logs.h"
#include "sim/base/format.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

using zookeeper::counter_of;
using zookeeper::epoch_of;
using zookeeper::Zxid;

class Committed : public Checker {
 public:
  Committed(Ensemble ensemble, bool force_sync)
      : ensemble_(std::move(ensemble)), force_sync_(force_sync) {}

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    judge_loss(event, findings);
    logs_.on_fact(event);
    if (const auto* committed = event.as<zookeeper::TransactionCommitted>()) {
      take_commit(committed->zxid, event, findings);
    } else if (const auto* acknowledged = event.as<zookeeper::WriteAcknowledged>()) {
      judge_older_epoch(acknowledged->zxid, event, findings);
      committed_.try_emplace(acknowledged->zxid, event.id);
    } else if (const auto* established = event.as<zookeeper::LeaderEstablished>()) {
      take_leader(*established, event, findings);
    } else if (const auto* learner = event.as<zookeeper::LearnerSynchronized>()) {
      for (const auto& member : ensemble_.members) {
        if (member.id == learner->learner) chosen_[member.node] = event.id;
      }
    } else if (const auto* started = event.as<sim::NodeStarted>()) {
      chosen_.erase(started->node);
    } else if (const auto* lost = event.as<sim::NodeLostDisk>()) {
      if (ensemble_.find(lost->node) != nullptr) disk_was_lost_ = true;
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-6", format("{} committed transactions", committed_.size()));
  }

 private:
  void broken(std::string clause, std::string message, std::vector<sim::EventId> facts,
              Findings& findings) const {
    if (disk_was_lost_) {
      findings.anomaly("Z-ST-7", std::move(message), 1, std::move(facts));
    } else if (!force_sync_ && clause == "Z-INV-11") {
      findings.anomaly("Z-BC-2", "a commit counted servers that had not synced");
    } else {
      findings.violation(std::move(clause), std::move(message), std::move(facts));
    }
  }

  // Before the logs learn of it: what was there, and will not be.
  void judge_loss(const sim::TraceEvent& event, Findings& findings) const {
    const auto& log = logs_.of(event.node_name);
    if (const auto* truncated = event.as<zookeeper::HistoryTruncated>()) {
      judge_loss_above(truncated->to, "cuts its history", log, event, findings);
    } else if (event.as<zookeeper::SnapshotTaken>() != nullptr && log.replacing()) {
      judge_loss_above(*log.replacing(), "replaces its history by one up to there", log, event,
                       findings);
    } else if (const auto* recovered = event.as<zookeeper::ServerRecovered>()) {
      // Nobody else has what a standalone server has told its clients.
      const auto lost = committed_.upper_bound(recovered->zxid);
      if (ensemble_.is_standalone() && lost != committed_.end()) {
        broken("Z-INV-6",
               format("{} has recovered up to zxid {}, but {} was acknowledged", event.node_name,
                      hex_of(recovered->zxid), hex_of(lost->first)),
               {lost->second}, findings);
        return;
      }
      judge_loss_above(recovered->zxid, "recovers", log, event, findings);
    }
  }
  void judge_loss_above(Zxid end, std::string_view deed, const MemberLog& log,
                        const sim::TraceEvent& event, Findings& findings) const {
    for (auto at = committed_.upper_bound(end); at != committed_.end(); ++at) {
      if (!log.holds_durably(at->first) || is_sent_again(at->first, at->second, event)) continue;
      broken("Z-INV-6",
             format("{} {}, up to zxid {}, and loses {}, which is committed", event.node_name, deed,
                    hex_of(end), hex_of(at->first)),
             {at->second}, findings);
      return;
    }
  }

  // It was not committed yet when its leader chose how to synchronize the member, is committed
  // without that member, and comes back with what follows (Z-SY-13).
  bool is_sent_again(Zxid zxid, sim::EventId committed, const sim::TraceEvent& event) const {
    const auto chosen = chosen_.find(std::string(event.node_name));
    if (chosen == chosen_.end() || committed < chosen->second) return false;
    auto others = holders_of(zxid);
    others.erase(std::string(event.node_name));
    return ensemble_.is_quorum(others);
  }

  std::set<std::string> holders_of(Zxid zxid) const {
    std::set<std::string> holders;
    for (const auto& [node, log] : logs_.all()) {
      if (log.holds_durably(zxid)) holders.insert(node);
    }
    return holders;
  }
  static std::string listed(const std::set<std::string>& nodes) {
    std::string text;
    for (const auto& node : nodes) text += (text.empty() ? "" : ", ") + node;
    return text.empty() ? "nobody" : text;
  }

  void take_commit(Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    const auto holders = holders_of(zxid);
    if (!ensemble_.is_quorum(holders)) {
      broken("Z-INV-11",
             format("{} commits zxid {}, which only {} has durably", event.node_name, hex_of(zxid),
                    listed(holders)),
             {}, findings);
    }
    auto& last = counted_[epoch_of(zxid)];
    if (counter_of(zxid) != last + 1) {
      findings.violation("Z-INV-11", format("{} commits zxid {} although the last one of its epoch "
                                            "was {}",
                                            event.node_name, hex_of(zxid), last));
    }
    last = counter_of(zxid);
    judge_older_epoch(zxid, event, findings);
    committed_.try_emplace(zxid, event.id);
  }

  void judge_older_epoch(Zxid zxid, const sim::TraceEvent& event, Findings& findings) const {
    if (!leader_ || epoch_of(zxid) >= leader_->epoch || leader_->history.contains(zxid)) return;
    broken("Z-INV-22",
           format("{} takes zxid {} for committed, which the leader of epoch {} does not have",
                  event.node_name, hex_of(zxid), leader_->epoch),
           {leader_->fact}, findings);
  }

  void take_leader(const zookeeper::LeaderEstablished& established, const sim::TraceEvent& event,
                   Findings& findings) {
    const auto& log = logs_.of(event.node_name);
    for (const auto& [zxid, fact] : committed_) {
      if (zxid <= log.base() || epoch_of(zxid) >= established.epoch || log.contains(zxid)) continue;
      broken("Z-INV-6",
             format("{} is established in epoch {} without zxid {}, which is committed",
                    event.node_name, established.epoch, hex_of(zxid)),
             {fact}, findings);
      break;
    }
    const auto holders = holders_of(established.zxid);
    if (established.zxid != Zxid() && !ensemble_.is_quorum(holders)) {
      broken("Z-INV-11",
             format("{} is established with a history up to zxid {}, which only {} has durably",
                    event.node_name, hex_of(established.zxid), listed(holders)),
             {}, findings);
    }
    for (const auto zxid : log.entries()) {
      if (zxid <= established.zxid) committed_.try_emplace(zxid, event.id);
    }
    if (!leader_ || leader_->epoch < established.epoch)
      leader_ = Leader{established.epoch, log, event.id};
  }

  struct Leader {
    std::int64_t epoch = 0;
    MemberLog history;  // when it was established
    sim::EventId fact;
  };

  Ensemble ensemble_;
  bool force_sync_;
  MemberLogs logs_;
  std::map<Zxid, sim::EventId> committed_;
  std::map<std::int64_t, std::int64_t> counted_;  // epoch -> the last counter committed in it
  std::optional<Leader> leader_;                  // of the highest epoch so far
  std::map<std::string, sim::EventId> chosen_;    // when a leader last chose how to synchronize it
  bool disk_was_lost_ = false;
};

}  // namespace

CheckerFactory zookeeper_committed(Ensemble ensemble, bool force_sync) {
  return {"zookeeper-committed", [ensemble = std::move(ensemble), force_sync] {
            return std::make_unique<Committed>(ensemble, force_sync);
          }};
}

}  // namespace logquake::scenario
