// A machine's clocks against arithmetic with integers that are wide enough for anything.
#include "sim/clock.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <ostream>
#include <vector>

#include "property_tests/planted.h"
#include "sim/schedule/sync.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

__extension__ using Wide = __int128;
constexpr Wide million = 1'000'000;

Wide floor_of(Wide numerator, Wide denominator) {
  const Wide quotient = numerator / denominator;
  return numerator % denominator < 0 ? quotient - 1 : quotient;
}

/// What happens to a clock, `after` the step before.
struct Turn {
  enum class Kind : std::uint8_t { drift, step, smear, end_smear, timer };
  Kind kind{};
  std::int64_t after = 0;  // ns
  std::int32_t ppm = 0;
  std::int64_t by = 0;    // ns
  std::int64_t over = 1;  // ns
};

std::ostream& operator<<(std::ostream& out, const Turn& turn) {
  constexpr std::string_view names[] = {"drift", "step", "smear", "end_smear", "timer"};
  return out << names[static_cast<std::size_t>(turn.kind)] << "(after " << turn.after << ", ppm "
             << turn.ppm << ", by " << turn.by << ", over " << turn.over << ")";
}

using Turns = std::vector<Turn>;

rc::Gen<Turns> turns() {
  using Kind = Turn::Kind;
  return rc::gen::container<Turns>(rc::gen::build<Turn>(
      rc::gen::set(&Turn::kind, rc::gen::element(Kind::drift, Kind::step, Kind::smear,
                                                 Kind::end_smear, Kind::timer)),
      rc::gen::set(&Turn::after,
                   rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 1'000),
                                  rc::gen::inRange<std::int64_t>(0, 100'000'000'000'000))),
      rc::gen::set(&Turn::ppm, rc::gen::oneOf(rc::gen::inRange<std::int32_t>(-500, 501),
                                              rc::gen::inRange<std::int32_t>(-Clock::most_ppm,
                                                                             Clock::most_ppm + 1))),
      rc::gen::set(&Turn::by,
                   rc::gen::inRange<std::int64_t>(-3'600'000'000'000, 3'600'000'000'000)),
      rc::gen::set(&Turn::over,
                   rc::gen::inRange<std::int64_t>(3'700'000'000'000, 90'000'000'000'000))));
}

enum class Mutation : std::uint8_t {
  none,
  drift_forgets_the_past,
  timers_round_down,
  smears_stop_short,
  healed_smears_stay,
};

