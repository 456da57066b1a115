#include "scenarios/campaign/stories.h"

#include <map>
#include <vector>

#include "reports/text_report.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/worker_pool.h"
#include "sim/base/format.h"

namespace logquake::scenario {

std::string story_file(const Campaign& campaign, const HuntFailure& failure) {
  const auto number = campaign.scenarios.size() == 1 ? "" : format("{}-", failure.scenario + 1);
  return format("stories/{}{}-seed-{}.txt", number,
                safe_file_name(campaign.scenarios[failure.scenario].name), failure.cheapest.seed);
}

void tell_stories(HuntReport& report, std::span<const Scenario> scenarios, int jobs,
                  const std::function<bool()>& go_on) {
  std::vector<HuntFailure*> told;
  std::map<std::string, std::size_t> first_of_run;  // several checkers may have failed in one
  for (auto& failure : report.failures) {
    if (told.size() == most_stories) break;
    if (failure.cheapest.events == 0) continue;
    if (first_of_run.emplace(failure.cheapest.name, told.size()).second) told.push_back(&failure);
  }
  // What is recorded takes room of its own: a failure is told even where hunting it was a squeeze.
  WorkerPool pool({.jobs = jobs,
                   .patience = report.campaign.patience,
                   .memory_bytes = report.campaign.memory_bytes * 4},
                  [&](std::uint64_t number) {
                    const auto& failure = *told[number];
                    RunRequest request{.seed = failure.cheapest.seed};
                    if (const auto strategy = sim::parse_strategy(failure.cheapest.strategy)) {
                      request.strategy = *strategy;
                    }
                    request.record = true;
                    auto result = run(scenarios[failure.scenario], request);
                    result.report.wall = {};  // the same story whoever tells it
                    return report::text_report(result.report);
                  });
  std::uint64_t next = 0;
  pool.run(
      [&]() -> std::optional<std::uint64_t> {
        return next < told.size() ? std::optional(next++) : std::nullopt;
      },
      [&](std::uint64_t number, WorkResult result) {
        told[number]->story = std::move(result.payload);
      },
      go_on);
  for (auto& failure : report.failures) {
    const auto first = first_of_run.find(failure.cheapest.name);
    if (first != first_of_run.end()) failure.story = told[first->second]->story;
  }
}

}  // namespace logquake::scenario
