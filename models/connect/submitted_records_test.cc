#include "models/connect/submitted_records.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

Json partition(const std::string& table) {
  return Json::Object{{"protocol", "1"}, {"table", table}};
}
Json offset(int n) { return Json::Object{{"incrementing", n}}; }

std::string taken(SubmittedRecords& records) {
  std::string out;
  for (const auto& each : records.take_committable()) {
    out += to_json_text(*each.partition.find("table")) + "=" +
           to_json_text(*each.offset.find("incrementing")) + " ";
  }
  return out;
}

// C-SRC-3.
TEST(SubmittedRecords, HoldsAnOffsetBackUntilAllEarlierOnesAreAcknowledged) {
  SubmittedRecords records;
  const auto first = records.submit(partition("t"), offset(1));
  const auto second = records.submit(partition("t"), offset(2));
  const auto third = records.submit(partition("t"), offset(3));

  records.acknowledge(second);
  EXPECT_EQ(taken(records), "");
  EXPECT_EQ(records.held_back(), 1);

  records.acknowledge(first);
  EXPECT_EQ(taken(records), "\"t\"=2 ");
  EXPECT_EQ(records.in_flight(), 1);

  records.acknowledge(third);
  EXPECT_EQ(taken(records), "\"t\"=3 ");
  EXPECT_EQ(taken(records), "");
}

TEST(SubmittedRecords, KeepsSourcePartitionsIndependent) {
  SubmittedRecords records;
  records.submit(partition("stuck"), offset(1));
  const auto other = records.submit(partition("moving"), offset(7));

  records.acknowledge(other);

  EXPECT_EQ(taken(records), "\"moving\"=7 ");
}

TEST(SubmittedRecords, ForgetsARecordThatWasNeverSent) {
  SubmittedRecords records;
  const auto first = records.submit(partition("t"), offset(1));
  const auto second = records.submit(partition("t"), offset(2));

  records.remove(first);
  records.acknowledge(second);

  EXPECT_EQ(taken(records), "\"t\"=2 ");
  EXPECT_EQ(records.in_flight(), 0);
}

TEST(SubmittedRecords, CountsAnAcknowledgementOnce) {
  SubmittedRecords records;
  const auto id = records.submit(partition("t"), offset(1));

  records.acknowledge(id);
  records.acknowledge(id);
  taken(records);
  records.acknowledge(id);

  EXPECT_EQ(records.in_flight(), 0);
  EXPECT_EQ(records.held_back(), 0);
}

}  // namespace
}  // namespace logquake::connect
