#include "models/broker/coordinator/group_records.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

TEST(GroupRecords, AnOffsetHasTheBytesOfKafkasSchema) {
  const auto record = offset_record({"g", {"t", 2}},
                                    CommittedOffset{.offset = Offset{5},
                                                    .leader_epoch = LeaderEpoch{1},
                                                    .metadata = "m",
                                                    .commit_timestamp = 1000},
                                    1000);

  EXPECT_EQ(to_hex(*record.key),
            "0001"
            "000167"
            "000174"
            "00000002");
  EXPECT_EQ(to_hex(*record.value),
            "0003"
            "0000000000000005"
            "00000001"
            "00016d"
            "00000000000003e8");
}

TEST(GroupRecords, AGroupHasTheBytesOfKafkasSchema) {
  const auto record = group_record(
      "g",
      StoredGroup{.snapshot = {.protocol_type = "consumer", .generation = Generation{3}},
                  .state_timestamp = 7},
      7);

  EXPECT_EQ(to_hex(*record.key),
            "0002"
            "000167");
  EXPECT_EQ(to_hex(*record.value),
            "0003"
            "0008636f6e73756d6572"
            "00000003"
            "ffff"
            "ffff"
            "0000000000000007"
            "00000000");
}

TEST(GroupRecords, AreReadBack) {
  const GroupSnapshot snapshot{.protocol_type = "consumer",
                               .generation = Generation{3},
                               .protocol = "range",
                               .leader = "a",
                               .members = {{.id = "a",
                                            .client_id = "c",
                                            .client_host = "h",
                                            .rebalance_timeout = 60s,
                                            .session_timeout = 10s,
                                            .protocols = {{"range", to_bytes("m")}},
                                            .assignment = to_bytes("p")}}};

  const auto entry = read_group_record(group_record("g", StoredGroup{snapshot, 42}, 42));

  ASSERT_TRUE(entry);
  const auto& group = std::get<GroupRecordEntry>(*entry);
  EXPECT_EQ(group.group, "g");
  EXPECT_EQ(group.value->snapshot, snapshot);
  EXPECT_EQ(group.value->state_timestamp, 42);
}

TEST(GroupRecords, TombstonesHaveNoValue) {
  const auto entry = read_group_record(offset_record({"g", {"t", 0}}, std::nullopt, 1));

  ASSERT_TRUE(entry);
  EXPECT_FALSE(std::get<OffsetEntry>(*entry).value);
}

TEST(GroupRecords, UnknownKeysAreSkippedAndDamagedValuesAreNot) {
  Record unknown{.key = to_bytes(std::string_view("\0\5abc", 5))};
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*read_group_record(unknown)));

  auto damaged = offset_record({"g", {"t", 0}}, CommittedOffset{.offset = Offset{5}}, 1);
  damaged.value->pop_back();
  EXPECT_FALSE(read_group_record(damaged));
}

}  // namespace
}  // namespace logquake::kafka
