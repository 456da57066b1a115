#include "models/protocol/errors.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

TEST(ErrorCodes, CarryTheNumbersAndNamesOfTheWire) {
  EXPECT_EQ(static_cast<int>(ErrorCode::not_leader_or_follower), 6);
  EXPECT_EQ(name_of(ErrorCode::not_leader_or_follower), "NOT_LEADER_OR_FOLLOWER");
  EXPECT_EQ(static_cast<int>(ErrorCode::inconsistent_topic_id), 103);
  EXPECT_EQ(name_of(ErrorCode::unknown_server_error), "UNKNOWN_SERVER_ERROR");
}

TEST(ErrorCodes, AreRetriableAsTheErrorTableSays) {
  EXPECT_TRUE(is_retriable(ErrorCode::not_enough_replicas));
  EXPECT_TRUE(is_retriable(ErrorCode::not_coordinator));
  EXPECT_TRUE(is_retriable(ErrorCode::corrupt_message));
  EXPECT_FALSE(is_retriable(ErrorCode::unknown_member_id));
  EXPECT_FALSE(is_retriable(ErrorCode::message_too_large));
  EXPECT_FALSE(is_retriable(ErrorCode::none));
}

TEST(ErrorCodes, RefreshMetadataWhereTheErrorTableSaysSo) {
  EXPECT_TRUE(refreshes_metadata(ErrorCode::fenced_leader_epoch));
  EXPECT_FALSE(refreshes_metadata(ErrorCode::unknown_leader_epoch));
}

TEST(ErrorCodes, UnknownNumbersAreUnknownServerErrors) {
  EXPECT_EQ(error_code(5), ErrorCode::leader_not_available);
  EXPECT_EQ(error_code(12345), ErrorCode::unknown_server_error);
}

TEST(Errors, PrintCodeAndMessage) {
  EXPECT_EQ(to_string(Error{ErrorCode::invalid_request, {}}), "INVALID_REQUEST");
  EXPECT_EQ(to_string(Error{ErrorCode::invalid_config, "retries: -1"}),
            "INVALID_CONFIG: retries: -1");
}

}  // namespace
}  // namespace logquake::kafka
