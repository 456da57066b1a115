#include "sim/faults/disk_faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <optional>
#include <stdexcept>

#include "sim/disk/page_cache.h"
#include "sim/injector.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

constexpr std::size_t page = 4096;

// One machine whose files a test writes and syncs from outside, and whose power it can cut.
struct World {
  World() : simulation(unrestricted()) {
    simulation.add_node("store-1", [](Node& self) { self.sleep_for(100h); });
  }
  static Options unrestricted() {
    Options options;
    options.unrestricted = true;
    return options;
  }
  Node& node() { return simulation.node("store-1"); }
  Disk& disk() { return node().disk(); }
  void strike(const Fault& fault) { simulation.injector().strike(fault, {}); }
  void heal() { simulation.injector().heal_all({}); }
  void run(Duration duration) { (void)simulation.run_for(duration); }
  Status write(std::string_view path, std::int64_t offset, const std::string& text) {
    return disk().open(path, Open::create)->write(offset, view_of(text));
  }
  // Syncs in a task of the machine; nothing while the sync has not returned after `limit`.
  std::optional<Status> sync(std::string_view path, Duration limit = 100ms) {
    auto answer = std::make_shared<std::optional<Status>>();
    node().spawn("syncer", [answer, file = disk().open(path, Open::create).value()]() mutable {
      *answer = file.sync();
    });
    run(limit);
    return *answer;
  }
  void write_and_sync(std::string_view path, const std::string& text) {
    ASSERT_TRUE(write(path, 0, text).ok());
    ASSERT_TRUE(sync(path)->ok());
  }
  std::string content(std::string_view path) {
    return std::string(text_of(*disk().open(path, Open::existing)->read_all()));
  }
  void lose_power_and_restart() {
    strike(PowerLoss{"store-1", {}, PowerFate::lost});
    strike(Restart{"store-1"});
  }
  Simulation simulation;
};

std::string pages_of(std::string_view letters) {
  std::string text;
  for (const char letter : letters) text += std::string(page, letter);
  return text;
}

// One letter for each page that is all of one, '?' for others.
std::string letters_of(const std::string& text) {
  std::string letters;
  for (std::size_t at = 0; at < text.size(); at += page) {
    const auto whole = text.substr(at, page);
    letters += whole == std::string(whole.size(), whole[0]) ? whole[0] : '?';
  }
  return letters;
}

int bits_apart(const std::string& one, const std::string& other) {
  EXPECT_EQ(one.size(), other.size());
  int bits = 0;
  for (std::size_t at = 0; at < std::min(one.size(), other.size()); ++at)
    bits += std::popcount(static_cast<unsigned char>(one[at] ^ other[at]));
  return bits;
}

TEST(FailSync, StrikesTheNextOnesOfItsFiles) {
  World world;
  world.strike(FailSync{"store-1", 2, PathPattern{"data/*"}});

  EXPECT_TRUE(world.sync("log")->ok());
  EXPECT_TRUE(world.sync("data/a")->is(ErrorCode::io_error));
  EXPECT_TRUE(world.sync("data/b")->is(ErrorCode::io_error));
  EXPECT_TRUE(world.sync("data/a")->ok());
}

TEST(FailSync, HealsAfterItsTimeAndWithAllElse) {
  World world;
  world.strike(FailSync{"store-1", 0, {}, 250ms});
  EXPECT_TRUE(world.sync("log")->is(ErrorCode::io_error));
  EXPECT_TRUE(world.sync("log")->is(ErrorCode::io_error));
  world.run(100ms);
  EXPECT_TRUE(world.sync("log")->ok());

  world.strike(FailSync{"store-1", 5});
  world.heal();
  EXPECT_TRUE(world.sync("log")->ok());
}

TEST(FailWrite, WritesNothingAndSaysSo) {
  World world;
  world.write_and_sync("log", "before");
  world.strike(FailWrite{"store-1"});

  EXPECT_TRUE(world.write("log", 0, "AFTER!").is(ErrorCode::io_error));
  EXPECT_EQ(world.content("log"), "before");
  EXPECT_TRUE(world.write("log", 0, "AFTER!").ok());
}

