#include "sim/fault.h"

#include <array>
#include <utility>

#include "sim/base/format.h"

namespace logquake::sim {
namespace {

// In the order of the variant.
constexpr std::array<std::string_view, std::variant_size_v<Fault>> keys{
    "process_crash", "power_loss",   "restart",   "pause",     "resume",
    "stall",         "silent_drop",  "slow",      "break",     "isolate",
    "split",         "heal_network", "fail_sync", "disk_full", "slow_disk",
    "clock_step",    "clock_drift",  "invoke",    "heal_all"};

std::string lasting(Duration duration) {
  return duration > Duration::zero() ? format(" for {}", to_text(duration)) : std::string();
}

struct Sentence {
  std::string operator()(const ProcessCrash& fault) {
    return format("the process on {} crashes", fault.node);
  }
  std::string operator()(const PowerLoss& fault) { return format("{} loses power", fault.node); }
  std::string operator()(const Restart& fault) { return format("{} is started", fault.node); }
  std::string operator()(const Pause& fault) {
    return format("{} freezes{}", fault.node, lasting(fault.duration));
  }
  std::string operator()(const Resume& fault) { return format("{} goes on", fault.node); }
  std::string operator()(const Stall& fault) {
    return format("the link from {} to {} is clogged{}", fault.from, fault.to,
                  lasting(fault.duration));
  }
  std::string operator()(const SilentDrop& fault) {
    return format("what {} sends to {} vanishes in silence{}", fault.from, fault.to,
                  lasting(fault.duration));
  }
  std::string operator()(const Slow& fault) {
    return format("messages from {} to {} take {} longer{}", fault.from, fault.to,
                  to_text(fault.by), lasting(fault.duration));
  }
  std::string operator()(const Break& fault) {
    return format("the connections between {} and {} break", fault.from, fault.to);
  }
  std::string operator()(const Isolate& fault) {
    return format("{} is cut off from all others{}", fault.node, lasting(fault.duration));
  }
  std::string operator()(const Split& fault) {
    std::string side;
    for (const auto& target : fault.side) side += (side.empty() ? "" : ", ") + target;
    return format("the network splits: {} on one side{}", side, lasting(fault.duration));
  }
  std::string operator()(const HealNetwork&) { return "the network heals"; }
  std::string operator()(const FailSync& fault) {
    return format("the next {} of {} fail",
                  fault.count == 1 ? "sync" : format("{} syncs", fault.count), fault.node);
  }
  std::string operator()(const DiskFull& fault) {
    return format("the disk of {} is full{}", fault.node, lasting(fault.duration));
  }
  std::string operator()(const SlowDisk& fault) {
    return format("each sync of {} takes {} longer{}", fault.node, to_text(fault.by),
                  lasting(fault.duration));
  }
  std::string operator()(const ClockStep& fault) {
    return format("the wall clock of {} jumps by {}", fault.node, to_text(fault.by));
  }
  std::string operator()(const ClockDrift& fault) {
    return format("the clocks of {} drift by {} ppm", fault.node, fault.ppm);
  }
  std::string operator()(const Invoke& fault) {
    return format("{}{}{}", fault.action.empty() ? "nothing is invoked" : fault.action,
                  fault.argument.empty() ? "" : " ", fault.argument);
  }
  std::string operator()(const HealAll&) { return "everything heals"; }
};

template <std::size_t... Indices>
std::optional<Fault> make(std::size_t wanted, std::index_sequence<Indices...>) {
  std::optional<Fault> made;
  ((Indices == wanted ? void(made.emplace(std::in_place_index<Indices>)) : void()), ...);
  return made;
}

std::string ordinal(int number) {
  const int last_two = number % 100;
  const char* ending = "th";
  if (last_two < 11 || last_two > 13) {
    if (number % 10 == 1) ending = "st";
    if (number % 10 == 2) ending = "nd";
    if (number % 10 == 3) ending = "rd";
  }
  return format("{}{}", number, ending);
}

}  // namespace

std::string_view key_of(const Fault& fault) { return keys[fault.index()]; }

std::span<const std::string_view> fault_keys() { return keys; }

std::optional<Fault> fault_named(std::string_view key) {
  for (std::size_t at = 0; at < keys.size(); ++at) {
    if (keys[at] == key) return make(at, std::make_index_sequence<std::variant_size_v<Fault>>{});
  }
  return std::nullopt;
}

std::string sentence_of(const Fault& fault) { return std::visit(Sentence{}, fault); }

std::string sentence_of(const Trigger& trigger) {
  if (const auto* at = std::get_if<AtInstant>(&trigger))
    return format("at {}", to_text(at->since_start));
  if (const auto* after = std::get_if<AfterStep>(&trigger)) {
    return format("{} after step {}", to_text(after->delay), after->step);
  }
  const auto& on = std::get<OnFact>(trigger);
  std::string where;
  for (const auto& [field, value] : on.where)
    where += format("{}{}={}", where.empty() ? " of " : ", ", field, value);
  return format("on the {} {}{}", ordinal(on.occurrence), on.kind, where);
}

}  // namespace logquake::sim
