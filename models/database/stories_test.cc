// Sessions that meet: isolation, locks and deadlocks. Stories marked [V] in the specification.
#include <gtest/gtest.h>

#include "models/database/testing.h"

namespace logquake::database {
namespace {

using namespace std::chrono_literals;

/// Runs the story on a client machine; its program must not end while the speakers' tasks use them.
void tell(const std::string& sql, const std::function<void(Speaker&, Speaker&, Speaker&)>& story) {
  DatabaseWorld world({.databases = {{.name = "d", .sql = sql}}});
  bool finished = false;
  world.simulation.add_node("client-1",
                            [&](sim::Node& node) {
                              Speaker a(node, "A");
                              Speaker b(node, "B");
                              Speaker c(node, "C");
                              story(a, b, c);
                              finished = true;
                              node.sleep_for(100h);
                            },
                            {.restarts_itself = false});
  const sim::Stop stop = world.simulation.run_until([&] { return finished; }, 90h);
  ASSERT_EQ(stop.reason, sim::Stop::Reason::condition) << stop.message;
}

const std::string rows =
    "create table r(id int primary key, v int); insert into r values (1, 10), (2, 20), (3, 30)";

// C-GLD-6, C-DB-21, C-DB-22
TEST(Stories, ARepeatableReadSeesItsSnapshotAndItsOwnChanges) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("start transaction"), "ok 0");
    EXPECT_EQ(b("update r set v = 11 where id = 1"), "ok 1");
    EXPECT_EQ(a("select v from r where id = 1"), "11");
    EXPECT_EQ(b("update r set v = 12 where id = 1"), "ok 1");
    EXPECT_EQ(a("select v from r where id = 1"), "11");
    EXPECT_EQ(a("select v from r where id = 1 for update"), "12");
    EXPECT_EQ(a("update r set v = v + 100 where id = 1"), "ok 1");
    EXPECT_EQ(a("select v from r where id = 1"), "112");
  });
}

// C-DB-21
TEST(Stories, AConsistentSnapshotIsTakenAtOnce) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("start transaction with consistent snapshot"), "ok 0");
    EXPECT_EQ(b("update r set v = 11 where id = 1"), "ok 1");
    EXPECT_EQ(a("select v from r where id = 1"), "10");
  });
}

// C-DB-22
TEST(Stories, AConditionalUpdateOfAStaleValueMatchesNothing) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("select v from r where id = 1"), "10");
    EXPECT_EQ(b("update r set v = 11 where id = 1"), "ok 1");
    EXPECT_EQ(a("update r set v = 99 where id = 1 and v = 10"), "ok 0");
    EXPECT_EQ(a("select v from r where id = 1"), "10");
  });
}

// C-DB-23
TEST(Stories, IsolationLevelsSeeWhatTheyPromise) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker& c) {
    EXPECT_EQ(a("set transaction isolation level read committed"), "ok 0");
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("select v from r where id = 1"), "10");
    EXPECT_EQ(b("begin"), "ok 0");
    EXPECT_EQ(b("update r set v = 11 where id = 1"), "ok 1");
    EXPECT_EQ(c("set session transaction isolation level read uncommitted"), "ok 0");
    EXPECT_EQ(c("select v from r where id = 1"), "11");
    EXPECT_EQ(a("select v from r where id = 1"), "10");
    EXPECT_EQ(b("commit"), "ok 0");
    EXPECT_EQ(a("select v from r where id = 1"), "11");
  });
}

// C-DB-23
TEST(Stories, ASerializableReadMakesWritersWait) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("set session transaction isolation level serializable"), "ok 0");
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("select v from r where id = 1"), "10");
    EXPECT_EQ(b("update r set v = 11 where id = 1"), "waits");
    EXPECT_EQ(a("commit"), "ok 0");
    EXPECT_EQ(b.answer(), "ok 1");
  });
}

// C-DB-2, C-DB-48
TEST(Stories, AReaderSeesTheLaterIdWithoutTheEarlierOne) {
  tell("create table t(id int auto_increment primary key, v int)",
       [](Speaker& a, Speaker& b, Speaker& c) {
         EXPECT_EQ(a("begin"), "ok 0");
         EXPECT_EQ(a("insert into t(v) values (1)"), "ok 1");
         EXPECT_EQ(b("begin"), "ok 0");
         EXPECT_EQ(b("insert into t(v) values (2)"), "ok 1");
         EXPECT_EQ(b("commit"), "ok 0");
         EXPECT_EQ(c("select id from t"), "2");
         EXPECT_EQ(a("commit"), "ok 0");
         EXPECT_EQ(c("select id from t"), "1;2");
       });
}

// C-GLD-7, C-DB-31
TEST(Stories, OfEqualWorkTheOneWhoClosesTheCircleIsTheVictim) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker& c) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("update r set v = 111 where id = 1"), "ok 1");
    EXPECT_EQ(b("begin"), "ok 0");
    EXPECT_EQ(b("update r set v = 222 where id = 2"), "ok 1");
    EXPECT_EQ(a("update r set v = 112 where id = 2"), "waits");
    EXPECT_EQ(b("update r set v = 221 where id = 1"), "error 1213");
    EXPECT_EQ(a.answer(), "ok 1");
    EXPECT_EQ(a("commit"), "ok 0");
    EXPECT_EQ(b("commit"), "ok 0");
    EXPECT_EQ(c("select v from r"), "111;112;30");
  });
}

// C-DB-31
TEST(Stories, TheOneWithLessWorkIsTheVictim) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("update r set v = 10 where id = 1"), "ok 0");  // changes nothing
    EXPECT_EQ(b("begin"), "ok 0");
    EXPECT_EQ(b("update r set v = 222 where id = 2"), "ok 1");
    EXPECT_EQ(a("update r set v = 112 where id = 2"), "waits");
    EXPECT_EQ(b("update r set v = 221 where id = 1"), "ok 1");
    EXPECT_EQ(a.answer(), "error 1213");
  });
}

