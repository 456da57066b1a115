#include "scenarios/kafka/checkers/zookeeper_promises.h"

#include <gtest/gtest.h>

#include "models/quorum/facts.h"
#include "models/quorum/service/reply_facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using testing::Clauses;
using testing::Witness;
using zookeeper::SessionId;
using zookeeper::Zxid;

Clauses broken_by_a_recovery_up_to(std::int64_t zxid) {
  zookeeper::WriteAcknowledged told;
  told.zxid = Zxid(7);
  zookeeper::ServerRecovered recovered;
  recovered.zxid = Zxid(zxid);
  return Witness(acknowledged_writes_survive()).state(told).state(recovered).end().broken();
}

TEST(ZookeeperPromises, AnAcknowledgedWriteIsThereAfterARecovery) {
  EXPECT_EQ(broken_by_a_recovery_up_to(7), Clauses{});
  EXPECT_EQ(broken_by_a_recovery_up_to(6), Clauses{"Z-INV-6"});
}

/// States facts at instants that the test chooses: a witness lets a millisecond pass between two.
class Clock {
 public:
  explicit Clock(const CheckerFactory& factory) : judges_({factory}) {}
  template <sim::FactLike Fact>
  Clock& state(Instant at, const Fact& fact) {
    judges_.hear({.id = sim::EventId(++last_),
                  .cause = {},
                  .at = at,
                  .node = sim::NodeId(0),
                  .node_name = "zookeeper-1",
                  .type = &sim::fact_type<Fact>,
                  .fact = &fact});
    return *this;
  }
  Clauses broken() const { return judges_.broken_clauses(); }

 private:
  testing::Judges judges_;
  std::int64_t last_ = 0;
};

TEST(ZookeeperPromises, TheEventOfAnOwnWriteComesBeforeItsReply) {
  const zookeeper::WriteReplied replied{SessionId(1), Zxid(7)};
  zookeeper::WatchFired fired;
  fired.session = SessionId(1);
  fired.zxid = Zxid(7);
  const auto broken_by_an_event = [&](Instant at) {
    return Clock(events_before_replies()).state(Instant(5ms), replied).state(at, fired).broken();
  };

  EXPECT_EQ(broken_by_an_event(Instant(5ms)), Clauses{"Z-INV-19"});
  EXPECT_EQ(broken_by_an_event(Instant(6ms)), Clauses{});  // caught up on a new connection
}

TEST(ZookeeperPromises, ASessionExpiresOnlyAfterItsTimeout) {
  const auto broken_after = [](Duration silence) {
    zookeeper::SessionExpired expired{.session = SessionId(1), .timeout = 6s, .silence = silence};
    return Witness(sessions_end_right()).state(expired).end().broken();
  };

  EXPECT_EQ(broken_after(6s), Clauses{});
  EXPECT_EQ(broken_after(5999ms), Clauses{"Z-INV-13"});
}

TEST(ZookeeperPromises, AClosedSessionLeavesNothingBehind) {
  const auto broken_with = [](std::int64_t left) {
    zookeeper::SessionClosed closed;
    closed.session = SessionId(1);
    closed.ephemerals = 2;
    closed.left_behind = left;
    return Witness(sessions_end_right()).state(closed).end().broken();
  };

  EXPECT_EQ(broken_with(0), Clauses{});
  EXPECT_EQ(broken_with(1), Clauses{"Z-INV-12"});
}

TEST(ZookeeperPromises, AWrongPasswordHarmsNobody) {
  const zookeeper::ConnectionClosed replaced{SessionId(1), "broker-1", "replaced"};
  const zookeeper::ConnectionRefused refused{SessionId(), "stranger", "bad-password"};
  const zookeeper::SessionResumed resumed{SessionId(1), "broker-1", 6s};
  const Instant now(5ms);
  const auto checker = sessions_end_right();

  EXPECT_EQ(Clock(checker).state(now, refused).broken(), Clauses{});
  EXPECT_EQ(Clock(checker).state(now, replaced).state(now, resumed).state(now, refused).broken(),
            Clauses{});
  EXPECT_EQ(Clock(checker).state(now, replaced).state(Instant(6ms), refused).broken(), Clauses{});
  EXPECT_EQ(Clock(checker).state(now, replaced).state(now, refused).broken(), Clauses{"Z-SE-13"});
}

}  // namespace
}  // namespace logquake::scenario
