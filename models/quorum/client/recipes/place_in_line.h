// A place in a line of clients: what locks and leader elections are made of. Source: Z-RC-1 to
// Z-RC-4.
#pragma once

#include <optional>
#include <string>

#include "models/quorum/client/recipes/event_bell.h"
#include "models/quorum/client/zookeeper_client.h"

namespace logquake::zookeeper {

/// The first in the line holds the lock, or leads. Each watches only the one before it.
class PlaceInLine {
 public:
  /// `folder` exists. `mark` is unlike that of any other attempt of anybody: by it a client finds
  /// the place that it took without hearing of it (Z-RC-1). Client and bell must outlive it.
  PlaceInLine(ZooKeeperClient& client, EventBell& bell, std::string folder, std::string mark);

  /// Blocks until first, at most for `patience`; whether it is. Looks again after each lost
  /// connection. Errors: session_expired (the place is gone).
  Result<bool> wait_until_first(Duration patience, sim::Node& node);
  /// Gives the place up. Errors: connection_loss (it may still be there; leave() again, or let the
  /// session end).
  Status leave();

  /// Once it is first: the node's path and its czxid, for fencing (Z-RC-3).
  const std::string& path() const { return path_; }
  Zxid token() const { return token_; }

 private:
  Status take();
  /// The place right before this one; nothing where there is none.
  Result<std::optional<std::string>> predecessor();

  ZooKeeperClient& client_;
  EventBell& bell_;
  std::string folder_;
  std::string mark_;
  std::string path_;
  Zxid token_;
};

}  // namespace logquake::zookeeper
