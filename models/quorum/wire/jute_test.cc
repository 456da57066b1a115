#include "models/quorum/wire/jute.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "models/quorum/tree/transaction.h"
#include "models/quorum/wire/stat.h"

namespace logquake::zookeeper {
namespace {

Transaction sample() {
  Transaction transaction;
  transaction.session = SessionId(0x100000000000001);
  transaction.cxid = 3;
  transaction.zxid = make_zxid(1, 7);
  transaction.time = 1234;
  transaction.op = OpCode::multi;
  Change create;
  create.op = create.asked = OpCode::create;
  create.path = "/a";
  create.data = std::nullopt;
  create.acl = open_acl();
  create.counter = 4;
  Change close;
  close.op = close.asked = OpCode::close_session;
  close.paths = {"/e", ""};
  transaction.changes = {create, close};
  return transaction;
}

TEST(Jute, WritesBigEndianAndCountsStrings) {  // Z-GEN-4, Z-WP-2
  JuteWriter writer;
  writer.put(std::int32_t{-2});
  writer.put(std::string("ab"));
  writer.put(std::optional<std::string>());
  writer.put(true);

  EXPECT_EQ(to_hex(writer.bytes()), "fffffffe000000026162ffffffff01");
}

TEST(Jute, WritesAStatAsTheWireHasIt) {  // Z-WP-9: 68 bytes
  JuteWriter writer;
  writer.put(Stat());

  EXPECT_EQ(writer.bytes().size(), 68u);
}

TEST(Jute, ReadsBackWhatItWrote) {
  JuteWriter writer;
  writer.put(sample());
  JuteReader reader(writer.bytes());
  Transaction back;
  reader.get(back);

  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(reader.position(), writer.bytes().size());
  EXPECT_EQ(back, sample());
}

TEST(Jute, FailsOnEveryShorterRun) {
  JuteWriter writer;
  writer.put(sample());
  for (std::size_t length = 0; length < writer.bytes().size(); ++length) {
    JuteReader reader(ByteView(writer.bytes()).first(length));
    Transaction back;
    reader.get(back);
    EXPECT_TRUE(reader.failed()) << length << " bytes";
  }
}

TEST(Adler32, MatchesItsKnownValue) {  // RFC 1950
  EXPECT_EQ(adler32(view_of("Wikipedia")), 0x11E60398u);
  EXPECT_EQ(adler32({}), 1u);
}

}  // namespace
}  // namespace logquake::zookeeper
