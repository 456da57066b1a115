#include "scenarios/kafka/checkers/controllers_take_turns.h"

#include <map>
#include <string>
#include <string_view>

#include "models/broker/zookeeper_schema.h"
#include "models/quorum/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

namespace znode = kafka::znode;
using zookeeper::SessionId;

bool is_state(std::string_view path) {
  return path.starts_with(znode::topics) && path.ends_with("/state");
}

class ControllersTakeTurns : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* changed = event.as<zookeeper::ZnodeChanged>()) {
      if (changed->path == znode::controller_epoch) {
        if (const auto epoch = znode::read_controller_epoch(changed->data))
          term_ = {*epoch, changed->session, event.id};
      } else if (is_state(changed->path)) {
        write(changed->path, changed->session, changed->data, findings);
      }
    } else if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
      if (is_state(created->path)) write(created->path, created->session, created->data, findings);
    } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
      if (!is_state(deleted->path)) return;
      judge(deleted->path, deleted->session, term_.epoch, "deleted", findings);
      leader_epochs_.erase(deleted->path);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise(
        "K-INV-14",
        format("{} writes of controllers, each by the one of the highest epoch", writes_));
  }

 private:
  struct Term {
    kafka::ControllerEpoch epoch{};
    SessionId session{};
    sim::EventId fact;
  };

  void write(const std::string& path, SessionId session, const std::string& data,
             Findings& findings) {
    const auto state = znode::read_state(data);
    if (!state) return;  // longer than what the fact shows
    const auto [known, is_new] = leader_epochs_.try_emplace(path, state->leader_epoch);
    if (!is_new && state->leader_epoch <= known->second) return;  // an ISR change of the leader
    known->second = state->leader_epoch;
    judge(path, session, state->controller_epoch, "written", findings);
  }

  void judge(const std::string& path, SessionId session, kafka::ControllerEpoch epoch,
             std::string_view deed, Findings& findings) {
    ++writes_;
    if (session == term_.session && epoch == term_.epoch) return;
    findings.violation(
        "K-INV-14",
        format("{} is {} for controller epoch {} under session {}, although epoch "
               "{} belongs to session {}",
               path, deed, epoch, hex_of(session), term_.epoch, hex_of(term_.session)),
        {term_.fact});
  }

  Term term_;
  std::map<std::string, kafka::LeaderEpoch> leader_epochs_;
  std::int64_t writes_ = 0;
};

}  // namespace

CheckerFactory controllers_take_turns() {
  return {"controllers-take-turns", [] { return std::make_unique<ControllersTakeTurns>(); }};
}

}  // namespace logquake::scenario
