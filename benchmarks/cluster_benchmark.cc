// A whole platform: how many seconds of a Kafka cluster one second of a processor simulates.
#include <benchmark/benchmark.h>

#include "scenarios/engine/problems.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/scenario.h"
#include "scenarios/kafka/kafka_kit.h"

namespace logquake::benchmarks {
namespace {

// One item is one simulated second, hunting: faults on, checkers judging, nothing recorded. Each
// iteration is a run of the next seed, from an empty world to its verdict.
void standard_cluster(benchmark::State& state) {
  scenario::Catalog catalog;
  catalog.add(scenario::kafka_kit()).add_library(LOGQUAKE_LIBRARY_FOLDER);
  scenario::Problems problems("standard-cluster");
  const auto scenario = scenario::load_scenario("standard-cluster", catalog, {}, problems);
  if (!scenario) return state.SkipWithError("standard-cluster does not read");
  Duration simulated{};
  std::uint64_t seed = 0;
  for (auto _ : state) {
    const auto result = scenario::run(*scenario, {.seed = ++seed});
    if (result.report.verdict != report::Verdict::passed) {
      return state.SkipWithError("a run of standard-cluster did not pass");
    }
    simulated += result.report.simulated;
  }
  state.SetItemsProcessed(std::chrono::duration_cast<std::chrono::seconds>(simulated).count());
}
// Ten seeds, so that every measurement is of the same runs.
BENCHMARK(standard_cluster)->Iterations(10)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace logquake::benchmarks
