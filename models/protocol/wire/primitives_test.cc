#include "models/protocol/wire/primitives.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "sim/random.h"

namespace logquake::kafka::wire {
namespace {

std::string varint_hex(std::int32_t value) {
  Writer out;
  out.varint(value);
  EXPECT_EQ(out.size(), size_of_varint(value));
  return to_hex(out.buffer());
}

TEST(Varints, AreZigZagInGroupsOfSeven) {
  EXPECT_EQ(varint_hex(0), "00");
  EXPECT_EQ(varint_hex(-1), "01");
  EXPECT_EQ(varint_hex(63), "7e");
  EXPECT_EQ(varint_hex(64), "8001");
  EXPECT_EQ(varint_hex(-64), "7f");
  EXPECT_EQ(varint_hex(-65), "8101");
  EXPECT_EQ(varint_hex(std::numeric_limits<std::int32_t>::max()), "feffffff0f");
  EXPECT_EQ(varint_hex(std::numeric_limits<std::int32_t>::min()), "ffffffff0f");
}

TEST(Varints, ComeBackAsTheyWent) {
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{300},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    Writer out;
    out.varlong(value);
    Reader in(out.buffer());

    EXPECT_EQ(in.varlong(), value);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(out.size(), size_of_varlong(value));
  }
}

TEST(Varints, ThatNeverEndAreRefused) {
  const Bytes endless(20, std::byte{0x80});
  Reader in(endless);

  in.varint();

  EXPECT_EQ(in.failure(), "byte 0: a varint does not end within 5 bytes");
}

TEST(Integers, AreBigEndian) {
  Writer out;
  out.int16(-2);
  out.int32(0x01020304);
  out.int64(5);

  EXPECT_EQ(to_hex(out.buffer()), "fffe010203040000000000000005");
}

TEST(Readers, SayWhatIsMissingWhere) {
  Writer out;
  out.string("ab");
  out.int16(7);
  Reader in(out.buffer());

  EXPECT_EQ(in.string(), "ab");
  EXPECT_EQ(in.int32(), 0);
  EXPECT_EQ(in.int16(), 0) << "nothing is read after the first failure";
  EXPECT_EQ(in.failure(), "byte 4: int32 needs 4 bytes, 2 are left");
}

TEST(Readers, RefuseImpossibleLengths) {
  Writer out;
  out.int32(-7);
  Reader in(out.buffer());

  EXPECT_FALSE(in.nullable_bytes());
  EXPECT_EQ(in.failure(), "byte 0: bytes have length -7");
}

TEST(Readers, NeverReadBeyondTheEndOfGarbage) {
  sim::Random random(7);
  for (int round = 0; round < 2000; ++round) {
    Bytes garbage(random.next() % 24);
    for (auto& byte : garbage) byte = static_cast<std::byte>(random.next() % 256);
    Reader in(garbage);
    while (in.ok() && in.left() > 0) {
      switch (random.next() % 6) {
        case 0:
          in.varint();
          break;
        case 1:
          in.varlong();
          break;
        case 2:
          in.string();
          break;
        case 3:
          in.nullable_bytes();
          break;
        case 4:
          in.array_count();
          break;
        default:
          in.int64();
      }
    }
    EXPECT_LE(in.position(), garbage.size());
    EXPECT_EQ(in.ok(), in.failure().empty());
  }
}

}  // namespace
}  // namespace logquake::kafka::wire
