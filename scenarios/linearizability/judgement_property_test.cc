// Histories of objects that are atomic by construction are accepted; with a stale read, a lost
// update or a value from nowhere they are not; and trying every order agrees on small histories.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <numeric>
#include <set>

#include "scenarios/linearizability/history_testing.h"
#include "scenarios/linearizability/judgement.h"
#include "sim/random.h"

namespace logquake::linearizability {
namespace {

using Choices = std::vector<std::uint16_t>;

/// Objects as one would write them without this folder: they answer at once.
class AtomicObject {
 public:
  explicit AtomicObject(std::string kind) : kind_(std::move(kind)) {}

  std::unique_ptr<SequentialModel> model() const {
    if (kind_ == "set") return set_model();
    if (kind_ == "queue") return queue_model();
    return kind_ == "log" ? log_model() : register_model("0");
  }

  /// What a client asks next; written values never repeat.
  Operation draw(unsigned choice) {
    Operation asked;
    const auto fresh = std::to_string(++last_);
    const auto what = choice % 4;
    if (kind_ == "register") {
      asked.call = what == 0 ? "write" : what == 1 ? "cas" : "read";
      if (what == 0) asked.arguments = {fresh};
      if (what == 1) asked.arguments = {choice % 3 == 0 ? "0" : value_, fresh};
    } else if (kind_ == "set") {
      asked.call = what == 0 ? "add" : what == 1 ? "remove" : what == 2 ? "contains" : "read";
      if (what != 3) asked.arguments = {std::string(1, static_cast<char>('a' + choice / 4 % 5))};
    } else if (kind_ == "queue") {
      asked.call = what < 2 ? "enqueue" : "dequeue";
      if (what < 2) asked.arguments = {fresh};
    } else {
      asked.call = what < 2 ? "append" : what == 2 ? "read" : "end";
      if (what < 2) asked.arguments = {fresh};
      if (what == 2) asked.arguments = {std::to_string(choice / 4 % (list_.size() + 1))};
    }
    return asked;
  }

  Values answer(const Operation& asked) {
    const auto truth = [](bool value) { return Values{value ? "true" : "false"}; };
    if (kind_ == "register") {
      if (asked.call == "read") return {value_};
      const bool writes = asked.call == "write" || value_ == asked.arguments[0];
      if (writes) value_ = asked.arguments.back();
      return asked.call == "write" ? Values{} : truth(writes);
    }
    if (kind_ == "set") {
      if (asked.call == "add") return truth(set_.insert(asked.arguments[0]).second);
      if (asked.call == "remove") return truth(set_.erase(asked.arguments[0]) == 1);
      if (asked.call == "contains") return truth(set_.contains(asked.arguments[0]));
      return {set_.begin(), set_.end()};
    }
    if (asked.call == "enqueue" || asked.call == "append") {
      list_.push_back(asked.arguments[0]);
      return {std::to_string(list_.size() - 1)};
    }
    if (asked.call == "dequeue") {
      if (list_.empty()) return {};
      const auto first = list_.front();
      list_.pop_front();
      return {first};
    }
    if (asked.call == "end") return {std::to_string(list_.size())};
    const auto offset = std::stoul(asked.arguments[0]);
    return offset < list_.size() ? Values{list_[offset]} : Values{};
  }

