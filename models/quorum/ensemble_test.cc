#include <gtest/gtest.h>

#include "models/quorum/ensemble_harness.h"

namespace logquake::zookeeper::testing {
namespace {

ClientSettings client_of(EnsembleWorld& world) {
  ClientSettings settings;
  settings.servers = world.addresses();
  settings.session_timeout = 4s;
  return settings;
}

TEST(Ensemble, ElectsAndServesAsRecorded) {  // Z-OBS-1
  EnsembleWorld world;
  EXPECT_TRUE(world.until([&] { return world.serving() == 3; }));
  EXPECT_NE(world.leader(), 0);
}

TEST(Ensemble, TakesWritesOverAnyServer) {  // Z-BC-1
  EnsembleWorld world;
  ASSERT_TRUE(world.until([&] { return world.serving() == 3; }));
  world.run([&](sim::Node& node) {
    for (const auto& address : world.addresses()) {
      auto settings = client_of(world);
      settings.servers = {address};
      ZooKeeperClient client(node, settings, {});
      client.open_session();
      ASSERT_TRUE(client.wait_until_connected(10s));
      const auto path = "/on-" + address.host;
      EXPECT_TRUE(client.create(path, "x", CreateMode::persistent).ok());
      EXPECT_EQ(client.get(path)->data, "x");
    }
  });
}

}  // namespace
}  // namespace logquake::zookeeper::testing
