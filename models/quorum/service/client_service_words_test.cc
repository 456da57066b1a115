#include <gtest/gtest.h>

#include <string>

#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/raw_client.h"
#include "models/quorum/server/server_harness.h"

namespace logquake::zookeeper::testing {
namespace {

ServerSettings allowing(std::set<std::string, std::less<>> words) {
  auto settings = World::ticking(500ms);
  settings.four_letter_words = std::move(words);
  return settings;
}

std::string asked(sim::Node& node, const std::string& word,
                  const sim::Address& server = server_address) {
  return RawClient(node, server).ask(word).value_or("closed");
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(FourLetterWordsOnTheWire, AreAnsweredAndTheConnectionClosed) {  // Z-4L-1, Z-4L-3
  World world({}, 1, allowing({"*"}));
  world.run([](sim::Node& node) {
    RawClient client(node);

    EXPECT_EQ(client.ask("ruok"), "imok");
    EXPECT_EQ(client.reply(), std::nullopt);
  });
}

TEST(FourLetterWordsOnTheWire, UnknownOnesCloseTheConnectionWithoutAWord) {  // Z-4L-1, Z-OBS-31
  World world({}, 1, allowing({"*"}));
  world.run([](sim::Node& node) { EXPECT_EQ(asked(node, "abcd"), "closed"); });
}

TEST(FourLetterWordsOnTheWire, OnlySrvrIsAllowedByDefault) {  // Z-4L-2, Z-OBS-76
  World world;
  world.run([](sim::Node& node) {
    EXPECT_EQ(asked(node, "ruok"), "ruok is not executed because it is not in the whitelist.\n");
    EXPECT_TRUE(has_line(asked(node, "srvr"), "Mode: standalone"));
  });
}

TEST(FourLetterWordsOnTheWire, SrvrCountsWhatCameAndWent) {  // Z-4L-6
  World world;
  world.run([](sim::Node& node) {
    RawClient client(node);
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.call(create_op("/a", "x")));
    ASSERT_TRUE(client.call(bare_op(OpCode::exists, "/a")));

    const auto text = asked(node, "srvr");

    EXPECT_TRUE(has_line(text, "Received: 4")) << text;  // the word itself among them
    EXPECT_TRUE(has_line(text, "Sent: 3")) << text;
    EXPECT_TRUE(has_line(text, "Connections: 2")) << text;
    EXPECT_TRUE(has_line(text, "Outstanding: 0")) << text;
    EXPECT_TRUE(has_line(text, "Zxid: 0x2")) << text;
    EXPECT_TRUE(has_line(text, "Node count: 6")) << text;
    EXPECT_EQ(text.find("Proposal sizes"), std::string::npos);
  });
}

TEST(FourLetterWordsOnTheWire, LatencyIsThatOfTheSlowDisk) {  // Z-4L-6, Z-4L-8
  World world({}, 1, allowing({"*"}));
  world.simulation.node("zookeeper-1").disk().slow_syncs(200ms);
  world.run([](sim::Node& node) {
    RawClient client(node);
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.call(create_op("/a", "x")));
    ASSERT_TRUE(client.call(bare_op(OpCode::exists, "/a")));

    const auto server = asked(node, "srvr");
    const auto connections = asked(node, "cons");

    EXPECT_NE(server.find("Latency min/avg/max: 0/"), std::string::npos) << server;
    EXPECT_NE(server.find("/20"), std::string::npos) << server;
    EXPECT_NE(connections.find("recved=3,sent=3,sid=0x"), std::string::npos) << connections;
    EXPECT_NE(connections.find("lop=EXIS"), std::string::npos) << connections;
    EXPECT_NE(connections.find("lcxid=0x2,lzxid=0x2"), std::string::npos) << connections;
    EXPECT_NE(connections.find("llat=0,minlat=0"), std::string::npos) << connections;
    EXPECT_NE(connections.find("maxlat=20"), std::string::npos) << connections;
    EXPECT_NE(connections.find("(queued=0,recved=1,sent=0)\n"), std::string::npos) << connections;
  });
}

TEST(FourLetterWordsOnTheWire, StatListsConnections) {  // Z-4L-7
  World world({}, 1, allowing({"*"}));
  world.run([](sim::Node& node) {
    const auto text = asked(node, "stat");

    EXPECT_NE(text.find("Clients:\n /test-1:"), std::string::npos) << text;
    EXPECT_NE(text.find("[1](queued=0,recved=1,sent=0)\n\nLatency"), std::string::npos) << text;
  });
}

TEST(FourLetterWordsOnTheWire, SrstAndCrstStartFromNothing) {  // Z-4L-13
  World world({}, 1, allowing({"*"}));
  world.run([](sim::Node& node) {
    RawClient client(node);
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.call(create_op("/a", "x")));

    EXPECT_EQ(asked(node, "srst"), "Server stats reset.\n");
    EXPECT_TRUE(has_line(asked(node, "srvr"), "Received: 1"));
    EXPECT_EQ(asked(node, "crst"), "Connection stats reset.\n");
    EXPECT_NE(asked(node, "cons").find("recved=0,sent=0,sid"), std::string::npos);
  });
}

