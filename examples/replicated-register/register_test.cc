// The example's own tests: what a user of the package writes.
#include <gtest/gtest.h>

#include <stdexcept>

#include "register_kit.h"
#include "reports/text_report.h"
#include "scenarios/engine/catalog.h"
#include "scenarios/engine/runner.h"

namespace atomic_register {
namespace {

using namespace logquake;
using report::Verdict;

class Register : public testing::Test {
 protected:
  Register() { catalog_.add(register_kit()); }

  scenario::Scenario load(std::vector<std::string> defects = {}) {
    scenario::Problems problems(REGISTER_SCENARIO);
    scenario::Overrides overrides;
    overrides.defects = std::move(defects);
    auto loaded = scenario::load_scenario(REGISTER_SCENARIO, catalog_, overrides, problems);
    if (!loaded) throw std::runtime_error(problems.to_text());
    return std::move(*loaded);
  }

 private:
  scenario::Catalog catalog_;
};

TEST_F(Register, IsAtomicUnderFaults) {
  const auto scenario = load();

  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto report = scenario::run(scenario, {.seed = seed}).report;
    ASSERT_EQ(report.verdict, Verdict::passed) << report::text_report(report);
    EXPECT_GT(report.counts.at("values read"), 0);
  }
}

TEST_F(Register, IsCaughtWhenAReadDoesNotWriteBack) {
  const auto scenario = load({"register.skip-write-back"});

  int violated = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    violated += scenario::run(scenario, {.seed = seed}).report.verdict == Verdict::violated ? 1 : 0;
  }

  EXPECT_GT(violated, 0);
}

TEST_F(Register, IsCaughtByTheSearchForAnOrderAsWell) {
  scenario::Scenario scenario = load({"register.skip-write-back"});
  std::erase_if(scenario.checkers, [](const scenario::CheckerFactory& checker) {
    return checker.name == "register-is-atomic";
  });

  std::string drawing;
  for (std::uint64_t seed = 1; seed <= 100 && drawing.empty(); ++seed) {
    const auto report = scenario::run(scenario, {.seed = seed}).report;
    if (report.verdict == Verdict::violated) drawing = report.violations.front().detail;
  }

  EXPECT_NE(drawing.find("no order explains the answer at X"), std::string::npos) << drawing;
}

TEST_F(Register, IsTheSameRunForTheSameSeed) {
  const auto scenario = load();

  const auto first = scenario::run(scenario, {.seed = 7}).report;
  const auto second = scenario::run(scenario, {.seed = 7}).report;

  EXPECT_EQ(first.fingerprint, second.fingerprint);
}

}  // namespace
}  // namespace atomic_register
