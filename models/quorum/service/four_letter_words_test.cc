#include "models/quorum/service/four_letter_words.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

// With every word allowed.
std::string said(std::string_view word, ServerStatistics server) {
  server.settings.four_letter_words = {"*"};
  return answer_word(word, server).value_or("(closed)");
}

WallTime at(std::chrono::seconds since_epoch) { return WallTime(since_epoch); }

ConnectionStatistics connection(std::string address, SessionId session = {}) {
  ConnectionStatistics statistics;
  statistics.address = std::move(address);
  statistics.received = 1;
  statistics.session = session;
  return statistics;
}

ServerStatistics fresh() {
  ServerStatistics server;
  server.version = "V";
  server.built = "T";
  server.tree_nodes = 4;
  server.connections = {connection("10.0.0.7:51234")};
  return server;
}

TEST(FourLetterWords, AreKnownByName) {  // Z-4L-1, Z-4L-14, Z-OBS-31
  for (const auto* word : {"abcd", "kill", "SRVR", "srv", "srvrr", ""}) {
    EXPECT_EQ(answer_word(word, fresh()), std::nullopt) << word;
    EXPECT_EQ(said(word, fresh()), "(closed)") << word;
    EXPECT_FALSE(is_four_letter_word(word)) << word;
  }
  EXPECT_TRUE(is_four_letter_word("srvr"));
}

TEST(FourLetterWords, RunWhereTheyAreListed) {  // Z-4L-2, Z-OBS-76
  auto server = fresh();
  EXPECT_EQ(answer_word("ruok", server),
            "ruok is not executed because it is not in the whitelist.\n");
  EXPECT_EQ(answer_word("srvr", server)->substr(0, 17), "Zookeeper version");
  server.settings.four_letter_words = {"ruok"};
  EXPECT_EQ(answer_word("ruok", server), "imok");
  EXPECT_EQ(answer_word("srvr", server),
            "srvr is not executed because it is not in the whitelist.\n");
}

TEST(FourLetterWords, TellThatNobodyIsServed) {  // Z-4L-3, Z-4L-4, Z-4L-5, Z-OBS-63
  auto server = fresh();
  EXPECT_EQ(said("ruok", server), "imok");
  EXPECT_EQ(said("isro", server), "rw");
  server.mode = ServerMode::read_only;
  EXPECT_EQ(said("isro", server), "ro");
  server.is_serving = false;
  EXPECT_EQ(said("ruok", server), "imok");
  EXPECT_EQ(said("isro", server), "null");
  for (const auto* word : {"srvr", "stat", "cons", "mntr", "dump", "conf", "wchs", "wchc", "wchp",
                           "srst", "crst", "dirs", "envi", "hash"})
    EXPECT_EQ(said(word, server), "This ZooKeeper instance is not currently serving requests\n");
}

TEST(FourLetterWords, SrvrOfAFreshServer) {  // Z-4L-6, Z-DM-1, Z-OBS-76
  EXPECT_EQ(said("srvr", fresh()),
            "Zookeeper version: V, built on T\n"
            "Latency min/avg/max: 0/0.0/0\n"
            "Received: 0\n"
            "Sent: 0\n"
            "Connections: 1\n"
            "Outstanding: 0\n"
            "Zxid: 0x0\n"
            "Mode: standalone\n"
            "Node count: 5\n");
}

TEST(FourLetterWords, SrvrOfALeader) {  // Z-4L-6, Z-OBS-1
  auto server = fresh();
  server.mode = ServerMode::leader;
  server.leader.emplace();
  server.zxid = make_zxid(1, 0);
  EXPECT_EQ(said("srvr", server),
            "Zookeeper version: V, built on T\n"
            "Latency min/avg/max: 0/0.0/0\n"
            "Received: 0\n"
            "Sent: 0\n"
            "Connections: 1\n"
            "Outstanding: 0\n"
            "Zxid: 0x100000000\n"
            "Mode: leader\n"
            "Node count: 5\n"
            "Proposal sizes last/min/max: -1/-1/-1\n");
  *server.leader = {.last_proposal_bytes = 48, .min_proposal_bytes = 36, .max_proposal_bytes = 90};
  EXPECT_TRUE(said("srvr", server).ends_with("Proposal sizes last/min/max: 48/36/90\n"));
}

