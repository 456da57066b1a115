// What the members of an ensemble keep on their disks, and what becomes of them when a disk is not
// what it was. Source: Z-ST-1 to Z-ST-7.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/raw_client.h"
#include "models/quorum/storage/transaction_log.h"
#include "models/quorum/wire/jute.h"

namespace logquake::zookeeper::testing {
namespace {

const std::string folder = "zookeeper/";

std::vector<Zxid> zxids_of(sim::Node& node, std::string_view kind) {
  std::vector<Zxid> zxids;
  for (const auto& path : node.disk().list("zookeeper")) {
    if (const auto zxid = zxid_of_file(path, kind)) zxids.push_back(*zxid);
  }
  std::sort(zxids.begin(), zxids.end());
  return zxids;
}

Bytes content_of(sim::Node& node, const std::string& path) {
  auto file = node.disk().open(path, sim::Open::existing);
  if (!file) return {};
  return file->read_all().value();
}

std::string text_of(sim::Node& node, const std::string& path) {
  std::string text;
  for (const auto byte : content_of(node, path)) text += static_cast<char>(byte);
  return text;
}

/// Creates `count` nodes, each with `bytes` of data.
void write(sim::Node& node, const sim::Address& server, int count, std::size_t bytes = 1) {
  RawClient client(node, server);
  ASSERT_TRUE(client.connect({}, 10s));
  for (int i = 0; i < count; ++i) {
    const auto reply =
        client.call(create_op("/n", std::string(bytes, 'x'), CreateMode::persistent_sequential));
    ASSERT_TRUE(reply && reply->error == ErrorCode::ok);
  }
  ASSERT_TRUE(client.call(bare_op(OpCode::close_session)));
}

bool has_node(sim::Node& node, const sim::Address& server, const std::string& path) {
  RawClient client(node, server);
  while (!client.connect({}, 10s)) node.sleep_for(100ms);
  EXPECT_EQ(client.outcome(bare_op(OpCode::sync, path)), ErrorCode::ok);
  return client.outcome(bare_op(OpCode::exists, path)) == ErrorCode::ok;
}

TEST(EnsembleStorage, HasTheFilesOfARunningVoter) {  // Z-ST-1, Z-DI-1, Z-OBS-60
  EnsembleWorld world;
  ASSERT_TRUE(world.start());
  world.run([&](sim::Node& node) {
    write(node, world.address(world.leader()), 2);
    node.sleep_for(1s);
    for (int id = 1; id <= 3; ++id) {
      auto& server = world.node(id);
      EXPECT_EQ(text_of(server, folder + "acceptedEpoch"), "1");
      EXPECT_EQ(text_of(server, folder + "currentEpoch"), "1");
      EXPECT_EQ(zxids_of(server, "log"), std::vector{make_zxid(1, 1)});
      EXPECT_EQ(zxids_of(server, "snapshot"), std::vector{Zxid(0)});

      const auto log = content_of(server, folder + "log.100000001");
      JuteReader in(log);
      std::int32_t magic = 0;
      std::int32_t version = 0;
      in.get(magic);
      in.get(version);
      EXPECT_EQ(magic, 0x5A4B4C47);  // "ZKLG"
      EXPECT_EQ(version, 2);
      const auto parsed = parse_log(log);
      ASSERT_EQ(parsed.records.size(), 4U);  // a session, two nodes, the session's end
      EXPECT_EQ(parsed.records.front().transaction.zxid, make_zxid(1, 1));
      EXPECT_EQ(log.back(), std::byte{0x42});
    }
  });
}

// How many transactions each log file of server 1 holds but the last, after 100 writes.
std::vector<std::int64_t> log_lengths(std::uint64_t seed) {
  EnsembleWorld world({.seed = seed, .adjust = [](ServerSettings& s) { s.snap_count = 20; }});
  std::vector<std::int64_t> lengths;
  EXPECT_TRUE(world.start());
  world.run([&](sim::Node& node) {
    write(node, world.address(world.leader()), 100);
    node.sleep_for(1s);
    const auto logs = zxids_of(world.node(1), "log");
    for (std::size_t i = 1; i < logs.size(); ++i)
      lengths.push_back(logs[i].value() - logs[i - 1].value());
  });
  return lengths;
}

TEST(EnsembleStorage, RollsItsLogWithEachSnapshot) {  // Z-ST-5
  const auto lengths = log_lengths(1);

  ASSERT_GE(lengths.size(), 5U);
  for (const auto length : lengths) {
    EXPECT_GT(length, 10);
    EXPECT_LE(length, 21);  // what was on the way when the count was reached goes along
  }
  EXPECT_EQ(log_lengths(1), lengths);
  EXPECT_NE(log_lengths(2), lengths);
}

TEST(EnsembleStorage, IsPurged) {  // Z-ST-4, Z-ST-5
  EnsembleWorld world({.adjust = [](ServerSettings& settings) {
    settings.snap_count = 10;
    settings.snapshots_to_keep = 3;
  }});
  ASSERT_TRUE(world.start());
  world.run([&](sim::Node& node) {
    write(node, world.address(world.leader()), 100);
    node.sleep_for(1s);
    for (int id = 1; id <= 3; ++id) {
      const auto snapshots = zxids_of(world.node(id), "snapshot");
      const auto logs = zxids_of(world.node(id), "log");
      ASSERT_EQ(snapshots.size(), 3U);
      EXPECT_GT(snapshots.front(), make_zxid(1, 50));
      EXPECT_LE(logs.front(), snapshots.front() + 1);  // it can be replayed from
      EXPECT_LE(logs.size(), 5U);
    }
    for (int id = 1; id <= 3; ++id) world.simulation.restart(world.id_of(id));
    EXPECT_TRUE(has_node(node, world.address(2), "/n0000000099"));
  });
}

TEST(EnsembleStorage, LosesATornTailAndGetsItBack) {  // Z-ST-2, Z-SY-3
  EnsembleWorld world;
  std::int64_t dropped = 0;
  world.on<ServerRecovered>([&](const ServerRecovered& recovered, const std::string&) {
    dropped += recovered.dropped_bytes;
  });
  ASSERT_TRUE(world.start());
  const auto torn = world.followers().front();
  world.run([&](sim::Node& node) {
    write(node, world.address(world.leader()), 5);
    node.sleep_for(1s);
    auto log = world.node(torn).disk().open(folder + "log.100000001", sim::Open::existing);
    ASSERT_TRUE(log.ok());
    ASSERT_TRUE(log->truncate(log->size() - 5).ok());
    world.simulation.restart(world.id_of(torn));
    node.sleep_for(5s);

    EXPECT_GT(dropped, 0);
    EXPECT_TRUE(world.serves(torn));
    EXPECT_TRUE(has_node(node, world.address(torn), "/n0000000004"));
    const auto parsed = parse_log(content_of(world.node(torn), folder + "log.100000001"));
    EXPECT_EQ(parsed.valid_bytes, parsed.total_bytes);
  });
}

TEST(EnsembleStorage, DoesNotSkipARecordThatIsDamaged) {  // Z-ST-2
  EnsembleWorld world;
  std::vector<std::string> exits;
  world.on<sim::NodeExited>(
      [&](const sim::NodeExited& exited, const std::string&) { exits.push_back(exited.why); });
  ASSERT_TRUE(world.start());
  const auto damaged = world.followers().front();
  world.run([&](sim::Node& node) {
    write(node, world.address(world.leader()), 5);
    node.sleep_for(1s);
    auto log = world.node(damaged).disk().open(folder + "log.100000001", sim::Open::existing);
    ASSERT_TRUE(log.ok());
    const Bytes noise(3, std::byte{0xFF});
    ASSERT_TRUE(log->write(40, noise).ok());
    world.simulation.restart(world.id_of(damaged));
    node.sleep_for(3s);

    ASSERT_FALSE(exits.empty());
    EXPECT_NE(exits.front().find("bad record at offset 16"), std::string::npos) << exits.front();
    EXPECT_FALSE(world.serves(damaged));
    EXPECT_TRUE(has_node(node, world.address(world.leader()), "/n0000000004"));
  });
}

// Server 1 loses its snapshots; whether it serves again.
bool serves_without_snapshots(bool trusts_empty) {
  EnsembleWorld world({.adjust = [&](ServerSettings& settings) {
    settings.trust_empty_snapshot = trusts_empty;
    settings.snap_count = 10;
    settings.snapshots_to_keep = 3;
  }});
  bool serves = false;
  EXPECT_TRUE(world.start());
  const auto loser = world.followers().front();
  world.run([&](sim::Node& node) {
    write(node, world.address(world.leader()), 60);
    node.sleep_for(1s);
    auto& disk = world.node(loser).disk();
    for (const auto zxid : zxids_of(world.node(loser), "snapshot"))
      ASSERT_TRUE(disk.remove(storage_path("zookeeper", "snapshot", zxid)).ok());
    world.simulation.restart(world.id_of(loser));
    node.sleep_for(5s);
    serves = world.serves(loser);
    if (!serves) return;
    RawClient client(node, world.address(loser));
    ASSERT_TRUE(client.connect({}, 4s));
    EXPECT_EQ(client.outcome(bare_op(OpCode::exists, "/n0000000059")), ErrorCode::ok);
    // What was only in the snapshots is gone without a word.
    EXPECT_EQ(client.outcome(bare_op(OpCode::exists, "/n0000000000")), ErrorCode::no_node);
  });
  return serves;
}

TEST(EnsembleStorage, ServesWithoutSnapshotsOnlyWhereTheyAreNotMissed) {  // Z-ST-6
  EXPECT_FALSE(serves_without_snapshots(false));
  EXPECT_TRUE(serves_without_snapshots(true));
}

TEST(EnsembleStorage, ForgetsACommittedWriteByAmnesia) {  // Z-ST-7, Z-INV-6
  for (const bool amnesia : {false, true}) {
    EnsembleWorld world;
    ASSERT_TRUE(world.start());
    const auto leader = world.leader();
    const auto wiped = world.followers()[0];
    const auto away = world.followers()[1];
    world.run([&](sim::Node& node) {
      world.simulation.crash_process(world.id_of(away));
      write(node, world.address(leader), 1);  // two of three have it
      world.simulation.crash_process(world.id_of(leader));
      if (amnesia) {
        world.simulation.wipe_disk(world.id_of(wiped));
        world.simulation.restart(world.id_of(wiped));
      }
      world.simulation.restart(world.id_of(away));

      EXPECT_EQ(has_node(node, world.address(away), "/n0000000000"), !amnesia);
    });
  }
}

// Whether an acknowledged write outlives the power of all servers.
bool survives_power_loss(bool force_sync) {
  EnsembleWorld world({.adjust = [&](ServerSettings& s) { s.force_sync = force_sync; }});
  bool survives = false;
  EXPECT_TRUE(world.start());
  world.run([&](sim::Node& node) {
    write(node, world.address(world.leader()), 1);
    for (int id = 1; id <= 3; ++id)
      world.simulation.lose_power(world.id_of(id), {}, sim::PowerFate::lost);
    for (int id = 1; id <= 3; ++id) world.simulation.restart(world.id_of(id));
    survives = has_node(node, world.address(1), "/n0000000000");
  });
  return survives;
}

TEST(EnsembleStorage, KeepsAcknowledgedWritesUnlessNobodyWaitsForTheDisk) {  // Z-BC-2, Z-PT-13
  EXPECT_TRUE(survives_power_loss(true));
  EXPECT_FALSE(survives_power_loss(false));  // forceSync=no
}

}  // namespace
}  // namespace logquake::zookeeper::testing