TEST(FourLetterWordsOnTheWire,
     TellOfWatchesSessionsAndFiles) {  // Z-4L-10, Z-4L-12, Z-4L-13, Z-OBS-78
  World world({}, 1, allowing({"*"}));
  world.run([](sim::Node& node) {
    RawClient client(node);
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.call(create_op("/e", "x", CreateMode::ephemeral)));
    auto watched = bare_op(OpCode::get_data, "/e");
    watched.watch = true;
    ASSERT_TRUE(client.call(watched));
    watched = bare_op(OpCode::get_children, "/");
    watched.watch = true;
    ASSERT_TRUE(client.call(watched));
    const auto id = format("0x{:x}", client.session.value());

    EXPECT_EQ(asked(node, "wchs"), "1 connections watching 1 paths\nTotal watches:1\n");
    EXPECT_EQ(asked(node, "wchp"), "/e\n\t" + id + "\n\n");
    EXPECT_EQ(asked(node, "wchc"), id + "\n\t/e\n\n");
    const auto dump = asked(node, "dump");
    EXPECT_NE(dump.find("Session Sets (1)/(1):\n1 expire at "), std::string::npos) << dump;
    EXPECT_NE(dump.find("Sessions with Ephemerals (1):\n" + id + ":\n\t/e\n"), std::string::npos);
    EXPECT_EQ(asked(node, "dirs").find("datadir_size: 0\n"), std::string::npos);
    EXPECT_TRUE(has_line(asked(node, "conf"), "tickTime=500"));  // Z-4L-11
    EXPECT_NE(asked(node, "envi").find("host.name=zookeeper-1\n"), std::string::npos);
    EXPECT_EQ(asked(node, "isro"), "rw");  // Z-4L-4
  });
}

TEST(FourLetterWordsOnTheWire, StmkNeedsEightBytesMore) {  // Z-4L-14
  World world({}, 1, allowing({"*"}));
  world.run([](sim::Node& node) {
    EXPECT_EQ(asked(node, "gtmk"), "306");
    EXPECT_EQ(asked(node, "stmk"), "closed");
    EXPECT_EQ(asked(node, "stmk" + std::string(6, '\0') + "\x01\x02"), "258");
    EXPECT_EQ(asked(node, "gtmk"), "258");
    EXPECT_EQ(asked(node, "hash"), "");
  });
}

TEST(FourLetterWordsOnTheWire, ALeaderTellsOfProposalsAndFollowers) {  // Z-4L-6, Z-4L-9, Z-OBS-1
  EnsembleWorld world({.adjust = [](ServerSettings& s) { s.four_letter_words = {"*"}; }});
  ASSERT_TRUE(world.start());
  const auto leader = world.leader();
  world.run([&](sim::Node& node) {
    const auto at = world.address(leader);
    const auto beside = world.address(world.followers().front());
    EXPECT_TRUE(has_line(asked(node, "srvr", at), "Proposal sizes last/min/max: -1/-1/-1"));
    EXPECT_TRUE(has_line(asked(node, "srvr", at), "Zxid: 0x100000000"));
    RawClient client(node, at);
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.call(create_op("/a", "x")));

    const auto server = asked(node, "srvr", at);
    const auto leading = asked(node, "mntr", at);
    const auto following = asked(node, "mntr", beside);

    // The header and the digest, 44 bytes, and: 4; path, data, one entry for all, 4 and 1.
    EXPECT_TRUE(has_line(server, "Proposal sizes last/min/max: 87/48/87")) << server;
    EXPECT_TRUE(has_line(leading, "zk_peer_state\tleading - broadcast")) << leading;
    EXPECT_TRUE(has_line(leading, "zk_learners\t2")) << leading;
    EXPECT_TRUE(has_line(leading, "zk_synced_followers\t2")) << leading;
    EXPECT_TRUE(has_line(leading, "zk_quorum_size\t3")) << leading;
    EXPECT_TRUE(has_line(following, "zk_server_state\tfollower")) << following;
    EXPECT_EQ(following.find("zk_learners"), std::string::npos);
    EXPECT_NE(asked(node, "dump", beside).find("Global Sessions(1):\n0x"), std::string::npos);
  });
}

TEST(FourLetterWordsOnTheWire, AServerWithoutALeaderSaysSo) {  // Z-4L-3 to Z-4L-5, Z-OBS-63
  EnsembleWorld world({.adjust = [](ServerSettings& s) { s.four_letter_words = {"*"}; }});
  world.simulation.crash_process(world.id_of(2));
  world.simulation.crash_process(world.id_of(3));
  (void)world.simulation.run_for(2s);
  world.run([&](sim::Node& node) {
    EXPECT_EQ(asked(node, "ruok"), "imok");
    EXPECT_EQ(asked(node, "isro"), "null");
    EXPECT_EQ(asked(node, "stat"), "This ZooKeeper instance is not currently serving requests\n");
  });
}

}  // namespace
}  // namespace logquake::zookeeper::testing
