// The scheduler against an oracle of a page: whatever tasks sleep, wait, wake, spawn, die, freeze
// and go on, the kernel runs them in exact (time, sequence) order, unwinds each killed one once,
// and lets no timer fire early.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "property_tests/scheduler_oracle.h"
#include "sim/schedule/sync.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

using property::Case;
using property::Control;
using property::Op;

// Runs a case in the kernel, with the same words as the oracle.
class Subject {
 public:
  explicit Subject(const Case& given) : case_(given) {}

  std::vector<std::string> run(const Options& options = {}) {
    Simulation simulation(options);
    for (int node = 0; node < Case::nodes; ++node) {
      ids_.push_back(simulation
                         .add_node(Case::node_name(node),
                                   [this, node](Node& self) { main(self, node); },
                                   {.restarts_itself = false})
                         .id());
    }
    for (const auto& control : case_.controls) {
      simulation.after(control.at, [this, &simulation, control] {
        const auto id = ids_[static_cast<std::size_t>(control.node)];
        using enum Control::Kind;
        if (control.kind == crash) simulation.crash_process(id);
        if (control.kind == pause) simulation.pause(id);
        if (control.kind == resume) simulation.resume(id);
      });
    }
    (void)simulation.run_for(Case::length);
    return std::move(log_);
  }

 private:
  struct Shared {
    std::vector<std::unique_ptr<Signal>> signals;
    int spawned = 0;
  };
  // Tells whether its task ended or was unwound.
  struct Witness {
    Subject& subject;
    Node& node;
    std::string name;
    bool ended = false;
    ~Witness() { subject.say(node, name, ended ? "ends" : "unwinds"); }
  };

  void say(Node& node, const std::string& task, const std::string& what) {
    log_.push_back(property::line(node.simulation().now(), node.name() + "/" + task, what));
  }

  void main(Node& node, int number) {
    Shared shared;
    for (int signal = 0; signal < Case::signals; ++signal)
      shared.signals.push_back(std::make_unique<Signal>(node));
    for (const int script : case_.first_scripts(number)) start(node, shared, script);
    Signal never(node);
    never.wait();
  }

  void start(Node& node, Shared& shared, int script) {
    const auto name = format("t{}", shared.spawned++);
    node.spawn(name, [this, &node, &shared, script, name] {
      Witness witness{*this, node, name};
      int step = 0;
      for (const auto& op : case_.scripts[static_cast<std::size_t>(script)]) {
        const auto outcome = perform(node, shared, script, op);
        say(node, name, format("{} {}", step++, outcome));
      }
      witness.ended = true;
    });
  }

  std::string perform(Node& node, Shared& shared, int script, const Op& op) {
    auto& signal = *shared.signals[static_cast<std::size_t>(op.signal)];
    switch (op.kind) {
      case Op::Kind::sleep:
        node.sleep_for(op.time);
        return "slept";
      case Op::Kind::wait:
        return signal.wait(op.time) ? "woken" : "timed out";
      case Op::Kind::wait_for_ever:
        return signal.wait() ? "woken" : "timed out";
      case Op::Kind::wake_one:
        signal.notify_one();
        return "wakes one";
      case Op::Kind::wake_all:
        signal.notify_all();
        return "wakes all";
      case Op::Kind::yield:
        node.yield({"property.yield"});
        return "yields";
      case Op::Kind::spawn:
        if (const auto child = case_.child_of(script)) start(node, shared, *child);
        return "spawns";
    }
    return {};
  }

  const Case& case_;
  std::vector<NodeId> ids_;
  std::vector<std::string> log_;
};

RC_GTEST_PROP(Scheduler, RunsInExactOrderOfTimeAndSequence, ()) {
  const auto given = *property::cases();
  RC_CLASSIFY(!given.controls.empty(), "with crashes and pauses");
  RC_ASSERT(Subject(given).run() == property::told_by_oracle(given));
}

RC_GTEST_PROP(Scheduler, HoldsNoTimerBackLongerThanItsSlackAndFiresNoneEarly, ()) {
  const auto times =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5'000)));
  const auto text =
      *rc::gen::elementOf(std::vector<std::string>{"fifo", "random:2ms", "pct:3:2ms"});
  Options options;
  options.seed = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
  options.strategy = parse_strategy(text).value();
  const Duration slack = text == "fifo" ? Duration::zero() : Duration(2ms);
  Simulation simulation(options);
  std::size_t slept = 0;
  bool right = true;
  simulation.add_node("a-1", [&](Node& node) {
    for (const int time : times) {
      const auto asked = node.now() + time * 1us;
      node.sleep_for(time * 1us);
      right = right && node.now() >= asked && node.now() <= asked + slack;
      ++slept;
    }
    node.sleep_for(1h);
  });
  (void)simulation.run_for(10min);

  RC_ASSERT(right);
  RC_ASSERT(slept == times.size());
}

// What the property would say to a kernel that is wrong in one respect: the oracle is, instead.
class Mutated : public testing::TestWithParam<property::Mutation> {};

TEST_P(Mutated, IsToldApartByARandomCase) {
  for (int number = 0; number < 400; ++number) {
    const auto given =
        property::cases()(rc::Random(static_cast<std::uint64_t>(number)), 30).value();
    const auto seen = Subject(given).run();
    ASSERT_EQ(seen, property::told_by_oracle(given));
    if (seen != property::told_by_oracle(given, GetParam())) return;
  }
  FAIL() << "no case tells it apart";
}

INSTANTIATE_TEST_SUITE_P(Table, Mutated,
                         testing::Values(property::Mutation::ties_in_reverse,
                                         property::Mutation::timer_a_bit_early,
                                         property::Mutation::wakes_the_last,
                                         property::Mutation::unwinds_the_oldest_first,
                                         property::Mutation::forgets_to_unwind,
                                         property::Mutation::keeps_the_timer_of_the_woken,
                                         property::Mutation::resumes_in_reverse));

}  // namespace
}  // namespace logquake::sim
