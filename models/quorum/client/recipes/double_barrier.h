// A barrier that opens when all are there, and that all leave together. Source: Z-RC-5.
#pragma once

#include <cstdint>
#include <string>

#include "models/quorum/client/recipes/event_bell.h"
#include "models/quorum/client/zookeeper_client.h"

namespace logquake::zookeeper {

class DoubleBarrier {
 public:
  /// `folder` exists and is used for one round. Client and bell must outlive it.
  DoubleBarrier(ZooKeeperClient& client, EventBell& bell, std::string folder, std::string name,
                std::int64_t participants)
      : client_(client),
        bell_(bell),
        folder_(std::move(folder)),
        name_(std::move(name)),
        participants_(participants) {}

  /// Blocks until all are there, at most for `patience`; whether they are.
  bool enter(Duration patience, sim::Node& node);
  /// Blocks until all have left, at most for `patience`; whether they have.
  bool leave(Duration patience, sim::Node& node);

 private:
  ZooKeeperClient& client_;
  EventBell& bell_;
  std::string folder_;
  std::string name_;
  std::int64_t participants_;
};

}  // namespace logquake::zookeeper
