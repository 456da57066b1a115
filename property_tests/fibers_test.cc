// Fibers against an oracle: in whatever order they are switched, each keeps its own stack, its own
// values and the exceptions that it is handling.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/fiber.h"

namespace logquake::sim {
namespace {

// What a fiber does at one of its turns: climbs a rung, by a call or inside a handler of an
// exception of its own, or goes back down.
enum class Move : std::uint8_t { call, handle, back };
struct Turn {
  int fiber = 0;
  Move move{};
};
void showValue(const Turn& turn, std::ostream& out) {
  constexpr const char* names[] = {"calls", "handles", "goes back"};
  out << turn.fiber << ' ' << names[static_cast<int>(turn.move)];
}

constexpr int fibers = 4;

rc::Gen<std::vector<Turn>> turns() {
  return rc::gen::container<std::vector<Turn>>(rc::gen::build<Turn>(
      rc::gen::set(&Turn::fiber, rc::gen::element(0, 1, 2, 3)),
      rc::gen::set(&Turn::move, rc::gen::element(Move::call, Move::handle, Move::handle, Move::back,
                                                 Move::back))));
}

class Subject {
 public:
  Subject() : pool_(default_stack_bytes()) {
    for (int number = 0; number < fibers; ++number) {
      auto& fiber = fibers_.emplace_back();
      fiber.subject = this;
      prepare_fiber(fiber.context, pool_.allocate(), &Subject::entry, &fiber);
      switch_fiber(main_, fiber.context);
    }
  }
  // Everybody climbs down, so that every handler ends.
  ~Subject() {
    for (auto& fiber : fibers_) {
      fiber.must_end = true;
      switch_fiber(main_, fiber.context);
    }
  }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // Returns what the fiber found on the rung that it left, or -1.
  int take(const Turn& turn, int value) {
    auto& fiber = fibers_[static_cast<std::size_t>(turn.fiber)];
    fiber.move = turn.move;
    fiber.value = value;
    fiber.found = -1;
    switch_fiber(main_, fiber.context);
    return fiber.found;
  }

 private:
  struct Fiber {
    Subject* subject = nullptr;
    FiberContext context;
    Move move{};
    int value = 0;
    int found = -1;
    bool must_end = false;
  };

  static void entry(void* argument) {
    auto& fiber = *static_cast<Fiber*>(argument);
    while (!fiber.must_end) fiber.subject->stand(fiber, 0);
    leave_fiber(fiber.context, fiber.subject->main_);
  }

  // On a rung with the value `own`, until told to go back.
  void stand(Fiber& fiber, int own) {
    const std::string note = std::to_string(own) + ", kept in memory that the rung owns";
    while (!fiber.must_end) {
      switch_fiber(fiber.context, main_);
      if (fiber.must_end) return;
      const int next = fiber.value;
      switch (fiber.move) {
        case Move::back:
          fiber.found = std::stoi(note);
          return;
        case Move::call:
          stand(fiber, next);
          break;
        case Move::handle:
          handle(fiber, next);
          break;
      }
    }
  }

  void handle(Fiber& fiber, int next) {
    try {
      throw next;
    } catch (int) {
      stand(fiber, next);
      try {
        throw;
      } catch (int again) {
        if (!fiber.must_end) fiber.found = again;
      }
    }
  }

  StackPool pool_;
  FiberContext main_;
  std::deque<Fiber> fibers_;
};

std::vector<int> found_by_subject(const std::vector<Turn>& given) {
  Subject subject;
  std::vector<int> found;
  for (int value = 1; const auto& turn : given) found.push_back(subject.take(turn, value++));
  return found;
}

// A stack of values for each fiber; or, wrong on purpose, exceptions that belong to the thread and
// not to the stack that handles them: the kernel without what it saves at each switch.
std::vector<int> found_by_oracle(const std::vector<Turn>& given, bool exceptions_are_shared) {
  std::map<int, std::vector<std::pair<int, Move>>> rungs;
  std::vector<int> handled;
  std::vector<int> found;
  for (int value = 1; const auto& turn : given) {
    auto& own = rungs[turn.fiber];
    if (turn.move != Move::back) {
      own.push_back({value, turn.move});
      if (turn.move == Move::handle) handled.push_back(value);
      found.push_back(-1);
    } else if (own.empty()) {
      found.push_back(0);
    } else {
      const auto [left, how] = own.back();
      own.pop_back();
      found.push_back(exceptions_are_shared && how == Move::handle ? handled.back() : left);
      if (how == Move::handle) handled.pop_back();
    }
    ++value;
  }
  return found;
}

RC_GTEST_PROP(Fibers, KeepTheirStacksAndTheExceptionsThatTheyHandle, ()) {
  const auto given = *turns();
  RC_ASSERT(found_by_subject(given) == found_by_oracle(given, false));
}

TEST(Fibers, ThatSharedTheirExceptionsWouldBeToldApart) {
  for (std::uint64_t number = 0; number < 100; ++number) {
    const auto given = turns()(rc::Random(number), 50).value();
    if (found_by_subject(given) != found_by_oracle(given, true)) return;
  }
  FAIL() << "no case tells them apart";
}

RC_GTEST_PROP(StackPool, GivesEachStackOnceUntilItComesBack, ()) {
  StackPool pool(default_stack_bytes());
  std::map<std::uint32_t, StackPool::Stack> out;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::element(0, 1, 2));
  for (const int step : steps) {
    if (step > 0 || out.empty()) {
      const auto made = pool.allocate();
      RC_ASSERT(!out.contains(made.number));
      // The page below it is its guard, and nobody's stack.
      RC_ASSERT(pool.stack_guarding(made.bottom - 1) == static_cast<std::int64_t>(made.number));
      RC_ASSERT(pool.stack_guarding(made.bottom) == -1);
      for (const auto& [number, other] : out)
        RC_ASSERT(made.bottom >= other.bottom + other.size ||
                  other.bottom >= made.bottom + made.size);
      out[made.number] = made;
    } else {
      pool.release(out.begin()->second);
      out.erase(out.begin());
    }
  }
}

}  // namespace
}  // namespace logquake::sim
