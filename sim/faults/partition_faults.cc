#include "sim/faults/partition_faults.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"
#include "sim/base/hash.h"
#include "sim/faults/striking.h"
#include "sim/injector.h"
#include "sim/network/network.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

bool contains(const std::vector<NodeId>& nodes, NodeId node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

void cut_direction(const Striking& striking, NodeId from, NodeId to, Duration duration) {
  striking.afflict(from, to, affliction::Silence{}, duration);
}

void cut_between(const Striking& striking, const std::vector<NodeId>& these,
                 const std::vector<NodeId>& those, Duration duration) {
  for (const NodeId one : these) {
    for (const NodeId other : those) {
      if (contains(these, other)) continue;
      cut_direction(striking, one, other, duration);
      cut_direction(striking, other, one, duration);
    }
  }
}

void cut_off(const Striking& striking, const std::vector<NodeId>& these, Duration duration) {
  cut_between(striking, these, striking.simulation().nodes(), duration);
}

std::vector<NodeId> resolve_all(const Striking& striking, const std::vector<Target>& side) {
  std::vector<NodeId> these;
  for (const auto& target : side) {
    for (const NodeId id : striking.resolve(target)) these.push_back(id);
  }
  return these;
}

std::string names_of(const std::vector<Target>& side) {
  std::string names;
  for (const auto& target : side) names += (names.empty() ? "" : ", ") + target;
  return names;
}

// " among all broker", or nothing where it is about everybody.
std::string among_text(const Target& among) {
  return among == "*" ? std::string() : format(" among {}", among);
}

// Splits anew in every period until it is over or all is healed.
struct Flaps {
  Simulation& simulation;
  EventId cause;
  std::vector<NodeId> side;
  Duration period;
  Instant end;
  std::int64_t healings;

  void operator()() const {
    if (simulation.network().healings() != healings || simulation.now() >= end) return;
    const Duration left = end - simulation.now();
    cut_off(Striking(simulation, cause), side, std::min(period / 2, left));
    if (left > period) simulation.after(period, *this);
  }
};

}  // namespace

std::string Isolate::sentence() const {
  return format("{} is cut off from all others{}", node, lasting(duration));
}

void Isolate::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) { cut_off(striking, {id}, duration); });
}

std::string Split::sentence() const {
  return format("the network splits: {} on one side{}", names_of(side), lasting(duration));
}

void Split::strike(const Striking& striking) const {
  cut_off(striking, resolve_all(striking, side), duration);
}

std::string_view name_of(Flow flow) { return flow == Flow::inbound ? "inbound" : "outbound"; }

std::string OneWay::sentence() const {
  const std::string_view what =
      flow == Flow::inbound ? "can send but not receive" : "can receive but not send";
  return format("{} {}{}", node, what, lasting(duration));
}

void OneWay::strike(const Striking& striking) const {
  striking.each(node, [&](NodeId id) {
    for (const NodeId other : striking.simulation().nodes()) {
      if (other == id) continue;
      cut_direction(striking, flow == Flow::inbound ? other : id,
                    flow == Flow::inbound ? id : other, duration);
    }
  });
}

std::string MajoritiesRing::sentence() const {
  return format("each node{} hears another majority{}", among_text(among), lasting(duration));
}

void MajoritiesRing::strike(const Striking& striking) const {
  const auto ring = striking.in_keyed_order(striking.resolve(among), key);
  const std::size_t count = ring.size();
  const std::size_t majority = count / 2 + 1;
  for (std::size_t first = 0; first < count; ++first) {
    // A window of the ring is what its middle hears.
    const NodeId hearer = ring[(first + majority / 2) % count];
    for (std::size_t outside = majority; outside < count; ++outside) {
      cut_direction(striking, ring[(first + outside) % count], hearer, duration);
    }
  }
}

std::string Bridge::sentence() const {
  return format("two halves{} meet only in {}{}", among_text(among), node, lasting(duration));
}

void Bridge::strike(const Striking& striking) const {
  const auto bridges = striking.resolve(node);
  auto others = striking.resolve(among);
  std::erase_if(others, [&](NodeId id) { return contains(bridges, id); });
  const auto order = striking.in_keyed_order(std::move(others), key);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2);
  cut_between(striking, {order.begin(), middle}, {middle, order.end()}, duration);
}

std::string HubOnly::sentence() const {
  return format("all nodes{} see only {}{}", among_text(among), node, lasting(duration));
}

void HubOnly::strike(const Striking& striking) const {
  const auto hubs = striking.resolve(node);
  auto others = striking.resolve(among);
  std::erase_if(others, [&](NodeId id) { return contains(hubs, id); });
  for (const NodeId one : others) {
    for (const NodeId other : others) {
      if (one != other) cut_direction(striking, one, other, duration);
    }
  }
}

std::optional<FieldTrouble> Flapping::trouble() const {
  if (period >= 1ms) return std::nullopt;
  return FieldTrouble{"period", "expected at least 1ms"};
}

std::string Flapping::sentence() const {
  return format("the network splits and heals every {}: {} on one side{}", to_text(period),
                names_of(side), lasting(duration));
}

void Flapping::strike(const Striking& striking) const {
  LOGQUAKE_CHECK(period >= 1ms, "a partition that flaps needs a period of at least 1ms");
  Simulation& simulation = striking.simulation();
  const Instant end = is_positive(duration) ? simulation.now() + duration : Instant::max();
  Flaps{simulation,
        striking.cause(),
        resolve_all(striking, side),
        period,
        end,
        simulation.network().healings()}();
}

}  // namespace logquake::sim
