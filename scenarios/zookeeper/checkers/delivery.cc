#include "scenarios/zookeeper/checkers/delivery.h"

#include <map>
#include <memory>
#include <string>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "scenarios/zookeeper/checkers/member_logs.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::counter_of;
using zookeeper::epoch_of;
using zookeeper::Zxid;

class Delivery : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    logs_.on_fact(event);
    if (const auto* proposed = event.as<zookeeper::TransactionProposed>()) {
      take_proposal(*proposed, event, findings);
    } else if (const auto* established = event.as<zookeeper::LeaderEstablished>()) {
      take_leader(*established, event, findings);
    } else if (const auto* serving = event.as<zookeeper::ServingStarted>()) {
      if (serving->mode != "read-only") inherit(serving->zxid, event, findings);
    } else if (const auto* delivered = event.as<zookeeper::TransactionDelivered>()) {
      deliver(*delivered, event, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-3",
                     format("{} deliveries of {} transactions", deliveries_, proposals_.size()));
  }

 private:
  struct Proposal {
    std::uint64_t content = 0;
    sim::EventId fact;
  };
  struct Successor {
    Zxid zxid;
    std::string node;  // that delivered it first
    sim::EventId fact;
  };

  void take_proposal(const zookeeper::TransactionProposed& proposed, const sim::TraceEvent& event,
                     Findings& findings) {
    const auto [at, is_new] =
        proposals_.try_emplace(proposed.zxid, Proposal{proposed.content, event.id});
    if (is_new) return;
    findings.violation(
        "Z-INV-2", format("{} proposes zxid {} once more", event.node_name, hex_of(proposed.zxid)),
        {at->second.fact});
  }

  void take_leader(const zookeeper::LeaderEstablished& established, const sim::TraceEvent& event,
                   Findings& findings) {
    leaders_[established.epoch] = {established.zxid, std::string(event.node_name), event.id};
    const auto missed = delivered_.upper_bound(established.zxid);
    if (missed == delivered_.end() || epoch_of(missed->first) >= established.epoch) return;
    findings.violation("Z-INV-5c",
                       format("{} is established in epoch {} without zxid {}, which was delivered",
                              event.node_name, established.epoch, hex_of(missed->first)),
                       {missed->second});
  }

  // All that the history of a server holds is delivered the moment it serves.
  void inherit(Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    const auto& log = logs_.of(event.node_name);
    auto before = log.base();
    for (const auto entry : log.entries()) {
      if (entry > zxid) break;
      follow(before, entry, event, findings);
      before = entry;
    }
    auto& last = last_[std::string(event.node_name)];
    last = counter_of(zxid) == 0 && zxid < last ? last : zxid;
  }

  void deliver(const zookeeper::TransactionDelivered& delivered, const sim::TraceEvent& event,
               Findings& findings) {
    ++deliveries_;
    const auto zxid = delivered.zxid;
    const auto proposal = proposals_.find(zxid);
    if (proposal == proposals_.end() && !proposals_.empty()) {
      findings.violation("Z-INV-2", format("{} delivers zxid {}, which nobody proposed",
                                           event.node_name, hex_of(zxid)));
    } else if (proposal != proposals_.end() && proposal->second.content != delivered.content) {
      findings.violation("Z-INV-2",
                         format("{} delivers zxid {} with another content than was proposed",
                                event.node_name, hex_of(zxid)),
                         {proposal->second.fact});
    }
    const auto [at, is_first] = last_.try_emplace(std::string(event.node_name));
    auto& last = at->second;
    if (!is_first) judge_order(last, zxid, event, findings);
    if (zxid > last) {
      follow(last, zxid, event, findings);
      last = zxid;
    }
    judge_leaders(zxid, event, findings);
  }

  static void judge_order(Zxid last, Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    if (zxid == last) {
      findings.violation("Z-INV-2",
                         format("{} delivers zxid {} twice", event.node_name, hex_of(zxid)));
    } else if (zxid < last && epoch_of(zxid) < epoch_of(last)) {
      findings.violation("Z-INV-5b", format("{} delivers zxid {} of an earlier epoch after {}",
                                            event.node_name, hex_of(zxid), hex_of(last)));
    } else if (zxid < last) {
      findings.violation("Z-INV-5a", format("{} delivers zxid {} after {}", event.node_name,
                                            hex_of(zxid), hex_of(last)));
    } else if (counter_of(zxid) > 1 && last != zxid - 1) {
      findings.violation("Z-INV-5a",
                         format("{} delivers zxid {} right after {}: one of its leader's "
                                "is missing",
                                event.node_name, hex_of(zxid), hex_of(last)));
    }
  }

  // Each delivered transaction has one successor, the same at all servers.
  void follow(Zxid before, Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    delivered_.try_emplace(zxid, event.id);
    // What a marker stands for depends on who tells it, and an empty server's first one may be any.
    if (counter_of(before) == 0) return;
    const auto [at, is_new] =
        next_.try_emplace(before, Successor{zxid, std::string(event.node_name), event.id});
    if (is_new || at->second.zxid == zxid) return;
    const auto& other = at->second;
    findings.violation("Z-INV-3",
                       format("after zxid {} {} delivers {}, but {} delivered {}", hex_of(before),
                              event.node_name, hex_of(zxid), other.node, hex_of(other.zxid)),
                       {other.fact});
    // The other has what this one passed over; has it what this one has?
    if (last_[other.node] < zxid || zxid < other.zxid) {
      findings.violation("Z-INV-4",
                         format("{} has delivered {} and {} has delivered {}, neither both",
                                event.node_name, hex_of(zxid), other.node, hex_of(other.zxid)),
                         {other.fact});
    }
  }

  void judge_leaders(Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    const auto later = leaders_.upper_bound(epoch_of(zxid));
    if (later == leaders_.end() || zxid <= later->second.zxid) return;
    findings.violation("Z-INV-5c",
                       format("{} delivers zxid {}, which {} did not have when it was established "
                              "in epoch {}",
                              event.node_name, hex_of(zxid), later->second.node, later->first),
                       {later->second.fact});
  }

  MemberLogs logs_;
  std::map<Zxid, Proposal> proposals_;
  std::map<Zxid, sim::EventId> delivered_;     // by anybody
  std::map<Zxid, Successor> next_;             // in the order of delivery
  std::map<std::string, Zxid> last_;           // delivered by each node
  std::map<std::int64_t, Successor> leaders_;  // by epoch: the end of the initial history
  std::int64_t deliveries_ = 0;
};

}  // namespace

CheckerFactory zookeeper_delivery() {
  return {"zookeeper-delivery", [] { return std::make_unique<Delivery>(); }};
}

}  // namespace logquake::scenario
