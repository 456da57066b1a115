#include "scenarios/linearizability/sequential_model.h"

#include <gtest/gtest.h>

#include "scenarios/linearizability/history_testing.h"

namespace logquake::linearizability {
namespace {

using testing::operation;

/// Whether the object, one step after another, could have answered so.
bool takes(const SequentialModel& model, const History& steps) {
  auto state = model.initial();
  for (const auto& step : steps) {
    EXPECT_EQ(model.problem(step), "");
    auto next = model.apply(state, step);
    if (!next) return false;
    state = std::move(*next);
  }
  return true;
}

Operation step(std::string call, Values arguments, std::optional<Values> answer = std::nullopt) {
  return operation("c", {0, 0}, std::move(call), std::move(arguments), std::move(answer));
}

TEST(RegisterModel, AnswersWhatWasWrittenLast) {
  const auto model = register_model("0");

  EXPECT_TRUE(takes(*model, {step("read", {}, Values{"0"}), step("write", {"1"}),
                             step("read", {}, Values{"1"})}));
  EXPECT_FALSE(takes(*model, {step("write", {"1"}), step("read", {}, Values{"0"})}));
  EXPECT_TRUE(takes(*model, {step("write", {"1"}), step("read", {})}));
}

TEST(RegisterModel, SwapsOnlyTheExpectedValue) {
  const auto model = register_model("0");

  EXPECT_TRUE(
      takes(*model, {step("cas", {"0", "1"}, Values{"true"}),
                     step("cas", {"0", "2"}, Values{"false"}), step("read", {}, Values{"1"})}));
  EXPECT_FALSE(takes(*model, {step("cas", {"7", "1"}, Values{"true"})}));
  EXPECT_FALSE(takes(*model, {step("cas", {"0", "1"}, Values{"false"})}));
}

TEST(SetModel, TellsWhetherItChanged) {
  const auto model = set_model();

  EXPECT_TRUE(
      takes(*model, {step("add", {"b"}, Values{"true"}), step("add", {"a"}, Values{"true"}),
                     step("add", {"b"}, Values{"false"}), step("contains", {"a"}, Values{"true"}),
                     step("read", {}, Values{"b", "a"}), step("remove", {"b"}, Values{"true"}),
                     step("remove", {"b"}, Values{"false"}), step("read", {}, Values{"a"})}));
  EXPECT_FALSE(takes(*model, {step("contains", {"a"}, Values{"true"})}));
  EXPECT_FALSE(takes(*model, {step("add", {"a"}), step("read", {}, Values{"a", "a"})}));
  EXPECT_FALSE(takes(*model, {step("add", {"a"}), step("read", {}, Values{})}));
}

TEST(SetModel, KnowsOneStateHoweverItCameAbout) {
  const auto model = set_model();
  const auto after = [&](const History& steps) {
    auto state = model->initial();
    for (const auto& each : steps) state = *model->apply(state, each);
    return state;
  };

  EXPECT_EQ(
      after({step("add", {"a"}), step("add", {"b"})}),
      after({step("add", {"b"}), step("add", {"c"}), step("add", {"a"}), step("remove", {"c"})}));
}

TEST(QueueModel, GivesTheOldestFirst) {
  const auto model = queue_model();

  EXPECT_TRUE(takes(*model, {step("dequeue", {}, Values{}), step("enqueue", {"1:2"}),
                             step("enqueue", {""}), step("dequeue", {}, Values{"1:2"}),
                             step("dequeue", {}, Values{""}), step("dequeue", {}, Values{})}));
  EXPECT_FALSE(takes(
      *model, {step("enqueue", {"1"}), step("enqueue", {"2"}), step("dequeue", {}, Values{"2"})}));
  EXPECT_FALSE(takes(*model, {step("enqueue", {"1"}), step("dequeue", {}, Values{})}));
}

TEST(LogModel, NumbersRecordsFromZero) {
  const auto model = log_model();

  EXPECT_TRUE(takes(*model, {step("end", {}, Values{"0"}), step("append", {"a"}, Values{"0"}),
                             step("append", {"b"}, Values{"1"}), step("read", {"1"}, Values{"b"}),
                             step("read", {"2"}, Values{}), step("end", {}, Values{"2"})}));
  EXPECT_FALSE(takes(*model, {step("append", {"a"}, Values{"1"})}));
  EXPECT_FALSE(takes(*model, {step("append", {"a"}), step("read", {"0"}, Values{})}));
  EXPECT_FALSE(takes(*model, {step("append", {"a"}), step("end", {}, Values{"0"})}));
}

TEST(SequentialModels, TellWhatNoneOfThemKnows) {
  EXPECT_EQ(register_model()->problem(step("put", {"1"})),
            "expected one of \"read\", \"write\", \"cas\", found \"put\"");
  EXPECT_EQ(set_model()->problem(step("add", {})), "add: expected 1 argument, found 0");
  EXPECT_EQ(register_model()->problem(step("cas", {"1"})), "cas: expected 2 arguments, found 1");
  EXPECT_EQ(log_model()->problem(step("read", {"-1"})), "read: expected an offset, found \"-1\"");
}

TEST(SequentialModels, TellTheirStates) {
  const auto queue = queue_model();
  auto state = queue->initial();
  for (int at = 0; at < 20; ++at)
    state = *queue->apply(state, step("enqueue", {std::to_string(at)}));

  EXPECT_EQ(queue->told(queue->initial()), "the empty queue");
  EXPECT_EQ(queue->told(state), "0 1 2 3 4 5 6 7 … (20 in all)");
  EXPECT_EQ(register_model()->told(""), "nothing");
}

}  // namespace
}  // namespace logquake::linearizability
