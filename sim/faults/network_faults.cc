#include "sim/faults/network_faults.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/injector.h"
#include "sim/network/network.h"
#include "sim/random.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

// Every direction between the targets suffers.
template <class Fault>
void afflict_pairs(const Striking& striking, const Fault& fault, const Affliction& what) {
  striking.pairs(fault.from, fault.to, [&](NodeId sender, NodeId receiver) {
    striking.afflict(sender, receiver, what, fault.duration);
  });
}

// Whom a swizzle concerns, in the order of their clogging: each with a chance of one half, and at
// least one.
std::vector<NodeId> swizzled(const Striking& striking, const Target& target) {
  auto nodes = striking.in_keyed_order(striking.resolve(target), "swizzle/clog");
  std::vector<NodeId> chosen;
  const auto key = striking.next_choice("swizzle/who");
  for (const NodeId id : nodes) {
    const auto label = hash64(striking.simulation().node(id).name(), key.label_hash);
    const auto value = keyed_value(striking.simulation().options().seed, label, key.occurrence);
    if (keyed_below(value, 2) == 0) chosen.push_back(id);
  }
  if (chosen.empty() && !nodes.empty()) chosen.push_back(nodes.front());
  return chosen;
}

}  // namespace

std::string Stall::sentence() const {
  return format("the link from {} to {} is clogged{}", from, to, lasting(duration));
}

void Stall::strike(const Striking& striking) const {
  afflict_pairs(striking, *this, affliction::Clog{});
}

std::string SilentDrop::sentence() const {
  return format("what {} sends to {} vanishes in silence{}", from, to, lasting(duration));
}

void SilentDrop::strike(const Striking& striking) const {
  afflict_pairs(striking, *this, affliction::Silence{});
}

std::optional<FieldTrouble> Slow::trouble() const {
  if (is_positive(by)) return std::nullopt;
  return FieldTrouble{"by", "expected a duration above zero"};
}

std::string Slow::sentence() const {
  return format("messages from {} to {} take {} longer{}", from, to, to_text(by),
                lasting(duration));
}

void Slow::strike(const Striking& striking) const {
  afflict_pairs(striking, *this, affliction::Delay{by});
}

std::string Break::sentence() const {
  return format("the connections between {} and {} break", from, to);
}

void Break::strike(const Striking& striking) const {
  striking.pairs(from, to, [&](NodeId one, NodeId other) {
    striking.network().break_connections(one, other);
  });
}

std::string HealNetwork::sentence() const { return "the network heals"; }

void HealNetwork::strike(const Striking& striking) const { striking.network().heal_all(); }

std::optional<FieldTrouble> OddLatency::trouble() const {
  switch (latency.distribution) {
    case Distribution::exponential:
      if (!is_positive(latency.mean)) return FieldTrouble{"mean", "expected a mean above zero"};
      if (latency.mean > 1h) return FieldTrouble{"mean", "expected at most 1h"};
      return std::nullopt;
    case Distribution::bimodal:
      if (latency.tail < latency.high || !is_positive(latency.tail))
        return FieldTrouble{"tail", "expected a duration not below \"high\""};
      if (!is_chance(latency.tail_chance))
        return FieldTrouble{"tail_chance", "expected a chance above zero, such as \"1/100\""};
      [[fallthrough]];
    case Distribution::uniform:
      if (latency.high < latency.low || !is_positive(latency.high))
        return FieldTrouble{"high", "expected a duration above zero and not below \"low\""};
      return std::nullopt;
  }
  return std::nullopt;
}

std::string OddLatency::sentence() const {
  return format("messages from {} to {} take {}{}", from, to, sentence_of(latency),
                lasting(duration));
}

void OddLatency::strike(const Striking& striking) const { afflict_pairs(striking, *this, latency); }

std::string NarrowWire::sentence() const {
  return format("from {} to {} go {} bytes a second, {} may wait{}", from, to, bytes_per_second,
                buffer_bytes, lasting(duration));
}

void NarrowWire::strike(const Striking& striking) const {
  afflict_pairs(striking, *this, affliction::Bandwidth{bytes_per_second, buffer_bytes});
}

std::string RefuseConnects::sentence() const {
  return format("connects from {} to {} are refused{}", from, to, lasting(duration));
}

void RefuseConnects::strike(const Striking& striking) const {
  afflict_pairs(striking, *this, affliction::Refusal{});
}

std::string LoseReply::sentence() const {
  return format("the next {} from {} to {} vanish{} with the connection{}",
                count == 1 ? std::string("reply") : format("{} replies", count), from, to,
                count == 1 ? "es" : "", lasting(duration));
}

void LoseReply::strike(const Striking& striking) const {
  afflict_pairs(striking, *this, affliction::LostReplies{count});
}

std::optional<FieldTrouble> Swizzle::trouble() const {
  if (is_positive(gap)) return std::nullopt;
  return FieldTrouble{"gap", "expected a duration above zero"};
}

std::string Swizzle::sentence() const {
  return format("some of {} are clogged one after the other, {} apart{}", node, to_text(gap),
                lasting(duration));
}

void Swizzle::strike(const Striking& striking) const {
  const auto clogged = swizzled(striking, node);
  const auto unclogged = striking.in_keyed_order(clogged, "swizzle/unclog");
  const auto all = striking.simulation().nodes();
  const auto last = static_cast<std::int64_t>(clogged.size()) - 1;
  for (std::int64_t turn = 0; turn <= last; ++turn) {
    const NodeId id = clogged[static_cast<std::size_t>(turn)];
    const auto back = std::find(unclogged.begin(), unclogged.end(), id) - unclogged.begin();
    const Duration ends = last * gap + duration + back * gap;
    const Duration lasts = is_positive(duration) ? ends - turn * gap : Duration::zero();
    striking.unless_healed(turn * gap, [again = striking, all, id, lasts] {
      for (const NodeId other : all) {
        if (other == id) continue;
        again.afflict(id, other, affliction::Clog{}, lasts);
        again.afflict(other, id, affliction::Clog{}, lasts);
      }
    });
  }
}

}  // namespace logquake::sim
