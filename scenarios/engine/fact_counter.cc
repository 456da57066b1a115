#include "scenarios/engine/fact_counter.h"

#include <utility>

namespace logquake::scenario {
namespace {

constexpr std::size_t slots_at_first = 256;  // chosen: twice as many as our largest kit has kinds

}  // namespace

FactCounter::FactCounter() : slots_(slots_at_first) {}

// One probe of an open table: a hunt asks this of each fact.
void FactCounter::add(const sim::FactType& type) {
  const auto mask = slots_.size() - 1;
  auto at = type.kind_hash & mask;
  while (!slots_[at].kind.empty() && slots_[at].kind_hash != type.kind_hash) at = (at + 1) & mask;
  auto& slot = slots_[at];
  ++slot.count;
  if (!slot.kind.empty()) return;
  slot.kind_hash = type.kind_hash;
  slot.kind = type.kind;
  if (++taken_ * 2 > slots_.size()) grow();
}

void FactCounter::grow() {
  const auto mask = slots_.size() * 2 - 1;
  std::vector<Slot> larger(slots_.size() * 2);
  for (const auto& slot : slots_) {
    if (slot.kind.empty()) continue;
    auto at = slot.kind_hash & mask;
    while (!larger[at].kind.empty()) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots_ = std::move(larger);
}

std::map<std::string, std::int64_t> FactCounter::counts() const {
  std::map<std::string, std::int64_t> counts;
  for (const auto& slot : slots_) {
    if (!slot.kind.empty()) counts[std::string(slot.kind)] += slot.count;
  }
  return counts;
}

}  // namespace logquake::scenario
