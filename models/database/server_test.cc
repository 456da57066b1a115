// The server as its clients meet it: answers, metadata, durability, recovery, lost connections.
#include "models/database/server.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/database/defects.h"
#include "models/database/facts.h"
#include "models/database/testing.h"

namespace logquake::database {
namespace {

const std::string users_sql =
    "create table users(id int auto_increment primary key, user_id varchar(20) not null, pwd "
    "varchar(20), "
    "created_at datetime default now());";
ServerSettings with_users() {
  return {.databases = {{.name = "d", .sql = users_sql}, {.name = "copy"}}};
}

/// Copies of all facts of one type.
template <class Fact>
std::vector<Fact>& watch(sim::Simulation& simulation, std::vector<Fact>& facts) {
  simulation.trace().subscribe([&facts](const sim::TraceEvent& event) {
    if (const auto* fact = event.as<Fact>()) facts.push_back(*fact);
  });
  return facts;
}

// C-GLD-17, C-JSO-43
TEST(Server, AnswersTheSourceConnectorsQuery) {
  DatabaseWorld world(with_users());
  world.run([](sim::Node& node) {
    auto client = connected(node);
    ASSERT_TRUE(client.execute("insert into users(user_id, pwd) values (?, ?)",
                               {Value::text("u1"), Value::text("p1")}));

    const auto answer = client.execute(
        "SELECT * FROM `d`.`users` WHERE `d`.`users`.`id` > ? ORDER BY `d`.`users`.`id` ASC",
        {Value::integer(-1)});

    ASSERT_TRUE(answer);
    EXPECT_EQ(brief(answer), "1,u1,p1,2023-11-14 22:13:20");
    ASSERT_EQ(answer->columns.size(), 4U);
    EXPECT_EQ(answer->columns[0].label, "id");
    EXPECT_EQ(answer->columns[0].table, "users");
    EXPECT_EQ(answer->columns[0].type.kind, TypeKind::integer);
    EXPECT_FALSE(answer->columns[0].is_nullable);
    EXPECT_TRUE(answer->columns[0].is_auto_increment);
    EXPECT_FALSE(answer->columns[1].is_nullable);
    EXPECT_TRUE(answer->columns[2].is_nullable);
    EXPECT_EQ(answer->columns[3].type.kind, TypeKind::datetime);
  });
}

// C-DB-89, C-GLD-23
TEST(Server, TellsDriversAboutTablesAndColumns) {
  DatabaseWorld world(
      {.databases = {{.name = "d",
                      .sql = "create table my_users(a int primary key, b text); create table "
                             "myXusers(c int); create table another(d int)"}}});
  world.run([](sim::Node& node) {
    auto client = connected(node);

    const auto tables = client.tables();
    const auto columns = client.columns("my_users");
    const auto key = client.primary_key("my_users");

    ASSERT_TRUE(tables && columns && key);
    EXPECT_EQ(*tables, (std::vector<std::string>{"another", "myXusers", "my_users"}));
    ASSERT_EQ(columns->size(), 3U);
    EXPECT_EQ((*columns)[0].name, "c");
    EXPECT_EQ((*columns)[1].name, "a");
    EXPECT_FALSE((*columns)[1].is_nullable);
    EXPECT_EQ((*columns)[2].type.kind, TypeKind::text);
    EXPECT_EQ(*key, std::vector<std::string>{"a"});
  });
}

TEST(Server, RefusesStrangersAndUnknownDatabases) {
  ServerSettings settings = with_users();
  settings.users = {{.name = "root", .password = "secret"}};
  DatabaseWorld world(settings);
  world.run([](sim::Node& node) {
    node.sleep_for(1s);
    const sim::Address address{.host = "db-1", .port = 3306};

    const auto wrong =
        DatabaseClient::connect(node, {.address = address, .user = "root", .password = "x"});
    const auto unknown = DatabaseClient::connect(
        node, {.address = address, .user = "root", .password = "secret", .database = "nope"});
    const auto nobody = DatabaseClient::connect(node, {.address = {.host = "db-1", .port = 3307}});

    ASSERT_FALSE(wrong);
    EXPECT_EQ(to_string(wrong.error()),
              "ERROR 1045 (28000): Access denied for user 'root'@'client-1' (using password: YES)");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(to_string(unknown.error()), "ERROR 1049 (42000): Unknown database 'nope'");
    ASSERT_FALSE(nobody);
    EXPECT_TRUE(nobody.error().is_connection_loss());
  });
}

// C-DB-61, C-DB-62
TEST(Server, KeepsWhatWasCommittedAndNothingElseThroughAPowerLoss) {
  DatabaseWorld world(with_users());
  world.run([&](sim::Node& node) {
    auto client = connected(node);
    EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('kept')")), "ok 1");
    ASSERT_TRUE(client.begin().ok());
    EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('open')")), "ok 1");
  });

  world.lose_power_and_restart();

  world.run([](sim::Node& node) {
    auto client = connected(node);
    EXPECT_EQ(brief(client.execute("select id, user_id from users")), "1,kept");
    EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('next')")), "ok 1");
  });
}

/// In how many of twenty worlds a power loss takes back a commit that was answered.
int worlds_that_lose_commits(const std::string& defect) {
  int losing = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim::Options options{.seed = seed};
    if (!defect.empty()) options.defects.insert(defect);
    DatabaseWorld world(with_users(), options);
    std::vector<Recovered> recoveries;
    watch(world.simulation, recoveries);
    world.run([](sim::Node& node) {
      auto client = connected(node);
      for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('x')")), "ok 1");
      }
    });
    world.lose_power_and_restart();
    EXPECT_EQ(recoveries.size(), 1U);
    losing += recoveries.at(0).last_commit < CommitNumber(50) ? 1 : 0;
  }
  return losing;
}