TEST(FailWrite, HealsAfterItsTimeAndWithAllElse) {
  World world;
  world.strike(FailWrite{"store-1", 0, {}, 1s});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.write("log", 0, "x").is(ErrorCode::io_error));
  world.run(1s);
  EXPECT_TRUE(world.write("log", 0, "x").ok());

  world.strike(FailWrite{"store-1", 3});
  world.heal();
  EXPECT_TRUE(world.write("log", 0, "x").ok());
}

TEST(DiskFull, OfTwoThatOverlapNeitherEndsTheOther) {
  World world;
  ASSERT_TRUE(world.write("log", 0, "there").ok());
  world.strike(DiskFull{"store-1", 3s});
  world.strike(DiskFull{"store-1", 1s});
  world.run(2s);
  EXPECT_TRUE(world.write("log", 0, "x").is(ErrorCode::no_space));
  world.run(2s);
  EXPECT_TRUE(world.write("log", 0, "x").ok());

  world.strike(DiskFull{"store-1", {}});
  EXPECT_TRUE(world.write("log", 0, "x").is(ErrorCode::no_space));
  world.heal();
  EXPECT_TRUE(world.write("log", 0, "x").ok());
}

TEST(SlowDisk, OfTwoThatOverlapNeitherEndsTheOther) {
  World world;
  world.strike(SlowDisk{"store-1", 50ms, 3s});
  world.strike(SlowDisk{"store-1", 80ms, 1s});
  EXPECT_FALSE(world.sync("log", 79ms).has_value());
  world.run(2s);
  EXPECT_FALSE(world.sync("log", 49ms).has_value());
  world.run(2s);
  EXPECT_TRUE(world.sync("log", 2ms)->ok());
}

TEST(StallDisk, SyncsWaitAndCompleteWhenItIsOver) {
  World world;
  world.strike(StallDisk{"store-1", 5s});
  ASSERT_TRUE(world.write("log", 0, "x").ok());
  int done = 0;
  for (int i = 0; i < 2; ++i) {
    world.node().spawn("syncer", [&, path = "log-" + std::to_string(i)] {
      EXPECT_TRUE(world.disk().open(path, Open::create)->sync().ok());
      ++done;
    });
  }
  world.run(4900ms);
  EXPECT_EQ(done, 0);
  EXPECT_EQ(world.content("log"), "x");  // the page cache goes on

  world.run(200ms);
  EXPECT_EQ(done, 2);
}

TEST(StallDisk, EndsWithAllElseAndDoesNotOutliveAProcess) {
  World world;
  world.strike(StallDisk{"store-1", {}});
  EXPECT_FALSE(world.sync("log", 1h).has_value());
  world.strike(ProcessCrash{"store-1"});
  world.strike(Restart{"store-1"});
  EXPECT_FALSE(world.sync("log", 1h).has_value());
  bool synced = false;
  world.node().spawn("syncer",
                     [&] { synced = world.disk().open("log", Open::create)->sync().ok(); });
  world.heal();
  world.run(1s);
  EXPECT_TRUE(synced);
}

TEST(StallDisk, LetsATaskDieThatSyncsWhileItUnwinds) {
  World world;
  world.strike(StallDisk{"store-1", {}});
  struct SyncsAtItsEnd {
    File file;
    ~SyncsAtItsEnd() { (void)file.sync(); }
  };
  world.node().spawn("thrower", [&] {
    try {
      const SyncsAtItsEnd guard{world.disk().open("log", Open::create).value()};
      throw std::runtime_error("something else");
    } catch (const std::runtime_error&) {
    }
  });
  world.run(1s);
  world.strike(ProcessCrash{"store-1"});

  EXPECT_EQ(world.simulation.state_of(world.node().id()), Simulation::NodeState::down);
}

TEST(TornWrite, BreaksOffAtASectorAndShowsAfterAPowerLoss) {
  for (int round = 0; round < 8; ++round) {
    World world;
    for (int skipped = 0; skipped < round; ++skipped) (void)world.disk().open("x", Open::create);
    world.write_and_sync("log", pages_of("aaaa"));
    ASSERT_TRUE(world.write("log", 0, pages_of("bbbb")).ok());
    world.strike(TornWrite{"store-1"});

    EXPECT_TRUE(world.sync("log")->is(ErrorCode::io_error));
    EXPECT_EQ(letters_of(world.content("log")), "bbbb");
    world.lose_power_and_restart();
    const auto found = world.content("log");
    const auto cut = found.find('a');
    ASSERT_NE(cut, std::string::npos);
    EXPECT_GT(cut, 0u);
    EXPECT_EQ(cut % 512, 0u);
    EXPECT_NE(cut % page, 0u);
    EXPECT_EQ(found, std::string(cut, 'b') + std::string(4 * page - cut, 'a'));
  }
}

