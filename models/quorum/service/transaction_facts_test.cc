#include "models/quorum/service/transaction_facts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/facts.h"
#include "models/quorum/server/server_harness.h"

namespace logquake::zookeeper {
namespace {

using testing::World;

// What a server told of the nodes that its clients made and removed.
class Told {
 public:
  explicit Told(World& world) {
    world.on<ZnodeCreated>([this](const ZnodeCreated& fact) { lines.push_back("+" + fact.path); });
    world.on<ZnodeChanged>([this](const ZnodeChanged& fact) { lines.push_back("=" + fact.path); });
    world.on<ZnodeDeleted>([this](const ZnodeDeleted& fact) { lines.push_back("-" + fact.path); });
    world.on<WriteRefused>([this](const WriteRefused& fact) { lines.push_back("!" + fact.path); });
  }
  std::vector<std::string> lines;
};

ClientSettings settings() {
  return {.servers = {testing::server_address}, .session_timeout = 4s, .name = "zookeeper"};
}

TEST(TransactionFacts, FollowTheOrderOfAMultisMembers) {
  World world;
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, settings());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    ASSERT_TRUE(client.create("/a", "").ok());
    Told told(world);

    ASSERT_TRUE(client
                    .multi({remove_op("/a"), create_op("/a", ""), check_op("/a", 0),
                            set_op("/a", "x"), create_op("/b", ""), remove_op("/a")})
                    .ok());

    EXPECT_EQ(told.lines, (std::vector<std::string>{"-/a", "+/a", "=/a", "+/b", "-/a"}));
  });
}

TEST(TransactionFacts, TellTheMemberThatWasRefusedAndNothingElse) {
  World world;
  world.run([&](sim::Node& node) {
    ZooKeeperClient client(node, settings());
    client.open_session();
    ASSERT_TRUE(client.wait_until_connected(10s));
    Told told(world);

    (void)client.multi({create_op("/a", ""), remove_op("/none"), create_op("/b", "")});

    EXPECT_EQ(told.lines, std::vector<std::string>{"!/none"});
  });
}

}  // namespace
}  // namespace logquake::zookeeper
