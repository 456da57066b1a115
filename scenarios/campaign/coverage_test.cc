#include "scenarios/campaign/coverage.h"

#include "scenarios/campaign/hunt_testing.h"

namespace logquake::scenario {
namespace {

using Names = std::vector<std::string>;

HuntedRun run_that_reached(const std::map<std::string, sim::ProbeTally>& probes) {
  HuntedRun run;
  run.probes = probes;
  return run;
}

/// Two scenarios of one kit with a probe of each kind.
Campaign campaign() {
  Campaign campaign;
  for (const auto* name : {"one", "two"}) {
    CampaignScenario scenario;
    scenario.name = name;
    scenario.probes = {{"a.always", "always"},
                       {"a.never", "unreachable"},
                       {"a.number", "number"},
                       {"a.place", "reachable"},
                       {"a.state", "sometimes"}};
    campaign.scenarios.push_back(scenario);
  }
  return campaign;
}

TEST(Coverage, AddsUpWhatEachRunSaw) {
  Coverage coverage(campaign());
  coverage.add(0,
               run_that_reached({{"a.number", {.held = 2, .failed = 0, .least = 3, .most = 5}}}));
  coverage.add(1, run_that_reached({{"a.number", {.held = 1, .failed = 0, .least = -1, .most = 4}},
                                    {"a.state", {.held = 0, .failed = 7}}}));

  const auto& number = coverage.probes().at("a.number");
  EXPECT_EQ(number.runs, 2);
  EXPECT_EQ(number.hits, 3);
  EXPECT_EQ(number.least, -1);
  EXPECT_EQ(number.most, 5);
  EXPECT_EQ(coverage.probes().at("a.state").runs, 0) << "its condition never held";
  EXPECT_EQ(coverage.probes().at("a.state").failed, 7);
  EXPECT_EQ(coverage.probes_never_reached(), (Names{"a.place", "a.state"}));
}

TEST(RequiredProbes, AreThoseThatTheModelsListUnlessTheScenarioSays) {
  auto of = campaign();
  Coverage coverage(of);
  coverage.add(0, run_that_reached({{"a.place", {.held = 1}}}));

  EXPECT_EQ(coverage.missing(of, {}), (Names{"a.state"})) << "one scenario is enough";
  of.scenarios[1].required_probes = Names{"a.place", "a.number"};
  EXPECT_EQ(coverage.missing(of, {}), (Names{"a.number", "a.place", "a.state"}))
      << "what a scenario asks for must be reached by its own runs";
  of.scenarios[0].required_probes = Names{};
  of.scenarios[1].required_probes = Names{};
  EXPECT_EQ(coverage.missing(of, {}), Names{});
  EXPECT_EQ(coverage.missing(of, Names{"a.state", "a.place"}), (Names{"a.state"}));
}

TEST(RequiredProbes, MustBeKnownAndBeThereToBeReached) {
  EXPECT_EQ(parse_required_probes("a.place,a.number", campaign()).value(),
            (Names{"a.place", "a.number"}));
  EXPECT_EQ(parse_required_probes("", campaign()).value(), Names{});
  EXPECT_EQ(parse_required_probes("a.plaec", campaign()).error().message,
            "--require-probes: unknown probe \"a.plaec\"; did you mean \"a.place\"?");
  EXPECT_FALSE(parse_required_probes("a.never", campaign()).ok());
}

TEST(RequiredProbes, AreReadFromTheScenario) {
  EXPECT_EQ(trial("[trial]\n").required_probes, std::nullopt);
  EXPECT_EQ(trial("[trial]\n[probes]\nrequire = [\"trial.tenth-tick\"]\n").required_probes,
            Names{"trial.tenth-tick"});
  EXPECT_EQ(trial("[trial]\n[probes]\nexcept = [\"trial.never\"]\n").required_probes,
            Names{"trial.tenth-tick"});
}

}  // namespace
}  // namespace logquake::scenario
