#include "models/protocol/fetch_session_handler.h"

#include <gtest/gtest.h>

#include <string>

namespace logquake::kafka {
namespace {

const TopicPartition a0{"a", 0};
const TopicPartition a1{"a", 1};
const TopicPartition b0{"b", 0};

FetchSessionHandler::Wanted want(const TopicPartition& id, std::int64_t offset) {
  return {&id, {.partition = id.partition, .fetch_offset = Offset{offset}}};
}

// "0/0 a-0@5 a-1@7 forget b-0": session id and epoch, what is named, what is forgotten.
std::string next(FetchSessionHandler& handler,
                 const std::vector<FetchSessionHandler::Wanted>& wanted) {
  FetchRequest request;
  handler.prepare(wanted, request);
  std::string text =
      std::to_string(request.session_id) + "/" + std::to_string(request.session_epoch);
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      text += " " + topic.topic + "-" + std::to_string(partition.partition) + "@" +
              std::to_string(partition.fetch_offset.value());
    }
  }
  for (const auto& topic : request.forgotten_topics) {
    for (const auto number : topic.partitions)
      text += " forget " + topic.topic + "-" + std::to_string(number);
  }
  return text;
}

FetchResponse answer(std::int32_t session, ErrorCode error = ErrorCode::none) {
  FetchResponse response;
  response.session_id = session;
  response.error_code = error;
  return response;
}

// One that has a session 7 with a-0 at 5 and b-0 at 2.
FetchSessionHandler in_session() {
  FetchSessionHandler handler;
  EXPECT_EQ(next(handler, {want(a0, 5), want(b0, 2)}), "0/0 a-0@5 b-0@2");
  EXPECT_TRUE(handler.take(answer(7)));
  return handler;
}

TEST(FetchSessionHandler, NamesOnlyWhatHasChanged) {
  auto handler = in_session();

  EXPECT_EQ(next(handler, {want(a0, 5), want(b0, 2)}), "7/1");
  EXPECT_TRUE(handler.take(answer(7)));
  EXPECT_EQ(next(handler, {want(a0, 6), want(b0, 2)}), "7/2 a-0@6");
  EXPECT_TRUE(handler.take(answer(7)));
  EXPECT_EQ(next(handler, {want(a0, 6), want(b0, 2)}), "7/3");
}

TEST(FetchSessionHandler, NamesWhatIsNewAndForgetsWhatIsGone) {
  auto handler = in_session();

  EXPECT_EQ(next(handler, {want(a1, 1), want(b0, 2)}), "7/1 a-1@1 forget a-0");
  EXPECT_TRUE(handler.take(answer(7)));
  EXPECT_EQ(next(handler, {want(a0, 5), want(a1, 1)}), "7/2 a-0@5 forget b-0");
}

TEST(FetchSessionHandler, AsksForAllWhereNoSessionIsGiven) {
  FetchSessionHandler handler;
  (void)next(handler, {want(a0, 5)});
  EXPECT_TRUE(handler.take(answer(0)));

  EXPECT_EQ(next(handler, {want(a0, 5)}), "0/0 a-0@5");
}

TEST(FetchSessionHandler, AsksForAllAgainWhenTheBrokerDoesNotKnowTheSession) {
  auto handler = in_session();
  (void)next(handler, {want(a0, 5), want(b0, 2)});
  EXPECT_FALSE(handler.take(answer(0, ErrorCode::fetch_session_id_not_found)));

  EXPECT_EQ(next(handler, {want(a0, 5), want(b0, 2)}), "0/0 a-0@5 b-0@2");
}

TEST(FetchSessionHandler, ClosesASessionThatIsOutOfStepWithTheNextRequest) {
  auto handler = in_session();
  (void)next(handler, {want(a0, 5), want(b0, 2)});
  EXPECT_FALSE(handler.take(answer(0, ErrorCode::invalid_fetch_session_epoch)));
  EXPECT_EQ(next(handler, {want(a0, 5)}), "7/0 a-0@5");

  auto cut_off = in_session();
  (void)next(cut_off, {want(a0, 5), want(b0, 2)});
  cut_off.fail();
  EXPECT_EQ(next(cut_off, {want(a0, 5)}), "7/0 a-0@5");
}

}  // namespace
}  // namespace logquake::kafka