// C-GLD-8, C-DB-30
TEST(Stories, ALockWaitThatTimesOutUndoesTheStatementAlone) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker& c) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("update r set v = 11 where id = 1"), "ok 1");
    EXPECT_EQ(b("begin"), "ok 0");
    EXPECT_EQ(b("update r set v = 22 where id = 2"), "ok 1");
    EXPECT_EQ(b("update r set v = 12 where id = 1"), "waits");
    EXPECT_EQ(b.answer(40s), "waits");
    EXPECT_EQ(b.answer(20s), "error 1205");
    EXPECT_EQ(b("commit"), "ok 0");
    EXPECT_EQ(c("select v from r where id = 2"), "22");
  });
}

// C-DB-33
TEST(Stories, AnInsertOfAnUncommittedKeyWaitsForItsFate) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker& c) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("insert into r values (9, 1)"), "ok 1");
    EXPECT_EQ(b("insert into r values (9, 2)"), "waits");
    EXPECT_EQ(a("commit"), "ok 0");
    EXPECT_EQ(b.answer(), "error 1062");

    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("insert into r values (8, 1)"), "ok 1");
    EXPECT_EQ(b("insert into r values (8, 2)"), "waits");
    EXPECT_EQ(a("rollback"), "ok 0");
    EXPECT_EQ(b.answer(), "ok 1");
    EXPECT_EQ(c("select v from r where id = 8"), "2");
  });
}

// C-DB-33, on a secondary key
TEST(Stories, AnInsertOfAnUncommittedUniqueValueWaitsForItsFate) {
  tell("create table t(id int auto_increment primary key, k varchar(9) unique)",
       [](Speaker& a, Speaker& b, Speaker&) {
         EXPECT_EQ(a("begin"), "ok 0");
         EXPECT_EQ(a("insert into t(k) values ('x')"), "ok 1");
         EXPECT_EQ(b("insert into t(k) values ('X')"), "waits");
         EXPECT_EQ(a("rollback"), "ok 0");
         EXPECT_EQ(b.answer(), "ok 1");
         EXPECT_EQ(b("select id, k from t"), "2,X");
       });
}

// C-DB-34, C-JSI-57
TEST(Stories, UpsertsInOppositeOrderDeadlock) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(b("begin"), "ok 0");
    EXPECT_EQ(a("insert into r values (1, 100) on duplicate key update v = values(v)"), "ok 2");
    EXPECT_EQ(b("insert into r values (2, 200) on duplicate key update v = values(v)"), "ok 2");
    EXPECT_EQ(a("insert into r values (2, 100) on duplicate key update v = values(v)"), "waits");
    EXPECT_EQ(b("insert into r values (1, 200) on duplicate key update v = values(v)"),
              "error 1213");
    EXPECT_EQ(a.answer(), "ok 2");
  });
}

// C-DB-32
TEST(Stories, ALockedGapMakesInsertsWaitUnderRepeatableRead) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("update r set v = 0 where id = 7"), "ok 0");
    EXPECT_EQ(b("insert into r values (9, 1)"), "waits");
    EXPECT_EQ(a("commit"), "ok 0");
    EXPECT_EQ(b.answer(), "ok 1");

    EXPECT_EQ(a("set session transaction isolation level read committed"), "ok 0");
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("delete from r where id > 100"), "ok 0");
    EXPECT_EQ(b("insert into r values (101, 1)"), "ok 1");
  });
}

// C-DB-35, C-JSO-28
TEST(Stories, ADefinitionWaitsForReadersAndLaterStatementsWaitForIt) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker& c) {
    EXPECT_EQ(a("begin"), "ok 0");
    EXPECT_EQ(a("select count(*) from r"), "3");
    EXPECT_EQ(b("alter table r add w int"), "waits");
    EXPECT_EQ(c("select count(*) from r"), "waits");
    EXPECT_EQ(a("commit"), "ok 0");
    EXPECT_EQ(b.answer(), "ok 0");
    EXPECT_EQ(c.answer(), "3");
    EXPECT_EQ(c("select * from r where id = 1"), "1,10,NULL");
  });
}

// C-DB-25
TEST(Stories, AnOldSnapshotDoesNotSeeALaterTable) {
  tell(rows, [](Speaker& a, Speaker& b, Speaker&) {
    EXPECT_EQ(a("start transaction with consistent snapshot"), "ok 0");
    EXPECT_EQ(b("create table late(id int)"), "ok 0");
    EXPECT_EQ(a("select * from late"), "error 1412");
    EXPECT_EQ(b("alter table r add w int default 7"), "ok 0");
    EXPECT_EQ(a("select * from r where id = 1"), "1,10,7");
  });
}

// C-DB-55
TEST(Stories, AStampIsTakenWhenTheStatementBegins) {
  tell("create table t(id int primary key, at datetime, v int); insert into t(id) values (1)",
       [](Speaker& a, Speaker& b, Speaker&) {
         EXPECT_EQ(a("begin"), "ok 0");
         EXPECT_EQ(a("update t set v = 1 where id = 1"), "ok 1");
         EXPECT_EQ(b("insert into t(id) values (1) on duplicate key update at = now()"), "waits");
         EXPECT_EQ(b.answer(10s), "waits");
         EXPECT_EQ(a("commit"), "ok 0");
         EXPECT_EQ(b.answer(), "ok 2");
         EXPECT_EQ(b("select timestampdiff(second, at, now()) >= 10 from t"), "1");
       });
}

}  // namespace
}  // namespace logquake::database
