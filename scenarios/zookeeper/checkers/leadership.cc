#include "scenarios/zookeeper/checkers/leadership.h"

#include <map>
#include <memory>
#include <string>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::Zxid;

class Leadership : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* established = event.as<zookeeper::LeaderEstablished>()) {
      ++elections_;
      take_leader(established->epoch, event, findings);
    } else if (const auto* proposed = event.as<zookeeper::TransactionProposed>()) {
      judge_mandate(proposed->zxid, event, findings);
      take_content(proposed->zxid, proposed->content, "proposed", event, findings);
    } else if (const auto* appended = event.as<zookeeper::TransactionAppended>()) {
      take_content(appended->zxid, appended->content, "logged", event, findings);
    } else if (const auto* delivered = event.as<zookeeper::TransactionDelivered>()) {
      take_content(delivered->zxid, delivered->content, "delivered", event, findings);
    } else if (const auto* started = event.as<zookeeper::ServerStarted>()) {
      // A standalone server gives the numbers again that a crash took from it.
      if (started->mode == "standalone")
        contents_.erase(contents_.upper_bound(started->zxid), contents_.end());
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-1", format("{} leaders established", elections_));
    findings.promise("Z-INV-22", format("{} transactions", contents_.size()));
  }

 private:
  struct Told {
    std::string node;
    sim::EventId fact;
  };
  struct Content {
    std::uint64_t hash = 0;
    Told by;
  };

  void take_leader(std::int64_t epoch, const sim::TraceEvent& event, Findings& findings) {
    const auto [at, is_new] =
        leaders_.try_emplace(epoch, Told{std::string(event.node_name), event.id});
    if (is_new || at->second.node == event.node_name) return;
    findings.violation("Z-INV-1",
                       format("{} is established in epoch {}, which {} leads", event.node_name,
                              epoch, at->second.node),
                       {at->second.fact});
  }
  // A counter that runs over numbers transactions of an epoch that nobody has won (Z-ZX-3).
  void judge_mandate(Zxid zxid, const sim::TraceEvent& event, Findings& findings) const {
    const auto epoch = epoch_of(zxid);
    if (epoch == 0) return;  // a standalone server's, which nobody elects
    const auto leader = leaders_.find(epoch);
    if (leader != leaders_.end() && leader->second.node == event.node_name) return;
    findings.violation("Z-INV-1", format("{} proposes zxid {} in epoch {}, which it does not lead",
                                         event.node_name, hex_of(zxid), epoch));
  }
  void take_content(Zxid zxid, std::uint64_t hash, std::string_view deed,
                    const sim::TraceEvent& event, Findings& findings) {
    const auto [at, is_new] =
        contents_.try_emplace(zxid, Content{hash, {std::string(event.node_name), event.id}});
    if (is_new || at->second.hash == hash) return;
    findings.violation("Z-INV-22",
                       format("{} {} another transaction under zxid {} than {}", event.node_name,
                              deed, hex_of(zxid), at->second.by.node),
                       {at->second.by.fact});
  }

  std::map<std::int64_t, Told> leaders_;  // by epoch
  std::map<Zxid, Content> contents_;
  std::int64_t elections_ = 0;
};

}  // namespace

CheckerFactory zookeeper_leadership() {
  return {"zookeeper-leadership", [] { return std::make_unique<Leadership>(); }};
}

}  // namespace logquake::scenario
