// Where a server's client requests go: to its own preparer, or to the leader of the ensemble.
#pragma once

#include "models/quorum/service/client_connection.h"
#include "models/quorum/wire/ids.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

/// What a serving server is: standalone, leader or learner. One instance for each time of serving.
class RequestRoute {
 public:
  virtual ~RequestRoute() = default;

  /// The last zxid that clients may be told: the last applied one, or a leader's marker (Z-SE-24).
  virtual Zxid last_zxid() const = 0;
  /// Something came from the session's client, whose timeout is `timeout`. Source: Z-SE-6.
  virtual void heard(SessionId session, Duration timeout) = 0;
  /// Whether the session lives and may go on here from now on. Blocks, where only the leader knows.
  /// Source: Z-SE-11.
  virtual bool resume(SessionId session, Duration timeout) = 0;
  /// Takes a request over. Sooner or later the ClientService is told to answer it, in the order of
  /// its session (Z-SE-22), or the connection is closed.
  virtual void submit(Work work) = 0;
  /// Blocks while there are too many outstanding requests to read another one.
  virtual void wait_for_room() = 0;
  /// Adds what a four-letter word shows of it: its mode, what is outstanding, whom it tracks.
  virtual void describe(ServerStatistics& statistics) const = 0;
  /// Whether it serves only clients that put up with reads alone. Source: Z-WP-17.
  virtual bool is_read_only() const { return false; }
};

}  // namespace logquake::zookeeper
