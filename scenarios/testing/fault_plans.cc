#include "scenarios/testing/fault_plans.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

/// Kinds that are left out of fair_faults(), because they lose what was synced, ...
constexpr std::array lose_synced_data{"bit_rot",   "lost_write",   "misdirected_write",
                                      "wipe_disk", "restore_disk", "snapshot_disk"};
/// ... or because most models do not know what they strike.
constexpr std::array need_more{"invoke", "datagram_loss", "datagram_duplication",
                               "datagram_reordering", "datagram_corruption"};

/// The families that a kind belongs to: who is spared one of them is spared the kind.
std::vector<std::string_view> families_of(std::string_view kind) {
  const auto is_one_of = [kind](std::initializer_list<std::string_view> kinds) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  if (is_one_of({"process_crash", "power_loss", "restart", "pause", "resume", "hold", "wipe_disk",
                 "snapshot_disk", "restore_disk"}))
    return {"crash"};
  if (kind == "slow_cpu") return {"crash", "slowness"};
  if (is_one_of({"slow_disk", "stall_disk"})) return {"disk", "slowness"};
  if (is_one_of({"fail_sync", "disk_full", "fail_write", "torn_write", "bit_rot", "lost_write",
                 "misdirected_write"}))
    return {"disk"};
  if (kind.starts_with("clock_")) return {"clock"};
  if (is_one_of({"refuse", "lose_reply"})) return {"network", "refusal"};
  if (is_one_of({"split", "one_way", "majorities_ring", "bridge", "hub_only", "flapping"}))
    return {"network", "partition"};
  return {"network"};
}

/// Whole tenths of seconds read better.
Duration drawn_duration(Duration most) {
  const auto tenths = std::max<std::int64_t>(1, most / 100ms);
  return *rc::gen::inRange<std::int64_t>(1, tenths + 1) * 100ms;
}

bool drawn_chance(int in) { return *rc::gen::inRange(0, in) == 0; }

template <class Element>
Element drawn_element(const std::vector<Element>& elements) {
  return *rc::gen::elementOf(elements);
}

/// Whom one kind of fault may strike.
struct Victims {
  std::vector<std::string> nodes;
  std::vector<std::string> groups;  // those of which nobody is spared
  std::vector<std::string> roles;
};

Victims victims_of(std::string_view kind, const FaultTargets& targets) {
  auto reasons = families_of(kind);
  reasons.push_back(kind);
  Victims victims;
  std::set<std::string> spared_groups;
  for (const auto& target : targets.nodes) {
    const bool is_spared =
        std::any_of(reasons.begin(), reasons.end(), [&target](std::string_view reason) {
          return std::find(target.spared.begin(), target.spared.end(), reason) !=
                 target.spared.end();
        });
    if (is_spared) {
      spared_groups.insert(target.group);
      continue;
    }
    victims.nodes.push_back(target.node);
    if (victims.groups.empty() || victims.groups.back() != target.group)
      victims.groups.push_back(target.group);
  }
  std::erase_if(victims.groups,
                [&](const std::string& group) { return spared_groups.contains(group); });
  for (const auto& role : targets.roles) {
    if (!role.ends_with(':')) victims.roles.push_back(role);
  }
  return victims;
}

/// Fills in the fields of a fault: given to Fault::io().
class FieldDrawer {
 public:
  FieldDrawer(const Victims& victims, const FaultPlanRange& range)
      : victims_(victims), range_(range) {}

