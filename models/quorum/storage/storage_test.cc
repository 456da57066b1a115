// The log and its recovery: what was synced comes back, what was torn is dropped, damage is
// reported.
#include "models/quorum/storage/storage.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/quorum/facts.h"
#include "models/quorum/server/server_harness.h"
#include "models/quorum/storage/transaction_log.h"
#include "models/quorum/tree/rules_harness.h"
#include "sim/base/format.h"
#include "sim/disk/disk.h"
#include "sim/schedule/sync.h"
#include "sim/testing/run_program.h"

namespace logquake::zookeeper {
namespace {

using sim::testing::run_program;
using testing::Rules;
using testing::World;

// A folder with a snapshot of an empty tree and a log of `batches` batches, each with two creates.
void fill(sim::Node& node, Rules& rules, int batches) {
  ASSERT_TRUE(save_snapshot(node.disk(), "zk", Zxid(), encode_snapshot(ZnodeTree())).ok());
  TransactionLog log(node.disk(), "zk", Zxid());
  Transaction open;
  open.session = SessionId(7);
  open.zxid = Zxid(1);
  log.append(open);
  for (int i = 0; i < batches; ++i) {
    for (const auto* side : {"l", "r"}) {
      const auto transaction = rules.prepare(create_op(format("/{}{}", side, i), "data"));
      rules.apply(transaction);
      log.append(transaction);
    }
    ASSERT_TRUE(log.write().ok());
    ASSERT_TRUE(log.sync().ok());
  }
}

// What recovery makes of a log with the change that `damage` does to its bytes.
std::string recovery_after(const std::function<void(Bytes&)>& damage) {
  std::string outcome;
  run_program([&](sim::Node& node) {
    Rules rules;
    fill(node, rules, 3);
    const auto path = storage_path("zk", "log", Zxid(1));
    auto file = node.disk().open(path, sim::Open::existing);
    auto bytes = *file->read_all();
    damage(bytes);
    ASSERT_TRUE(file->truncate(0).ok());
    ASSERT_TRUE(file->write(0, bytes).ok());
    const auto recovered = recover(node.disk(), "zk");
    outcome = recovered ? format("up to {}, dropped {}", recovered->tree.last_zxid(),
                                 recovered->dropped_bytes > 0)
                        : to_string(recovered.error());
  });
  return outcome;
}

TEST(Recovery, ReplaysTheLogOverTheSnapshot) {  // Z-ST-4
  run_program([](sim::Node& node) {
    Rules rules;
    fill(node, rules, 3);

    const auto recovered = recover(node.disk(), "zk");

    ASSERT_TRUE(recovered.ok());
    EXPECT_EQ(recovered->replayed, 7);
    EXPECT_EQ(recovered->tree.last_zxid(), Zxid(7));
    EXPECT_NE(recovered->tree.nodes().find("/r2"), recovered->tree.nodes().end());
  });
}

TEST(Recovery, DropsATornTail) {  // Z-ST-2: nobody was promised the last batch when it was written
  EXPECT_EQ(recovery_after([](Bytes&) {}), "up to 7, dropped false");
  EXPECT_EQ(recovery_after([](Bytes& bytes) { bytes.pop_back(); }), "up to 6, dropped true");
  EXPECT_EQ(recovery_after([](Bytes& bytes) { bytes.resize(bytes.size() - 150); }),
            "up to 5, dropped true");
  EXPECT_EQ(recovery_after([](Bytes& bytes) { bytes.resize(7); }), "up to 0, dropped true");
}

TEST(Recovery, ReportsDamageBelowWhatWasDurable) {  // Z-ST-2
  EXPECT_EQ(recovery_after([](Bytes& bytes) { bytes[40] ^= std::byte{1}; }),
            "corrupt: replay zk/log.1: bad record at offset 16, but 0x5 was durable");
}

TEST(Recovery, RefusesALogWithoutASnapshot) {  // Z-ST-6
  run_program([](sim::Node& node) {
    Rules rules;
    fill(node, rules, 1);
    ASSERT_TRUE(node.disk().remove("zk/snapshot.0").ok());

    EXPECT_TRUE(recover(node.disk(), "zk").is(logquake::ErrorCode::corrupt));
  });
}

TEST(Recovery, TrustsALogWithoutASnapshotWhereItIsTold) {  // Z-ST-6
  run_program([](sim::Node& node) {
    Rules rules;
    fill(node, rules, 2);
    ASSERT_TRUE(node.disk().remove("zk/snapshot.0").ok());

    const auto recovered = recover(node.disk(), "zk", true);

    ASSERT_TRUE(recovered.ok());
    EXPECT_FALSE(recovered->fresh);
    EXPECT_EQ(recovered->tree.last_zxid(), Zxid(5));
    EXPECT_NE(recovered->tree.find("/r1"), nullptr);
  });
}

TEST(Recovery, FallsBackToAnOlderSnapshot) {  // Z-ST-4: the newest whole one
  run_program([](sim::Node& node) {
    Rules rules;
    fill(node, rules, 2);
    auto half = encode_snapshot(rules.tree);
    half.resize(half.size() / 2);
    ASSERT_TRUE(save_snapshot(node.disk(), "zk", Zxid(5), half).ok());

    const auto recovered = recover(node.disk(), "zk");

    ASSERT_TRUE(recovered.ok());
    EXPECT_EQ(recovered->skipped_snapshots, 1);
    EXPECT_EQ(recovered->snapshot, Zxid(0));
    EXPECT_EQ(recovered->tree.last_zxid(), Zxid(5));
  });
}

TEST(Truncation, CutsLogsAndTheSnapshotsThatHoldMore) {  // Z-SY-3, D-ZA14
  run_program([](sim::Node& node) {
    Rules rules;
    fill(node, rules, 3);
    ASSERT_TRUE(save_snapshot(node.disk(), "zk", Zxid(6), encode_snapshot(rules.tree)).ok());

    ASSERT_TRUE(truncate_history(node.disk(), "zk", Zxid(4)).ok());

    const auto recovered = recover(node.disk(), "zk");
    ASSERT_TRUE(recovered.ok());
    EXPECT_EQ(recovered->tree.last_zxid(), Zxid(4));
    EXPECT_EQ(recovered->snapshot, Zxid());
  });
}

TEST(Truncation, RefusesWhatIsNotInTheHistory) {  // Z-SY-11
  run_program([](sim::Node& node) {
    Rules rules;
    fill(node, rules, 1);

    EXPECT_TRUE(truncate_history(node.disk(), "zk", Zxid(9)).is(logquake::ErrorCode::not_found));
    EXPECT_TRUE(drop_history_above(node.disk(), "zk", Zxid(2)).ok());

    EXPECT_EQ(recover(node.disk(), "zk")->tree.last_zxid(), Zxid(2));
  });
}

TEST(Recovery, KeepsWhatPurgingMustNotTouch) {
  run_program([](sim::Node& node) {
    Rules rules;
    fill(node, rules, 2);
    for (const auto zxid : {2, 3, 4})
      ASSERT_TRUE(save_snapshot(node.disk(), "zk", Zxid(zxid), encode_snapshot(rules.tree)).ok());

    ASSERT_TRUE(purge(node.disk(), "zk", 3).ok());

    EXPECT_EQ(node.disk().list("zk"), (std::vector<std::string>{"zk/log.1", "zk/snapshot.2",
                                                                "zk/snapshot.3", "zk/snapshot.4"}));
  });
}

struct Ending {
  std::int64_t acknowledged = 0;
  std::int64_t lost = 0;
  std::int64_t power_losses = 0;
  std::int64_t torn = 0;
  std::uint64_t fingerprint = 0;
};

// Several tasks write all the time while the server loses power again and again; then everything
// that was acknowledged is looked for.
Ending writes_under_power_losses(std::uint64_t seed,
                                 const std::set<std::string, std::less<>>& defects,
                                 const std::string& strategy = "fifo") {
  auto settings = World::ticking(500ms);
  settings.snap_count = 200;
  auto options = World::options_of(defects, seed);
  options.strategy = *sim::parse_strategy(strategy);
  options.disk.sync_low = 10ms;  // so slow that most faults strike during a sync
  options.disk.sync_high = 50ms;
  World world(options, settings);
  Ending ending;
  world.on<ServerRecovered>(
      [&](const ServerRecovered& fact) { ending.torn += fact.dropped_bytes > 0 ? 1 : 0; });
  auto random = world.simulation.random("test");
  for (int i = 0; i < 8; ++i) {
    const auto when = random.between(Duration(3s), Duration(25s));
    const auto down = random.between(Duration(100ms), Duration(1s));
    const auto crash = random.chance({1, 3});
    world.simulation.after(when, [&world, &ending, crash] {
      ++ending.power_losses;
      if (crash) return world.simulation.crash_process(world.server());
      world.simulation.lose_power(world.server());
    });
    world.simulation.after(when + down, [&world] { world.simulation.restart(world.server()); });
  }
  world.run([&](sim::Node& node) {
    std::map<std::string, std::string> acknowledged;
    const auto settings_for = [](std::string name) {
      return ClientSettings{
          .servers = {testing::server_address}, .session_timeout = 10s, .name = std::move(name)};
    };
    const Instant end = node.now() + 30s;
    int running = 0;
    sim::Signal done(node);
    for (int writer = 0; writer < 4; ++writer) {
      ++running;
      node.spawn(format("writer-{}", writer), [&, writer] {
        ZooKeeperClient client(node, settings_for(format("client-{}", writer)));
        client.open_session();
        for (int i = 0; node.now() < end; ++i) {
          if (!client.wait_until_connected(1s)) {
            if (client.state() == SessionState::expired) client.open_session();
            continue;
          }
          const auto path = format("/w{}-{}", writer, i);
          // Big enough for a batch to cover several pages of the disk.
          const auto data = format("{}-{}", std::string(1500, 'x'), i);
          if (client.create(path, data).ok()) acknowledged[path] = data;
          node.sleep_for(100ms);
        }
        --running;
        done.notify_all();
      });
    }
    done.wait_until([&] { return running == 0; });
    ZooKeeperClient client(node, settings_for("reader"));
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(60s));
    for (const auto& [path, data] : acknowledged) {
      const auto found = client.get(path);
      if (!found.ok() || found->data != data) ++ending.lost;
    }
    ending.acknowledged = static_cast<std::int64_t>(acknowledged.size());
  });
  ending.fingerprint = world.simulation.trace().fingerprint();
  return ending;
}

TEST(Durability, EveryAcknowledgedWriteSurvives) {  // Z-BC-2, Z-INV-6, Z-PT-13
  std::int64_t torn = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const auto ending = writes_under_power_losses(seed, {});
    EXPECT_EQ(ending.lost, 0) << "seed " << seed;
    EXPECT_GT(ending.acknowledged, 300) << "seed " << seed;
    torn += ending.torn;
  }
  EXPECT_GT(torn, 0);
}

TEST(Durability, HoldsUnderEverySchedule) {
  for (const auto* strategy : {"random", "pct:3"}) {
    const auto ending = writes_under_power_losses(2, {}, strategy);
    EXPECT_EQ(ending.lost, 0) << strategy;
    EXPECT_GT(ending.acknowledged, 100) << strategy;
  }
}

TEST(Durability, IsLostWhereRepliesDoNotWaitForTheDisk) {  // the defect zk.ack-before-sync
  std::int64_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed)
    lost += writes_under_power_losses(seed, {"zk.ack-before-sync"}).lost;

  EXPECT_GT(lost, 0);
}

TEST(Durability, TheSameSeedIsTheSameRun) {
  EXPECT_EQ(writes_under_power_losses(3, {}).fingerprint,
            writes_under_power_losses(3, {}).fingerprint);
}

}  // namespace
}  // namespace logquake::zookeeper
