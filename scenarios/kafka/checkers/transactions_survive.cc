#include "scenarios/kafka/checkers/transactions_survive.h"

#include <map>
#include <memory>
#include <string>

#include "models/database/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class CommittedTransactionsSurvive : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* committed = event.as<database::TransactionCommitted>()) {
      ++transactions_;
      if (!committed->durable) return;
      auto& last = last_[std::string(event.node_name)];
      if (committed->commit > last.commit) last = {committed->commit, event.id};
    } else if (const auto* recovered = event.as<database::Recovered>()) {
      const auto last = last_.find(std::string(event.node_name));
      if (last == last_.end() || recovered->last_commit >= last->second.commit) return;
      findings.violation("C-DB-62",
                         format("{} has recovered up to commit {}, but commit {} was durable",
                                event.node_name, recovered->last_commit, last->second.commit),
                         {last->second.fact});
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("C-DB-62", format("{} transactions committed", transactions_));
  }

 private:
  struct Last {
    database::CommitNumber commit;
    sim::EventId fact;
  };
  std::map<std::string, Last> last_;  // by server
  std::int64_t transactions_ = 0;
};

}  // namespace

CheckerFactory committed_transactions_survive() {
  return {"committed-transactions-survive",
          [] { return std::make_unique<CommittedTransactionsSurvive>(); }};
}

}  // namespace logquake::scenario
