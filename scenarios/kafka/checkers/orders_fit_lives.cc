#include "scenarios/kafka/checkers/orders_fit_lives.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/broker/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class OrdersFitLives : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* registered = event.as<kafka::BrokerRegistered>()) {
      lives_[registered->broker] = event.id;
    } else if (const auto* elected = event.as<kafka::LeaderElected>()) {
      auto& elections = elections_[elected->partition];
      elections[elected->epoch] = event.id;
    } else if (const auto* became = event.as<kafka::BecameLeader>()) {
      ++orders_;
      judge(*became, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-CTL-9",
                     format("{} orders to lead obeyed, each by the life it was for", orders_));
  }

 private:
  void judge(const kafka::BecameLeader& fact, Findings& findings) const {
    const auto life = lives_.find(fact.leader);
    const auto partition = elections_.find(fact.partition);
    if (life == lives_.end() || partition == elections_.end()) return;
    const auto election = partition->second.find(fact.epoch);
    if (election == partition->second.end() || election->second > life->second) return;
    const auto latest = std::prev(partition->second.end());
    if (latest->first == fact.epoch) return;  // the decision stands
    findings.violation("K-CTL-9",
                       format("broker {} leads {} under epoch {}, which was decided before it "
                              "registered anew and is over: epoch {} has come",
                              fact.leader, fact.partition, fact.epoch, latest->first),
                       {election->second, life->second, latest->second});
  }

  std::map<kafka::BrokerId, sim::EventId> lives_;  // its latest registration
  std::map<std::string, std::map<kafka::LeaderEpoch, sim::EventId>> elections_;
  std::int64_t orders_ = 0;
};

}  // namespace

CheckerFactory orders_fit_lives() {
  return {"orders-fit-lives", [] { return std::make_unique<OrdersFitLives>(); }};
}

}  // namespace logquake::scenario
