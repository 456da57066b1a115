// Connections under random faults, crashes and healing, judged by what a stream promises.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "property_tests/network_history.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

constexpr int machines = 3;

struct Letter {
  std::int64_t stream = 0;
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("stream", stream);
    io("number", number);
  }
};

enum class Deed { send, wait, cut, clog, delay, latency, wire, isolate, heal, brk, crash, power };
constexpr int deeds = 12;

struct Step {
  Deed deed{};
  Direction where;
  int amount = 1;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* names[] = {"send", "wait",    "cut",  "clog",  "delay", "latency",
                                   "wire", "isolate", "heal", "break", "crash", "power"};
  return out << names[static_cast<int>(step.deed)] << "(" << step.where.from << "->"
             << step.where.to << ", " << step.amount << ")";
}

/// What the one who works the network does otherwise than he remembers: planted to see that each
/// promise can be broken.
enum class Sabotage { none, cuts_nothing, breaks_in_secret, slows_in_secret, ends_all_at_once };

/// Three machines that send each other numbered letters while steps are done to their network.
class World {
 public:
  explicit World(Sabotage sabotage) : sabotage_(sabotage) {
    for (int number = 0; number < machines; ++number) {
      simulation_.add_node("m-" + std::to_string(number), [this](Node& node) { serve(node); },
                           {.restarts_itself = false});
    }
    (void)simulation_.run_for(1ms);
  }

  void perform(const Step& step) {
    const int from = step.where.from;
    const int to = step.where.to;
    const Duration amount = step.amount * 1us;
    const Duration lasting = step.amount * 1ms + 500ns;
    switch (step.deed) {
      case Deed::send:
        return send(step.where);
      case Deed::wait:
        return run_for(100 * amount);
      case Deed::cut:
        return strike(step.where, Stretch::Kind::cut, affliction::Silence{}, lasting);
      case Deed::clog:
        return strike(step.where, Stretch::Kind::clog, affliction::Clog{}, lasting);
      case Deed::delay:
        return strike(step.where, Stretch::Kind::delay, affliction::Delay{amount}, lasting, amount);
      case Deed::latency: {
        const Latency latency{.low = amount, .high = 2 * amount};
        return strike(step.where, Stretch::Kind::latency, latency, lasting, amount, 2 * amount);
      }
      case Deed::wire: {
        const affliction::Bandwidth wire{1000 + step.amount, 300};
        return strike(step.where, Stretch::Kind::wire, wire, lasting);
      }
      case Deed::isolate:
        for (int other = 0; other < machines; ++other) {
          if (other == from) continue;
          strike({from, other}, Stretch::Kind::cut, affliction::Silence{}, lasting);
          strike({other, from}, Stretch::Kind::cut, affliction::Silence{}, lasting);
        }
        return;
      case Deed::heal:
        return heal();
      case Deed::brk:
        mark_breakable([&](Direction way) {
          return way == Direction{from, to} || way == Direction{to, from};
        });
        simulation_.network().break_connections(id(from), id(to));
        return;
      case Deed::crash:
        simulation_.crash_process(id(from));
        mark_breakable([&](Direction way) { return way.from == from || way.to == from; });
        break;
      case Deed::power:
        simulation_.lose_power(id(from));
        mark_breakable([&](Direction way) { return way.from == from || way.to == from; });
        break;
    }
    simulation_.after(amount, [this, machine = id(from)] {
      if (simulation_.state_of(machine) == Simulation::NodeState::down)
        simulation_.restart(machine);
    });
  }

  /// Heals all, gives TCP the time it may take, and tells what happened.
  History finish() {
    heal();
    run_for(400s);  // longer than the longest backoff, and the one before
    return history_;
  }

  void run_for(Duration duration) { (void)simulation_.run_for(duration); }

 private:
  struct Open {
    Connection connection;
    std::size_t stream = 0;
  };

  NodeId id(int machine) { return simulation_.node("m-" + std::to_string(machine)).id(); }

  void serve(Node& node) {
    auto listener = node.listen(7);
    for (;;) {
      auto accepted = listener->accept();
      if (!accepted) continue;
      auto connection = std::make_shared<Connection>(std::move(*accepted));
      node.spawn("receive", [this, connection] {
        std::optional<std::size_t> stream;
        for (;;) {
          const auto message = connection->receive(24h);
          if (message.is(ErrorCode::connection_reset) && stream)
            history_.streams[*stream].was_reset = true;
          if (!message) return;
          const auto& letter = *message->as<Letter>();
          stream = static_cast<std::size_t>(letter.stream);
          history_.streams[*stream].arrived.push_back({letter.number, simulation_.now()});
        }
      });
    }
  }

  void send(Direction where) {
    Node& sender = simulation_.node(id(where.from));
    sender.spawn("send", [this, where, &sender] {
      auto used = open_[where];  // a copy: others may open another one while this one waits
      if (used == nullptr || !used->connection.is_open()) {
        auto connection = sender.connect({"m-" + std::to_string(where.to), 7}, 1s);
        if (!connection) return;
        history_.streams.push_back({.where = where});
        used = std::make_shared<Open>(Open{std::move(*connection), history_.streams.size() - 1});
        open_[where] = used;
      }
      auto& sent = history_.streams[used->stream].sent;
      const Letter letter{static_cast<std::int64_t>(used->stream),
                          static_cast<std::int64_t>(sent.size())};
      sent.push_back(simulation_.now());
      if (!used->connection.send(letter)) history_.streams[used->stream].was_reset = true;
    });
  }

