#include "scenarios/engine/fault_mix.h"

#include <algorithm>
#include <array>
#include <functional>

#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::scenario {
namespace {

constexpr Duration window_length = 10s;  // chosen: longer than most sessions and elections take

/// When a node of a group is down, so that no more than allowed are down together.
struct Outage {
  std::string node;
  std::string group;
  Duration from{};
  Duration to{};
};

class Draw {
 public:
  Draw(const FaultTargets& targets, Duration length, std::uint64_t seed, int first_step)
      : targets_(targets),
        length_(length),
        root_(sim::Random(seed).split("swarm")),
        first_step_(first_step) {}

  void family(FaultFamily family, Ratio intensity) {
    const auto family_root = root_.split(name_of(family));
    const auto kinds = kinds_in_play(family, family_root);
    if (kinds.empty()) return;
    const auto windows = length_ / window_length + 1;
    for (std::int64_t window = 0; window < windows; ++window) {
      auto random = family_root.split(format("window/{}", window));
      if (!random.chance(intensity)) continue;
      const Duration start =
          window * window_length + random.between(Duration::zero(), window_length - 1ms);
      const auto& kind = random.pick(kinds);
      if (start > length_ * 9 / 10) continue;
      strike(family, kind, std::chrono::duration_cast<std::chrono::milliseconds>(start), random);
    }
  }

  std::vector<sim::FaultStep> take() {
    std::stable_sort(drawn_.begin(), drawn_.end(),
                     [](const Drawn& left, const Drawn& right) { return left.at < right.at; });
    std::vector<sim::FaultStep> steps;
    for (auto& drawn : drawn_) {
      const int index = first_step_ + static_cast<int>(steps.size());
      steps.push_back({sim::AtInstant{drawn.at}, std::move(drawn.fault), Ratio{1, 1}});
      if (drawn.back_after) {
        steps.push_back(
            {sim::AfterStep{index, *drawn.back_after}, sim::Restart{drawn.node}, Ratio{1, 1}});
      }
    }
    return steps;
  }

 private:
  struct Drawn {
    Duration at{};
    sim::Fault fault;
    std::string node;
    std::optional<Duration> back_after;
  };

  /// A seed has its own character: each kind of fault is there or not for the whole run.
  static std::vector<std::string> kinds_in_play(FaultFamily family,
                                                const sim::Random& family_root) {
    std::vector<std::string> kinds;
    for (const auto kind : kinds_of(family)) {
      auto random = family_root.split(kind);
      if (random.chance({1, 2})) kinds.emplace_back(kind);
    }
    return kinds;
  }

  static std::vector<std::string_view> kinds_of(FaultFamily family) {
    switch (family) {
      case FaultFamily::network:
        return {"stall", "silent_drop", "slow", "break", "isolate"};
      case FaultFamily::crash:
        return {"process_crash", "power_loss", "pause"};
      case FaultFamily::disk:
        return {"slow_disk", "fail_sync", "disk_full"};
      case FaultFamily::clock:
        return {"clock_step", "clock_drift"};
      case FaultFamily::partition:
        return {"split", "one_way", "majorities_ring", "bridge", "hub_only", "flapping"};
      case FaultFamily::slowness:
        return {"slow_cpu", "stall_disk", "latency"};
      case FaultFamily::refusal:
        return {"refuse", "lose_reply"};
    }
    return {};
  }

  /// Which of the four plain families a kind is like: who is spared those is spared it too.
  static FaultFamily nature_of(FaultFamily family, std::string_view kind) {
    switch (family) {
      case FaultFamily::partition:
      case FaultFamily::refusal:
        return FaultFamily::network;
      case FaultFamily::slowness:
        if (kind == "latency") return FaultFamily::network;
        return kind == "stall_disk" ? FaultFamily::disk : FaultFamily::crash;
      default:
        return family;
    }
  }

  std::vector<FaultTarget> candidates(FaultFamily family, std::string_view kind) const {
    std::vector<FaultTarget> found;
    for (const auto& target : targets_.nodes) {
      const auto spares = [&target](std::string_view name) {
        return std::find(target.spared.begin(), target.spared.end(), name) != target.spared.end();
      };
      if (!spares(name_of(family)) && !spares(name_of(nature_of(family, kind))) && !spares(kind))
        found.push_back(target);
    }
    return found;
  }

  void strike(FaultFamily family, const std::string& kind, Duration at, sim::Random& random) {
    auto targets = candidates(family, kind);
    if (targets.empty()) return;
    const auto target = random.pick(targets);
    const auto lasting =
        Duration(random.between(Duration(500ms), Duration(15s)).count() / 1'000'000 * 1'000'000);
    if (family == FaultFamily::crash || kind == "isolate") {
      if (!may_be_down(target, at, at + lasting)) return;
      outages_.push_back({target.node, target.group, at, at + lasting});
    }
    auto fault = family == FaultFamily::partition ? partition_of(kind, target, lasting, random)
                                                  : fault_of(kind, target.node, lasting, random);
    if (!fault) return;
    const bool goes_down = kind == "process_crash" || kind == "power_loss";
    drawn_.push_back(
        {at, std::move(*fault), target.node, goes_down ? std::optional(lasting) : std::nullopt});
  }

