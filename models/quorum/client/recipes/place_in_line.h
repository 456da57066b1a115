// A place in a line of clients: what locks and leader elections are made of. Source: Z-RC-1 to
// Z-RC-4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/quorum/client/recipes/event_bell.h"
#include "models/quorum/client/zookeeper_client.h"

namespace logquake::zookeeper {

/// Whom a place keeps waiting: everybody behind it, or only exclusive places, as those who read do
/// where one lock serves reading and writing (Z-RC-4).
enum class Sharing { exclusive, shared };

/// The first in the line holds the lock, or leads; a shared place does as soon as no exclusive one
/// is before it. Each watches only the closest that it waits for.
class PlaceInLine {
 public:
  /// `folder` exists. `mark` is unlike that of any other attempt of anybody: by it a client finds
  /// the place that it took without hearing of it (Z-RC-1). Client and bell must outlive it.
  PlaceInLine(ZooKeeperClient& client, EventBell& bell, std::string folder, std::string mark,
              Sharing sharing = Sharing::exclusive);
  /// By its name: the path of a place or the last part of it.
  static bool is_shared(std::string_view place);

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
  /// The closest place before this one that it waits for; nothing where there is none.
  Result<std::optional<std::string>> predecessor();

  ZooKeeperClient& client_;
  EventBell& bell_;
  std::string folder_;
  std::string mark_;
  Sharing sharing_;
  std::string path_;
  Zxid token_;
};

}  // namespace logquake::zookeeper
