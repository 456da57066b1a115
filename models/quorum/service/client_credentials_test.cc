// What a client proves, and where it proves it again.
#include <gtest/gtest.h>

#include <vector>

#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/raw_client.h"

namespace logquake::zookeeper::testing {
namespace {

TEST(ClientCredentials, AreSentAgainAtEachReconnect) {  // Z-WP-7, Z-ACL-3
  EnsembleWorld world;
  ASSERT_TRUE(world.start());
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, {.servers = world.addresses(), .session_timeout = 8s}, {});
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.add_auth("digest", "user:pass").ok());
    RawClient maker(node, world.address(1));
    ASSERT_TRUE(maker.connect());
    auto secret = create_op("/secret", "x");
    secret.acl = {{31, "digest", "user:smGaoVKd/cQkjm7b88GyorAUz20="}};
    ASSERT_EQ(maker.outcome(secret), ErrorCode::ok);
    ASSERT_EQ(maker.outcome(bare_op(OpCode::get_data, "/secret")), ErrorCode::no_auth);
    ASSERT_TRUE(client.sync("/").ok());
    EXPECT_TRUE(client.get("/secret").ok());

    const auto leader = world.leader();
    world.simulation.restart(world.id_of(leader));  // every connection breaks
    while (client.state() == SessionState::connected) node.sleep_for(10ms);
    ASSERT_TRUE(client.wait_until_connected(60s));

    EXPECT_TRUE(client.get("/secret").ok());
  });
}

TEST(ClientCredentials, OfAnUnknownSchemeEndTheSession) {  // Z-OBS-29, Z-WT-17
  EnsembleWorld world;
  ASSERT_TRUE(world.start());
  world.run([&](sim::Node& node) {
    std::vector<SessionState> states;
    ZooKeeperClient client(node, {.servers = world.addresses(), .session_timeout = 8s},
                           [&](const WatchEvent& event) { states.push_back(event.state); });
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));

    EXPECT_EQ(client.add_auth("nonsense", "user").error().code, ErrorCode::auth_failed);
    EXPECT_EQ(client.exists("/").error().code, ErrorCode::auth_failed);
    node.sleep_for(100ms);
    EXPECT_EQ(states.back(), SessionState::auth_failed);
    client.open_session();
    EXPECT_TRUE(client.wait_until_connected(10s));
    EXPECT_TRUE(client.exists("/").ok());
  });
}

}  // namespace
}  // namespace logquake::zookeeper::testing
