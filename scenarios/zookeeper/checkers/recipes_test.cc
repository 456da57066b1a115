#include "scenarios/zookeeper/checkers/recipes.h"

#include <gtest/gtest.h>

#include "models/quorum/client/recipes/recipe_facts.h"
#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::EnsembleWitness;
using testing::z;
using zookeeper::LineHeaded;
using zookeeper::ResourceUsed;
using zookeeper::SessionId;
using zookeeper::ZnodeCreated;
using zookeeper::ZnodeDeleted;

ZnodeCreated place(std::string path, std::int64_t counter, std::int64_t session) {
  return {std::move(path), z(1, counter), SessionId(session), SessionId(session), ""};
}
EnsembleWitness two_in_line() {
  return EnsembleWitness(zookeeper_recipes())
      .on("a", place("/lock/x-0000000000", 1, 7))
      .on("a", place("/lock/y-0000000001", 2, 8));
}

TEST(ZookeeperRecipes, LetOneHeadALine) {  // Z-RC-4
  const LineHeaded second{"/lock", "/lock/y-0000000001", z(1, 2)};

  EXPECT_EQ(two_in_line().on("x", LineHeaded{"/lock", "/lock/x-0000000000", z(1, 1)}).broken(),
            Clauses{});
  EXPECT_EQ(two_in_line().on("y", second).broken(), Clauses{"Z-RC-4"});
  EXPECT_EQ(two_in_line()
                .on("a", ZnodeDeleted{"/lock/x-0000000000", z(1, 3), SessionId(7)})
                .on("y", second)
                .broken(),
            Clauses{});
}

TEST(ZookeeperRecipes, LetReadersPassReadersAndNobodyElse) {  // Z-RC-4
  const auto line = [](const std::string& before) {
    return EnsembleWitness(zookeeper_recipes())
        .on("a", place("/rw/x" + before + "0000000000", 1, 7))
        .on("a", place("/rw/y-shared-0000000001", 2, 8))
        .on("y", LineHeaded{"/rw", "/rw/y-shared-0000000001", z(1, 2)})
        .broken();
  };

  EXPECT_EQ(line("-shared-"), Clauses{});
  EXPECT_EQ(line("-"), Clauses{"Z-RC-4"});
  EXPECT_EQ(EnsembleWitness(zookeeper_recipes())
                .on("a", place("/rw/x-shared-0000000000", 1, 7))
                .on("a", place("/rw/y-0000000001", 2, 8))
                .on("y", LineHeaded{"/rw", "/rw/y-0000000001", z(1, 2)})
                .broken(),
            Clauses{"Z-RC-4"});
}

TEST(ZookeeperRecipes, LetOneLead) {  // Z-RC-2
  EXPECT_EQ(EnsembleWitness(zookeeper_recipes())
                .on("a", place("/election/x-0000000000", 1, 7))
                .on("a", place("/election/y-0000000001", 2, 8))
                .on("y", LineHeaded{"/election", "/election/y-0000000001", z(1, 2)})
                .broken(),
            Clauses{"Z-RC-2"});
}

TEST(ZookeeperRecipes, FenceOffOldTokens) {  // Z-RC-3
  const auto used = [](bool accepted) {
    return EnsembleWitness(zookeeper_recipes())
        .on("y", ResourceUsed{"/lock", z(1, 2), true})
        .on("x", ResourceUsed{"/lock", z(1, 1), accepted});
  };

  EXPECT_EQ(used(false).broken(), Clauses{});
  EXPECT_EQ(used(false).excused(), Clauses{"Z-RC-3"});
  EXPECT_EQ(used(true).broken(), Clauses{"Z-RC-3"});
}

TEST(ZookeeperRecipes, OpenBarriersForAll) {  // Z-RC-5
  const auto entered_by = [](std::int64_t participants) {
    return EnsembleWitness(zookeeper_recipes())
        .on("a", place("/b/x", 1, 7))
        .on("a", place("/b/y", 2, 8))
        .on("a", place("/b/ready", 3, 8))
        .on("x", zookeeper::BarrierEntered{"/b", participants})
        .broken();
  };

  EXPECT_EQ(entered_by(2), Clauses{});
  EXPECT_EQ(entered_by(3), Clauses{"Z-RC-5"});
}

TEST(ZookeeperRecipes, ShowMembersToThemselves) {  // Z-RC-6
  const auto seen = [](std::vector<std::string> members) {
    return EnsembleWitness(zookeeper_recipes())
        .on("x", zookeeper::MembersSeen{"/members", std::move(members)})
        .broken();
  };

  EXPECT_EQ(seen({"x", "y"}), Clauses{});
  EXPECT_EQ(seen({"y"}), Clauses{"Z-RC-6"});
}

TEST(ZookeeperRecipes, CountEachAdditionOnce) {  // Z-RC-7
  const auto added = [](std::int64_t value) {
    return EnsembleWitness(zookeeper_recipes())
        .on("x", zookeeper::CounterAdded{"/counter", 1})
        .on("y", zookeeper::CounterAdded{"/counter", value})
        .broken();
  };

  EXPECT_EQ(added(2), Clauses{});
  EXPECT_EQ(added(1), Clauses{"Z-RC-7"});
}

}  // namespace
}  // namespace logquake::scenario
