#include "scenarios/kafka/checkers/controllers_take_turns.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

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
        write({changed->path, changed->version, changed->session, changed->data}, findings);
      }
    } else if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
      if (is_state(created->path))
        write({created->path, 0, created->session, created->data}, findings);
    } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
      if (!is_state(deleted->path)) return;
      judge(deleted->path, deleted->session, term_.epoch, "deleted", findings);
      states_.erase(deleted->path);
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

  struct Write {
    const std::string& path;
    std::int32_t version;
    SessionId session;
    const std::string& data;
  };
  struct Known {
    std::int32_t version = 0;
    kafka::LeaderEpoch leader_epoch{};
  };

  void write(const Write& made, Findings& findings) {
    const auto state = znode::read_state(made.data);
    if (!state) return;  // longer than what the fact shows
    const auto [known, is_new] = states_.try_emplace(made.path);
    const Known before = std::exchange(known->second, {made.version, state->leader_epoch});
    // A server that died after it had made a write durable did not live to state it: who created
    // the node, or raised the epoch in between, is not known.
    if (made.version != (is_new ? 0 : before.version + 1)) return;
    if (!is_new && state->leader_epoch <= before.leader_epoch)
      return;  // an ISR change of the leader
    judge(made.path, made.session, state->controller_epoch, "written", findings);
  }

  void judge(const std::string& path, SessionId session, kafka::ControllerEpoch epoch,
             std::string_view deed, Findings& findings) {
    ++writes_;
    if (session == term_.session && epoch == term_.epoch) return;
    if (epoch > term_.epoch) {  // an election that nobody lived to state
      term_ = {epoch, session, {}};
      return;
    }
    findings.violation(
        "K-INV-14",
        format("{} is {} for controller epoch {} under session {}, although epoch "
               "{} belongs to session {}",
               path, deed, epoch, hex_of(session), term_.epoch, hex_of(term_.session)),
        {term_.fact});
  }

  Term term_;
  std::map<std::string, Known> states_;
  std::int64_t writes_ = 0;
};

}  // namespace

CheckerFactory controllers_take_turns() {
  return {"controllers-take-turns", [] { return std::make_unique<ControllersTakeTurns>(); }};
}

}  // namespace logquake::scenario