TEST(FourLetterWords, SrvrOfAReadOnlyServer) {  // Z-4L-6
  auto server = fresh();
  server.mode = ServerMode::read_only;
  const auto text = said("srvr", server);
  EXPECT_TRUE(
      text.starts_with("Zookeeper version: V, built on T\n"
                       "READ-ONLY mode; serving only read-only clients\n"
                       "Latency min/avg/max: "));
  EXPECT_NE(text.find("Mode: read-only\n"), std::string::npos);
}

TEST(FourLetterWords, AverageLatenciesToFourDecimals) {  // Z-4L-6
  const auto average = [](std::vector<std::int64_t> latencies) {
    LatencyCounter counter;
    for (const auto latency : latencies) counter.add(latency);
    return format("{}/{}/{}", counter.min, counter.average(), counter.max);
  };
  EXPECT_EQ(average({}), "0/0.0/0");
  EXPECT_EQ(average({3, 10, 21}), "3/11.3333/21");
  EXPECT_EQ(average({1, 2}), "1/1.5/2");
  EXPECT_EQ(average({2, 2}), "2/2.0/2");
  EXPECT_EQ(average({1, 1, 0}), "0/0.6667/1");
  EXPECT_EQ(average({0, 0, 0, 0, 0, 0, 0, 1}), "0/0.125/1");
  EXPECT_EQ(average({10, 0}), "0/5.0/10");
}

TEST(FourLetterWords, StatListsTheClients) {  // Z-4L-7
  auto server = fresh();
  server.connections.push_back(connection("10.0.0.8:4000", SessionId(9)));
  server.connections.back().ready = 0;
  server.connections.back().queued = 2;
  server.connections.back().sent = 5;
  EXPECT_EQ(said("stat", server),
            "Zookeeper version: V, built on T\n"
            "Clients:\n"
            " /10.0.0.7:51234[1](queued=0,recved=1,sent=0)\n"
            " /10.0.0.8:4000[0](queued=2,recved=1,sent=5)\n"
            "\n"
            "Latency min/avg/max: 0/0.0/0\n"
            "Received: 0\n"
            "Sent: 0\n"
            "Connections: 2\n"
            "Outstanding: 0\n"
            "Zxid: 0x0\n"
            "Mode: standalone\n"
            "Node count: 5\n");
}