  void operator()(std::string_view name, std::string& field) {
    if (name == "task" || name == "argument") return;
    if (name == "action") {
      field = drawn_element(range_.targets.actions);
    } else if (name == "site") {
      field = drawn_element(range_.targets.sites);
    } else if (name == "among") {
      if (!victims_.groups.empty()) field = "all " + drawn_element(victims_.groups);
    } else if (name == "to") {
      field = other_than(from_);
    } else {
      field = somebody(name);
      if (name == "from") from_ = field;
    }
  }
  // More than one machine, or a side.
  void operator()(std::string_view name, std::vector<std::string>& field) {
    if (name == "nodes") return;  // one is enough, or all of a group
    for (const auto& node : victims_.nodes) {
      if (drawn_chance(2)) field.push_back(node);
    }
    if (field.empty()) field.push_back(drawn_element(victims_.nodes));
  }
  void operator()(std::string_view name, Duration& field) {
    if (name == "for") {
      if (needs_end_ || !drawn_chance(6)) field = drawn_duration(range_.length / 2);
    } else if (name == "low") {
      latest_ = *rc::gen::inRange<std::int64_t>(1, 20) * 1ms;
      field = latest_;
    } else if (name == "high" || name == "tail" || name == "mean") {
      latest_ += *rc::gen::inRange<std::int64_t>(1, 200) * 1ms;
      field = latest_;
    } else if (name == "by" && is_of_a_clock_) {
      moved_by_ = drawn_duration(30s);
      field = drawn_chance(2) ? moved_by_ : -moved_by_;
    } else if (name == "by") {
      field = *rc::gen::inRange<std::int64_t>(1, 500) * 1ms;
    } else if (name == "over") {
      field = moved_by_ + drawn_duration(range_.length / 4);  // no smeared clock goes back
    } else {                                                  // gap, period
      field = drawn_duration(range_.length / 4);
    }
  }
  void operator()(std::string_view name, std::int32_t& field) {
    if (name == "ppm") {
      field = *rc::gen::inRange<std::int32_t>(-500, 501);  // chosen: the worst that NTP corrects
    } else {
      field = *rc::gen::inRange<std::int32_t>(1, 4);
    }
  }
  void operator()(std::string_view name, std::int64_t& field) {
    field = name == "buffer_bytes" ? *rc::gen::inRange<std::int64_t>(1, 100) * 1000
                                   : *rc::gen::inRange<std::int64_t>(1, 1000) * 1000;
  }
  void operator()(std::string_view, Ratio& field) {
    field = Ratio{1, static_cast<std::uint32_t>(*rc::gen::inRange(1, 11))};
  }
  void operator()(std::string_view, sim::PathPattern&) {}  // all files
  void operator()(std::string_view, sim::FactMatch& field) {
    if (!range_.facts.empty() && drawn_chance(2)) field.kind = drawn_element(range_.facts);
  }
  void operator()(std::string_view, sim::PowerFate& field) {
    const auto& fates = sim::power_fates;
    field = fates[static_cast<std::size_t>(*rc::gen::inRange<int>(0, std::size(fates)))];
  }
  template <NamedEnum Choice>
  void operator()(std::string_view, Choice& field) {
    const auto all = every(Choice{});
    field = all[static_cast<std::size_t>(*rc::gen::inRange<int>(0, std::size(all)))];
  }

  template <class Kind>
  void fill(Kind& fault) {
    constexpr auto key = std::string_view(Kind::key);
    is_of_a_clock_ = key.starts_with("clock_");
    // These say nothing without a length.
    needs_end_ = key == "swizzle" || key == "flapping" || key == "clock_smear";
    fault.io(*this);
  }

 private:
  std::string somebody(std::string_view field) const {
    const bool may_be_many = field == "node";
    const int kind = *rc::gen::inRange(0, 8);
    if (kind == 0 && !victims_.groups.empty()) return "any " + drawn_element(victims_.groups);
    if (kind == 1 && may_be_many && !victims_.groups.empty())
      return "all " + drawn_element(victims_.groups);
    if (kind == 2 && !victims_.roles.empty()) return drawn_element(victims_.roles);
    return drawn_element(victims_.nodes);
  }
  std::string other_than(const std::string& from) const {
    auto others = victims_.nodes;
    std::erase(others, from);
    return others.empty() || drawn_chance(8) ? "*" : drawn_element(others);
  }

  const Victims& victims_;
  const FaultPlanRange& range_;
  std::string from_;
  Duration latest_{};
  Duration moved_by_{};
  bool is_of_a_clock_ = false;
  bool needs_end_ = false;
};

