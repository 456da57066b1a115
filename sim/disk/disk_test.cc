#include "sim/disk/disk.h"

#include <gtest/gtest.h>

#include "sim/simulation.h"
#include "sim/testing/run_program.h"

namespace logquake::sim {
namespace {

using testing::run_program;

std::string content(Disk& disk, std::string_view path) {
  auto file = disk.open(path, Open::existing);
  if (!file) return "(no file)";
  const auto bytes = file->read_all();
  return std::string(text_of(*bytes));
}

TEST(Disk, OpensWhatIsThereAndMakesWhatIsAskedFor) {
  run_program([](Node& node) {
    EXPECT_TRUE(node.disk().open("a/b", Open::existing).is(ErrorCode::not_found));
    EXPECT_TRUE(node.disk().open("a/b", Open::create).ok());
    EXPECT_TRUE(node.disk().open("a/b", Open::create_new).is(ErrorCode::already_exists));
    EXPECT_TRUE(node.disk().open("a/b", Open::existing).ok());
    EXPECT_EQ(node.disk().list("a"), std::vector<std::string>{"a/b"});
    EXPECT_TRUE(node.disk().list("b").empty());
  });
}

TEST(Disk, RenamingReplacesAndRemovingForgets) {
  run_program([](Node& node) {
    Disk& disk = node.disk();
    ASSERT_TRUE(disk.open("new", Open::create)->append(view_of("new")).ok());
    ASSERT_TRUE(disk.open("old", Open::create)->append(view_of("old")).ok());
    ASSERT_TRUE(disk.rename("new", "old").ok());
    EXPECT_EQ(content(disk, "old"), "new");
    EXPECT_FALSE(disk.exists("new"));
    ASSERT_TRUE(disk.remove("old").ok());
    EXPECT_TRUE(disk.remove("old").is(ErrorCode::not_found));
  });
}

TEST(Disk, SyncTakesItsTime) {
  run_program([](Node& node) {
    auto file = node.disk().open("log", Open::create);
    const Instant before = node.now();
    ASSERT_TRUE(file->sync().ok());
    EXPECT_GE(node.now() - before, 200us);
    EXPECT_LE(node.now() - before, 2ms);
  });
}

TEST(Disk, AFullDiskTakesNothingAndAFailedSyncSaysSo) {
  run_program([](Node& node) {
    auto file = node.disk().open("log", Open::create);
    node.disk().set_full(true);
    EXPECT_TRUE(file->append(view_of("x")).is(ErrorCode::no_space));
    EXPECT_EQ(file->size(), 0);
    node.disk().set_full(false);
    node.disk().fail_next_syncs(1);
    EXPECT_TRUE(file->sync().is(ErrorCode::io_error));
    EXPECT_TRUE(file->sync().ok());
  });
}

// What a machine finds after a crash or a power loss between two writes, of which the first was
// synced.
std::string found_after(std::uint64_t seed, bool power_loss) {
  Options options;
  options.seed = seed;
  Simulation simulation(options);
  auto& node = simulation.add_node("a-1", [](Node& self) {
    if (self.disk().exists("log")) {
      self.sleep_for(1h);
      return;
    }
    auto file = self.disk().open("log", Open::create);
    (void)file->append(view_of("synced "));
    (void)file->sync();
    (void)file->append(view_of("unsynced"));
    self.sleep_for(1h);
  });
  (void)simulation.run_for(1s);
  if (power_loss) {
    simulation.lose_power(node.id());
  } else {
    simulation.crash_process(node.id());
  }
  simulation.restart(node.id());
  (void)simulation.run_for(1s);
  return content(node.disk(), "log");
}

TEST(Disk, ACrashOfTheProcessKeepsThePageCache) {
  EXPECT_EQ(found_after(1, false), "synced unsynced");
}

TEST(Disk, APowerLossKeepsWhatWasSyncedAndSettlesTheRestBySeed) {
  bool some_kept = false;
  bool some_lost = false;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto found = found_after(seed, true);
    EXPECT_TRUE(found.starts_with("synced ")) << found;
    EXPECT_EQ(found, found_after(seed, true));
    some_kept = some_kept || found == "synced unsynced";
    some_lost = some_lost || found == "synced ";
  }
  EXPECT_TRUE(some_kept);
  EXPECT_TRUE(some_lost);
}

TEST(Disk, SyncingAnyFileMakesEarlierNamesDurable) {
  Simulation simulation;
  auto& node = simulation.add_node("a-1", [](Node& self) {
    if (self.disk().exists("two")) {
      self.sleep_for(1h);
      return;
    }
    (void)self.disk().open("one", Open::create);
    (void)self.disk().rename("one", "moved");
    auto file = self.disk().open("two", Open::create);
    (void)file->sync();
    self.sleep_for(1h);
  });
  (void)simulation.run_for(1s);
  simulation.lose_power(node.id());

  EXPECT_TRUE(node.disk().exists("moved"));
  EXPECT_FALSE(node.disk().exists("one"));
  EXPECT_TRUE(node.disk().exists("two"));
}

TEST(Disk, ASyncThatIsCutShortMakesNothingDurableButBlocksNobodyAfterwards) {
  Simulation simulation;
  auto& node = simulation.add_node("a-1", [](Node& self) {
    auto file = self.disk().open("log", Open::create);
    (void)file->sync();
    self.sleep_for(1h);
  });
  (void)simulation.run_for(100us);  // in the middle of the sync
  simulation.crash_process(node.id());
  simulation.restart(node.id());
  (void)simulation.run_for(1s);

  simulation.lose_power(node.id());
  EXPECT_TRUE(node.disk().exists("log"));  // the second life's sync went through
}

}  // namespace
}  // namespace logquake::sim
