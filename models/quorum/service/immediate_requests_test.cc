#include "models/quorum/service/immediate_requests.h"

#include <gtest/gtest.h>

namespace logquake::zookeeper {
namespace {

Request asking(OpCode op) {
  Request request;
  request.xid = 5;
  request.operation.op = op;
  return request;
}

Request proving(std::string scheme) {
  auto request = asking(OpCode::auth);
  request.xid = xid::auth;
  request.credentials = {std::move(scheme), "user:pass"};
  return request;
}

TEST(ImmediateRequests, AddWhatAClientProves) {  // Z-WP-7, Z-OBS-26
  auto identities = identities_of_host("client-1");
  for (int twice = 0; twice < 2; ++twice) {
    const auto answer = answer_at_once(proving("digest"), "client-1", identities);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->reply.xid, -4);
    EXPECT_EQ(answer->reply.zxid, Zxid());
    EXPECT_EQ(answer->reply.error, ErrorCode::ok);
    EXPECT_FALSE(answer->closes);
  }
  EXPECT_EQ(identities, (Identities{{"ip", "client-1"}, {"digest", digest_of("user:pass")}}));
}

TEST(ImmediateRequests, EndTheConnectionForAnUnknownScheme) {  // Z-WP-7, Z-OBS-29
  auto identities = identities_of_host("client-1");
  const auto answer = answer_at_once(proving("nonsense"), "client-1", identities);

  EXPECT_EQ(answer->reply.xid, -4);
  EXPECT_EQ(answer->reply.zxid, Zxid());
  EXPECT_EQ(answer->reply.error, ErrorCode::auth_failed);
  EXPECT_TRUE(answer->closes);
  EXPECT_EQ(identities.size(), 1u);
}

TEST(ImmediateRequests, EndTheConnectionForUnknownOperations) {  // Z-ER-7, Z-ER-8, Z-WP-15
  Identities identities;                                         // Z-OBS-24; Z-OBS-25, Z-OBS-101
  for (const auto op : {OpCode::notification, static_cast<OpCode>(99), OpCode::create_session,
                        OpCode::check, OpCode::error}) {
    const auto answer = answer_at_once(asking(op), "client-1", identities);
    ASSERT_TRUE(answer.has_value()) << name_of(op);
    EXPECT_EQ(answer->reply.xid, 5);
    EXPECT_EQ(answer->reply.zxid, Zxid(-1));
    EXPECT_EQ(answer->reply.error, ErrorCode::unimplemented);
    EXPECT_TRUE(answer->closes);
  }
}

TEST(ImmediateRequests, AnswerSaslWithNothing) {  // Z-WP-10, Z-OBS-101
  Identities identities;
  const auto answer = answer_at_once(asking(OpCode::sasl), "client-1", identities);

  EXPECT_EQ(answer->reply.zxid, Zxid());
  EXPECT_EQ(answer->reply.error, ErrorCode::ok);
  EXPECT_EQ(answer->reply.result.data, std::nullopt);
  EXPECT_FALSE(answer->closes);
}

TEST(ImmediateRequests, LeaveTheRestToItsTurn) {  // Z-WP-10, Z-WP-14
  Identities identities;
  for (const int op : {1,  2,  3,  4,  5,  6,  7,   8,   9,   11,  12,  14,  15, 16,
                       17, 18, 19, 20, 21, 22, 101, 103, 104, 105, 106, 107, -11})
    EXPECT_FALSE(answer_at_once(asking(static_cast<OpCode>(op)), "client-1", identities)) << op;
}

}  // namespace
}  // namespace logquake::zookeeper