TEST(TornWrite, LeavesThePagesToTheNextSyncAndHeals) {
  World world;
  ASSERT_TRUE(world.write("log", 0, pages_of("bb")).ok());
  world.strike(TornWrite{"store-1"});
  EXPECT_TRUE(world.sync("log")->is(ErrorCode::io_error));
  EXPECT_TRUE(world.sync("log")->ok());
  world.lose_power_and_restart();
  EXPECT_EQ(letters_of(world.content("log")), "bb");

  world.strike(TornWrite{"store-1", 0, {}, 1s});
  world.run(1s);
  ASSERT_TRUE(world.write("log", 0, "x").ok());
  EXPECT_TRUE(world.sync("log")->ok());
}

TEST(BitRot, TurnsBitsOfColdDataOver) {
  World world;
  world.write_and_sync("data/cold", pages_of("abc"));
  world.write_and_sync("log", pages_of("d"));
  world.strike(BitRot{"store-1", 3, PathPattern{"data/*"}});

  EXPECT_EQ(bits_apart(world.content("data/cold"), pages_of("abc")), 3);
  EXPECT_EQ(world.content("log"), pages_of("d"));
  world.lose_power_and_restart();
  EXPECT_EQ(bits_apart(world.content("data/cold"), pages_of("abc")), 3);
}

TEST(BitRot, LeavesWhatIsDirtyAlone) {
  World world;
  world.write_and_sync("log", pages_of("aa"));
  ASSERT_TRUE(world.write("log", 10, "dirty").ok());
  for (int i = 0; i < 20; ++i) world.strike(BitRot{"store-1"});

  const auto first = world.content("log").substr(0, page);
  EXPECT_EQ(bits_apart(first, "aaaaaaaaaadirty" + std::string(page - 15, 'a')), 0);
}

TEST(BitRot, HealsToPristineBytesUnderWhatWasWrittenSince) {
  World world;
  world.write_and_sync("log", pages_of("abcd"));
  world.strike(BitRot{"store-1", 64, {}, 10s});
  world.strike(BitRot{"store-1", 64});
  ASSERT_TRUE(world.write("log", 100, "new").ok());
  ASSERT_TRUE(world.sync("log")->ok());
  world.run(10s);
  auto expected = pages_of("abcd");
  expected.replace(100, 3, "new");
  const auto left = bits_apart(world.content("log"), expected);
  EXPECT_GT(left, 0);
  EXPECT_LE(left, 64);

  world.heal();
  EXPECT_EQ(world.content("log"), expected);
}

TEST(BitRot, ProgramsReadTheDamageInPartsToo) {
  World world;
  world.write_and_sync("log", pages_of("ab"));
  world.strike(BitRot{"store-1", 200});
  const auto all = world.content("log");
  auto file = world.disk().open("log", Open::existing);
  std::string parts;
  for (std::int64_t at = 0; at < file->size(); at += 1000)
    parts += std::string(text_of(*file->read(at, 1000)));

  EXPECT_EQ(parts, all);
  EXPECT_NE(all, pages_of("ab"));
}

TEST(LostWrite, IsSeenOnlyAfterThePowerFails) {
  World world;
  world.write_and_sync("log", pages_of("aaa"));
  ASSERT_TRUE(world.write("log", 0, pages_of("bbb")).ok());
  world.strike(LostWrite{"store-1"});
  EXPECT_TRUE(world.sync("log")->ok());
  EXPECT_EQ(letters_of(world.content("log")), "bbb");

  world.strike(ProcessCrash{"store-1"});
  EXPECT_EQ(letters_of(world.content("log")), "bbb");
  world.strike(Restart{"store-1"});
  world.lose_power_and_restart();
  const auto found = letters_of(world.content("log"));
  EXPECT_EQ(std::count(found.begin(), found.end(), 'a'), 1) << found;
  EXPECT_EQ(std::count(found.begin(), found.end(), 'b'), 2) << found;
}

