// Datagrams under random faults, crashes and healing, judged by what is promised of them.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "property_tests/datagram_history.h"
#include "property_tests/planted.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

constexpr int machines = 3;
constexpr std::int64_t buffer_bytes = 300;  // of every narrow wire: a few letters

struct Letter {
  std::int64_t number = 0;
  std::int64_t content = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
    io("content", content);
  }
};

enum class Deed {
  send,
  wait,
  lose,
  duplicate,
  reorder,
  corrupt,
  cut,
  stall,
  slow,
  latency,
  wire,
  isolate,
  one_way,
  heal,
  doze,
  patience,
  pause,
  crash,
  power
};
constexpr std::array deed_names = {"send",     "wait",    "lose",    "duplicate", "reorder",
                                   "corrupt",  "cut",     "stall",   "slow",      "latency",
                                   "wire",     "isolate", "one-way", "heal",      "doze",
                                   "patience", "pause",   "crash",   "power"};

struct Step {
  Deed deed{};
  Direction where;
  int amount = 1;
  Ratio chance{1, 1};
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << deed_names[static_cast<std::size_t>(step.deed)] << "(" << step.where.from << "->"
             << step.where.to << ", " << step.amount << ", " << to_string(step.chance) << ")";
}

/// What the one who works the network does otherwise than he remembers: planted to see that each
/// promise can be broken.
enum class Sabotage {
  none,
  loses_in_secret,  // what it does in secret, it does instead of a delay
  doubles_in_secret,
  damages_in_secret,
  slows_in_secret,
  alters_what_comes,
  invents,
  cuts_nothing,
  strikes_both_ways,
  heals_nothing,
  reads_for_the_dead,
  times_out_early
};

/// Three machines that send each other numbered letters while steps are done to their network and
/// to themselves.
class World {
 public:
  explicit World(Sabotage sabotage) : sabotage_(sabotage) {
    for (int machine = 0; machine < machines; ++machine) {
      simulation_.add_node(name(machine), [this, machine](Node& node) { read(node, machine); },
                           {.restarts_itself = false});
    }
    run_for(1ms);
  }

  void perform(const Step& step) {
    if (step.deed == Deed::send) return send(step);
    if (step.deed == Deed::wait) return run_for(step.amount * 100us);
    if (step.deed < Deed::heal) return harm(step);
    if (step.deed == Deed::heal) return heal();
    befall(step);
  }

  /// Heals all, waits until everybody is back, and tells what happened.
  const DatagramHistory& finish() {
    heal();
    run_for(10s);  // longer than any absence, latency and wire
    return history_;
  }

  void run_for(Duration duration) { (void)simulation_.run_for(duration); }

 private:
  using Kind = Harm::Kind;

  static std::size_t at(int machine) { return static_cast<std::size_t>(machine); }
  static std::string name(int machine) { return "m-" + std::to_string(machine); }
  NodeId id(int machine) { return simulation_.node(name(machine)).id(); }
  void strike(const Fault& fault) { simulation_.injector().strike(fault, {}); }
  bool is(int machine, Simulation::NodeState state) {
    return simulation_.state_of(id(machine)) == state;
  }

  void read(Node& node, int machine) {
    for (;;) {
      const Instant due = simulation_.now() + patience_[at(machine)];
      const auto datagram = node.receive_datagram(sabotage_ == Sabotage::times_out_early
                                                      ? patience_[at(machine)] - 1us
                                                      : patience_[at(machine)]);
      const Instant now = simulation_.now();
      if (!datagram)
        history_.timed_out.push_back({machine, due, now});
      else
        note(*datagram, machine);
      if (now < dozes_until_[at(machine)]) node.sleep_for(dozes_until_[at(machine)] - now);
    }
  }

  void note(const Datagram& datagram, int machine) {
    ReadDatagram read{.where = {datagram.from.back() - '0', machine},
                      .is_corrupt = datagram.is_corrupt,
                      .at = simulation_.now()};
    if (const auto* letter = datagram.message.as<Letter>()) {
      read.number = letter->number;
      read.content = letter->content;
    }
    if (sabotage_ == Sabotage::alters_what_comes && read.number % 3 == 2) ++read.content;
    history_.read.push_back(read);
  }

  // Several at the same instant, now and then.
  void send(const Step& step) {
    if (!is(step.where.from, Simulation::NodeState::up)) return;
    for (int more = 1 + step.amount % 3; more > 0; --more) {
      const Letter letter{static_cast<std::int64_t>(history_.sent.size()), step.amount * 7 + more};
      post(step.where, letter);
      history_.sent.push_back(
          {step.where, simulation_.now(), letter.content, wire_bytes(Payload(letter))});
    }
    if (sabotage_ == Sabotage::invents && step.amount % 5 == 0) post(step.where, {1000, 0});
  }

  void post(Direction where, const Letter& letter) {
    simulation_.node(name(where.from)).send_datagram(id(where.to), letter);
  }

  // ---- what is done to the network ----

