// What a member of an ensemble is between two elections: a leader or a learner. Everything that
// happens to it becomes an event, and one task takes the events one after another: it asks the
// rules and carries their actions out.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include "models/quorum/server/member_history.h"
#include "models/quorum/service/client_service.h"
#include "models/quorum/service/request_route.h"
#include "models/quorum/service/session_order.h"
#include "models/quorum/zab/zab_action.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

/// What the roles of one member share; it lives as long as the process.
struct Member {
  sim::Node& node;
  const ServerSettings& settings;
  ServerId id;
  MemberHistory& history;
  ClientService& clients;
  std::function<void(std::int64_t epoch)> on_settled;  // tells the election (Z-EL-9)
};

class MemberRole : public RequestRoute, public std::enable_shared_from_this<MemberRole> {
 public:
  explicit MemberRole(Member& member);

  /// Plays the role to its end; nobody is served afterwards. Blocks.
  void run();

  Zxid last_zxid() const override { return member_.history.last_applied(); }
  void wait_for_room() override;
  void describe(ServerStatistics& statistics) const override;

 protected:
  using Event = std::function<void()>;

  /// Before the first event: connects or listens. False where the role is over already.
  virtual bool begin() = 0;
  /// After the last one: nothing of it goes on.
  virtual void finish() = 0;
  virtual Instant deadline() const = 0;
  virtual void expire() = 0;
  virtual ZabActions logged(Zxid zxid) = 0;
  /// Carries out what only this role can.
  virtual void act(const ZabAction& action) = 0;
  /// The transaction takes effect and is told to whom it concerns.
  virtual void deliver(const Transaction& transaction);

  /// From any task: has `event` happen in its turn. Nothing where the role is over.
  void post(Event event);
  /// Only within events.
  void perform(ZabActions actions);
  void start_serving(std::string_view mode, std::int64_t epoch);
  void give_up(std::string why);
  bool is_over() const { return is_over_; }
  sim::Node& node() const { return member_.node; }
  MemberHistory& history() const { return member_.history; }
  const ServerSettings& settings() const { return member_.settings; }

  Member& member_;
  SessionOrder order_;

 private:
  void carry_out(const ZabAction& action);

  std::deque<Event> events_;
  bool is_over_ = false;
  std::string why_;
  sim::Signal has_events_;
  sim::Signal has_room_;
};

}  // namespace logquake::zookeeper