 private:
  std::string kind_;
  int last_ = 0;
  std::string value_ = "0";
  std::set<std::string> set_;
  std::deque<std::string> list_;
};

/// Clients call the object, which answers each at some instant between its call and its return;
/// some never learn. One choice a step.
History history_of(AtomicObject object, const Choices& choices, std::size_t clients,
                   unsigned lost_of_64) {
  struct Client {
    std::optional<std::size_t> operation;
    bool took_effect = false;
  };
  std::vector<Client> all(clients);
  History history;
  std::int64_t now = 0;
  for (const unsigned choice : choices) {
    ++now;
    auto& client = all[choice % clients];
    const auto rest = choice / static_cast<unsigned>(clients);
    if (!client.operation) {
      auto asked = object.draw(rest);
      asked.client = "client-" + std::to_string(choice % clients);
      asked.called = now;
      client = {history.size(), false};
      history.push_back(std::move(asked));
      continue;
    }
    auto& operation = history[*client.operation];
    if (!client.took_effect) {
      client.took_effect = true;
      if (rest % 64 < lost_of_64) {
        if (rest % 2 == 0) object.answer(operation);  // it took effect, or it did not
        client.operation.reset();
        continue;
      }
      operation.answer = object.answer(operation);
      if (operation.call == "enqueue" || operation.call == "write") operation.answer.reset();
      continue;
    }
    operation.outcome = Outcome::known;
    operation.returned = now;
    client.operation.reset();
  }
  for (auto& operation : history) {
    if (operation.outcome == Outcome::unknown) operation.answer.reset();
  }
  return history;
}

Choices drawn_choices(std::size_t count, std::uint64_t seed) {
  sim::Random random(seed);
  Choices choices;
  while (choices.size() < count) choices.push_back(static_cast<std::uint16_t>(random.below(65536)));
  return choices;
}

/// Every order of every choice of the operations of unknown outcome: the definition itself.
bool can_be_ordered(const History& history, const SequentialModel& model) {
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < history.size(); ++at) {
    if (history[at].outcome != Outcome::failed) order.push_back(at);
  }
  do {
    // A cut: unknown ones behind it never take effect.
    for (std::size_t length = order.size() + 1; length-- > 0;) {
      bool fits = true;
      for (std::size_t at = length; at < order.size(); ++at)
        fits = fits && history[order[at]].outcome == Outcome::unknown;
      std::optional<std::string> state = model.initial();
      for (std::size_t at = 0; at < length && fits; ++at) {
        const auto& self = history[order[at]];
        for (std::size_t later = at + 1; later < length; ++later) {
          const auto& other = history[order[later]];
          fits = fits && !(other.outcome == Outcome::known && other.returned < self.called);
        }
        if (fits) state = model.apply(*state, self);
        fits = fits && state.has_value();
      }
      if (fits) return true;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

std::string kind_named(unsigned choice) {
  constexpr std::array<const char*, 4> kinds{"register", "set", "queue", "log"};
  return kinds[choice % kinds.size()];
}

RC_GTEST_PROP(JudgementProperty, AcceptsEveryHistoryOfAnAtomicObject,
              (std::uint64_t seed, std::uint8_t steps, std::uint8_t kind)) {
  const AtomicObject object(kind_named(kind));
  const auto history = history_of(object, drawn_choices(steps, seed), 1 + seed % 5, 4);

  const auto judgement = judge(history, *object.model());

  RC_CLASSIFY(judgement.unknown_outcomes > 0);
  RC_ASSERT(judgement.verdict == Verdict::linearizable);
}

RC_GTEST_PROP(JudgementProperty, OrdersOperationsSoThatTheModelExplainsThem,
              (std::uint64_t seed, std::uint8_t steps, std::uint8_t kind)) {
  const AtomicObject object(kind_named(kind));
  const auto history = history_of(object, drawn_choices(steps, seed), 4, 4);
  const auto model = object.model();

  const auto search = search_order(history, *model);

  RC_ASSERT(search.result == Search::Result::ordered);
  std::optional<std::string> state = model->initial();
  for (std::size_t at = 0; at < search.order.size(); ++at) {
    const auto& operation = history[search.order[at]];
    state = model->apply(*state, operation);
    RC_ASSERT(state.has_value());
    for (std::size_t later = at + 1; later < search.order.size(); ++later) {
      const auto& other = history[search.order[later]];
      RC_ASSERT(other.outcome != Outcome::known || other.returned >= operation.called);
    }
  }
  const auto known = std::count_if(history.begin(), history.end(), [](const Operation& each) {
    return each.outcome == Outcome::known;
  });
  RC_ASSERT(std::ssize(search.order) >= known);
}

RC_GTEST_PROP(JudgementProperty, AgreesWithTryingEveryOrder,
              (std::uint64_t seed, std::uint8_t kind, std::uint16_t spoil)) {
  const AtomicObject object(kind_named(kind));
  auto history = history_of(object, drawn_choices(18, seed), 3, 12);
  if (history.size() > 6) history.resize(6);
  if (!history.empty()) {
    // An answer that may be right or wrong.
    auto& spoilt = history[spoil % history.size()];
    const auto& other = history[spoil / 7 % history.size()];
    if (spoilt.outcome == Outcome::known && other.answer) spoilt.answer = other.answer;
  }
  const auto model = object.model();

  const bool expected = can_be_ordered(history, *model);

  RC_CLASSIFY(expected);
  RC_CLASSIFY(!expected);
  RC_ASSERT((judge(history, *model).verdict == Verdict::linearizable) == expected);
}

/// Gives a read of the register a value that was overwritten before the read began: that of a write
/// that returned before another one was called, which returned before the read was called. False
/// where there is none.
bool plant_stale_read(History& history, unsigned choice) {
  const auto writes_before = [&](std::int64_t stamp) {
    std::vector<const Operation*> writes;
    for (const auto& each : history) {
      if (each.call == "write" && each.outcome == Outcome::known && each.returned < stamp)
        writes.push_back(&each);
    }
    return writes;
  };
  for (std::size_t tried = 0; tried < history.size(); ++tried) {
    auto& read = history[(choice + tried) % history.size()];
    if (read.call != "read" || read.outcome != Outcome::known) continue;
    const auto newer = writes_before(read.called);
    if (newer.empty()) continue;
    const auto older = writes_before(newer[choice % newer.size()]->called);
    if (older.empty()) continue;
    read.answer = Values{older[choice % older.size()]->arguments[0]};
    return true;
  }
  return false;
}

RC_GTEST_PROP(JudgementProperty, CatchesEveryStaleRead, (std::uint64_t seed, std::uint16_t where)) {
  auto history = history_of(AtomicObject("register"), drawn_choices(120, seed), 3, 2);
  RC_PRE(plant_stale_read(history, where));

  const auto judgement = judge(history, *register_model("0"));

  RC_ASSERT(judgement.verdict == Verdict::not_linearizable);
  RC_ASSERT(judgement.counterexample->window.size() <= Counterexample::most);
  RC_ASSERT(!to_text(*judgement.counterexample).empty());
}

RC_GTEST_PROP(JudgementProperty, CatchesEveryLostUpdate, (std::uint64_t seed)) {
  auto history = history_of(AtomicObject("register"), drawn_choices(120, seed), 3, 2);
  const auto won = std::find_if(history.begin(), history.end(), [](const Operation& each) {
    return each.call == "cas" && each.answer == Values{"true"};
  });
  RC_PRE(won != history.end() && won->arguments[0] != won->arguments[1]);
  auto lost_update = *won;  // swaps once more what was swapped already
  lost_update.client = "loser";
  lost_update.arguments[1] = "fresh";
  lost_update.called = 1'000'000;
  lost_update.returned = 1'000'001;
  history.push_back(lost_update);

  RC_ASSERT(judge(history, *register_model("0")).verdict == Verdict::not_linearizable);
}

TEST(JudgementCost, OfAThousandOperationsOfTenClientsIsSmall) {
  for (const auto* kind : {"register", "set", "queue", "log"}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const AtomicObject object(kind);
      // A lost dequeue may have taken any element: long queues with some are beyond the bound.
      const unsigned lost_of_64 = kind == std::string_view("queue") ? 0 : 1;
      const auto history = history_of(object, drawn_choices(3'000, seed), 10, lost_of_64);

      const auto judgement = judge(history, *object.model());

      EXPECT_GT(judgement.operations, 980);
      EXPECT_EQ(judgement.verdict, Verdict::linearizable) << kind << " " << seed;
      EXPECT_LT(judgement.work, 2'000'000) << kind << " " << seed;
    }
  }
}

TEST(JudgementCost, OfAStaleReadAmongAThousandOperationsIsSmall) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto history = history_of(AtomicObject("register"), drawn_choices(3'000, seed), 10, 0);
    ASSERT_TRUE(plant_stale_read(history, static_cast<unsigned>(seed * 7919)));

    const auto judgement = judge(history, *register_model("0"));

    EXPECT_EQ(judgement.verdict, Verdict::not_linearizable) << judgement.reason;
    EXPECT_LT(judgement.work, 2'000'000) << seed;
  }
}

}  // namespace
}  // namespace logquake::linearizability