// C-DB-62: db.commit-without-sync breaks it.
TEST(Server, LosesAnsweredCommitsOnlyWithoutTheSync) {
  EXPECT_EQ(worlds_that_lose_commits(""), 0);
  EXPECT_GT(worlds_that_lose_commits(std::string(commit_without_sync.name)), 0);
}

// C-DB-61, C-DB-62: settings 2 and 0
TEST(Server, LosesUpToASecondOfCommitsWhereTheSettingsSaySo) {
  for (const FlushLog flush : {FlushLog::write_at_commit, FlushLog::every_second}) {
    ServerSettings settings = with_users();
    settings.flush_log = flush;
    DatabaseWorld world(settings);
    world.run([](sim::Node& node) {
      auto client = connected(node);
      EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('old')")), "ok 1");
      node.sleep_for(1500ms);
      EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('new')")), "ok 1");
    });

    world.crash_and_restart();

    world.run([flush](sim::Node& node) {
      auto client = connected(node);
      const std::string kept = brief(client.execute("select user_id from users"));
      EXPECT_EQ(kept, flush == FlushLog::write_at_commit ? "old;new" : "old");
    });
  }
}

// C-DB-15
TEST(Server, MayReissueTheIdOfAnUncommittedInsertButNoneBelowACommittedOne) {
  DatabaseWorld world(with_users());
  world.run([](sim::Node& node) {
    auto client = connected(node);
    for (int i = 0; i < 7; ++i)
      EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('x')")), "ok 1");
    EXPECT_EQ(brief(client.execute("delete from users where id > 3")), "ok 4");
    ASSERT_TRUE(client.begin().ok());
    const auto open = client.execute("insert into users(user_id) values ('open')");
    ASSERT_TRUE(open);
    EXPECT_EQ(open->last_insert_id, 8U);
  });

  world.crash_and_restart();

  world.run([](sim::Node& node) {
    auto client = connected(node);
    const auto next = client.execute("insert into users(user_id) values ('next')");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->last_insert_id, 8U);
  });
}

// D-C70
TEST(Server, ReissuesIdsOfDeletedRowsWithoutPersistentCounters) {
  sim::Options options;
  options.defects.insert(std::string(autoinc_persist_off.name));
  DatabaseWorld world(with_users(), options);
  world.run([](sim::Node& node) {
    auto client = connected(node);
    for (int i = 0; i < 7; ++i)
      EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('x')")), "ok 1");
    EXPECT_EQ(brief(client.execute("delete from users where id > 3")), "ok 4");
  });

  world.crash_and_restart();

  world.run([](sim::Node& node) {
    auto client = connected(node);
    const auto next = client.execute("insert into users(user_id) values ('next')");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->last_insert_id, 4U);
  });
}

// C-DB-37
TEST(Server, RollsBackWhatALostConnectionLeftOpen) {
  DatabaseWorld world(with_users());
  std::vector<TransactionRolledBack> rollbacks;
  watch(world.simulation, rollbacks);
  world.run([](sim::Node& node) {
    {
      auto client = connected(node);
      ASSERT_TRUE(client.begin().ok());
      EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('open')")), "ok 1");
    }
    node.sleep_for(1s);
    auto other = connected(node);
    EXPECT_EQ(brief(other.execute("select count(*) from users")), "0");
  });

  ASSERT_EQ(rollbacks.size(), 1U);
  EXPECT_EQ(rollbacks[0].rows, 1);
}

TEST(Server, TellsAClientThatItIsGone) {
  DatabaseWorld world(with_users());
  world.run([&](sim::Node& node) {
    auto client = connected(node);
    node.simulation().after(10ms, [&world] { world.simulation.crash_process(world.server); });
    node.sleep_for(1s);

    const auto answer = client.execute("select 1");

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().sqlstate, "08S01");
    EXPECT_FALSE(client.is_open());
    EXPECT_FALSE(client.is_valid(1s));
  });
}