// The clock's readings as exact fractions of a nanosecond: monotonic and unshifted wall time
// advance by the same piecewise linear function; what has been rounded at each change of drift may
// be lost.
std::optional<std::string> readings(const Turns& turns, Mutation mutation) {
  const WallTime start{std::chrono::seconds(1'700'000'000)};
  Clock clock(Instant{}, start, 0);
  Instant now{};
  Wide local_millionths = 0;  // of a nanosecond, since the start
  std::int32_t ppm = 0;
  Wide steps = 0;
  int changes = 0;
  struct Smear {
    Episode episode;
    Instant from;
    Wide by, over;
  };
  std::vector<Smear> smears;
  Instant last = clock.monotonic(now);
  for (const auto& turn : turns) {
    now += Duration(turn.after);
    local_millionths += Wide{turn.after} * (million + ppm);
    const Instant monotonic = clock.monotonic(now);
    if (monotonic < last) return "the monotonic clock went back";
    last = monotonic;
    const Wide exact = floor_of(local_millionths, million);
    const Wide reading = monotonic.time_since_epoch().count();
    if (reading > exact || reading < exact - changes) return "the monotonic clock reads wrongly";
    Wide shifts = 0;
    for (const auto& smear : smears) {
      const Wide passed = (now - smear.from).count();
      shifts += passed >= smear.over ? smear.by : smear.by * passed / smear.over;
    }
    const Wide off = (clock.wall(now) - start).count();
    if (off != reading + steps + shifts) return "the wall clock reads wrongly";
    switch (turn.kind) {
      case Turn::Kind::drift:
        if (mutation == Mutation::drift_forgets_the_past) clock.boot(now);
        clock.set_drift(now, turn.ppm);
        ppm = turn.ppm;
        ++changes;
        break;
      case Turn::Kind::step:
        clock.step(Duration(turn.by));
        steps += turn.by;
        break;
      case Turn::Kind::smear: {
        const auto by = mutation == Mutation::smears_stop_short ? turn.by / 2 : turn.by;
        const auto episode = clock.begin_shift(now, Duration(by), Duration(turn.over));
        smears.push_back({episode, now, turn.by, turn.over});
        break;
      }
      case Turn::Kind::end_smear:
        if (smears.empty()) break;
        if (mutation != Mutation::healed_smears_stay) clock.end_shift(smears.front().episode);
        smears.erase(smears.begin());
        break;
      case Turn::Kind::timer: {
        const Duration wanted(turn.over);
        const Duration shorter(mutation == Mutation::timers_round_down ? 2 : 0);
        const Duration wait = clock.simulated(wanted) - shorter;
        const Duration passed = clock.monotonic(now + wait) - monotonic;
        if (passed < wanted) return "a timer is early";
        if (passed > wanted + 4ns) return "a timer is late";
        break;
      }
    }
  }
  return std::nullopt;
}

RC_GTEST_PROP(Clock, ReadsWhatExactArithmeticSays, ()) {
  const auto wrong = readings(*turns(), Mutation::none);
  if (wrong) RC_FAIL(*wrong);
}

// A sleeper on a machine whose drift changes under it.
std::optional<std::string> sleeping(const Turns& turns, Duration length, bool is_early) {
  Simulation simulation;
  Duration slept{};
  Node& node = simulation.add_node("a-1", [&](Node& self) {
    const Instant begin = self.now();
    self.sleep_for(is_early ? length * 999 / 1'000 : length);
    slept = self.now() - begin;
    self.sleep_for(forever);
  });
  for (const auto& turn : turns) {
    (void)simulation.run_for(Duration(turn.after % length.count()));
    if (turn.kind == Turn::Kind::drift) node.begin_drift(turn.ppm);
    if (turn.kind == Turn::Kind::smear)
      node.clock().begin_shift(simulation.now(), Duration(turn.by), Duration(turn.over));
  }
  if (slept == Duration::zero()) {
    if (length - (node.now() - Instant{}) < -2ns) return "a sleeper is late";
    node.begin_drift(0);
    (void)simulation.run_for(length * 2);
  }
  if (slept < length) return "a sleeper is early";
  // Each change of drift may round up by what a nanosecond of true time is on this clock.
  const auto slack = Duration(2 * static_cast<std::int64_t>(turns.size() + 2));
  if (slept > length + slack) return "a sleeper is late";
  return std::nullopt;
}

RC_GTEST_PROP(Clock, NoDriftThatChangesWakesASleeperEarlyOrLate, ()) {
  const auto length = *rc::gen::inRange<std::int64_t>(1, 10'000'000'000'000);
  const auto wrong = sleeping(*turns(), Duration(length), false);
  if (wrong) RC_FAIL(*wrong);
}

std::size_t turns_to_find(Mutation mutation) {
  const auto found = property::smallest_counterexample<Turns>(
      turns(), [&](const Turns& each) { return readings(each, mutation); });
  return found ? found->size() : 1'000;
}

TEST(ClockProperty, FindsPlantedMutationsAndShrinksThem) {
  EXPECT_LE(turns_to_find(Mutation::drift_forgets_the_past), 2u);
  EXPECT_LE(turns_to_find(Mutation::timers_round_down), 1u);
  EXPECT_LE(turns_to_find(Mutation::smears_stop_short), 2u);
  EXPECT_LE(turns_to_find(Mutation::healed_smears_stay), 3u);
  const auto early = property::smallest_counterexample<Turns>(
      turns(), [](const Turns& each) { return sleeping(each, 10s, true); });
  EXPECT_TRUE(early && early->empty());
}

}  // namespace
}  // namespace logquake::sim
