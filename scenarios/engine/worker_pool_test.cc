#include "scenarios/engine/worker_pool.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "scenarios/engine/last_words.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::map<std::uint64_t, WorkResult> results_of(WorkerPool& pool, std::uint64_t count) {
  std::map<std::uint64_t, WorkResult> results;
  std::uint64_t next = 0;
  pool.run(
      [&]() -> std::optional<std::uint64_t> {
        return next < count ? std::optional(next++) : std::nullopt;
      },
      [&](std::uint64_t number, WorkResult result) { results.emplace(number, std::move(result)); },
      [] { return true; });
  return results;
}

TEST(WorkerPool, BringsBackEveryPieceOfWork) {
  for (const int jobs : {1, 3}) {
    WorkerPool pool({.jobs = jobs},
                    [](std::uint64_t number) { return std::string(number * 50'000, 'x'); });

    const auto results = results_of(pool, 7);

    ASSERT_EQ(results.size(), 7U);
    for (const auto& [number, result] : results) EXPECT_EQ(result.payload.size(), number * 50'000);
  }
}

TEST(WorkerPool, OutlivesWorkThatDies) {
  WorkerPool pool({.jobs = 2}, [](std::uint64_t number) -> std::string {
    if (number == 2) std::abort();
    if (number == 3) ::_exit(7);
    return format("{}", number);
  });

  const auto results = results_of(pool, 6);

  ASSERT_EQ(results.size(), 6U);
  EXPECT_EQ(results.at(2).how, WorkResult::How::died);
  EXPECT_EQ(results.at(2).last_words, "abort: the process died of signal 6 (Aborted)");
  EXPECT_EQ(results.at(3).last_words, "the process exited with 7");
  EXPECT_EQ(results.at(5).payload, "5");
}

TEST(WorkerPool, EndsWorkThatHangs) {
  WorkerPool pool({.jobs = 2, .patience = 300ms}, [](std::uint64_t number) -> std::string {
    while (number == 1) ::usleep(1000);
    return "done";
  });

  const auto results = results_of(pool, 4);

  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results.at(1).how, WorkResult::How::hung);
  EXPECT_TRUE(results.at(1).last_words.starts_with("no end after 300ms of real time"))
      << results.at(1).last_words;
  EXPECT_NE(results.at(1).last_words.find("\n    at "), std::string::npos)
      << results.at(1).last_words;
  EXPECT_EQ(results.at(3).payload, "done");
}

TEST(WorkerPool, OutlivesWorkThatExhaustsItsMemory) {
  constexpr std::int64_t bound = std::int64_t{1} << 30;
  WorkerPool pool({.jobs = 2, .patience = 60s, .memory_bytes = bound},
                  [](std::uint64_t number) -> std::string {
                    std::vector<std::string> kept;
                    while (number == 1 && kept.size() < 4096) kept.emplace_back(1 << 20, 'x');
                    return "done";
                  });

  const auto results = results_of(pool, 4);

  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results.at(3).payload, "done");
  if (!memory_can_be_bounded()) GTEST_SKIP() << "sanitizers map terabytes";
  EXPECT_EQ(results.at(1).how, WorkResult::How::died);
  EXPECT_EQ(results.at(1).last_words, "exhausted its memory of 1 GiB");
}

TEST(WorkerPool, TellsTheCpuTimeOfEachPieceOfWorkAlsoWhereItDies) {
  const auto spin = [](std::clock_t ticks) {
    const auto end = std::clock() + ticks;
    while (std::clock() < end) {
    }
  };
  WorkerPool pool({.jobs = 1}, [&spin](std::uint64_t number) -> std::string {
    if (number == 1) return "idle";
    spin(CLOCKS_PER_SEC / 10);
    if (number == 2) std::abort();
    return "busy";
  });

  const auto results = results_of(pool, 3);

  EXPECT_GE(results.at(0).cpu, 100ms);
  EXPECT_LT(results.at(1).cpu, 100ms);  // its own, not that of the one before
  EXPECT_EQ(results.at(2).how, WorkResult::How::died);
  EXPECT_GE(results.at(2).cpu, 95ms);  // the kernel counts by ticks for some
  EXPECT_LT(results.at(2).cpu, results.at(0).cpu * 2);
}

TEST(WorkerPool, StopsWhenToldTo) {
  WorkerPool pool({.jobs = 2}, [](std::uint64_t) -> std::string {
    while (true) ::usleep(1000);
  });

  pool.run([]() -> std::optional<std::uint64_t> { return 1; },
           [](std::uint64_t, const WorkResult&) { FAIL(); }, [] { return false; });
}

}  // namespace
}  // namespace logquake::scenario
