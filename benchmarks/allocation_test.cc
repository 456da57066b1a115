// In steady state the kernel allocates nothing: neither for a wake-up nor for a message.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "benchmarks/memory.h"
#include "benchmarks/workloads.h"

namespace {
// The counter of this binary's operator new; there is no other way to reach it from there.
std::int64_t allocations = 0;

void* counted(std::size_t bytes) {
  ++allocations;
  void* memory = std::malloc(bytes);
  if (memory == nullptr) std::abort();
  return memory;
}
void* counted(std::size_t bytes, std::align_val_t alignment) {
  ++allocations;
  const auto multiple = static_cast<std::size_t>(alignment);
  void* memory = std::aligned_alloc(multiple, (bytes + multiple - 1) / multiple * multiple);
  if (memory == nullptr) std::abort();
  return memory;
}
}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, alignment);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace logquake::benchmarks {
namespace {

struct Cost {
  std::int64_t events = 0;
  std::int64_t allocations = 0;
  std::int64_t bytes = 0;
};

Cost cost_of(sim::Simulation& simulation, Duration warm_up, Duration measured) {
  (void)simulation.run_for(warm_up);
  const auto events = simulation.trace().events();
  const auto resident = resident_bytes();
  const auto before = allocations;
  (void)simulation.run_for(measured);
  const auto after = allocations;
  return {simulation.trace().events() - events, after - before, resident_bytes() - resident};
}

TEST(Allocations, AreCounted) {
  const auto before = allocations;
  const auto something = std::make_unique<int>(1);
  EXPECT_EQ(allocations - before, 1 + (*something - 1));
}

TEST(Allocations, NoneForAWakeUp) {
  sim::Simulation simulation(unbounded());
  add_sleeping_nodes(simulation, 1000);

  const auto cost = cost_of(simulation, 20ms, 200ms);

  EXPECT_GT(cost.events, 300'000);
  EXPECT_EQ(cost.allocations, 0);
}

TEST(Allocations, NoneForAMessage) {
  sim::Simulation simulation(options_of_pairs());
  std::int64_t received = 0;
  add_pairs(simulation, 100, received);

  const auto cost = cost_of(simulation, 100ms, 1s);

  EXPECT_GT(received, 80'000);
  EXPECT_EQ(cost.allocations, 0);
}

// The gossip's queues grow to their greatest length for a while, so it is not held to zero.
TEST(Allocations, FewForADatagram) {
  sim::Simulation simulation(options_of_gossip());
  std::int64_t delivered = 0;
  add_gossip(simulation, 100, delivered);

  const auto cost = cost_of(simulation, 2s, 2s);

  EXPECT_GT(delivered, 100'000);
  EXPECT_LT(cost.allocations, delivered / 1000);
}

// An hour of W1, by two of its machines: what would grow, grows by the event.
TEST(Memory, DoesNotGrowInAnHour) {
  sim::Simulation simulation(unbounded());
  add_sleeping_nodes(simulation, 2);

  const auto cost = cost_of(simulation, 1s, 1h);

  EXPECT_GT(cost.events, 14'000'000);
  EXPECT_EQ(cost.allocations, 0);
  // The system counts resident pages in batches, so a little is noise; one byte an event is not.
  EXPECT_LT(cost.bytes, 1'000'000);
}

TEST(Memory, OfABlockedFiberIsAboutAPage) {
  constexpr int tasks = 20'000;
#ifdef NDEBUG
  constexpr std::int64_t most = 4400;
#else
  constexpr std::int64_t most = 8500;  // frames that nobody optimised reach into a second page
#endif
  const auto before = resident_bytes();
  sim::Simulation simulation(unbounded());
  add_blocked_tasks(simulation, tasks);
  (void)simulation.run_for(1ms);

  EXPECT_LE((resident_bytes() - before) / tasks, most);
}

}  // namespace
}  // namespace logquake::benchmarks
