#include "scenarios/zookeeper/checkers/state_equality.h"

#include <map>
#include <memory>
#include <string>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::counter_of;
using zookeeper::Zxid;

class StateEquality : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* delivered = event.as<zookeeper::TransactionDelivered>()) {
      take(delivered->zxid, delivered->digest, event, findings);
    } else if (const auto* serving = event.as<zookeeper::ServingStarted>()) {
      take(serving->zxid, serving->digest, event, findings);
    } else if (const auto* replaced = event.as<zookeeper::HistoryReplaced>()) {
      take(replaced->zxid, replaced->digest, event, findings);
    } else if (const auto* recovered = event.as<zookeeper::ServerRecovered>()) {
      take(recovered->zxid, recovered->digest, event, findings);
    } else if (const auto* started = event.as<zookeeper::ServerStarted>()) {
      // A standalone server gives the numbers again that a crash took from it.
      if (started->mode == "standalone")
        states_.erase(states_.upper_bound(started->zxid), states_.end());
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-9", format("{} states compared", compared_));
  }

 private:
  struct State {
    std::uint64_t digest = 0;
    bool is_from_disk = false;
    std::string node;
    sim::EventId fact;
  };

  void take(Zxid zxid, std::uint64_t digest, const sim::TraceEvent& event, Findings& findings) {
    if (counter_of(zxid) == 0) return;  // a marker, or nothing yet
    const bool is_from_disk = event.as<zookeeper::ServerRecovered>() != nullptr;
    const auto [at, is_new] = states_.try_emplace(
        zxid, State{digest, is_from_disk, std::string(event.node_name), event.id});
    if (is_new) return;
    ++compared_;
    const auto& other = at->second;
    if (other.digest == digest) return;
    findings.violation(is_from_disk || other.is_from_disk ? "Z-INV-8" : "Z-INV-9",
                       format("at zxid {} the state of {} is another than that of {}", hex_of(zxid),
                              event.node_name, other.node),
                       {other.fact});
  }

  std::map<Zxid, State> states_;  // the first that anybody told
  std::int64_t compared_ = 0;
};

}  // namespace

CheckerFactory zookeeper_state_equality() {
  return {"zookeeper-state-equality", [] { return std::make_unique<StateEquality>(); }};
}

}  // namespace logquake::scenario
