#include "scenarios/zookeeper/checkers/epochs.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "scenarios/zookeeper/checkers/member_logs.h"
#include "sim/base/format.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

class Epochs : public Checker {
 public:
  explicit Epochs(bool force_sync) : force_sync_(force_sync) {}

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* promised = event.as<zookeeper::EpochPromised>()) {
      auto& member = members_[std::string(event.node_name)];
      if (promised->epoch < member.accepted) {
        broken(format("promises epoch {} after epoch {}", promised->epoch, member.accepted),
               member.promise, event, findings);
      }
      member.accepted = promised->epoch;
      member.promise = event.id;
    } else if (const auto* adopted = event.as<zookeeper::EpochAdopted>()) {
      take_adoption(adopted->epoch, event, findings);
    } else if (const auto* read = event.as<zookeeper::EpochsRead>()) {
      take_files(*read, event, findings);
    } else if (const auto* acked = event.as<zookeeper::NewLeaderAcked>()) {
      judge_ack(acked->epoch, event, findings);
    } else if (const auto* ack = event.as<zookeeper::ProposalAcked>()) {
      ++acks_;
      if (!logs_.of(event.node_name).holds_durably(ack->zxid) && is_early(findings))
        broken(format("acknowledges zxid {} before it is durable", hex_of(ack->zxid)), {}, event,
               findings);
    } else if (event.as<zookeeper::ElectionStarted>() != nullptr) {
      members_[std::string(event.node_name)].has_acked = false;
    } else if (const auto* lost = event.as<sim::NodeLostDisk>()) {
      members_.erase(lost->node);
    }
    logs_.on_fact(event);
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-10",
                     format("{} epochs adopted, {} proposals acknowledged", adoptions_, acks_));
  }

 private:
  struct Member {
    std::int64_t accepted = 0;
    std::int64_t current = 0;
    sim::EventId promise;
    sim::EventId adoption;
    bool has_acked = false;  // since it last looked for a leader
  };

  static void broken(std::string what, sim::EventId before, const sim::TraceEvent& event,
                     Findings& findings) {
    std::vector<sim::EventId> facts;
    if (before != sim::EventId()) facts.push_back(before);
    findings.violation("Z-INV-10", format("{} {}", event.node_name, what), std::move(facts));
  }

  // Whether an ack before the sync is more than what the settings allow.
  bool is_early(Findings& findings) const {
    if (!force_sync_) findings.anomaly("Z-BC-2", "a server acknowledged what it had not synced");
    return force_sync_;
  }

  void take_adoption(std::int64_t epoch, const sim::TraceEvent& event, Findings& findings) {
    ++adoptions_;
    auto& member = members_[std::string(event.node_name)];
    if (epoch < member.current)
      broken(format("adopts epoch {} after epoch {}", epoch, member.current), member.adoption,
             event, findings);
    if (epoch > member.accepted)
      broken(format("adopts epoch {} and has promised only {}", epoch, member.accepted),
             member.promise, event, findings);
    member.current = epoch;
    member.adoption = event.id;
  }

  void take_files(const zookeeper::EpochsRead& read, const sim::TraceEvent& event,
                  Findings& findings) {
    auto& member = members_[std::string(event.node_name)];
    if (read.accepted < member.accepted)
      broken(format("starts with accepted epoch {} and had promised {}", read.accepted,
                    member.accepted),
             member.promise, event, findings);
    if (read.current < member.current)
      broken(format("starts with epoch {} and had adopted {}", read.current, member.current),
             member.adoption, event, findings);
    if (read.current > read.accepted)
      broken(format("starts with epoch {} above its promise {}", read.current, read.accepted), {},
             event, findings);
    if (epoch_of(read.zxid) > read.accepted)
      broken(format("starts with zxid {} of an epoch above its promise {}", hex_of(read.zxid),
                    read.accepted),
             {}, event, findings);
    member.accepted = read.accepted;
    member.current = read.current;
  }

  void judge_ack(std::int64_t epoch, const sim::TraceEvent& event, Findings& findings) {
    auto& member = members_[std::string(event.node_name)];
    if (member.current != epoch)
      broken(format("acknowledges epoch {} with {} on its disk", epoch, member.current),
             member.adoption, event, findings);
    // A second time after UPTODATE, when proposals may be under way (Z-SY-8): nobody counts that.
    if (std::exchange(member.has_acked, true)) return;
    const auto& log = logs_.of(event.node_name);
    if ((log.replacing() || !log.holds_durably(log.last())) && is_early(findings))
      broken(format("acknowledges epoch {} before its history is durable", epoch), {}, event,
             findings);
  }

  bool force_sync_;
  MemberLogs logs_;
  std::map<std::string, Member> members_;
  std::int64_t adoptions_ = 0;
  std::int64_t acks_ = 0;
};

}  // namespace

CheckerFactory zookeeper_epochs(bool force_sync) {
  return {"zookeeper-epochs", [force_sync] { return std::make_unique<Epochs>(force_sync); }};
}

}  // namespace logquake::scenario
