// Histories from the literature and from life, on either side of the line.
#include "scenarios/linearizability/judgement.h"

#include <gtest/gtest.h>

#include "scenarios/linearizability/history_testing.h"

namespace logquake::linearizability {
namespace {

using testing::lost;
using testing::on;
using testing::operation;
using testing::refused;

Verdict verdict_of(const History& history, const SequentialModel& model) {
  return judge(history, model).verdict;
}
Verdict of_register(const History& history) { return verdict_of(history, *register_model("0")); }

TEST(Judgement, LetsAReadSeeAWriteUnderWay) {
  EXPECT_EQ(of_register({operation("a", {1, 10}, "write", {"1"}),
                         operation("b", {2, 3}, "read", {}, Values{"1"}),
                         operation("c", {4, 5}, "read", {}, Values{"1"})}),
            Verdict::linearizable);
  EXPECT_EQ(of_register({operation("a", {1, 10}, "write", {"1"}),
                         operation("b", {2, 3}, "read", {}, Values{"0"}),
                         operation("c", {4, 5}, "read", {}, Values{"1"})}),
            Verdict::linearizable);
}

TEST(Judgement, CatchesAReadThatGoesBack) {
  EXPECT_EQ(of_register({operation("a", {1, 10}, "write", {"1"}),
                         operation("b", {2, 3}, "read", {}, Values{"1"}),
                         operation("c", {4, 5}, "read", {}, Values{"0"})}),
            Verdict::not_linearizable);
}

TEST(Judgement, CatchesAStaleRead) {
  EXPECT_EQ(of_register({operation("a", {1, 2}, "write", {"1"}),
                         operation("b", {3, 4}, "read", {}, Values{"0"})}),
            Verdict::not_linearizable);
}

TEST(Judgement, CatchesALostUpdate) {
  EXPECT_EQ(of_register({operation("a", {1, 6}, "cas", {"0", "1"}, Values{"true"}),
                         operation("b", {2, 5}, "cas", {"0", "2"}, Values{"true"})}),
            Verdict::not_linearizable);
  EXPECT_EQ(of_register({operation("a", {1, 6}, "cas", {"0", "1"}, Values{"true"}),
                         operation("b", {2, 5}, "cas", {"0", "2"}, Values{"false"})}),
            Verdict::linearizable);
}

TEST(Judgement, TakesWhatTouchesForConcurrent) {
  EXPECT_EQ(of_register({operation("a", {1, 2}, "write", {"1"}),
                         operation("b", {2, 3}, "read", {}, Values{"0"})}),
            Verdict::linearizable);
}

TEST(Judgement, LetsAnUnknownOutcomeTakeEffectAtAnyLaterTime) {
  EXPECT_EQ(
      of_register({lost("a", 1, "write", {"1"}), operation("b", {2, 3}, "read", {}, Values{"0"}),
                   operation("b", {4, 5}, "write", {"2"}),
                   operation("b", {6, 7}, "read", {}, Values{"1"})}),
      Verdict::linearizable);
  EXPECT_EQ(
      of_register({lost("a", 1, "write", {"1"}), operation("b", {2, 3}, "read", {}, Values{"0"})}),
      Verdict::linearizable);
}

TEST(Judgement, LetsAnUnknownOutcomeTakeEffectOnceAndNotBeforeItsCall) {
  EXPECT_EQ(
      of_register({lost("a", 1, "write", {"1"}), operation("b", {2, 3}, "read", {}, Values{"1"}),
                   operation("b", {4, 5}, "write", {"2"}),
                   operation("b", {6, 7}, "read", {}, Values{"1"})}),
      Verdict::not_linearizable);
  EXPECT_EQ(
      of_register({operation("b", {1, 2}, "read", {}, Values{"1"}), lost("a", 3, "write", {"1"})}),
      Verdict::not_linearizable);
}

TEST(Judgement, LeavesOutWhatFailed) {
  EXPECT_EQ(of_register({refused("a", {1, 2}, "write", {"1"}),
                         operation("b", {3, 4}, "read", {}, Values{"0"})}),
            Verdict::linearizable);
  EXPECT_EQ(of_register({refused("a", {1, 2}, "write", {"1"}),
                         operation("b", {3, 4}, "read", {}, Values{"1"})}),
            Verdict::not_linearizable);
}

TEST(Judgement, JudgesSets) {
  const auto model = set_model();
  EXPECT_EQ(verdict_of({operation("a", {1, 6}, "add", {"x"}, Values{"true"}),
                        operation("b", {2, 5}, "add", {"x"}, Values{"false"}),
                        operation("c", {7, 8}, "read", {}, Values{"x"})},
                       *model),
            Verdict::linearizable);
  EXPECT_EQ(verdict_of({operation("a", {1, 6}, "add", {"x"}, Values{"true"}),
                        operation("b", {2, 5}, "add", {"x"}, Values{"true"})},
                       *model),
            Verdict::not_linearizable);
  EXPECT_EQ(verdict_of({operation("a", {1, 2}, "add", {"x"}), operation("a", {3, 4}, "add", {"y"}),
                        operation("b", {5, 6}, "read", {}, Values{"y"})},
                       *model),
            Verdict::not_linearizable);
}

TEST(Judgement, JudgesQueues) {
  const auto model = queue_model();
  EXPECT_EQ(verdict_of(
                {operation("a", {1, 6}, "enqueue", {"x"}), operation("b", {2, 5}, "enqueue", {"y"}),
                 operation("c", {7, 8}, "dequeue", {}, Values{"y"}),
                 operation("c", {9, 10}, "dequeue", {}, Values{"x"})},
                *model),
            Verdict::linearizable);
  // Herlihy and Wing, figure 1 (b): x was there before y was.
  EXPECT_EQ(verdict_of(
                {operation("a", {1, 2}, "enqueue", {"x"}), operation("b", {3, 4}, "enqueue", {"y"}),
                 operation("c", {5, 6}, "dequeue", {}, Values{"y"})},
                *model),
            Verdict::not_linearizable);
  // One element, given twice.
  EXPECT_EQ(verdict_of({operation("a", {1, 2}, "enqueue", {"x"}),
                        operation("b", {3, 6}, "dequeue", {}, Values{"x"}),
                        operation("c", {4, 5}, "dequeue", {}, Values{"x"})},
                       *model),
            Verdict::not_linearizable);
  // A dequeue of unknown outcome may have taken it.
  EXPECT_EQ(verdict_of({operation("a", {1, 2}, "enqueue", {"x"}), lost("b", 3, "dequeue"),
                        operation("c", {4, 5}, "dequeue", {}, Values{})},
                       *model),
            Verdict::linearizable);
}

TEST(Judgement, JudgesLogs) {
  const auto model = log_model();
  EXPECT_EQ(verdict_of({operation("a", {1, 6}, "append", {"x"}, Values{"1"}),
                        operation("b", {2, 5}, "append", {"y"}, Values{"0"}),
                        operation("c", {3, 4}, "read", {"0"}, Values{"y"})},
                       *model),
            Verdict::linearizable);
  // An acknowledged record is gone.
  EXPECT_EQ(verdict_of({operation("a", {1, 2}, "append", {"x"}, Values{"0"}),
                        operation("b", {3, 4}, "append", {"y"}, Values{"0"})},
                       *model),
            Verdict::not_linearizable);
  // An append that was given up took the offset between.
  EXPECT_EQ(verdict_of({operation("a", {1, 2}, "append", {"x"}, Values{"0"}),
                        lost("b", 3, "append", {"y"}),
                        operation("a", {4, 5}, "append", {"z"}, Values{"2"})},
                       *model),
            Verdict::linearizable);
}

TEST(Judgement, JudgesEachObjectByItself) {
  const History history{on("x", operation("a", {1, 2}, "write", {"1"})),
                        on("y", operation("b", {3, 4}, "read", {}, Values{"0"})),
                        on("y", operation("b", {5, 6}, "write", {"7"})),
                        on("x", operation("b", {7, 8}, "read", {}, Values{"0"}))};

  const auto judgement = judge(history, *register_model("0"));

  EXPECT_EQ(judgement.objects, 2);
  ASSERT_EQ(judgement.verdict, Verdict::not_linearizable);
  EXPECT_EQ(judgement.counterexample->object, "x");
}

TEST(Judgement, SaysWhyItCannotJudge) {
  const auto backwards = judge({operation("a", {5, 3}, "write", {"1"})}, *register_model());
  const auto strange = judge({operation("a", {1, 3}, "put", {"1"})}, *register_model());

  EXPECT_EQ(backwards.verdict, Verdict::unknown);
  EXPECT_EQ(backwards.reason,
            "write 1 of a: expected its return after its call at 5, found it at 3");
  EXPECT_EQ(strange.verdict, Verdict::unknown);
  EXPECT_EQ(strange.reason,
            "register: a: expected one of \"read\", \"write\", \"cas\", found \"put\"");
}

TEST(Judgement, GivesUpWithinItsBoundAndSaysSo) {
  // Forty writes that may each take effect or not, and a read that none of them explains.
  History history;
  for (int at = 0; at < 40; ++at)
    history.push_back(on("x", lost("c" + std::to_string(at), at, "enqueue", {std::to_string(at)})));
  history.push_back(on("x", operation("r", {50, 51}, "dequeue", {}, Values{"nobody's"})));

  const auto judgement = judge(history, *queue_model(), {.work = 10'000});

  EXPECT_EQ(judgement.verdict, Verdict::unknown);
  EXPECT_EQ(
      judgement.reason,
      "queue x: 41 operations, 40 of unknown outcome, could not be judged within 10000 steps");
  EXPECT_LE(judgement.work, 10'100);
}

TEST(Judgement, CountsABreachMoreThanAnObjectItCannotJudge) {
  History history;
  for (int at = 0; at < 40; ++at)
    history.push_back(on("a", lost("c" + std::to_string(at), at, "enqueue", {std::to_string(at)})));
  history.push_back(on("a", operation("r", {50, 51}, "dequeue", {}, Values{"nobody's"})));
  history.push_back(on("b", operation("r", {60, 61}, "dequeue", {}, Values{"x"})));

  const auto judgement = judge(history, *queue_model(), {.work = 10'000});

  ASSERT_EQ(judgement.verdict, Verdict::not_linearizable);
  EXPECT_EQ(judgement.counterexample->object, "b");
  EXPECT_EQ(judgement.reason, "");
}

TEST(Judgement, StaysCheapWhereEqualOperationsAreLost) {
  History history{operation("a", {0, 1}, "enqueue", {"x"})};
  for (int at = 0; at < 500; ++at) history.push_back(lost("c", 2 + at, "dequeue"));
  history.push_back(operation("a", {1000, 1001}, "dequeue", {}, Values{"y"}));

  const auto judgement = judge(history, *queue_model());

  EXPECT_EQ(judgement.verdict, Verdict::not_linearizable);
  EXPECT_LT(judgement.work, 2'000);
}

}  // namespace
}  // namespace logquake::linearizability
