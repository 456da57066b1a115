#include "scenarios/linearizability/counterexample.h"

#include <gtest/gtest.h>

#include "scenarios/linearizability/history_testing.h"

namespace logquake::linearizability {
namespace {

using testing::lost;
using testing::on;
using testing::operation;

std::string told(const History& history, const SequentialModel& model) {
  const auto found = find_counterexample(history, model);
  return sentence_of(found) + "\n" + to_text(found);
}

TEST(Counterexample, ShowsWhatOverwroteAStaleRead) {
  History history;
  for (int at = 0; at < 50; ++at) {
    const auto value = std::to_string(at + 1);
    history.push_back(on("x", operation("writer", {4 * at, 4 * at + 1}, "write", {value})));
    history.push_back(
        on("x", operation("reader-1", {4 * at + 2, 4 * at + 3}, "read", {}, Values{value})));
  }
  history.push_back(on("x", operation("reader-2", {210, 211}, "read", {}, Values{"49"})));
  history.push_back(on("x", operation("writer", {220, 221}, "write", {"51"})));

  EXPECT_EQ(
      told(history, *register_model("0")),
      "reader-2 was told read -> 49, which fits no order of the operations on register x\n"
      "no order explains the answer at X; in one that explains all before it, register x held "
      "49 after 98 operations, and then:\n"
      "  writer    |-- write 50 --|\n"
      "  reader-1                   |-- read -> 50 --|\n"
      "  reader-2                                      |-- read -> 49 --| X\n");
}

TEST(Counterexample, DrawsWhatOverlapsAndWhatNeverReturns) {
  EXPECT_EQ(told({operation("a", {1, 10}, "write", {"1"}), lost("d", 2, "write", {"7"}),
                  operation("b", {3, 4}, "read", {}, Values{"1"}),
                  operation("c", {5, 6}, "read", {}, Values{"0"})},
                 *register_model("0")),
            "c was told read -> 0, which fits no order of the operations on the register\n"
            "no order explains the answer at X; in one that explains all before it, the register "
            "held 0 after 0 operations, and then:\n"
            "  a  |-- write 1 -> ? ----------------------->\n"
            "  d    |-- write 7 -> ? --------------------->\n"
            "  b      |-- read -> 1 --|\n"
            "  c                        |-- read -> 0 --| X\n");
}

TEST(Counterexample, BeginsAtTheCallWhereTheAnswerWasNeverRight) {
  EXPECT_EQ(
      told({operation("a", {1, 2}, "enqueue", {"x"}),
            operation("b", {3, 4}, "dequeue", {}, Values{"z"})},
           *queue_model()),
      "b was told dequeue -> z, which fits no order of the operations on the queue\n"
      "no order explains the answer at X; in one that explains all before it, the queue held x "
      "after 1 operation, and then:\n"
      "  b  |-- dequeue -> z --| X\n");
}

TEST(Counterexample, NamesTheFirstReturnThatNoOrderExplains) {
  const auto found = find_counterexample(
      {operation("a", {1, 2}, "write", {"1"}), operation("b", {3, 4}, "read", {}, Values{"0"}),
       operation("c", {5, 6}, "read", {}, Values{"9"})},
      *register_model("0"));

  EXPECT_EQ(found.culprit.client, "b");
  EXPECT_EQ(found.window.size(), 2U);
}

TEST(Counterexample, StaysReadable) {
  History history;
  for (int at = 0; at < 40; ++at)
    history.push_back(operation("w\033" + std::to_string(at % 4), {at, at + 4}, "write",
                                {std::string(100, 'v') + std::to_string(at)}));
  history.push_back(operation("r", {100, 101}, "read", {}, Values{"0"}));

  const auto found = find_counterexample(history, *register_model("0"));
  const auto text = to_text(found);

  EXPECT_EQ(found.window.size(), Counterexample::most);
  EXPECT_EQ(found.left_out, 29);
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_LT(text.size(), 8'000U);
}

}  // namespace
}  // namespace logquake::linearizability
