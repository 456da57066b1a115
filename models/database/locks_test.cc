#include "models/database/locks.h"

#include <gtest/gtest.h>

namespace logquake::database {
namespace {

using Answer = LockTable::Answer;
using State = LockTable::State;
constexpr auto shared = LockMode::shared;
constexpr auto exclusive = LockMode::exclusive;
const TransactionId a(1);
const TransactionId b(2);
const TransactionId c(3);
LockName row(std::string key) { return {.table = TableId(1), .index = 0, .key = std::move(key)}; }

TEST(LockTable, ReadersShareAndWritersDoNot) {
  LockTable locks;

  EXPECT_EQ(locks.acquire(a, row("1"), shared).answer, Answer::granted);
  EXPECT_EQ(locks.acquire(b, row("1"), shared).answer, Answer::granted);
  EXPECT_EQ(locks.acquire(c, row("1"), exclusive).answer, Answer::waiting);
  EXPECT_EQ(locks.acquire(c, row("2"), exclusive).answer, Answer::granted);
}

TEST(LockTable, ServesThoseWhoWaitInTheirOrder) {
  LockTable locks;
  EXPECT_EQ(locks.acquire(a, row("1"), shared).answer, Answer::granted);
  EXPECT_EQ(locks.acquire(b, row("1"), exclusive).answer, Answer::waiting);
  EXPECT_EQ(locks.acquire(c, row("1"), shared).answer,
            Answer::waiting);  // behind the writer (C-DB-35)

  locks.release_all(a);

  EXPECT_EQ(locks.take_woken(), std::vector<TransactionId>{b});
  EXPECT_EQ(locks.state_of(c), State::waiting);
  locks.release_all(b);
  EXPECT_EQ(locks.take_woken(), std::vector<TransactionId>{c});
}

// C-DB-31
TEST(LockTable, SparesWhoHasChangedMore) {
  LockTable locks;
  EXPECT_EQ(locks.acquire(a, row("1"), exclusive).answer, Answer::granted);
  EXPECT_EQ(locks.acquire(b, row("2"), exclusive).answer, Answer::granted);
  locks.note_change(b);
  EXPECT_EQ(locks.acquire(a, row("2"), exclusive).answer, Answer::waiting);

  const auto outcome = locks.acquire(b, row("1"), exclusive);

  EXPECT_EQ(outcome.victim, a);
  EXPECT_EQ(locks.state_of(a), State::victim);
  EXPECT_EQ(outcome.answer, Answer::waiting);  // until the victim has rolled back
  locks.release_all(a);
  EXPECT_EQ(locks.state_of(b), State::running);
  EXPECT_TRUE(locks.holds(b, row("1"), exclusive));
  EXPECT_FALSE(locks.has_cycle());
}

TEST(LockTable, TwoReadersWhoBothWantToWriteDeadlock) {
  LockTable locks;
  EXPECT_EQ(locks.acquire(a, row("1"), shared).answer, Answer::granted);
  EXPECT_EQ(locks.acquire(b, row("1"), shared).answer, Answer::granted);
  EXPECT_EQ(locks.acquire(a, row("1"), exclusive).answer, Answer::waiting);

  EXPECT_EQ(locks.acquire(b, row("1"), exclusive).answer, Answer::deadlock);
}

// C-INV-83
TEST(LockTable, FindsCirclesOfThree) {
  LockTable locks;
  for (const auto& [who, key] : {std::pair(a, "1"), std::pair(b, "2"), std::pair(c, "3")}) {
    EXPECT_EQ(locks.acquire(who, row(key), exclusive).answer, Answer::granted);
  }
  EXPECT_EQ(locks.acquire(a, row("2"), exclusive).answer, Answer::waiting);
  EXPECT_EQ(locks.acquire(b, row("3"), exclusive).answer, Answer::waiting);

  EXPECT_EQ(locks.acquire(c, row("1"), exclusive).answer, Answer::deadlock);
  EXPECT_FALSE(locks.has_cycle());
}

// C-DB-32
TEST(LockTable, InsertsWaitForTheGapLocksOfOthers) {
  LockTable locks;
  locks.lock_gap(a, TableId(1),
                 {.after = "1", .before = "5", .has_after = true, .has_before = true});
  locks.lock_gap(b, TableId(1),
                 {.after = "3", .before = {}, .has_after = true, .has_before = false});

  EXPECT_EQ(locks.intend_insert(c, TableId(1), "1").answer, Answer::granted);
  EXPECT_EQ(locks.intend_insert(a, TableId(1), "2").answer, Answer::granted);
  EXPECT_EQ(locks.intend_insert(c, TableId(1), "9").answer, Answer::waiting);
  EXPECT_EQ(locks.intend_insert(a, TableId(1), "4").answer, Answer::waiting);
  EXPECT_EQ(locks.intend_insert(b, TableId(1), "4").answer, Answer::deadlock);
  locks.release_all(b);
  EXPECT_EQ(locks.state_of(a), State::running);
  EXPECT_EQ(locks.state_of(c), State::running);
}

TEST(LockTable, GivingUpLetsTheNextOneIn) {
  LockTable locks;
  EXPECT_EQ(locks.acquire(a, row("1"), shared).answer, Answer::granted);
  EXPECT_EQ(locks.acquire(b, row("1"), exclusive).answer, Answer::waiting);
  EXPECT_EQ(locks.acquire(c, row("1"), shared).answer, Answer::waiting);

  locks.cancel(b);

  EXPECT_EQ(locks.state_of(c), State::running);
  EXPECT_TRUE(locks.holds(c, row("1"), shared));
}

}  // namespace
}  // namespace logquake::database
