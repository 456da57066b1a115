// A member that leads: the carrier of `Leadership`, and the one server that sequences. Source:
// Z-BC-1, Z-SE-5, Z-SE-11, Z-SE-15, Z-SY-7, Z-TM-2.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "models/quorum/server/member_role.h"
#include "models/quorum/server/quorum_link.h"
#include "models/quorum/service/sequencer.h"
#include "models/quorum/zab/leadership.h"
#include "sim/network/connection.h"

namespace logquake::zookeeper {

class LeaderRole : public MemberRole {
 public:
  LeaderRole(Member& member, const QuorumVerifier& verifier);

  Zxid last_zxid() const override;
  void heard(SessionId session, Duration timeout) override;
  bool resume(SessionId session, Duration timeout) override;
  void submit(Work work) override;
  void describe(ServerStatistics& statistics) const override;

 protected:
  bool begin() override;
  void finish() override;
  Instant deadline() const override { return rules_.deadline(); }
  void expire() override;
  ZabActions logged(Zxid zxid) override;
  void act(const ZabAction& action) override;
  void deliver(const Transaction& transaction) override;

 private:
  struct Link : QuorumLink {
    using QuorumLink::QuorumLink;
    ServerId learner;  // zero until its first packet
  };
  void accept_for_ever();
  void receive_for_ever(const std::shared_ptr<Link>& link);
  void greet(const std::shared_ptr<Link>& link, const QuorumPacket& info);
  void take(ServerId from, const QuorumPacket& packet);
  void send(ServerId to, QuorumPacket packet);
  void establish(std::int64_t epoch);
  void propose(const Transaction& transaction);

  Leadership rules_;
  std::int64_t epoch_ = 0;
  sim::Listener listener_;
  std::map<ServerId, std::shared_ptr<Link>> links_;  // of learners that have said who they are
  std::optional<Sequencer> sequencer_;               // once established
  LeaderStatistics counted_;                         // the sizes of proposals
  Instant established_;
};

}  // namespace logquake::zookeeper