TEST(Server, StatesCommittedRowsWithTheirImages) {
  DatabaseWorld world(with_users());
  std::vector<RowInserted> inserted;
  std::vector<RowUpdated> updated;
  std::vector<RowDeleted> deleted;
  watch(world.simulation, inserted);
  watch(world.simulation, updated);
  watch(world.simulation, deleted);
  world.run([](sim::Node& node) {
    auto client = connected(node);
    ASSERT_TRUE(client.set_autocommit(false).ok());
    EXPECT_EQ(brief(client.execute("insert into users(user_id, created_at) values ('gone', null)")),
              "ok 1");
    ASSERT_TRUE(client.rollback().ok());
    EXPECT_EQ(brief(client.execute("insert into users(user_id, created_at) values ('u', null)")),
              "ok 1");
    EXPECT_EQ(brief(client.execute("update users set pwd = 'p'")), "ok 1");
    EXPECT_EQ(brief(client.execute("update users set pwd = 'p'")), "ok 0");
    ASSERT_TRUE(client.commit().ok());
    EXPECT_EQ(brief(client.execute("delete from users")), "ok 1");
    ASSERT_TRUE(client.commit().ok());
  });

  ASSERT_EQ(inserted.size(), 1U);
  EXPECT_EQ(inserted[0].table, "d.users");
  EXPECT_EQ(inserted[0].key, "2");
  EXPECT_EQ(to_text(inserted[0].row), "id=2 user_id=u pwd=NULL created_at=NULL");
  ASSERT_EQ(updated.size(), 1U);
  EXPECT_EQ(to_text(updated[0].before), "id=2 user_id=u pwd=NULL created_at=NULL");
  EXPECT_EQ(to_text(updated[0].row), "id=2 user_id=u pwd=p created_at=NULL");
  ASSERT_EQ(deleted.size(), 1U);
  EXPECT_GT(deleted[0].commit, inserted[0].commit);
}

// C-DB-49
TEST(Server, OneSyncServesManyCommits) {
  DatabaseWorld world(with_users());
  int syncs_shared = 0;
  world.run([&](sim::Node& node) {
    int done = 0;
    sim::Signal finished(node, "writers");
    for (int i = 0; i < 20; ++i) {
      node.spawn("writer-" + std::to_string(i), [&] {
        auto client = connected(node);
        for (int j = 0; j < 10; ++j) {
          EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('x')")), "ok 1");
        }
        ++done;
        finished.notify_all();
      });
    }
    finished.wait_until([&] { return done == 20; });
    auto client = connected(node);
    EXPECT_EQ(brief(client.execute("select count(*), max(id) from users")), "200,200");
    ++syncs_shared;
  });
  EXPECT_EQ(syncs_shared, 1);
}

TEST(Server, RecoversFromACheckpointAndTheLogAfterIt) {
  ServerSettings settings = with_users();
  settings.checkpoint_bytes = 2'000;
  DatabaseWorld world(settings);
  world.run([](sim::Node& node) {
    auto client = connected(node);
    EXPECT_EQ(brief(client.execute("alter table users add nick varchar(9) default 'n'")), "ok 0");
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(brief(client.execute("insert into users(user_id) values ('x')")), "ok 1");
      if (i % 10 == 0) node.sleep_for(700ms);
    }
    EXPECT_EQ(brief(client.execute("delete from users where id <= 50")), "ok 50");
  });

  world.lose_power_and_restart();

  world.run([](sim::Node& node) {
    auto client = connected(node);
    EXPECT_EQ(brief(client.execute("select count(*), min(id), max(id), max(nick) from users")),
              "50,51,100,n");
    const auto next = client.execute("insert into users(user_id) values ('next')");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->last_insert_id, 101U);
  });
}

TEST(InitialSql, IsCheckedWithoutASimulation) {
  const SqlStatus sound = check_initial({{.name = "mydb", .sql = users_sql}});
  const SqlStatus broken =
      check_initial({{.name = "mydb", .sql = users_sql + "\n\ninsert into users\nvalus (1)"}});
  const SqlStatus wrong = check_initial(
      {{.name = "mydb", .sql = "create table t(id int);\n  insert into t values (1, 2);"}});

  EXPECT_TRUE(sound.ok());
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().number(), 1064);
  EXPECT_EQ(broken.error().line, 4);
  EXPECT_EQ(broken.error().column, 1);
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(to_string(wrong.error()),
            "ERROR 1136 (21S01): database mydb: Column count doesn't match value count at row 1");
  EXPECT_EQ(wrong.error().line, 2);
  EXPECT_EQ(wrong.error().column, 3);
}

}  // namespace
}  // namespace logquake::database