  void strike(Direction where, Stretch::Kind kind, const Affliction& what, Duration lasting,
              Duration low = {}, Duration high = {}) {
    const Instant now = simulation_.now();
    if (sabotage_ == Sabotage::breaks_in_secret && kind == Stretch::Kind::delay)
      simulation_.network().break_connections(id(where.from), id(where.to));
    if (sabotage_ == Sabotage::slows_in_secret && kind == Stretch::Kind::delay) {
      (void)simulation_.network().afflict(id(where.from), id(where.to), what);
      return;
    }
    history_.episodes.push_back({where, kind, now, now + lasting, low, high});
    if (sabotage_ == Sabotage::cuts_nothing && kind == Stretch::Kind::cut) return;
    auto& network = simulation_.network();
    const auto fault = network.afflict(id(where.from), id(where.to), what);
    simulation_.after(lasting, [this, &network, where, fault] {
      network.relieve(id(where.from), id(where.to), fault);
      if (sabotage_ == Sabotage::ends_all_at_once) network.heal(id(where.from), id(where.to));
    });
  }

  void heal() {
    simulation_.network().heal_all();
    for (auto& episode : history_.episodes)
      episode.to = std::min(episode.to, std::max(episode.from, simulation_.now()));
  }

  template <class Which>
  void mark_breakable(Which which) {
    for (auto& stream : history_.streams) stream.may_break |= which(stream.where);
    std::erase_if(open_, [&](const auto& entry) { return which(entry.first); });
  }

  Sabotage sabotage_;
  History history_;
  Simulation simulation_;
  std::map<Direction, std::shared_ptr<Open>> open_;  // closed before their world ends
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
  const auto step =
      rc::gen::map(rc::gen::tuple(rc::gen::weightedElement<int>({{10, 0}, {5, 1}, {5, -1}}),
                                  rc::gen::inRange(2, deeds), rc::gen::inRange(0, machines),
                                  rc::gen::inRange(1, machines), rc::gen::inRange(1, 3000)),
                   [](const auto& drawn) {
                     const auto& [common, rare, from, further, amount] = drawn;
                     return Step{static_cast<Deed>(common >= 0 ? common : rare),
                                 {from, (from + further) % machines},
                                 amount};
                   });
  return rc::gen::container<std::vector<Step>>(step);
}

RC_GTEST_PROP(Network, KeepsThePromisesOfItsStreamsWhateverIsDoneToIt, ()) {
  const auto done = *steps();
  const auto broken = broken_after(done);
  for (const auto& [promise, how] : broken) RC_LOG() << promise << ": " << how << '\n';
  RC_ASSERT(broken.empty());
}

// ---- that each promise can be broken ----

constexpr Direction there{0, 1};

// Enough letters that each defect below has one to fall upon.
std::vector<Step> letters_under(const std::vector<Step>& faults) {
  std::vector<Step> all{{Deed::send, there}, {Deed::wait, there, 100}};
  for (const auto& fault : faults) {
    all.push_back(fault);
    all.push_back({Deed::send, there});
    all.push_back({Deed::wait, there, 100});
  }
  all.push_back({Deed::wait, there, 1000});
  return all;
}

bool breaks(const std::string& promise, const std::vector<Step>& done, Sabotage sabotage) {
  EXPECT_TRUE(broken_after(done).empty()) << "without the defect the same steps are harmless";
  return broken_after(done, sabotage).contains(promise);
}

TEST(PlantedInTheNetwork, ACutThatCutsNothingIsFound) {
  EXPECT_TRUE(breaks("cut", letters_under({{Deed::cut, there, 1000}}), Sabotage::cuts_nothing));
}

TEST(PlantedInTheNetwork, ACutThatEndsWithAnotherIsFound) {
  const auto two = letters_under({{Deed::clog, there, 20}, {Deed::clog, there, 1000}});

  EXPECT_TRUE(breaks("cut", two, Sabotage::ends_all_at_once));
}

TEST(PlantedInTheNetwork, ABreakThatNobodyAskedForIsFound) {
  const auto one = letters_under({{Deed::clog, there, 50}, {Deed::delay, there, 100}});

  EXPECT_TRUE(breaks("resets", one, Sabotage::breaks_in_secret));
  EXPECT_TRUE(breaks("loss", one, Sabotage::breaks_in_secret));
}

TEST(PlantedInTheNetwork, ASlowLinkThatNobodyAskedForIsFound) {
  EXPECT_TRUE(
      breaks("late", letters_under({{Deed::delay, there, 2000}}), Sabotage::slows_in_secret));
}

// Three letters, a millisecond apart and each 200 us under way.
History three_letters() {
  History history;
  Stream stream{.where = there};
  for (std::int64_t number = 0; number < 3; ++number) {
    stream.sent.push_back(Instant(number * 1ms));
    stream.arrived.push_back({number, Instant(number * 1ms + 200us)});
  }
  history.streams.push_back(stream);
  return history;
}

TEST(PlantedInAHistory, EveryBrokenPromiseIsFound) {
  const auto broken_by = [](const auto& tamper) {
    History history = three_letters();
    tamper(history.streams.front().arrived);
    std::string names;
    for (const auto& [promise, how] : broken_promises(history, {})) names += promise + " ";
    return names;
  };

  EXPECT_EQ(broken_by([](auto&) {}), "");
  EXPECT_EQ(broken_by([](auto& come) { std::swap(come[0].number, come[1].number); }),
            "cut early late order ");
  EXPECT_EQ(broken_by([](auto& come) {
              come.push_back({2, Instant(2ms + 300us)});
            }),
            "duplicates ");
  EXPECT_EQ(broken_by([](auto& come) { come.pop_back(); }), "loss ");
  EXPECT_EQ(broken_by([](auto& come) { come.back().at += 1ms; }), "late ");
  EXPECT_EQ(broken_by([](auto& come) { come.back().at -= 150us; }), "early ");
}

}  // namespace
}  // namespace logquake::sim