TEST(FourLetterWords, ConsTellsAllOfAConnection) {  // Z-4L-8
  auto server = fresh();
  auto client = connection("10.0.0.8:4000", SessionId(0x100001234560000));
  client.received = client.sent = 6;
  client.last_operation = OpCode::get_children2;
  client.established = at(1'000s);
  client.timeout = 10s;
  client.last_cxid = 5;
  client.last_zxid = Zxid(0x10000000a);
  client.last_response_ms = 777;
  client.last_latency_ms = 3;
  client.latency.add(0);
  client.latency.add(33);
  client.latency.add(2);
  server.connections.push_back(client);
  client.last_cxid.reset();
  client.last_operation.reset();
  server.connections.push_back(client);
  EXPECT_EQ(said("cons", server),
            " /10.0.0.7:51234[1](queued=0,recved=1,sent=0)\n"
            " /10.0.0.8:4000[1](queued=0,recved=6,sent=6,sid=0x100001234560000,lop=GETC,"
            "est=1000000,to=10000,lcxid=0x5,lzxid=0x10000000a,lresp=777,llat=3,minlat=0,avglat=11,"
            "maxlat=33)\n"
            " /10.0.0.8:4000[1](queued=0,recved=6,sent=6,sid=0x100001234560000,lop=NA,"
            "est=1000000,to=10000,lzxid=0x10000000a,lresp=777,llat=3,minlat=0,avglat=11,"
            "maxlat=33)\n"
            "\n");
}

TEST(FourLetterWords, ConsAbbreviatesTheLastOperation) {  // Z-4L-8
  const std::pair<OpCode, std::string> names[] = {
      {OpCode::create, "CREA"},         {OpCode::create2, "CREA"},
      {OpCode::create_ttl, "CREA"},     {OpCode::create_container, "CREA"},
      {OpCode::remove, "DELE"},         {OpCode::set_data, "SETD"},
      {OpCode::get_data, "GETD"},       {OpCode::exists, "EXIS"},
      {OpCode::get_children, "GETC"},   {OpCode::set_acl, "SETA"},
      {OpCode::get_acl, "GETA"},        {OpCode::sync, "SYNC"},
      {OpCode::ping, "PING"},           {OpCode::multi, "MULT"},
      {OpCode::multi_read, "MLTR"},     {OpCode::create_session, "SESS"},
      {OpCode::close_session, "CLOS"},  {OpCode::set_watches, "SETW"},
      {OpCode::set_watches2, "STW2"},   {OpCode::add_watch, "ADDW"},
      {OpCode::check_watches, "CHKW"},  {OpCode::remove_watches, "REMW"},
      {OpCode::get_ephemerals, "GETE"}, {OpCode::get_all_children_number, "GETACN"},
      {OpCode::who_am_i, "HOMI"},       {OpCode::reconfig, "RECO"},
      {OpCode::check, "CHEC"},          {OpCode::notification, "NA"}};
  for (const auto& [op, name] : names) {
    auto server = fresh();
    server.connections.front().session = SessionId(1);
    server.connections.front().last_operation = op;
    EXPECT_NE(said("cons", server).find(",lop=" + name + ",est="), std::string::npos) << name;
  }
}

TEST(FourLetterWords, MntrNamesItsValues) {  // Z-4L-9
  auto server = fresh();
  server.mode = ServerMode::leader;
  server.peer_state = "leading - broadcast";
  server.quorum_size = 3;
  server.latency.add(1);
  server.latency.add(2);
  server.ephemerals = {{SessionId(1), {"/e", "/f"}}};
  server.sessions = {{SessionId(1), 6000}};
  server.data_watches = {{"/a", {SessionId(1)}}};
  server.received = 4;
  server.sent = 3;
  server.data_bytes = 44;
  server.open_files = 60;
  server.uptime_ms = 1234;
  server.leader.emplace();
  server.leader->learners = server.leader->synced_followers = 2;
  server.leader->uptime_ms = 999;
  EXPECT_EQ(said("mntr", server),
            "zk_version\tV, built on T\n"
            "zk_server_state\tleader\n"
            "zk_peer_state\tleading - broadcast\n"
            "zk_ephemerals_count\t2\n"
            "zk_num_alive_connections\t1\n"
            "zk_avg_latency\t1.5\n"
            "zk_outstanding_requests\t0\n"
            "zk_znode_count\t5\n"
            "zk_global_sessions\t1\n"
            "zk_packets_sent\t3\n"
            "zk_packets_received\t4\n"
            "zk_watch_count\t1\n"
            "zk_min_latency\t1\n"
            "zk_max_latency\t2\n"
            "zk_approximate_data_size\t44\n"
            "zk_open_file_descriptor_count\t60\n"
            "zk_uptime\t1234\n"
            "zk_quorum_size\t3\n"
            "zk_learners\t2\n"
            "zk_synced_followers\t2\n"
            "zk_synced_observers\t0\n"
            "zk_synced_non_voting_followers\t0\n"
            "zk_pending_syncs\t0\n"
            "zk_leader_uptime\t999\n"
            "zk_last_proposal_size\t-1\n"
            "zk_min_proposal_size\t-1\n"
            "zk_max_proposal_size\t-1\n");
  const auto standalone = said("mntr", fresh());
  EXPECT_EQ(standalone.find("quorum_size"), std::string::npos);
  EXPECT_EQ(standalone.find("peer_state"), std::string::npos);
  EXPECT_EQ(standalone.find("learners"), std::string::npos);
}

TEST(FourLetterWords, DumpOfAServerThatTracksSessions) {  // Z-4L-10
  auto server = fresh();
  server.session_buckets = {{at(1645778940s), {SessionId(0xa), SessionId(0xb)}},
                            {at(1645778941s), {SessionId(0xc)}}};
  server.ephemerals = {{SessionId(0xa), {"/e", "/f"}}};
  server.connection_buckets = {{at(0s), {{"10.0.0.7:51234", SessionId(0xa)}}}};
  EXPECT_EQ(said("dump", server),
            "SessionTracker dump:\n"
            "Session Sets (2)/(3):\n"
            "2 expire at Fri Feb 25 08:49:00 UTC 2022:\n"
            "\t0xa\n"
            "\t0xb\n"
            "1 expire at Fri Feb 25 08:49:01 UTC 2022:\n"
            "\t0xc\n"
            "ephemeral nodes dump:\n"
            "Sessions with Ephemerals (1):\n"
            "0xa:\n"
            "\t/e\n"
            "\t/f\n"
            "Connections dump:\n"
            "Connections Sets (1)/(1):\n"
            "1 expire at Thu Jan 01 00:00:00 UTC 1970:\n"
            "\tip: /10.0.0.7:51234 sessionId: 0xa\n");
}

TEST(FourLetterWords, DumpOfAFollower) {  // Z-4L-10
  auto server = fresh();
  server.mode = ServerMode::follower;
  server.sessions = {{SessionId(0xa), 6000}, {SessionId(0xb), 10000}};
  EXPECT_EQ(said("dump", server),
            "SessionTracker dump:\n"
            "Global Sessions(2):\n"
            "0xa\t6000ms\n"
            "0xb\t10000ms\n"
            "ephemeral nodes dump:\n"
            "Sessions with Ephemerals (0):\n"
            "Connections dump:\n"
            "Connections Sets (0)/(0):\n");
}

TEST(FourLetterWords, ConfListsTheSettings) {  // Z-4L-11
  auto server = fresh();
  server.id = ServerId(2);
  server.settings.tick_time = 500ms;
  server.data_dir_bytes = 67108880;
  server.log_dir_bytes = 457;
  const std::string standalone =
      "clientPort=2181\n"
      "secureClientPort=-1\n"
      "dataDir=zookeeper\n"
      "dataDirSize=67108880\n"
      "dataLogDir=zookeeper\n"
      "dataLogSize=457\n"
      "tickTime=500\n"
      "maxClientCnxns=60\n"
      "minSessionTimeout=1000\n"
      "maxSessionTimeout=10000\n"
      "clientPortListenBacklog=-1\n"
      "serverId=2\n";
  EXPECT_EQ(said("conf", server), standalone);
  server.settings.servers = {{.id = ServerId(1), .host = "zk1"},
                             {.id = ServerId(2), .host = "zk2", .is_observer = true}};
  EXPECT_EQ(said("conf", server), standalone +
                                      "initLimit=10\n"
                                      "syncLimit=5\n"
                                      "electionAlg=3\n"
                                      "electionPort=3888\n"
                                      "quorumPort=2888\n"
                                      "peerType=1\n"
                                      "membership: \n"
                                      "server.1=zk1:2888:3888:participant\n"
                                      "server.2=zk2:2888:3888:observer\n"
                                      "version=0");
}

TEST(FourLetterWords, WchsWchcAndWchpTellOfDataWatches) {  // Z-4L-12, Z-OBS-78
  auto server = fresh();
  server.data_watches = {{"/a", {SessionId(0xa), SessionId(0xb)}}, {"/b", {SessionId(0xa)}}};
  EXPECT_EQ(said("wchs", server), "2 connections watching 2 paths\nTotal watches:3\n");
  EXPECT_EQ(said("wchc", server), "0xa\n\t/a\n\t/b\n0xb\n\t/a\n\n");
  EXPECT_EQ(said("wchp", server), "/a\n\t0xa\n\t0xb\n/b\n\t0xa\n\n");
  EXPECT_EQ(said("wchs", fresh()), "0 connections watching 0 paths\nTotal watches:0\n");
}

TEST(FourLetterWords, TellOfResetsFoldersAndSurroundings) {  // Z-4L-13
  auto server = fresh();
  server.data_dir_bytes = 67108880;
  server.log_dir_bytes = 457;
  server.environment = {{"zookeeper.version", "V"}, {"host.name", "zk1"}};
  EXPECT_EQ(said("srst", server), "Server stats reset.\n");
  EXPECT_EQ(said("crst", server), "Connection stats reset.\n");
  EXPECT_EQ(said("dirs", server), "datadir_size: 67108880\nlogdir_size: 457\n");
  EXPECT_EQ(said("envi", server), "Environment:\nzookeeper.version=V\nhost.name=zk1\n");
}

TEST(FourLetterWords, TellTheTraceMaskAndTheDigests) {  // Z-4L-14
  auto server = fresh();
  server.digests = {{make_zxid(1, 2), 0xabc}};
  EXPECT_EQ(said("gtmk", server), "306");
  EXPECT_EQ(said("hash", server), "0x100000002 0000000000000abc\n");
}

}  // namespace
}  // namespace logquake::zookeeper
