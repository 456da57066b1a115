#include "scenarios/kafka/checkers/controllers_take_turns.h"

#include <memory>
#include <variant>

#include "scenarios/kafka/checkers/controller_writes.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class ControllersTakeTurns : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    const auto heard = writes_.hear(event);
    if (const auto* untold = std::get_if<Untold>(&heard)) {
      if (untold->is_loss) term_ = {};
      is_certain_ = false;
    } else if (const auto* raised = std::get_if<EpochRaised>(&heard)) {
      term_ = {raised->epoch, raised->session, event.id};
      is_certain_ = true;
    } else if (const auto* write = std::get_if<ControllerWrite>(&heard)) {
      if (write->is_state && (write->epoch || is_certain_)) judge(*write, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise(
        "K-INV-14",
        format("{} writes of controllers, each by the one of the highest epoch", judged_));
  }

 private:
  struct Term {
    kafka::ControllerEpoch epoch{};
    zookeeper::SessionId session{};
    sim::EventId fact;
  };

  void judge(const ControllerWrite& write, Findings& findings) {
    ++judged_;
    const auto epoch = write.epoch.value_or(term_.epoch);
    if (write.session == term_.session && epoch == term_.epoch) return;
    if (epoch > term_.epoch) {  // an election that nobody lived to state
      term_ = {epoch, write.session, {}};
      is_certain_ = true;
      return;
    }
    findings.violation("K-INV-14",
                       format("{} is {} for controller epoch {} under session {}, although epoch "
                              "{} belongs to session {}",
                              write.path, write.deed, epoch, hex_of(write.session), term_.epoch,
                              hex_of(term_.session)),
                       {term_.fact});
  }

  ControllerWrites writes_;
  Term term_;
  bool is_certain_ = true;  // whether the last election has been told
  std::int64_t judged_ = 0;
};

}  // namespace

CheckerFactory controllers_take_turns() {
  return {"controllers-take-turns", [] { return std::make_unique<ControllersTakeTurns>(); }};
}

}  // namespace logquake::scenario
