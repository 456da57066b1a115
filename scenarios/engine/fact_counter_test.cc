#include "scenarios/engine/fact_counter.h"

#include <gtest/gtest.h>

#include <list>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

TEST(FactCounter, CountsEveryKindHoweverManyThereAre) {
  std::list<std::string> kinds;
  std::list<sim::FactType> types;
  for (int number = 0; number < 1000; ++number) {
    const auto& kind = kinds.emplace_back(format("trial.kind-{}", number));
    auto& type = types.emplace_back();
    type.kind = kind;
    type.kind_hash = sim::detail::hash_of_kind(kind);
  }
  FactCounter counter;

  int times = 0;
  for (const auto& type : types) {
    for (int time = 0; time <= times % 3; ++time) counter.add(type);
    ++times;
  }

  const auto counts = counter.counts();
  EXPECT_EQ(counts.size(), 1000U);
  EXPECT_EQ(counts.at("trial.kind-0"), 1);
  EXPECT_EQ(counts.at("trial.kind-500"), 3);
}

}  // namespace
}  // namespace logquake::scenario
