#include "scenarios/zookeeper/checkers/holes.h"

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

class Holes : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* established = event.as<zookeeper::LeaderEstablished>()) {
      last_of_[established->epoch] = established->zxid;
    } else if (const auto* proposed = event.as<zookeeper::TransactionProposed>()) {
      take_proposal(proposed->zxid, event, findings);
    } else if (const auto* appended = event.as<zookeeper::TransactionAppended>()) {
      judge_append(appended->zxid, event, findings);
    }
    logs_.on_fact(event);
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-7", format("{} transactions logged", appends_));
  }

 private:
  struct Proposal {
    Zxid before;
    sim::EventId fact;
  };

  void take_proposal(Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    const auto epoch = epoch_of(zxid);
    auto& last = last_of_[epoch];  // of this epoch, or the end of the leader's initial history
    const auto expected = epoch_of(last) == epoch ? counter_of(last) + 1 : 1;
    if (counter_of(zxid) != expected) {
      findings.violation("Z-INV-7", format("{} proposes zxid {}, but number {} of its epoch is due",
                                           event.node_name, hex_of(zxid), expected));
    }
    proposals_.try_emplace(zxid, Proposal{last, event.id});
    last = zxid;
  }

  void judge_append(Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    ++appends_;
    const auto& log = logs_.of(event.node_name);
    const auto last = log.replacing().value_or(log.last());
    const auto proposal = proposals_.find(zxid);
    // A marker may stand for whatever was the last transaction before it.
    const bool is_marker = counter_of(last) == 0 && last != Zxid();
    if (proposal == proposals_.end() || zxid <= last) return;
    if (is_marker ? counter_of(zxid) == 1 : proposal->second.before == last) return;
    findings.violation(
        "Z-INV-7",
        format("{} logs zxid {} right after {}, but its leader had {} before it", event.node_name,
               hex_of(zxid), hex_of(last), hex_of(proposal->second.before)),
        {proposal->second.fact});
  }

  MemberLogs logs_;
  std::map<Zxid, Proposal> proposals_;
  std::map<std::int64_t, Zxid> last_of_;  // by epoch
  std::int64_t appends_ = 0;
};

}  // namespace

CheckerFactory zookeeper_holes() {
  return {"zookeeper-holes", [] { return std::make_unique<Holes>(); }};
}

}  // namespace logquake::scenario
