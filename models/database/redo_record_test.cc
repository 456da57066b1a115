#include "models/database/redo_record.h"

#include <gtest/gtest.h>

namespace logquake::database {
namespace {

Bytes joined(const std::vector<RedoRecord>& records) {
  Bytes bytes;
  for (const RedoRecord& record : records) {
    const Bytes frame = frame_of(record);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
  }
  return bytes;
}

TEST(RedoRecord, ComesBackAsItWasWritten) {
  const Row row{Value::null(),
                Value::integer(-5),
                Value(std::uint64_t{1} << 63),
                Value(*Decimal::parse("-12.30")),
                Value(1.5),
                Value(1.5F),
                Value::text("a\0b"),
                Value(Binary{"\xff"}),
                Value(Date{19'000}),
                Value(Time{-1, 6}),
                Value(DateTime{DateTime::zero, 3})};
  const RedoCommit commit{.number = CommitNumber(7),
                          .stated_up_to = CommitNumber(5),
                          .rows = {{TableId(3), "key", row}, {TableId(4), "", {}}}};
  const Bytes bytes = joined({RedoDefinition{.database = "d",
                                             .sql = "create table t(id int)",
                                             .statement_start = WallTime(5s),
                                             .zone_offset_seconds = -3600,
                                             .next_table = TableId(2)},
                              RedoCounter{TableId(3), 42}, commit, RedoInitialised{}});

  RedoReader reader(bytes);
  const auto definition = reader.next();
  const auto counter = reader.next();
  const auto read = reader.next();

  ASSERT_TRUE(definition && counter && read);
  EXPECT_EQ(std::get<RedoDefinition>(*definition).sql, "create table t(id int)");
  EXPECT_EQ(std::get<RedoDefinition>(*definition).zone_offset_seconds, -3600);
  EXPECT_EQ(std::get<RedoCounter>(*counter).next_id, 42U);
  const auto& rows = std::get<RedoCommit>(*read).rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].row, row);
  EXPECT_FALSE(rows[1].row);
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.position(), static_cast<std::int64_t>(bytes.size()));
}

TEST(RedoRecord, ATornEndIsNoRecord) {
  const Bytes whole = joined({RedoCounter{TableId(1), 1}});
  const Bytes bytes = joined({RedoCounter{TableId(1), 1}, RedoCounter{TableId(1), 2}});
  for (std::size_t size = whole.size(); size < bytes.size(); ++size) {
    RedoReader reader(ByteView(bytes).first(size));
    EXPECT_TRUE(reader.next());
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.position(), static_cast<std::int64_t>(whole.size()));
  }
  for (std::size_t i = whole.size(); i < bytes.size(); ++i) {
    Bytes broken = bytes;
    broken[i] ^= std::byte{0x10};
    RedoReader reader(broken);
    EXPECT_TRUE(reader.next());
    EXPECT_FALSE(reader.next());
  }
}

}  // namespace
}  // namespace logquake::database
