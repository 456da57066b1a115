#include "sim/injector.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/disk/disk.h"
#include "sim/faults/striking.h"
#include "sim/network/network.h"
#include "sim/node.h"
#include "sim/random.h"
#include "sim/schedule/site_holds.h"
#include "sim/simulation.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::sim {
namespace {

// Why the fault, with its targets settled, can strike nobody; empty where it can.
std::string refusal_of(const Fault& fault, const Striking& striking) {
  return std::visit(
      [&]([[maybe_unused]] const auto& kind) -> std::string {
        if constexpr (requires { kind.refusal(striking); }) return kind.refusal(striking);
        return {};
      },
      fault);
}

}  // namespace

void Injector::arm(FaultPlan plan) {
  plan_ = std::move(plan);
  settle_occurrences(plan_, simulation_.options().seed);
  numbers_ = numbers_of(plan_);
  is_off_.assign(plan_.steps.size(), false);
  bool watches_facts = false;
  for (std::size_t at = 0; at < plan_.steps.size(); ++at) {
    const auto& step = plan_.steps[at];
    is_off_[at] = !is_in_play(step, numbers_[at], simulation_.options().seed);
    if (is_off_[at]) continue;
    if (const auto* instant = std::get_if<AtInstant>(&step.when)) {
      simulation_.after(instant->since_start, [this, at] { fire(at, {}); });
    } else if (std::holds_alternative<OnFact>(step.when)) {
      watches_.push_back({.position = at});
      watches_facts = true;
    }
  }
  if (watches_facts) listen();
}

void Injector::listen() {
  if (std::exchange(is_listening_, true)) return;
  simulation_.trace().subscribe([this](const TraceEvent& event) { on_fact(event); });
}

void Injector::once(FactMatch match, std::function<void(EventId)> action) {
  onces_.push_back({std::move(match), std::move(action)});
  listen();
}

void Injector::on_fact(const TraceEvent& event) {
  for (auto once = onces_.begin(); once != onces_.end();) {
    if (!once->match.matches(event)) {
      ++once;
      continue;
    }
    simulation_.after(Duration::zero(),
                      [action = std::move(once->action), id = event.id] { action(id); });
    once = onces_.erase(once);
  }
  if (!is_armed_) return;
  for (auto& watch : watches_) {
    const auto& trigger = std::get<OnFact>(plan_.steps[watch.position].when);
    if (trigger.kind != event.kind() || watch.matches >= trigger.occurrence) continue;
    const bool all_equal =
        std::all_of(trigger.where.begin(), trigger.where.end(), [&](const auto& wanted) {
          return field_text(event.fields(), wanted.first) == wanted.second;
        });
    if (!all_equal || ++watch.matches != trigger.occurrence) continue;
    // Not here: the fact is being stated by a task that still runs.
    simulation_.after(Duration::zero(),
                      [this, at = watch.position, id = event.id] { fire(at, id); });
  }
}

void Injector::fire(std::size_t position, EventId cause) {
  if (!is_armed_) return;
  const Fault& fault = plan_.steps[position].what;
  const int step = numbers_[position];
  // Targets are settled once, before anything changes, and the fault then strikes those very nodes.
  Fault settled = fault;
  std::string missing;
  std::visit(
      [&](auto& fields) {
        auto settle = [&]([[maybe_unused]] std::string_view name, auto& field) {
          if constexpr (std::is_same_v<std::remove_reference_t<decltype(field)>, Target>) {
            if (field.empty() || field == "*" || field.starts_with("all ")) return;
            if (std::is_same_v<std::remove_reference_t<decltype(fields)>, Hold> && name != "node")
              return;  // its other texts are no targets
            const auto nodes = resolve(field, step);
            if (nodes.empty()) {
              missing = field;
            } else {
              field = simulation_.node(nodes.front()).name();
            }
          }
        };
        if constexpr (!std::is_same_v<std::remove_reference_t<decltype(fields)>, Invoke>)
          fields.io(settle);
      },
      settled);
  if (!missing.empty()) {
    simulation_.record(
        FaultMissed{step, sentence_of(fault), format("nobody is \"{}\" now", missing)}, cause);
    return;
  }
  if (const auto why = refusal_of(settled, Striking(simulation_, cause, step)); !why.empty()) {
    simulation_.record(FaultMissed{step, sentence_of(settled), why}, cause);
    return;
  }
  const EventId id = simulation_.record(
      FaultStruck{step, std::string(key_of(fault)), sentence_of(settled)}, cause);
  struck_.push_back({step, id, simulation_.now(), sentence_of(settled)});
  strike(settled, id, step);
  schedule_followers(step, id);
}

