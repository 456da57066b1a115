// A member that follows or observes: the carrier of `Following`. Source: Z-DI-2, Z-SE-5, Z-SE-6,
// Z-TM-5, Z-BC-1, Z-BC-5.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "models/quorum/server/member_role.h"
#include "models/quorum/server/quorum_link.h"
#include "models/quorum/zab/following.h"

namespace logquake::zookeeper {

class LearnerRole : public MemberRole {
 public:
  LearnerRole(Member& member, ServerId leader, bool is_observer);

  void heard(SessionId session, Duration timeout) override { touched_[session] = timeout; }
  bool resume(SessionId session, Duration timeout) override;
  void submit(Work work) override;
  void describe(ServerStatistics& statistics) const override;

 protected:
  bool begin() override;
  void finish() override;
  Instant deadline() const override { return Instant::max(); }  // its patience is the receiver's
  void expire() override {}
  ZabActions logged(Zxid zxid) override;
  void act(const ZabAction& action) override;
  void deliver(const Transaction& transaction) override;

 private:
  /// Asked of the leader: does the session live?
  struct Question {
    bool is_answered = false;
    bool is_alive = false;
  };
  Duration patience() const;
  void receive_for_ever();
  void take(const QuorumPacket& packet);
  QuorumPacket as_read(const QuorumPacket& packet);
  void answer_question(const QuorumPacket& packet);

  ServerId leader_;
  bool is_observer_;
  bool is_adopted_ = false;  // NEWLEADER has been acked
  Following rules_;
  std::shared_ptr<QuorumLink> link_;       // from begin() on
  std::map<SessionId, Duration> touched_;  // since the leader's last PING (Z-SE-5)
  std::map<SessionId, std::deque<std::shared_ptr<Question>>> questions_;
  sim::Signal answered_;
};

}  // namespace logquake::zookeeper
