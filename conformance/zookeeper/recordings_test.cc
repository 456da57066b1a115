// What a real ensemble of ZooKeeper 3.8 answered, and what the simulated servers answer to the same
// steps. Re-record: conformance/zookeeper/record
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "conformance/zookeeper/player.h"
#include "conformance/zookeeper/recording.h"
#include "conformance/zookeeper/simulated_link.h"
#include "conformance/zookeeper/transcript.h"
#include "models/quorum/server/server_harness.h"

namespace logquake::zookeeper::conformance {
namespace {

using Way = std::function<std::vector<std::string>(const Draw&)>;

std::vector<Recording> recordings() {
  std::vector<Recording> all;
  for (const auto& path : recordings_in(std::filesystem::path(LOGQUAKE_SOURCE_DIR) /
                                        "models/quorum/testdata/conformance"))
    all.push_back(read_recording(path));
  return all;
}

void compare(Profile profile, const Way& way) {
  int count = 0;
  for (const auto& recording : recordings()) {
    if (recording.draw.profile != profile) continue;
    ++count;
    const auto text = differences(recording.lines, way(recording.draw));
    EXPECT_EQ(text, "") << name_of(profile) << ", seed " << recording.draw.seed;
  }
  EXPECT_GT(count, 0) << "nothing was recorded of " << name_of(profile);
}

TEST(Recordings, HoldEnoughToCompareWith) {
  std::size_t requests = 0;
  for (const auto& recording : recordings()) {
    for (const auto& line : recording.lines) requests += line.starts_with("  ") ? 0 : 1;
  }
  EXPECT_GE(requests, 20'000u);
}

// Z-DM-1 to Z-DM-20, Z-ACL-1 to Z-ACL-4, Z-ER-1 to Z-ER-11, Z-MU-1 to Z-MU-7, Z-WT-1 to Z-WT-15,
// Z-SN-2, Z-SE-3, Z-SE-11 to Z-SE-14, Z-SE-20, Z-WP-3 to Z-WP-14.
TEST(Recordings, OneServerAnswersAsTheRealOnes) { compare(Profile::basic, play_standalone); }
TEST(Recordings, AnEnsembleAnswersAsTheRealOne) { compare(Profile::basic, play_ensemble); }

// Z-WT-6 to Z-WT-8, Z-WT-13, Z-WT-16.
TEST(Recordings, LastingWatchesHearWhatTheyHearInTheRealEnsemble) {
  compare(Profile::lasting, play_standalone);
  compare(Profile::lasting, play_ensemble);
}

// Z-ACL-3 to Z-ACL-6, Z-WP-7.
TEST(Recordings, AccessListsKeepOutWhomTheyKeepOutOfTheRealEnsemble) {
  compare(Profile::secured, play_standalone);
  compare(Profile::secured, play_ensemble);
}

// Z-SE-11, Z-SE-15.
TEST(Recordings, SessionsMoveAsInTheRealEnsemble) { compare(Profile::moves, play_ensemble); }

TEST(Recordings, DifferFromServersThatAreWrong) {
  const auto recording = recordings().front();
  const auto with_defect = [&](const std::string& defect) {
    auto settings = testing::World::ticking(500ms);
    settings.min_session_timeout = 300s;
    settings.max_session_timeout = 900s;
    std::vector<std::string> lines;
    testing::World({defect}, 1, settings).run([&](sim::Node& node) {
      lines = play_simulated(recording.draw, node, {testing::server_address});
    });
    return lines;
  };

  EXPECT_NE(differences(recording.lines, with_defect("zk.reply-before-watch")), "");
}

TEST(Recordings, TellWhereTwoTranscriptsPart) {
  EXPECT_EQ(differences({"a", "b"}, {"a", "b"}), "");
  EXPECT_EQ(differences({"a", "b"}, {"a", "c"}), "line 3:\n  real b\n  sim  c\n");
  EXPECT_EQ(differences({"a"}, {"a", "c"}), "line 3:\n  real (the end)\n  sim  c\n");
  EXPECT_EQ(differences({"a", "b"}, {"x", "y"}, 1), "line 2:\n  real a\n  sim  x\n");
}

TEST(Steps, AreTheSameForTheSameSeed) {
  const auto texts = [](std::uint64_t seed) {
    std::vector<std::string> all;
    for (const auto& step : draw_steps(seed, Profile::moves, 300))
      all.push_back(text_of(step.request));
    return all;
  };

  EXPECT_EQ(texts(1), texts(1));
  EXPECT_NE(texts(1), texts(2));
}

TEST(Transcript, CountsZxidsFromTheBeginningAndChecksTimes) {
  Transcript transcript;
  transcript.begin_at(make_zxid(3, 10));
  transcript.name_session(SessionId(77), 2);
  Stat stat{make_zxid(3, 12), make_zxid(3, 13), 500, 600, 1, 2, 3, SessionId(77), 4, 5,
            make_zxid(3, 14)};

  EXPECT_EQ(transcript.text_of(stat), "{z2 z3 z4 1.2.3 s2 4 5}");
  stat.mtime = 601;
  EXPECT_EQ(transcript.text_of(stat), "{z2 z3 z4 1.2.3 s2 4 5} mtime!");
  EXPECT_EQ(transcript.text_of(Zxid()), "-");
  EXPECT_EQ(transcript.text_of(make_zxid(4, 1)), "e1z1");
}

}  // namespace
}  // namespace logquake::zookeeper::conformance
