// Who is there: each member an ephemeral below one folder. Source: Z-RC-6.
#pragma once

#include <string>
#include <vector>

#include "models/quorum/client/recipes/event_bell.h"
#include "models/quorum/client/zookeeper_client.h"

namespace logquake::zookeeper {

class GroupMembership {
 public:
  /// `folder` exists. The client must outlive it.
  GroupMembership(ZooKeeperClient& client, std::string folder, std::string name)
      : client_(client), folder_(std::move(folder)), name_(std::move(name)) {}

  /// In this session: a member that finds its own node of an earlier session waits for that to go.
  /// Errors: node_exists (that one), connection_loss, session_expired.
  Status join();
  /// The members, in byte order. Watches in the same call, so that the next change rings.
  Result<std::vector<std::string>> members();

 private:
  ZooKeeperClient& client_;
  std::string folder_;
  std::string name_;
};

}  // namespace logquake::zookeeper
