#include "models/quorum/tree/session_tracker.h"

#include <gtest/gtest.h>

#include "models/quorum/server_settings.h"

namespace logquake::zookeeper {
namespace {

const SessionId alice{0x100000000000001};
const SessionId bob{0x100000000000002};
Instant at(Duration since_start) { return Instant(since_start); }

TEST(SessionTracker, ExpiresWithinOneTickAfterTheTimeout) {  // Z-SE-7
  for (const auto touch : {0ms, 1ms, 499ms, 500ms, 501ms, 777ms}) {
    SessionTracker tracker(500ms);
    tracker.add(alice, 2s, at(touch));

    const auto silence = tracker.next_expiry() - at(touch);

    EXPECT_GT(silence, 2s);
    EXPECT_LE(silence, 2500ms);
  }
}

TEST(SessionTracker, ATouchMovesTheSessionOn) {  // Z-SE-7
  SessionTracker tracker(500ms);
  tracker.add(alice, 2s, at(0s));
  tracker.add(bob, 2s, at(0s));

  EXPECT_TRUE(tracker.touch(alice, at(1s)));

  EXPECT_EQ(tracker.expire(at(2500ms)), std::vector<SessionId>{bob});
  EXPECT_EQ(tracker.expire(at(3500ms)), std::vector<SessionId>{alice});
}

TEST(SessionTracker, RefusesTouchesOfAClosingSession) {  // Z-SE-8
  SessionTracker tracker(500ms);
  tracker.add(alice, 2s, at(0s));
  tracker.expire(at(10s));

  EXPECT_FALSE(tracker.touch(alice, at(10s)));
  EXPECT_FALSE(tracker.is_live(alice));
  EXPECT_TRUE(tracker.empty());
  EXPECT_FALSE(tracker.touch(bob, at(10s)));
}

TEST(SessionTracker, ExpiresOneBucketInTheOrderOfIds) {  // Z-FM-8
  SessionTracker tracker(500ms);
  tracker.add(bob, 2s, at(0s));
  tracker.add(alice, 2s, at(100ms));

  EXPECT_EQ(tracker.expire(at(10s)), (std::vector<SessionId>{alice, bob}));
}

TEST(SessionPassword,
     FollowsFromTheIdAlone) {  // Z-SE-2; bytes of java.util.Random(id ^ 0xB3415C00)
  EXPECT_EQ(session_password(alice).size(), 16u);
  EXPECT_EQ(session_password(alice), session_password(alice));
  EXPECT_NE(session_password(alice), session_password(bob));
  // Random(0).nextBytes(16), known from Java: 60 b4 20 bb 38 51 d9 d4 7a cb 93 3d be 70 39 9b
  EXPECT_EQ(to_hex(session_password(SessionId(0xB3415C00))), "60b420bb3851d9d47acb933dbe70399b");
}

TEST(SessionIds, HoldServerTimeAndCounter) {  // Z-SE-1
  EXPECT_EQ(first_session_id(ServerId(1), 0x123456, SessionId()), SessionId(0x0100001234560000));
  EXPECT_EQ(first_session_id(ServerId(1), 0, SessionId()).value(), 0x0100000000000001);
}

TEST(SessionIds, AreNeverGivenOutTwice) {  // Z-SE-1: a clock that starts again must not repeat them
  const auto highest = first_session_id(ServerId(1), 5000, SessionId()) + 3;

  EXPECT_EQ(first_session_id(ServerId(1), 10, highest), highest + 1);
}

TEST(ServerSettings, NegotiatesTimeouts) {  // Z-SE-3, Z-OBS-4
  ServerSettings settings;
  settings.tick_time = 500ms;
  const auto negotiated = [&](std::int64_t ms) {
    return settings.negotiated(std::chrono::milliseconds(ms));
  };

  EXPECT_EQ(negotiated(1), 1s);
  EXPECT_EQ(negotiated(999), 1s);
  EXPECT_EQ(negotiated(1000), 1s);
  EXPECT_EQ(negotiated(4000), 4s);
  EXPECT_EQ(negotiated(10000), 10s);
  EXPECT_EQ(negotiated(10001), 10s);
  EXPECT_EQ(negotiated(99999), 10s);
}

TEST(ServerSettings, ReadsAZooCfg) {  // Z-TM-1
  const auto settings = parse_zoo_cfg(
      "# The number of milliseconds of each tick\ntickTime=2000\ninitLimit=10\nsyncLimit=5\n"
      "dataDir=/tmp/zookeeper\nclientPort=2181\n");

  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->tick_time, 2s);
  EXPECT_EQ(settings->data_dir, "/tmp/zookeeper");
  EXPECT_FALSE(settings->extended_types);
}

TEST(ServerSettings, ListTheWordsThatRun) {  // Z-4L-2
  using Words = std::set<std::string, std::less<>>;
  EXPECT_EQ(ServerSettings().four_letter_words, Words{"srvr"});
  EXPECT_EQ(parse_zoo_cfg("4lw.commands.whitelist=stat, ruok,*")->four_letter_words,
            (Words{"stat", "ruok", "*"}));
}

TEST(ServerSettings, SwitchModesThatAreOffByDefault) {  // Z-RD-6, Z-ST-6
  EXPECT_FALSE(ServerSettings().read_only_mode);
  EXPECT_TRUE(parse_zoo_cfg("readonlymode.enabled=true")->read_only_mode);
  EXPECT_FALSE(parse_zoo_cfg("readonlymode.enabled=yes").ok());
  EXPECT_FALSE(ServerSettings().trust_empty_snapshot);
  EXPECT_TRUE(parse_zoo_cfg("snapshot.trust.empty=true")->trust_empty_snapshot);
  EXPECT_FALSE(parse_zoo_cfg("snapshot.trust.empty=").ok());
}

TEST(ServerSettings, MayShortenTheCounterOfAnEpoch) {  // Z-ZX-3
  EXPECT_EQ(ServerSettings().counter_limit, 0xFFFFFFFF);
  EXPECT_EQ(parse_zoo_cfg("simulation.counterLimit=100")->counter_limit, 100);
  EXPECT_FALSE(parse_zoo_cfg("simulation.counterLimit=4294967296").ok());
}

TEST(ServerSettings, KnowsBothNamesOfExtendedTypes) {  // Z-DM-16
  EXPECT_TRUE(parse_zoo_cfg("extendedTypesEnabled=true")->extended_types);
  EXPECT_TRUE(parse_zoo_cfg("zookeeper.extendedTypesEnabled=true")->extended_types);
  EXPECT_FALSE(parse_zoo_cfg("extendedTypesEnabled=false")->extended_types);
  EXPECT_FALSE(parse_zoo_cfg("extendedTypesEnabled=1").ok());
}

TEST(ServerSettings, HaveNoLimitsOfTheirOwnForEnsembles) {  // Z-TM-1
  const std::string two = "server.1=a:2888:3888\nserver.2=b:2888:3888\n";

  EXPECT_EQ(parse_zoo_cfg(two + "syncLimit=5").error().message, "zoo.cfg: initLimit is not set");
  EXPECT_EQ(parse_zoo_cfg(two + "initLimit=5").error().message, "zoo.cfg: syncLimit is not set");
  EXPECT_TRUE(parse_zoo_cfg(two + "initLimit=5\nsyncLimit=5").ok());
  EXPECT_TRUE(parse_zoo_cfg("server.1=a:2888:3888").ok());  // alone it needs nobody
}

TEST(ServerSettings, NamesTheLineThatIsWrong) {
  const auto message = [](std::string_view text) { return parse_zoo_cfg(text).error().message; };

  EXPECT_EQ(message("tickTime=2000\n\ntickTime=fast"),
            "zoo.cfg line 3: 'fast' is no value for tickTime");
  EXPECT_EQ(message("server.1=zoo1:2888"),
            "zoo.cfg line 1: 'zoo1:2888' is no host:quorumPort:electionPort[:observer]");
  EXPECT_EQ(message("server.300=zoo1:2888:3888"),
            "zoo.cfg line 1: 'server.300' needs a number from 1 to 255 behind the dot");
  EXPECT_EQ(message("server.1=a:2888:3888\nserver.1=b:2888:3888"),
            "zoo.cfg line 2: server.1 is there twice");
  EXPECT_EQ(message("server.1=a:2888:3888\ngroup.1=1:2"),
            "zoo.cfg: group.1 names server 2, which there is not");
  EXPECT_EQ(message("server.1=a:2888:3888\nserver.2=b:2888:3888\ngroup.1=1"),
            "zoo.cfg: server 2 is in no group");
  EXPECT_EQ(message("nonsense"), "zoo.cfg line 1: 'nonsense' is no key=value");
  EXPECT_EQ(message("tickTyme=1").substr(0, 36), "zoo.cfg line 1: unknown key 'tickTym");
}

}  // namespace
}  // namespace logquake::zookeeper
