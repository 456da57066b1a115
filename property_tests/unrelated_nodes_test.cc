// Chance is drawn by name: whether a node is there that has nothing to do with the others changes
// nothing of what they draw, when they do it and in which order, which is why shrinking sees what
// it does.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "property_tests/planted.h"
#include "sim/base/format.h"
#include "sim/random.h"
#include "sim/simulation.h"

namespace logquake::property {
namespace {

enum class Deed { draw, sleep, yield, buggify, write, visit };

struct Crowd {
  std::uint64_t seed = 1;
  std::string strategy = "fifo";
  std::vector<std::vector<Deed>> nodes;  // what each does, in a loop of its own
  std::size_t stranger = 0;              // whom nobody visits
  bool operator==(const Crowd&) const = default;
};

void showValue(const Crowd& crowd, std::ostream& out) {
  out << format("seed {}, {}, stranger {}\n", crowd.seed, crowd.strategy, crowd.stranger);
  for (const auto& deeds : crowd.nodes) {
    for (const auto deed : deeds) out << static_cast<int>(deed) << ' ';
    out << '\n';
  }
}

rc::Gen<Crowd> crowds() {
  return rc::gen::exec([] {
    Crowd crowd;
    crowd.seed = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
    crowd.strategy = *rc::gen::elementOf(std::vector<std::string>{"fifo", "random", "pct:3"});
    const auto count = *rc::gen::inRange<std::size_t>(2, 6);
    for (std::size_t node = 0; node < count; ++node) {
      crowd.nodes.push_back(*rc::gen::container<std::vector<Deed>>(rc::gen::element(
          Deed::draw, Deed::sleep, Deed::yield, Deed::buggify, Deed::write, Deed::visit)));
    }
    crowd.stranger = *rc::gen::inRange<std::size_t>(0, count);
    return crowd;
  });
}

constexpr sim::YieldSite site{"property.between"};
constexpr sim::BuggifySite rare{
    .name = "property.rare", .about = "", .active = {1, 1}, .fires = {1, 4}};

std::string name_of(std::size_t node) { return format("node-{}", node); }

/// What all but the stranger did, with what they drew. `shared`: a stream that all draw from, which
/// is what must not be.
class CrowdRun {
 public:
  CrowdRun(const Crowd& crowd, bool has_stranger, sim::Random* shared)
      : crowd_(crowd), shared_(shared) {
    sim::Options options{.seed = crowd.seed,
                         .strategy = sim::parse_strategy(crowd.strategy).value(),
                         .buggify = true};
    sim::Simulation simulation(options);
    for (std::size_t node = 0; node < crowd.nodes.size(); ++node) {
      if (node == crowd.stranger && !has_stranger) continue;
      simulation.add_node(name_of(node), [this, node](sim::Node& self) { live(self, node); });
    }
    (void)simulation.run_for(1s);
  }
  const std::vector<std::string>& told() const { return told_; }

 private:
  void live(sim::Node& self, std::size_t number) {
    self.spawn("door", [&self] {
      auto listener = self.listen(7);
      while (auto connection = listener->accept()) connection->close();
    });
    auto file = self.disk().open("log", sim::Open::create);
    for (const auto deed : crowd_.nodes[number]) {
      const auto drawn = perform(self, number, deed, *file);
      if (number == crowd_.stranger) continue;
      told_.push_back(format("{} {} {} {}", to_text(self.simulation().now()), self.name(),
                             static_cast<int>(deed), drawn));
    }
    self.sleep_for(1h);
  }

  std::int64_t perform(sim::Node& self, std::size_t number, Deed deed, sim::File& file) {
    const auto draw = [&](std::uint64_t below) {
      return static_cast<std::int64_t>((shared_ ? *shared_ : self.random()).below(below));
    };
    switch (deed) {
      case Deed::draw:
        return draw(1000);
      case Deed::sleep: {
        const auto pause = draw(3000);
        self.sleep_for(std::chrono::microseconds(pause));
        return pause;
      }
      case Deed::yield:
        self.yield(site);
        return 0;
      case Deed::buggify:
        return self.buggify(rare) ? 1 : 0;
      case Deed::write:
        (void)file.append(view_of("x"));
        (void)file.sync();
        return 0;
      case Deed::visit: {
        auto peer = (number + 1) % crowd_.nodes.size();
        if (peer == crowd_.stranger) peer = number;
        return self.connect({name_of(peer), 7}, 10ms) ? 1 : 0;
      }
    }
    return 0;
  }

  const Crowd& crowd_;
  sim::Random* shared_;
  std::vector<std::string> told_;
};

std::optional<std::string> stranger_matters(const Crowd& crowd, bool draws_are_shared) {
  sim::Random one(crowd.seed);
  sim::Random other(crowd.seed);
  const CrowdRun with(crowd, true, draws_are_shared ? &one : nullptr);
  const CrowdRun without(crowd, false, draws_are_shared ? &other : nullptr);
  if (with.told() == without.told()) return std::nullopt;
  return "the others did something else without the stranger";
}

RC_GTEST_PROP(Chance, IsTheSameForAllOthersWhenAnUnrelatedNodeIsRemoved, ()) {
  const auto crowd = *crowds();
  if (const auto wrong = stranger_matters(crowd, false)) RC_FAIL(*wrong);
}

TEST(ChanceProperty, FindsNodesThatDrawFromOneStream) {
  const auto found = smallest_counterexample<Crowd>(
      crowds(), [](const Crowd& crowd) { return stranger_matters(crowd, true); });

  ASSERT_TRUE(found.has_value());
  // One draw of the stranger's before one of another's.
  std::size_t deeds = 0;
  for (const auto& each : found->nodes) deeds += each.size();
  EXPECT_EQ(deeds, 2U);
}

}  // namespace
}  // namespace logquake::property