  void harm(const Step& step) {
    const auto from = name(step.where.from);
    const auto to = name(step.where.to);
    const Duration amount = step.amount * 1us;
    // Never an instant at which something is sent: what comes first then is not said.
    const Duration lasting = step.amount * 1ms + 500ns;
    switch (step.deed) {
      case Deed::lose:
        strike(DatagramLoss{from, to, step.chance, lasting});
        if (sabotage_ == Sabotage::strikes_both_ways)
          strike(DatagramLoss{to, from, step.chance, lasting});
        return remember(step, Kind::loss, lasting);
      case Deed::duplicate:
        strike(DatagramDuplication{from, to, step.chance, lasting});
        return remember(step, Kind::duplication, lasting);
      case Deed::reorder:
        strike(DatagramReordering{from, to, step.chance, 3 * amount, lasting});
        return remember(step, Kind::reordering, lasting, 3 * amount);
      case Deed::corrupt:
        strike(DatagramCorruption{from, to, step.chance, lasting});
        return remember(step, Kind::corruption, lasting);
      case Deed::cut:
        if (sabotage_ != Sabotage::cuts_nothing) strike(SilentDrop{from, to, lasting});
        return remember(step, Kind::cut, lasting);
      case Deed::stall:  // nobody keeps a datagram until the end of it
        strike(Stall{from, to, lasting});
        return remember(step, Kind::cut, lasting);
      case Deed::slow:
        if (strikes_in_secret(from, to, lasting)) return;
        strike(Slow{from, to, amount, lasting});
        return remember(step, Kind::delay, lasting, amount);
      case Deed::latency:
        strike(OddLatency{from, to, {.low = amount, .high = 2 * amount}, lasting});
        return remember(step, Kind::latency, lasting, amount, 2 * amount);
      case Deed::wire: {
        const std::int64_t speed = 1000 + step.amount;
        strike(NarrowWire{from, to, speed, buffer_bytes, lasting});
        remember(step, Kind::wire, lasting, {}, Duration(buffer_bytes * 1'000'000'000 / speed));
        history_.harms.back().buffer_bytes = buffer_bytes;
        return;
      }
      case Deed::isolate:
        strike(Isolate{from, lasting});
        return remember_cut(step.where.from, true, true, lasting);
      case Deed::one_way:
        strike(OneWay{from, step.amount % 2 == 0 ? Flow::inbound : Flow::outbound, lasting});
        return remember_cut(step.where.from, step.amount % 2 == 0, step.amount % 2 != 0, lasting);
      default:
        return;
    }
  }

  bool strikes_in_secret(const std::string& from, const std::string& to, Duration lasting) {
    if (sabotage_ == Sabotage::loses_in_secret)
      strike(DatagramLoss{from, to, {1, 2}, lasting});
    else if (sabotage_ == Sabotage::doubles_in_secret)
      strike(DatagramDuplication{from, to, {1, 2}, lasting});
    else if (sabotage_ == Sabotage::damages_in_secret)
      strike(DatagramCorruption{from, to, {1, 2}, lasting});
    else if (sabotage_ == Sabotage::slows_in_secret)
      strike(Slow{from, to, 1ms, lasting});
    else
      return false;
    return true;
  }

  void remember(const Step& step, Kind kind, Duration lasting, Duration low = {},
                Duration high = {}) {
    const Instant now = simulation_.now();
    history_.harms.push_back({.where = step.where,
                              .kind = kind,
                              .from = now,
                              .to = now + lasting,
                              .chance = step.chance,
                              .low = low,
                              .high = high});
  }

  void remember_cut(int machine, bool inbound, bool outbound, Duration lasting) {
    for (int other = 0; other < machines; ++other) {
      if (other == machine) continue;
      if (inbound) remember({.where = {other, machine}}, Kind::cut, lasting);
      if (outbound) remember({.where = {machine, other}}, Kind::cut, lasting);
    }
  }

  void heal() {
    if (sabotage_ != Sabotage::heals_nothing) strike(HealNetwork{});
    for (auto& harm : history_.harms)
      harm.to = std::min(harm.to, std::max(harm.from, simulation_.now()));
  }

  // ---- what befalls a machine ----

  void befall(const Step& step) {
    const int machine = step.where.from;
    const Duration amount = step.amount * 100us;
    const Instant now = simulation_.now();
    switch (step.deed) {
      case Deed::patience:
        patience_[at(machine)] = amount;
        return;
      case Deed::doze:
        dozes_until_[at(machine)] = std::max(dozes_until_[at(machine)], now + amount);
        history_.absences.push_back({machine, now, now + amount});
        return;
      case Deed::pause:
        strike(Pause{name(machine), amount});
        history_.absences.push_back({machine, now, now + amount});
        return;
      default:
        break;
    }
    if (is(machine, Simulation::NodeState::down)) return;
    if (step.deed == Deed::crash)
      strike(ProcessCrash{name(machine)});
    else
      strike(PowerLoss{.node = name(machine)});
    const auto death = history_.absences.size();
    history_.absences.push_back({machine, now, Instant::max(), true});
    if (sabotage_ == Sabotage::reads_for_the_dead) {
      simulation_.restart(id(machine));
      history_.absences.back().to = now + amount;
      return;
    }
    simulation_.after(amount, [this, machine, death] {
      history_.absences[death].to = simulation_.now();
      simulation_.restart(id(machine));
    });
  }

  Sabotage sabotage_;
  DatagramHistory history_;
  std::array<Duration, machines> patience_{1h, 1h, 1h};
  std::array<Instant, machines> dozes_until_{};
  Simulation simulation_;
};

std::map<std::string, std::string> broken_after(const std::vector<Step>& steps,
                                                Sabotage sabotage = Sabotage::none) {
  World world(sabotage);
  for (const auto& step : steps) {
    world.perform(step);
    world.run_for(10us);
  }
  return broken_promises(world.finish(), NetworkOptions{});
}

rc::Gen<std::vector<Step>> steps() {
  const auto deed =
      rc::gen::weightedOneOf<int>({{10, rc::gen::just(0)},
                                   {4, rc::gen::just(1)},
                                   {8, rc::gen::inRange(2, static_cast<int>(deed_names.size()))}});
  const auto chance = rc::gen::element(Ratio{1, 1}, Ratio{1, 2}, Ratio{1, 7});
  const auto step =
      rc::gen::map(rc::gen::tuple(deed, rc::gen::inRange(0, machines),
                                  rc::gen::inRange(1, machines), rc::gen::inRange(1, 3000), chance),
                   [](const auto& drawn) {
                     const int from = std::get<1>(drawn);
                     return Step{static_cast<Deed>(std::get<0>(drawn)),
                                 {from, (from + std::get<2>(drawn)) % machines},
                                 std::get<3>(drawn),
                                 std::get<4>(drawn)};
                   });
  return rc::gen::container<std::vector<Step>>(step);
}

RC_GTEST_PROP(Datagrams, KeepTheirPromisesWhateverIsDoneToThem, ()) {
  const auto done = *steps();
  const auto broken = broken_after(done);
  for (const auto& [promise, how] : broken) RC_LOG() << promise << ": " << how << '\n';
  RC_ASSERT(broken.empty());
}

// ---- that each promise can be broken, and is shown to be by a small case ----

std::string promises(const std::map<std::string, std::string>& broken) {
  std::string names;
  for (const auto& [promise, how] : broken) names += promise + " ";
  return names;
}

struct Plant {
  const char* name = "";
  Sabotage sabotage{};
  std::string breaks;     // the promises that the smallest case breaks
  std::size_t steps = 0;  // which it has at most
};

class PlantedAmongDatagrams : public ::testing::TestWithParam<Plant> {};

TEST_P(PlantedAmongDatagrams, IsFoundAndShrinks) {
  const auto& [name, sabotage, breaks, most] = GetParam();
  const property::Judge<std::vector<Step>> judge =
      [planted = sabotage](const std::vector<Step>& done) -> std::optional<std::string> {
    const auto broken = broken_after(done, planted);
    return broken.empty() ? std::nullopt : std::optional(promises(broken));
  };

  const auto smallest = property::smallest_counterexample(steps(), judge);

  ASSERT_TRUE(smallest.has_value());
  EXPECT_LE(smallest->size(), most);
  EXPECT_EQ(*judge(*smallest), breaks);
  EXPECT_TRUE(broken_after(*smallest).empty()) << "without the defect the same steps are harmless";
}

INSTANTIATE_TEST_SUITE_P(
    Each, PlantedAmongDatagrams,
    ::testing::Values(
        Plant{"ALossThatNobodyAskedFor", Sabotage::loses_in_secret, "loss ", 2},
        Plant{"ADoublingThatNobodyAskedFor", Sabotage::doubles_in_secret, "duplicates ", 2},
        Plant{"DamageThatNobodyAskedFor", Sabotage::damages_in_secret, "corruption loss ", 2},
        Plant{"ADelayThatNobodyAskedFor", Sabotage::slows_in_secret, "late ", 2},
        Plant{"AnAlteredLetter", Sabotage::alters_what_comes, "content ", 3},
        Plant{"ALetterThatNobodySent", Sabotage::invents, "unsent ", 1},
        Plant{"ACutThatCutsNothing", Sabotage::cuts_nothing, "cut ", 2},
        Plant{"AFaultOfTheOtherDirection", Sabotage::strikes_both_ways, "loss ", 2},
        Plant{"AHealingThatHealsNothing", Sabotage::heals_nothing, "loss ", 3},
        Plant{"ADeadMachineThatReads", Sabotage::reads_for_the_dead, "inbox ", 2},
        Plant{"ATimeOutBeforeItsInstant", Sabotage::times_out_early, "time-out ", 2}),
    [](const auto& plant) { return plant.param.name; });

}  // namespace
}  // namespace logquake::sim
