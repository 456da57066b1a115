#include "models/quorum/wire/acl.h"

#include <gtest/gtest.h>

namespace logquake::zookeeper {
namespace {

const Identities visitor{{"ip", "client-1"}};
const Identities member{{"ip", "client-1"}, {"digest", "ann:hash"}, {"digest", "bob:hash"}};

// What is stored of the list; empty where it is refused.
Acl settled(Acl acl, const Identities& caller) {
  if (!settle_acl(acl, caller)) return {};
  return acl;
}

TEST(Acl, DropsDoubles) {  // Z-ACL-4
  const AclEntry anyone;
  const AclEntry reader{permission::read, "world", "anyone"};

  EXPECT_EQ(settled({anyone, reader, anyone}, visitor), (Acl{anyone, reader}));
}

TEST(Acl, PutsTheCallerInThePlaceOfAuth) {  // Z-ACL-3
  EXPECT_EQ(settled({{permission::read, "auth", ""}, {1, "ip", "client-2"}}, member),
            (Acl{{permission::read, "digest", "ann:hash"},
                 {permission::read, "digest", "bob:hash"},
                 {1, "ip", "client-2"}}));
}

TEST(Acl, IsRefusedWhereItCannotBeJudged) {  // Z-ACL-4, Z-OBS-10
  EXPECT_EQ(settled({}, member), Acl{});
  EXPECT_EQ(settled({{31, "auth", ""}}, visitor), Acl{});  // an address is seen, not proved
  EXPECT_EQ(settled({{31, "world", "somebody"}}, member), Acl{});
  EXPECT_EQ(settled({{}, {31, "nonsense", "x"}}, member), Acl{});
  EXPECT_EQ(settled({{31, "digest", "no-colon"}}, member), Acl{});
}

TEST(Acl, AllowsWhatAnyOfTheCallersIdentitiesMay) {  // Z-ACL-1, Z-ACL-2
  const Acl acl{{permission::read, "ip", "client-1"}, {permission::write, "digest", "bob:hash"}};

  EXPECT_TRUE(allows(acl, permission::read, visitor));
  EXPECT_FALSE(allows(acl, permission::write, visitor));
  EXPECT_TRUE(allows(acl, permission::write, member));
  EXPECT_FALSE(allows(acl, permission::admin, member));
  EXPECT_TRUE(allows(acl, permission::admin | permission::read, visitor));  // one of them is enough
  EXPECT_TRUE(allows(open_acl(), permission::admin, {}));
}

TEST(Acl, HidesDigestsFromWhoMayNotChangeIt) {  // Z-ACL-5
  const Acl acl{{permission::read, "world", "anyone"}, {permission::all, "digest", "ann:hash"}};

  EXPECT_EQ(shown_to(member, acl), acl);
  EXPECT_EQ(shown_to(visitor, acl).back().id, "ann:x");
  EXPECT_EQ(shown_to(visitor, acl).front(), acl.front());
}

}  // namespace
}  // namespace logquake::zookeeper
