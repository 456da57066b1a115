#include "scenarios/kafka/checkers/controller_epochs.h"

#include <map>
#include <memory>
#include <optional>
#include <variant>

#include "scenarios/kafka/checkers/controller_writes.h"
#include "scenarios/kafka/cluster_view.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class ControllerEpochs : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* created = event.as<zookeeper::SessionCreated>()) {
      if (const auto broker = broker_of_node(created->client)) brokers_[created->session] = *broker;
    }
    const auto heard = writes_.hear(event);
    if (const auto* untold = std::get_if<Untold>(&heard)) {
      if (untold->is_loss) term_ = {};
      is_certain_ = false;
    } else if (const auto* raised = std::get_if<EpochRaised>(&heard)) {
      begin(*raised, event.id, findings);
    } else if (const auto* write = std::get_if<ControllerWrite>(&heard)) {
      judge(*write, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-27", format("{} writes under {} controller epochs, each epoch one "
                                        "broker's",
                                        judged_, epochs_));
  }

 private:
  struct Term {
    kafka::ControllerEpoch epoch{};
    std::optional<kafka::BrokerId> broker;
    sim::EventId fact;
  };

  std::optional<kafka::BrokerId> broker_of(zookeeper::SessionId session) const {
    const auto found = brokers_.find(session);
    return found == brokers_.end() ? std::nullopt : std::optional(found->second);
  }

  void begin(const EpochRaised& raised, sim::EventId fact, Findings& findings) {
    ++epochs_;
    if (is_certain_ && raised.epoch <= term_.epoch) {
      findings.violation("Z-INV-27",
                         format("an election sets the controller epoch to {} after epoch {}",
                                raised.epoch, term_.epoch),
                         {term_.fact});
    }
    term_ = {raised.epoch, raised.broker ? raised.broker : broker_of(raised.session), fact};
    is_certain_ = true;
  }

  void judge(const ControllerWrite& write, Findings& findings) {
    const auto broker = broker_of(write.session);
    if (!broker || (!write.epoch && !is_certain_)) return;  // an operator, or nobody knows who
    ++judged_;
    const auto epoch = write.epoch.value_or(term_.epoch);
    if (epoch > term_.epoch || (epoch == term_.epoch && !term_.broker)) {
      term_ = {epoch, broker, {}};  // an election that nobody lived to state
      is_certain_ = true;
      return;
    }
    if (epoch == term_.epoch && broker == term_.broker) return;
    findings.violation(
        "Z-INV-27",
        format("{} is {} by broker-{} for controller epoch {}, although the epoch is {}, and "
               "broker-{} has it",
               write.path, write.deed, *broker, epoch, term_.epoch,
               term_.broker.value_or(kafka::no_broker)),
        {term_.fact});
  }

  ControllerWrites writes_;
  std::map<zookeeper::SessionId, kafka::BrokerId> brokers_;  // of every session so far
  Term term_;
  bool is_certain_ = true;  // whether the last election has been told
  std::int64_t epochs_ = 0;
  std::int64_t judged_ = 0;
};

}  // namespace

CheckerFactory controller_epochs_have_one_owner() {
  return {"controller-epochs-have-one-owner", [] { return std::make_unique<ControllerEpochs>(); }};
}

}  // namespace logquake::scenario