TEST(LostWrite, OfANewPageLeavesZeroes) {
  World world;
  ASSERT_TRUE(world.write("log", 0, pages_of("b")).ok());
  world.strike(LostWrite{"store-1"});
  EXPECT_TRUE(world.sync("log")->ok());
  world.lose_power_and_restart();
  EXPECT_EQ(world.content("log"), std::string(page, '\0'));
}

TEST(LostWrite, HealsToWhatWasWritten) {
  World world;
  world.write_and_sync("log", pages_of("aaa"));
  ASSERT_TRUE(world.write("log", 0, pages_of("bbb")).ok());
  world.strike(LostWrite{"store-1", 0, {}, 10s});
  EXPECT_TRUE(world.sync("log")->ok());
  world.lose_power_and_restart();
  EXPECT_NE(letters_of(world.content("log")), "bbb");

  world.run(10s);
  EXPECT_EQ(letters_of(world.content("log")), "bbb");
  ASSERT_TRUE(world.write("log", 0, pages_of("ccc")).ok());
  EXPECT_TRUE(world.sync("log")->ok());
  world.lose_power_and_restart();
  EXPECT_EQ(letters_of(world.content("log")), "ccc");
}

TEST(LostWrite, IsRepairedByWritingThePageAgain) {
  World world;
  world.write_and_sync("log", pages_of("aaa"));
  ASSERT_TRUE(world.write("log", 0, pages_of("bbb")).ok());
  world.strike(LostWrite{"store-1"});
  EXPECT_TRUE(world.sync("log")->ok());
  EXPECT_TRUE(world.disk().is_damaged());
  ASSERT_TRUE(world.write("log", 0, pages_of("ccc")).ok());
  EXPECT_TRUE(world.sync("log")->ok());

  EXPECT_FALSE(world.disk().is_damaged());
  world.lose_power_and_restart();
  EXPECT_EQ(letters_of(world.content("log")), "ccc");
}

TEST(MisdirectedWrite, LandsOnAnotherPage) {
  World world;
  world.write_and_sync("log", pages_of("abcd"));
  ASSERT_TRUE(world.write("log", 0, pages_of("X")).ok());
  world.strike(MisdirectedWrite{"store-1"});
  EXPECT_TRUE(world.sync("log")->ok());
  EXPECT_EQ(letters_of(world.content("log")), "Xbcd");

  world.lose_power_and_restart();
  const auto found = letters_of(world.content("log"));
  EXPECT_TRUE(found == "aXcd" || found == "abXd" || found == "abcX") << found;
}

TEST(MisdirectedWrite, OfAFileOfOnePageIsLost) {
  World world;
  world.write_and_sync("log", "old");
  ASSERT_TRUE(world.write("log", 0, "NEW").ok());
  world.strike(MisdirectedWrite{"store-1"});
  EXPECT_TRUE(world.sync("log")->ok());
  world.lose_power_and_restart();
  EXPECT_EQ(world.content("log"), "old");
}

TEST(MisdirectedWrite, HealsBothPages) {
  World world;
  world.write_and_sync("log", pages_of("abcd"));
  ASSERT_TRUE(world.write("log", 0, pages_of("X")).ok());
  world.strike(MisdirectedWrite{"store-1"});
  EXPECT_TRUE(world.sync("log")->ok());
  world.lose_power_and_restart();
  world.heal();

  EXPECT_EQ(letters_of(world.content("log")), "Xbcd");
  EXPECT_FALSE(world.disk().is_damaged());
}

TEST(PathPattern, ItsStarsStandForAnything) {
  EXPECT_TRUE(PathPattern{}.matches("a/b"));
  EXPECT_TRUE(PathPattern{"data/*.log"}.matches("data/t-0/7.log"));
  EXPECT_FALSE(PathPattern{"data/*.log"}.matches("data/t-0/7.index"));
  EXPECT_TRUE(PathPattern{"*a*b"}.matches("xabab"));
  EXPECT_FALSE(PathPattern{"*a*b"}.matches("xaba"));
  EXPECT_TRUE(PathPattern{"log"}.matches("log"));
  EXPECT_FALSE(PathPattern{"log"}.matches("logs"));
}

}  // namespace
}  // namespace logquake::sim
