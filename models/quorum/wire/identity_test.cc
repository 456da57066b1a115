#include "models/quorum/wire/identity.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace logquake::zookeeper {
namespace {

TEST(Identity, DigestsAsTheRealServerDoes) {  // Z-ACL-3, a value observed
  EXPECT_EQ(digest_of("user:pass"), "user:smGaoVKd/cQkjm7b88GyorAUz20=");
}

TEST(Identity, IsProvedByAKnownScheme) {  // Z-WP-7, Z-ACL-6
  EXPECT_EQ(authenticate("digest", "user:pass", "client-1"),
            (Identity{"digest", "user:smGaoVKd/cQkjm7b88GyorAUz20="}));
  EXPECT_EQ(authenticate("ip", "whatever", "client-1"), (Identity{"ip", "client-1"}));
  for (const auto* scheme : {"world", "auth", "sasl", "x509", ""})
    EXPECT_EQ(authenticate(scheme, "user:pass", "client-1"), std::nullopt) << scheme;
}

TEST(Identity, TellsTheUserOfADigest) {  // Z-OBS-26
  EXPECT_EQ(user_of({"digest", "user:smGaoVKd/cQkjm7b88GyorAUz20="}), "user");
  EXPECT_EQ(user_of({"ip", "127.0.0.1"}), "127.0.0.1");
}

struct AddressCase {
  std::string wanted;
  std::string address;
  bool is_valid, does_match;
};

class Addresses : public ::testing::TestWithParam<AddressCase> {};

TEST_P(Addresses, AreComparedByTheirFirstBits) {  // Z-ACL-3
  EXPECT_EQ(is_valid_identity({"ip", GetParam().wanted}), GetParam().is_valid);
  EXPECT_EQ(matches({"ip", GetParam().address}, {"ip", GetParam().wanted}), GetParam().does_match);
}

INSTANTIATE_TEST_SUITE_P(Table, Addresses,
                         ::testing::Values(AddressCase{"10.1.2.3", "10.1.2.3", true, true},
                                           AddressCase{"10.1.2.3", "10.1.2.4", true, false},
                                           AddressCase{"10.1.2.0/24", "10.1.2.255", true, true},
                                           AddressCase{"10.1.2.0/24", "10.1.3.0", true, false},
                                           AddressCase{"10.1.2.0/23", "10.1.3.0", true, true},
                                           AddressCase{"0.0.0.0/0", "200.1.1.1", true, true},
                                           AddressCase{"10.1.2.3/32", "10.1.2.3", true, true},
                                           AddressCase{"10.1.2.3/33", "10.1.2.3", false, false},
                                           AddressCase{"10.1.2.3/x", "10.1.2.3", false, false},
                                           AddressCase{"10.1.2", "10.1.2.3", false, false},
                                           AddressCase{"10.1.2.256", "10.1.2.3", false, false},
                                           AddressCase{"10.1.2.3.4", "10.1.2.3", false, false},
                                           AddressCase{"", "10.1.2.3", false, false},
                                           AddressCase{"client-1", "client-1", true, true},
                                           AddressCase{"client-1", "client-2", true, false},
                                           AddressCase{"client-1/8", "client-1", false, false}));

TEST(Identity, MayBeAskedForWhereItCanBeJudged) {  // Z-ACL-3, Z-ACL-4
  EXPECT_TRUE(is_valid_identity({"digest", "user:hash"}));
  EXPECT_FALSE(is_valid_identity({"digest", "user"}));
  EXPECT_FALSE(is_valid_identity({"digest", "a:b:c"}));
  EXPECT_FALSE(is_valid_identity({"sasl", "user"}));
  EXPECT_FALSE(matches({"ip", "client-1"}, {"digest", "client-1"}));
}

}  // namespace
}  // namespace logquake::zookeeper
