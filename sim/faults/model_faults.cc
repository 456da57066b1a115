#include "sim/faults/model_faults.h"

#include <utility>
#include <vector>

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/injector.h"
#include "sim/schedule/site_holds.h"
#include "sim/simulation.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::sim {

std::string Invoke::sentence() const {
  return format("{}{}{}", action.empty() ? "nothing is invoked" : action,
                argument.empty() ? "" : " ", argument);
}

void Invoke::strike(const Striking& striking) const {
  const auto& actions = striking.injector().actions();
  const auto found = actions.find(action);
  const Status done = found == actions.end()
                          ? Status(Error{ErrorCode::not_found, "no model registered this action"})
                          : found->second(argument);
  if (!done) {
    striking.simulation().record(FaultMissed{-1, sentence(), to_string(done.error())},
                                 striking.cause());
  }
}

std::string Hold::sentence() const {
  return format("{} held at {}{}{}{}", node == "*" ? "tasks are" : node + " is", site,
                task.empty() ? "" : format(" in its task {}", task),
                until.kind.empty() ? "" : format(" until {}", to_string(until)), lasting(duration));
}

void Hold::strike(const Striking& striking) const {
  Simulation& simulation = striking.simulation();
  std::vector<NodeId> nodes;
  if (node != "*") nodes = striking.resolve(node);
  const auto hold = simulation.site_holds().begin(
      {.site = site, .nodes = std::move(nodes), .task = task, .cause = striking.cause()});
  const auto end = [&simulation, hold, where = site](EventId cause) {
    if (simulation.site_holds().end(hold))
      simulation.record(FaultHealed{format("the hold at {} is over", where)}, cause);
  };
  striking.later(duration, [end, cause = striking.cause()] { end(cause); });
  if (!until.kind.empty()) striking.injector().once(until, end);
}

std::string HealAll::sentence() const { return "everything heals"; }

void HealAll::strike(const Striking& striking) const {
  striking.injector().heal_all(striking.cause());
}

}  // namespace logquake::sim
