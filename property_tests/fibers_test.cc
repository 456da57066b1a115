// Fibers against an oracle: in whatever order they are switched, each keeps its own stack, its own
// values and the exceptions that it is handling.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/schedule/fiber.h"

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
  Subject() : pool_(default_stack_bytes(), 0) {
    for (int number = 0; number < fibers; ++number) {
      auto& fiber = fibers_.emplace_back();
      fiber.subject = this;
      fiber.start = {.entry = &Subject::entry, .argument = &fiber, .self = &fiber.context};
      prepare_fiber(pool_.make(), fiber.start);
      switch_fiber(main_, fiber.context, thread_exceptions());
    }
  }
  // Everybody climbs down, so that every handler ends.
  ~Subject() {
    for (auto& fiber : fibers_) {
      fiber.must_end = true;
      switch_fiber(main_, fiber.context, thread_exceptions());
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
    switch_fiber(main_, fiber.context, thread_exceptions());
    return fiber.found;
  }

 private:
  struct Fiber {
    Subject* subject = nullptr;
    FiberContext context;
    FiberStart start;
    Move move{};
    int value = 0;
    int found = -1;
    bool must_end = false;
  };

  static void entry(void* argument) {
    auto& fiber = *static_cast<Fiber*>(argument);
    while (!fiber.must_end) fiber.subject->stand(fiber, 0);
    leave_fiber(fiber.context, fiber.subject->main_, thread_exceptions());
  }

  // On a rung with the value `own`, until told to go back.
  void stand(Fiber& fiber, int own) {
    const std::string note = std::to_string(own) + ", kept in memory that the rung owns";
    while (!fiber.must_end) {
      switch_fiber(fiber.context, main_, thread_exceptions());
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

RC_GTEST_PROP(StackPool, GivesEachStackItsOwnMemoryAndItsGuard, ()) {
  const auto head = static_cast<std::size_t>(*rc::gen::inRange(0, 20)) * 64;
  StackPool pool(default_stack_bytes(), head);
  std::vector<StackPool::Stack> made;
  for (auto left = *rc::gen::inRange(1, 600); left > 0; --left) {
    made.push_back(pool.make());
    const auto& stack = made.back();
    RC_ASSERT(stack.number == made.size() - 1);
    // The page below it is its guard, and nobody's stack.
    RC_ASSERT(pool.stack_guarding(stack.bottom - 1) == static_cast<std::int64_t>(stack.number));
    RC_ASSERT(pool.stack_guarding(stack.bottom) == -1);
  }
  std::sort(made.begin(), made.end(),
            [](const auto& one, const auto& other) { return one.bottom < other.bottom; });
  for (std::size_t at = 1; at < made.size(); ++at)
    RC_ASSERT(made[at - 1].top() + head < made[at].bottom);
}

}  // namespace
}  // namespace logquake::sim
