// What a member does while it looks for a leader, where read-only mode is on: after a while it
// serves clients that put up with reads, from its local state. Source: Z-RD-6, Z-WP-17, Z-SE-21.
#pragma once

#include <memory>

#include "models/quorum/server/member_role.h"
#include "models/quorum/service/request_route.h"

namespace logquake::zookeeper {

/// One instance for each time of looking. Answers from the whole local history, a tail that was
/// never committed included.
class ReadOnlyMode : public RequestRoute, public std::enable_shared_from_this<ReadOnlyMode> {
 public:
  explicit ReadOnlyMode(Member& member) : member_(member) {}

  /// Serves from two seconds or one tick from now on, whichever is longer, unless end() comes
  /// before. Does not block. Nothing where the mode is off.
  void start();
  /// There is a leader: its clients are closed.
  void end();

  Zxid last_zxid() const override { return member_.history.last_applied(); }
  void heard(SessionId, Duration) override {}
  /// Whoever knows the password is believed: nobody is there to ask, and local sessions are off.
  bool resume(SessionId, Duration) override { return true; }
  void submit(Work work) override;
  void wait_for_room() override {}
  void describe(ServerStatistics& statistics) const override;
  bool is_read_only() const override { return true; }

 private:
  Member& member_;
  bool is_over_ = false;
  bool serves_ = false;
};

}  // namespace logquake::zookeeper
