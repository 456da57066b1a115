// Strikes the faults of a plan when their triggers come, and keeps the log of what it did.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/atlas.h"
#include "sim/fault.h"
#include "sim/faults/choice_key.h"
#include "sim/trace/trace.h"

namespace logquake::sim {

class Node;
class Simulation;

/// A fault that struck, as plan.toml and reports tell it.
struct StruckFault {
  int step = 0;  // its number
  EventId id;    // of its fault.struck fact
  Instant at;
  std::string sentence;  // with the targets as they were settled
};

class Injector {
 public:
  Injector(Simulation& simulation, bool unrestricted)
      : simulation_(simulation), atlas_(simulation, unrestricted) {}

  /// Resolves a role such as "leader-of:orders-0": called with what follows the colon (empty
  /// without one). No node means that nobody has the role now; the fault then misses, and says so.
  using Role = std::function<std::vector<NodeId>(std::string_view argument)>;
  void add_role(std::string name, Role role) { roles_[std::move(name)] = std::move(role); }

  /// What `invoke` faults call. Must not block. An error is told as a miss.
  using Action = std::function<Status(std::string_view argument)>;
  void add_action(std::string name, Action action) {
    actions_[std::move(name)] = std::move(action);
  }
  const std::map<std::string, Role, std::less<>>& roles() const { return roles_; }
  const std::map<std::string, Action, std::less<>>& actions() const { return actions_; }

  /// Arms the plan, once, before the run. Probabilities are settled here, from the seed and the
  /// step.
  void arm(FaultPlan plan);
  const FaultPlan& plan() const { return plan_; }
  const std::vector<StruckFault>& struck() const { return struck_; }

  /// Calls `action` once, outside all tasks, after the next fact that matches, with that fact's id.
  void once(FactMatch match, std::function<void(EventId)> action);

  /// The nodes that `target` means now: a name, a role, "crashed", "any GROUP", "all GROUP", "*".
  /// "any" is a keyed choice; `step` is the number of the step that makes it.
  std::vector<NodeId> resolve(const Target& target, int step = -1);
  /// What keys a choice that a step of the plan makes: its label, the step's number and how often
  /// the step has made it before. No step shifts another's.
  ChoiceKey next_choice(std::string_view label, int step);

  /// Who may be struck by faults that lose what was synced.
  Atlas& atlas() { return atlas_; }

  /// Performs a fault now. Must be called outside all tasks. `step` is the number of the plan's
  /// step that misses name.
  void strike(const Fault& fault, EventId cause, int step = -1);
  /// States that a fault outside the plan strikes, and performs it. Must be called outside all
  /// tasks.
  void strike_unplanned(const Fault& fault, EventId cause);
  /// Ends every network, disk and clock fault, resumes what is paused and starts what is down; but
  /// those of `gone` stay as they are. Returns the fact that says so.
  EventId heal_all(EventId cause, const std::set<NodeId>& gone = {});
  /// From now on steps of the plan that have not struck never will, and no buggify site fires: the
  /// load is over.
  void disarm() { is_armed_ = false; }
  bool is_armed() const { return is_armed_; }

 private:
  struct Watch {
    std::size_t position;  // in the plan
    int matches = 0;
  };
  struct Once {
    FactMatch match;
    std::function<void(EventId)> action;
  };
  // Subscribes to the trace, if that has not been done.
  void listen();
  void on_fact(const TraceEvent& event);
  void fire(std::size_t position, EventId cause);
  void schedule_followers(int step, EventId cause);

  Simulation& simulation_;
  Atlas atlas_;
  FaultPlan plan_;
  std::vector<int> numbers_;  // of its steps
  std::vector<bool> is_off_;  // settled by their probabilities
  std::vector<Watch> watches_;
  std::vector<StruckFault> struck_;
  std::map<std::string, Role, std::less<>> roles_;
  std::map<std::string, Action, std::less<>> actions_;
  std::map<std::pair<std::string, int>, std::uint64_t>
      choices_;  // how often each "any GROUP" and each label was asked for by each step
  std::vector<Once> onces_;
  bool is_armed_ = true;
  bool is_listening_ = false;
};

}  // namespace logquake::sim
