#include "scenarios/kafka/checkers/follower_terms.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/broker/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class FollowersCopyTheirTerm : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* follows = event.as<kafka::BecameFollower>()) {
      terms_[{follows->partition, follows->broker}] = {follows->epoch, event.id};
    } else if (const auto* appended = event.as<kafka::BatchAppended>()) {
      if (appended->as_leader) return;
      ++copies_;
      const auto term = terms_.find({appended->partition, appended->broker});
      if (term == terms_.end() || appended->epoch <= term->second.epoch) return;
      findings.violation("K-REP-11",
                         format("{}: broker {}, which follows in epoch {}, copies offset {} of "
                                "epoch {}",
                                appended->partition, appended->broker, term->second.epoch,
                                appended->base_offset, appended->epoch),
                         {term->second.fact});
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-REP-11", format("{} batches copied, each of a known term", copies_));
  }

 private:
  struct Term {
    kafka::LeaderEpoch epoch;
    sim::EventId fact;
  };
  std::map<std::pair<std::string, kafka::BrokerId>, Term> terms_;
  std::int64_t copies_ = 0;
};

}  // namespace

CheckerFactory followers_copy_their_term() {
  return {"followers-copy-their-term", [] { return std::make_unique<FollowersCopyTheirTerm>(); }};
}

}  // namespace logquake::scenario
