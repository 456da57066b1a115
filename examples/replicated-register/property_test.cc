// A claim about all runs of the register: whatever the load, the network and the faults, it is
// atomic. RapidCheck draws the cases; what fails gets smaller by the steps of `shrink`.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "defects.h"
#include "register_kit.h"
#include "scenarios/engine/document.h"
#include "scenarios/shrink/shrink.h"
#include "scenarios/testing/property_size.h"
#include "scenarios/testing/run_passes.h"
#include "sim/base/format.h"

namespace atomic_register {
namespace {

using namespace logquake;
using scenario::DrawnCase;
using scenario::Value;

const scenario::Catalog& catalog() {
  static const scenario::Catalog made = [] {
    scenario::Catalog fresh;
    fresh.add(register_kit());
    return fresh;
  }();
  return made;
}

// Up to 150 values in up to eight seconds, over a network and under a schedule of their own.
Value drawn_register() {
  const auto text = format(
      "name = \"drawn register\"\n"
      "about = \"reads are as new as all that was known before\"\n"
      "length = \"{}s\"\n"
      "strategy = \"{}\"\n"
      "[network]\n"
      "latency_low = \"1ms\"\n"
      "latency_high = \"{}ms\"\n"
      "[register]\n"
      "[[workload]]\n"
      "type = \"register\"\n"
      "writes = {}\n",
      *rc::gen::inRange(2, 9), *rc::gen::element<std::string>("fifo", "random", "pct:3"),
      *rc::gen::inRange(1, 50), *rc::gen::inRange(1, 150));
  scenario::Problems problems("drawn.toml");
  return scenario::parse_document(text, problems).value();
}

rc::Gen<Value> registers() {
  return scenario::with_faults(rc::gen::exec(drawn_register), catalog(),
                               {"register.write-began", "register.read-ended"});
}

RC_GTEST_PROP(RegisterProperty, IsAtomicWhateverTheLoadAndTheFaults, ()) {
  const auto drawn = *scenario::drawn_cases(registers(), catalog());
  scenario::expect_run_passes(drawn, catalog());
}

// The same search finds a planted bug, and hands it to `shrink`.
TEST(RegisterProperty, FindsReadsThatDoNotWriteBack) {
  const auto broken = scenario::drawn_cases(
      scenario::with_defects(registers(), {std::string(skip_write_back.name)}), catalog());
  const scenario::RunPassesOptions options{.folder = testing::TempDir() + "register-planted",
                                           .shrink_runs = 300};
  std::optional<std::string> trouble;
  rc::detail::TestParams params;
  params.seed = 1;
  params.maxSuccess = 1000;
  params.disableShrinking = true;
  (void)rc::detail::checkTestable(
      [&] {
        const auto drawn = *broken;
        trouble = trouble_with_run(drawn, catalog(), options);
        RC_ASSERT(!trouble);
      },
      rc::detail::TestMetadata{}, params);
  ASSERT_TRUE(trouble.has_value());
  EXPECT_NE(trouble->find("R-REG-1"), std::string::npos) << *trouble;

  const auto path =
      (options.folder / "RegisterProperty.FindsReadsThatDoNotWriteBack.shrunk.toml").string();
  scenario::Problems problems(path);
  const auto shrunk = load_scenario(path, catalog(), {}, problems);
  ASSERT_TRUE(shrunk.has_value()) << problems.to_text();
  EXPECT_LE(size_of(*shrunk).steps, 2) << *trouble;
}

}  // namespace
}  // namespace atomic_register

int main(int argc, char** argv) {
  logquake::scenario::apply_property_size();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
