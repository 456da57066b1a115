#include "models/broker/server/fetch_sessions.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

FetchRequest request_of(std::int32_t id, std::int32_t epoch, std::vector<std::int32_t> partitions,
                        std::vector<std::int32_t> forgotten = {}) {
  FetchRequest request;
  request.session_id = id;
  request.session_epoch = epoch;
  if (!partitions.empty()) request.topics.push_back({.topic = "t", .partitions = {}});
  for (const auto number : partitions)
    request.topics.back().partitions.push_back({.partition = number});
  if (!forgotten.empty()) request.forgotten_topics.push_back({"t", std::move(forgotten)});
  return request;
}

FetchTargets targets_of(std::int32_t count) {
  FetchTargets targets;
  for (std::int32_t number = 0; number < count; ++number)
    targets.emplace_back("t", FetchPartition{.partition = number}, FetchRequest{});
  return targets;
}

std::vector<std::int32_t> numbers_of(const FetchSession& session) {
  std::vector<std::int32_t> numbers;
  for (const auto& target : session.targets) numbers.push_back(target.id.partition);
  return numbers;
}

Instant at(Duration since_start) { return Instant(since_start); }

std::int32_t open(FetchSessions& sessions, std::int32_t partitions, Instant now,
                  bool is_follower = false) {
  auto targets = targets_of(partitions);
  const auto session = sessions.open(is_follower, targets, now);
  return session ? session->id : 0;
}

class FetchSessionsTest : public ::testing::Test {
 protected:
  FetchSessions sessions{sim::Random(1), 2};
};

TEST_F(FetchSessionsTest, GoesOnWithWhatTheRequestAddsAndForgets) {
  const auto id = open(sessions, 3, at(0s));

  const auto first = sessions.resume(request_of(id, 1, {7, 1}, {0}), at(1s));
  EXPECT_EQ(first.error, ErrorCode::none);
  EXPECT_EQ(numbers_of(*first.session), (std::vector<std::int32_t>{1, 2, 7}));
  EXPECT_EQ(sessions.resume(request_of(id, 2, {}), at(2s)).error, ErrorCode::none);
}

TEST_F(FetchSessionsTest, RefusesAnUnknownIdBeforeAnEpochOutOfStep) {
  const auto id = open(sessions, 1, at(0s));

  EXPECT_EQ(sessions.resume(request_of(id + 1, 5, {}), at(1s)).error,
            ErrorCode::fetch_session_id_not_found);
  EXPECT_EQ(sessions.resume(request_of(id, 2, {}), at(1s)).error,
            ErrorCode::invalid_fetch_session_epoch);
  EXPECT_EQ(sessions.resume(request_of(id, 1, {}), at(1s)).error, ErrorCode::none);
}

TEST_F(FetchSessionsTest, ClosesWhatIsLeftEmpty) {
  const auto id = open(sessions, 1, at(0s));

  const auto resumed = sessions.resume(request_of(id, 1, {}, {0}), at(1s));
  EXPECT_EQ(resumed.error, ErrorCode::none);
  EXPECT_EQ(resumed.session, nullptr);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(FetchSessionsTest, GivesARequestThatOvertakesAnotherItsOwnTargets) {
  const auto id = open(sessions, 2, at(0s));
  const auto first = sessions.resume(request_of(id, 1, {}), at(1s)).session;
  const auto epoch = first->epoch;
  first->is_read = true;

  const auto second = sessions.resume(request_of(id, 2, {}, {0}), at(1s)).session;
  EXPECT_EQ(numbers_of(*first), (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(numbers_of(*second), (std::vector<std::int32_t>{1}));
  EXPECT_NE(first->epoch, epoch) << "the first finds that it is out of step";
}

// K-API-1d.
TEST_F(FetchSessionsTest, EvictsTheOneThatWasIdleForTwoMinutes) {
  const auto idle = open(sessions, 9, at(0s));
  const auto used = open(sessions, 1, at(100s));

  EXPECT_EQ(open(sessions, 1, at(120s)), 0);
  EXPECT_NE(open(sessions, 1, at(121s)), 0);
  EXPECT_EQ(sessions.resume(request_of(idle, 1, {}), at(121s)).error,
            ErrorCode::fetch_session_id_not_found);
  EXPECT_EQ(sessions.resume(request_of(used, 1, {}), at(121s)).error, ErrorCode::none);
}

TEST_F(FetchSessionsTest, EvictsASmallerOldOneForALargerNewcomer) {
  const auto small = open(sessions, 2, at(0s));
  const auto large = open(sessions, 3, at(0s));
  (void)sessions.resume(request_of(small, 1, {}), at(100s));
  (void)sessions.resume(request_of(large, 1, {}), at(100s));

  EXPECT_EQ(open(sessions, 2, at(150s)), 0) << "it is no larger";
  EXPECT_NE(open(sessions, 3, at(150s)), 0);
  EXPECT_EQ(sessions.resume(request_of(small, 2, {}), at(150s)).error,
            ErrorCode::fetch_session_id_not_found);
}

TEST_F(FetchSessionsTest, PrefersFollowers) {
  const auto consumer = open(sessions, 50, at(0s));
  const auto follower = open(sessions, 1, at(0s), true);

  EXPECT_EQ(open(sessions, 60, at(1s)), 0);
  EXPECT_NE(open(sessions, 1, at(1s), true), 0);
  EXPECT_EQ(sessions.resume(request_of(consumer, 1, {}), at(1s)).error,
            ErrorCode::fetch_session_id_not_found);
  EXPECT_EQ(sessions.resume(request_of(follower, 1, {}), at(1s)).error, ErrorCode::none);
}

// K-API-1c.
TEST(FetchSession, TellsNewsOnlyAndMovesWhatHadRecordsToTheEnd) {
  FetchSession session;
  session.targets = targets_of(3);
  const auto told = [&] {
    std::vector<std::int32_t> numbers;
    session.tell([&](FetchTarget& target) {
      numbers.push_back(target.id.partition);
      target.result.records = {};
    });
    return numbers;
  };
  for (auto& target : session.targets) {
    target.result.high_watermark = Offset{4};
    target.result.log_start_offset = Offset{0};
  }
  EXPECT_EQ(told(), (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(told(), std::vector<std::int32_t>{});

  session.targets.front().result.records = RecordData(to_bytes("records"));
  session.targets.back().result.last_stable_offset = Offset{4};
  EXPECT_EQ(told(), (std::vector<std::int32_t>{0}));
  EXPECT_EQ(numbers_of(session), (std::vector<std::int32_t>{1, 2, 0}));

  session.targets.front().result.error_code = ErrorCode::not_leader_or_follower;
  EXPECT_EQ(told(), (std::vector<std::int32_t>{1}));
  session.targets.front().result.error_code = ErrorCode::none;
  EXPECT_EQ(told(), (std::vector<std::int32_t>{1})) << "once more when the error is gone";
  EXPECT_EQ(told(), std::vector<std::int32_t>{});
}

}  // namespace
}  // namespace logquake::kafka