  /// A cut through the target's group.
  std::optional<sim::Fault> partition_of(const std::string& kind, const FaultTarget& target,
                                         Duration lasting, sim::Random& random) const {
    if (kind == "one_way") {
      const auto flow = random.chance({1, 2}) ? sim::Flow::inbound : sim::Flow::outbound;
      return sim::OneWay{target.node, flow, lasting};
    }
    const auto size_of = [&target](const std::vector<FaultTarget>& nodes) {
      return std::count_if(nodes.begin(), nodes.end(), [&target](const FaultTarget& other) {
        return other.group == target.group;
      });
    };
    // Nobody who is spared may be cut off by the way.
    const auto members = candidates(FaultFamily::partition, kind);
    if (size_of(members) < 2 || size_of(members) < size_of(targets_.nodes)) return std::nullopt;
    std::vector<sim::Target> side;
    for (const auto& other : members) {
      if (other.group != target.group) continue;
      if (other.node == target.node || random.chance({1, 2})) side.push_back(other.node);
    }
    const auto among = "all " + target.group;
    if (kind == "majorities_ring") return sim::MajoritiesRing{among, lasting};
    if (kind == "bridge") return sim::Bridge{target.node, among, lasting};
    if (kind == "hub_only") return sim::HubOnly{target.node, among, lasting};
    if (kind == "split") return sim::Split{std::move(side), lasting};
    const auto period = Duration(random.between(200, 4'000) * 1'000'000);
    return sim::Flapping{std::move(side), period, lasting};
  }

  std::optional<sim::Fault> fault_of(const std::string& kind, const std::string& node,
                                     Duration lasting, sim::Random& random) const {
    const bool is_of_a_link = kind == "stall" || kind == "silent_drop" || kind == "slow" ||
                              kind == "break" || kind == "refuse" || kind == "lose_reply" ||
                              kind == "latency";
    if (is_of_a_link) {
      auto others = candidates(FaultFamily::network, kind);
      std::erase_if(others, [&node](const FaultTarget& other) { return other.node == node; });
      if (others.empty()) return std::nullopt;
      const auto to = random.pick(others).node;
      if (kind == "stall") return sim::Stall{node, to, lasting};
      if (kind == "silent_drop") return sim::SilentDrop{node, to, lasting};
      if (kind == "break") return sim::Break{node, to};
      if (kind == "refuse") return sim::RefuseConnects{node, to, lasting};
      if (kind == "lose_reply")
        return sim::LoseReply{node, to, static_cast<int>(random.between(1, 3)), lasting};
      if (kind == "latency") {
        sim::Latency latency;
        latency.distribution = sim::Distribution::exponential;
        latency.low = 100us;
        latency.mean = Duration(random.between(1, 50) * 1'000'000);
        return sim::OddLatency{node, to, latency, lasting};
      }
      const auto by = Duration(random.between(1, 500) * 1'000'000);
      return sim::Slow{node, to, by, lasting};
    }
    if (kind == "isolate") return sim::Isolate{node, lasting};
    if (kind == "process_crash") return sim::ProcessCrash{node};
    if (kind == "power_loss") return sim::PowerLoss{node};
    if (kind == "pause") return sim::Pause{node, lasting};
    if (kind == "fail_sync") return sim::FailSync{node, 1};
    if (kind == "disk_full") return sim::DiskFull{node, lasting};
    if (kind == "stall_disk") return sim::StallDisk{node, lasting};
    if (kind == "slow_cpu") {
      const auto by = Duration(random.between(1, 50) * 1'000'000);
      return sim::SlowCpu{node, by, lasting};
    }
    if (kind == "slow_disk") {
      const auto by = Duration(random.between(1, 200) * 1'000'000);
      return sim::SlowDisk{node, by, lasting};
    }
    if (kind == "clock_step") {
      const auto by = Duration(random.between(-30'000, 30'000) * 1'000'000);
      return sim::ClockStep{node, by};
    }
    const auto ppm = static_cast<std::int32_t>(
        random.between(-500, 500));  // chosen: the worst that NTP corrects
    return sim::ClockDrift{node, ppm};
  }

  int most_down(const std::string& group) const {
    if (const auto found = targets_.most_down.find(group); found != targets_.most_down.end())
      return found->second;
    const auto members =
        std::count_if(targets_.nodes.begin(), targets_.nodes.end(),
                      [&group](const FaultTarget& target) { return target.group == group; });
    return std::max(1, static_cast<int>(members - 1) / 2);
  }

  bool may_be_down(const FaultTarget& target, Duration from, Duration to) const {
    // A machine that has just come back needs some time to be counted on again.
    constexpr Duration recovery = 5s;
    int down = 0;
    for (const auto& outage : outages_) {
      const bool overlaps = outage.from < to + recovery && from < outage.to + recovery;
      if (!overlaps) continue;
      if (outage.node == target.node) return false;
      if (outage.group == target.group) ++down;
    }
    return down < most_down(target.group);
  }

  const FaultTargets& targets_;
  Duration length_;
  sim::Random root_;
  int first_step_;
  std::vector<Outage> outages_;
  std::vector<Drawn> drawn_;
};

}  // namespace

std::vector<sim::FaultStep> draw_faults(const FaultMix& mix, const FaultTargets& targets,
                                        Duration length, std::uint64_t seed, int first_step) {
  Draw draw(targets, length, seed, first_step);
  for (const auto family : mix.families) draw.family(family, mix.intensity);
  return draw.take();
}

}  // namespace logquake::scenario
