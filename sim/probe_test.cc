#include "sim/probe.h"

#include <gtest/gtest.h>

#include "sim/simulation.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::sim {
namespace {

constexpr Probe visited{.name = "test.visited", .about = "somebody came by"};
constexpr Probe full{
    .name = "test.full", .about = "the queue was full", .kind = ProbeKind::sometimes};
constexpr Probe ordered{
    .name = "test.ordered", .about = "numbers only grow", .kind = ProbeKind::always};
constexpr Probe never{
    .name = "test.never", .about = "nobody comes here", .kind = ProbeKind::unreachable};
constexpr Probe depth{
    .name = "test.depth", .about = "how deep the queue is", .kind = ProbeKind::number};

/// What is stated as broken while `program` runs, and what was tallied.
struct Seen {
  std::vector<std::string> broken;
  std::map<std::string, ProbeTally, std::less<>> tallies;
};
Seen seen_of(const Program& program) {
  Seen seen;
  Simulation simulation;
  simulation.trace().subscribe([&seen](const TraceEvent& event) {
    if (const auto* fact = event.as<ProbeBroken>()) seen.broken.push_back(fact->probe);
  });
  simulation.add_node("one-1", program, {.restarts_itself = false});
  (void)simulation.run_for(1s);
  seen.tallies = simulation.probes();
  return seen;
}

TEST(Probe, TalliesHowOftenItsPlaceWasReached) {
  const auto seen = seen_of([](Node& node) {
    node.probe(visited);
    node.probe(visited);
  });

  EXPECT_EQ(seen.tallies.at("test.visited").held, 2);
  EXPECT_TRUE(seen.broken.empty());
}

TEST(Probe, TellsAConditionThatHeldFromOneThatDidNot) {
  const auto seen = seen_of([](Node& node) {
    for (const int length : {1, 2, 3}) node.sometimes(full, length == 3);
  });

  EXPECT_EQ(seen.tallies.at("test.full").held, 1);
  EXPECT_EQ(seen.tallies.at("test.full").failed, 2);
  EXPECT_TRUE(seen.broken.empty());
}

TEST(Probe, StatesAConditionThatHadToHoldAlways) {
  const auto seen = seen_of([](Node& node) {
    node.always(ordered, true);
    node.always(ordered, false);
  });

  EXPECT_EQ(seen.broken, std::vector<std::string>{"test.ordered"});
  EXPECT_EQ(seen.tallies.at("test.ordered"),
            (ProbeTally{.held = 1, .failed = 1, .least = 1, .most = 1}));
}

TEST(Probe, StatesThatAPlaceWasReachedWhichNeverShouldBe) {
  const auto seen = seen_of([](Node& node) { node.probe(never); });

  EXPECT_EQ(seen.broken, std::vector<std::string>{"test.never"});
}

TEST(Probe, KeepsTheLeastAndTheMostOfWhatIsMeasured) {
  const auto seen = seen_of([](Node& node) {
    for (const int length : {4, -2, 9}) node.measure(depth, length);
  });

  EXPECT_EQ(seen.tallies.at("test.depth"),
            (ProbeTally{.held = 3, .failed = 0, .least = -2, .most = 9}));
}

}  // namespace
}  // namespace logquake::sim