/// Draws one plan; inside rc::gen::exec, where `*gen` draws.
class PlanDrawer {
 public:
  explicit PlanDrawer(const FaultPlanRange& range) : range_(range) {
    const auto kinds = range.kinds.empty() ? fair_faults() : range.kinds;
    for (const auto& kind : kinds) {
      auto victims = victims_of(kind, range.targets);
      // A link, a side and a hub need somebody at the other end.
      const auto families = families_of(kind);
      const bool is_of_the_network = families.front() == "network";
      if (victims.nodes.size() < (is_of_the_network ? 2U : 1U)) continue;
      if (kind == "hold" && range.targets.sites.empty()) continue;
      if (kind == "invoke" && range.targets.actions.empty()) continue;
      kinds_.push_back({kind, std::move(victims)});
    }
  }

  sim::FaultPlan draw() {
    if (kinds_.empty()) return {};
    const auto steps = static_cast<std::size_t>(*rc::gen::inRange(0, range_.most_steps + 1));
    while (plan_.steps.size() < steps) add_step();
    return std::move(plan_);
  }

 private:
  struct Kind {
    std::string key;
    Victims victims;
  };

  void add_step() {
    const auto& kind = kinds_[*rc::gen::inRange<std::size_t>(0, kinds_.size())];
    auto fault = *sim::fault_named(kind.key);
    FieldDrawer drawer(kind.victims, range_);
    std::visit([&drawer](auto& named) { drawer.fill(named); }, fault);
    const auto probability = drawn_chance(8) ? Ratio{1, 2} : Ratio{1, 1};
    auto trigger = drawn_trigger();
    const auto downed = downed_by(fault);
    plan_.steps.push_back({std::move(trigger), std::move(fault), probability});
    if (!downed || drawn_chance(3)) return;
    const auto step = static_cast<int>(plan_.steps.size()) - 1;
    plan_.steps.push_back({sim::AfterStep{step, drawn_duration(range_.length / 4)},
                           sim::Restart{*downed}, Ratio{1, 1}});
  }

  /// Whom a restart may name afterwards.
  static std::optional<sim::Target> downed_by(const sim::Fault& fault) {
    std::optional<sim::Target> node;
    if (const auto* crash = std::get_if<sim::ProcessCrash>(&fault)) node = crash->node;
    if (const auto* loss = std::get_if<sim::PowerLoss>(&fault)) node = loss->node;
    // What "any" or a role meant, nobody knows any more.
    if (node && (node->find(' ') != std::string::npos || node->find('-') == std::string::npos))
      node = node->starts_with("all ") ? *node : "crashed";
    return node;
  }

  sim::Trigger drawn_trigger() const {
    const int kind = *rc::gen::inRange(0, 8);
    if (kind < 2 && !range_.facts.empty()) {
      sim::OnFact on{.kind = drawn_element(range_.facts)};
      if (drawn_chance(3)) {
        on.occurrence = 0;
        on.each = Ratio{1, static_cast<std::uint32_t>(*rc::gen::inRange(2, 41))};
      } else {
        on.occurrence = *rc::gen::inRange(1, 21);
      }
      return on;
    }
    if (kind < 4 && !plan_.steps.empty()) {
      const auto step = *rc::gen::inRange(0, static_cast<int>(plan_.steps.size()));
      return sim::AfterStep{step, drawn_duration(range_.length / 4)};
    }
    return sim::AtInstant{drawn_duration(range_.length * 9 / 10)};
  }

  const FaultPlanRange& range_;
  std::vector<Kind> kinds_;
  sim::FaultPlan plan_;
};

}  // namespace

FaultPlanRange range_of(const Scenario& scenario) {
  FaultPlanRange range{.targets = scenario.setup->targets(), .length = scenario.length};
  for (const auto& site : scenario.kit->yield_sites()) range.targets.sites.emplace_back(site.name);
  return range;
}

std::vector<std::string> fair_faults() {
  std::vector<std::string> kinds;
  for (const auto key : sim::fault_keys()) {
    const auto is = [key](std::string_view other) { return other == key; };
    if (std::none_of(lose_synced_data.begin(), lose_synced_data.end(), is) &&
        std::none_of(need_more.begin(), need_more.end(), is))
      kinds.emplace_back(key);
  }
  return kinds;
}

rc::Gen<sim::FaultPlan> fault_plans(FaultPlanRange range) {
  return rc::gen::noShrink(
      rc::gen::exec([range = std::move(range)] { return PlanDrawer(range).draw(); }));
}

}  // namespace logquake::scenario
