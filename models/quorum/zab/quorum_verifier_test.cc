#include "models/quorum/zab/quorum_verifier.h"

#include <gtest/gtest.h>

#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::zookeeper {
namespace {

std::set<ServerId> servers(std::initializer_list<std::int32_t> ids) {
  std::set<ServerId> all;
  for (const auto id : ids) all.insert(ServerId(id));
  return all;
}
QuorumVerifier::Weights weights(std::initializer_list<std::pair<std::int32_t, std::int64_t>> all) {
  QuorumVerifier::Weights group;
  for (const auto& [id, weight] : all) group[ServerId(id)] = weight;
  return group;
}
QuorumVerifier first_servers(std::int32_t count) {
  std::set<ServerId> all;
  for (std::int32_t id = 1; id <= count; ++id) all.insert(ServerId(id));
  return QuorumVerifier::majority_of(all);
}

/// The oracle: tries every two sets of the servers 1 to `count`.
bool every_two_quorums_meet(const QuorumVerifier& verifier, std::int32_t count) {
  std::vector<std::uint32_t> quorums;
  for (std::uint32_t bits = 0; bits < 1U << count; ++bits) {
    std::set<ServerId> set;
    for (std::int32_t id = 1; id <= count; ++id) {
      if ((bits >> (id - 1) & 1U) != 0) set.insert(ServerId(id));
    }
    if (verifier.contains_quorum(set)) quorums.push_back(bits);
  }
  for (const auto one : quorums) {
    for (const auto other : quorums) {
      if ((one & other) == 0) return false;
    }
  }
  return !quorums.empty();
}

TEST(QuorumVerifier, NeedsMoreThanHalfOfTheVoters) {  // Z-QV-1
  const auto verifier = first_servers(3);

  EXPECT_FALSE(verifier.contains_quorum({}));
  EXPECT_FALSE(verifier.contains_quorum(servers({2})));
  EXPECT_TRUE(verifier.contains_quorum(servers({1, 3})));
  EXPECT_TRUE(verifier.contains_quorum(servers({1, 2, 3})));
}

TEST(QuorumVerifier, GainsNothingFromAnEvenSize) {  // Z-QV-4, Z-OBS-73, Z-OBS-74
  EXPECT_FALSE(first_servers(2).contains_quorum(servers({1})));
  EXPECT_TRUE(first_servers(2).contains_quorum(servers({1, 2})));
  EXPECT_FALSE(first_servers(4).contains_quorum(servers({1, 2})));
  EXPECT_TRUE(first_servers(4).contains_quorum(servers({1, 2, 3})));
  EXPECT_FALSE(first_servers(6).contains_quorum(servers({1, 2, 3})));
  EXPECT_TRUE(first_servers(6).contains_quorum(servers({1, 2, 3, 4})));
}

TEST(QuorumVerifier, CountsNoServerThatIsNoVoter) {  // Z-OB-1, Z-OBS-75
  const auto verifier = first_servers(3);

  EXPECT_FALSE(verifier.contains_quorum(servers({3, 4, 5})));
  EXPECT_FALSE(verifier.is_voter(ServerId(4)));
  EXPECT_EQ(verifier.weight(ServerId(4)), 0);
  EXPECT_EQ(verifier.weight(ServerId(3)), 1);
}

TEST(QuorumVerifier, NeedsMostOfTheWeightInMostOfTheGroups) {  // Z-QV-2
  const auto verifier = QuorumVerifier::hierarchical({weights({{1, 1}, {2, 1}, {3, 1}}),
                                                      weights({{4, 1}, {5, 1}, {6, 1}}),
                                                      weights({{7, 1}, {8, 1}, {9, 1}})});

  EXPECT_TRUE(verifier.contains_quorum(servers({1, 2, 4, 5}))) << "four of nine";
  EXPECT_FALSE(verifier.contains_quorum(servers({1, 2, 3, 4, 7}))) << "five of nine, one group";
}

TEST(QuorumVerifier, LeavesOutWhatWeighsNothing) {  // Z-QV-2
  const auto verifier = QuorumVerifier::hierarchical(
      {weights({{1, 3}, {2, 1}, {3, 0}}), weights({{4, 0}, {5, 0}}), weights({{6, 0}})});

  EXPECT_TRUE(verifier.contains_quorum(servers({1}))) << "groups of zero weight are excluded";
  EXPECT_FALSE(verifier.contains_quorum(servers({2, 3, 4, 5, 6})));
  EXPECT_TRUE(verifier.is_voter(ServerId(3)));
  EXPECT_EQ(verifier.voters(), servers({1, 2, 3, 4, 5, 6}));
}

TEST(QuorumVerifier, IsAValue) {
  EXPECT_EQ(first_servers(3), QuorumVerifier::hierarchical({weights({{1, 1}, {2, 1}, {3, 1}})}));
  EXPECT_NE(first_servers(3), first_servers(4));
}

TEST(QuorumVerifier, RefusesWhatHasNoQuorum) {  // Z-QV-3
  EXPECT_EQ(to_string(QuorumVerifier().check().error()),
            "invalid_argument: quorum verifier: expected at least one voter, found none");
  EXPECT_EQ(
      to_string(QuorumVerifier::hierarchical({weights({{1, 0}, {2, 0}})}).check().error()),
      "invalid_argument: quorum verifier: every weight is zero, so that no set of servers is a "
      "quorum");
  EXPECT_EQ(
      to_string(
          QuorumVerifier::hierarchical({weights({{1, 1}}), weights({{1, 1}})}).check().error()),
      "invalid_argument: quorum verifier: expected server 1 in one group, found it in several");
}

TEST(QuorumVerifier, RefusesANegativeWeight) {  // Z-QV-3
  const auto verifier = QuorumVerifier::hierarchical({weights({{1, 1}, {2, 1}, {3, -1}})});

  EXPECT_FALSE(every_two_quorums_meet(verifier, 3));
  EXPECT_EQ(to_string(verifier.check().error()),
            "invalid_argument: quorum verifier: weight of server 3: expected 0 to 2147483647, "
            "found -1");
}

TEST(QuorumVerifier, AcceptsOnlyWhatAlwaysMeets) {  // Z-QV-3
  int accepted = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    sim::Random random(seed);
    std::vector<QuorumVerifier::Weights> groups(random.below(3) + 1);
    for (std::int32_t id = 1; id <= 6; ++id) {
      auto& group = random.pick(groups);
      group[ServerId(id)] = random.between(-1, 4);
    }
    const auto verifier = QuorumVerifier::hierarchical(groups);

    if (!verifier.check()) continue;
    ++accepted;
    EXPECT_TRUE(every_two_quorums_meet(verifier, 6)) << seed;
  }
  EXPECT_GT(accepted, 50);
}

}  // namespace
}  // namespace logquake::zookeeper