void Injector::schedule_followers(int step, EventId cause) {
  for (std::size_t at = 0; at < plan_.steps.size(); ++at) {
    const auto* after = std::get_if<AfterStep>(&plan_.steps[at].when);
    if (after == nullptr || after->step != step || is_off_[at]) continue;
    simulation_.after(after->delay, [this, at, cause] { fire(at, cause); });
  }
}

ChoiceKey Injector::next_choice(std::string_view label, int step) {
  const int number = std::max(step, 0);
  return {hash64(label, static_cast<std::uint64_t>(number)),
          choices_[std::pair(std::string(label), number)]++};
}

std::vector<NodeId> Injector::resolve(const Target& target, int step) {
  if (target == "*") return simulation_.nodes();
  if (const Node* named = simulation_.find_node(target)) return {named->id()};
  const auto is_down = [&](NodeId id) {
    return simulation_.state_of(id) == Simulation::NodeState::down;
  };
  if (target == "crashed") {
    std::vector<NodeId> down;
    for (const NodeId id : simulation_.nodes()) {
      if (is_down(id)) down.push_back(id);
    }
    const auto longest = std::min_element(down.begin(), down.end(), [&](NodeId one, NodeId other) {
      return std::pair(simulation_.down_since(one), one) <
             std::pair(simulation_.down_since(other), other);
    });
    if (longest == down.end()) return {};
    return {*longest};
  }
  const bool any = target.starts_with("any ");
  if (any || target.starts_with("all ")) {
    const std::string_view group = std::string_view(target).substr(4);
    std::vector<NodeId> members;
    for (const NodeId id : simulation_.nodes()) {
      if (simulation_.node(id).group() == group && (!any || !is_down(id))) members.push_back(id);
    }
    if (!any || members.empty()) return members;
    const auto key = next_choice(target, step);
    const auto value = keyed_value(simulation_.options().seed, key.label_hash, key.occurrence);
    return {members[keyed_below(value, static_cast<std::uint32_t>(members.size()))]};
  }
  const auto colon = target.find(':');
  const auto role = roles_.find(std::string_view(target).substr(0, colon));
  if (role == roles_.end()) return {};
  return role->second(colon == std::string::npos ? std::string_view{}
                                                 : std::string_view(target).substr(colon + 1));
}

void Injector::strike(const Fault& fault, EventId cause, int step) {
  const Striking striking(simulation_, cause, step);
  std::visit([&](const auto& kind) { kind.strike(striking); }, fault);
}

void Injector::strike_unplanned(const Fault& fault, EventId cause) {
  constexpr int unplanned = -1;
  const EventId id = simulation_.record(
      FaultStruck{unplanned, std::string(key_of(fault)), sentence_of(fault)}, cause);
  struck_.push_back({unplanned, id, simulation_.now(), sentence_of(fault)});
  strike(fault, id);
}

EventId Injector::heal_all(EventId cause, const std::set<NodeId>& gone) {
  simulation_.network().heal_all();
  simulation_.site_holds().end_all();
  std::string what = "all faults heal: network, disks and clocks";
  for (const NodeId id : gone)
    what += format("{}{}", id == *gone.begin() ? "; never to come back: " : ", ",
                   simulation_.node(id).name());
  const EventId healed = simulation_.record(FaultHealed{what}, cause);
  for (const NodeId id : simulation_.nodes()) {
    if (gone.contains(id)) continue;
    Node& node = simulation_.node(id);
    node.disk().heal();
    node.heal();
    switch (simulation_.state_of(id)) {
      case Simulation::NodeState::up:
        break;
      case Simulation::NodeState::paused:
        simulation_.resume(id, healed);
        break;
      case Simulation::NodeState::down:
        simulation_.restart(id, healed);
        break;
    }
  }
  return healed;
}

}  // namespace logquake::sim
