#include "sim/faults/model_faults.h"

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/injector.h"
#include "sim/kernel_facts.h"
#include "sim/simulation.h"

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

std::string HealAll::sentence() const { return "everything heals"; }

void HealAll::strike(const Striking& striking) const {
  striking.injector().heal_all(striking.cause());
}

}  // namespace logquake::sim
