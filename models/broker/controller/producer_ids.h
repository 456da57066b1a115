// Producer ids: blocks of a thousand reserved in ZooKeeper, handed out one by one. Source:
// K-API-22.
#pragma once

#include <optional>

#include "models/broker/controller/zookeeper_store.h"
#include "models/protocol/init_producer_id.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

class ProducerIds {
 public:
  ProducerIds(sim::Node& node, ZookeeperStore& store, BrokerId self);

  /// A fresh id with epoch 0. Blocks when the block is used up. Transactional ids are refused:
  /// there is no transaction coordinator yet.
  InitProducerIdResponse handle(const InitProducerIdRequest& request);

 private:
  sim::Node& node_;
  ZookeeperStore& store_;
  BrokerId self_;
  std::optional<ProducerIdBlock> block_;
  ProducerId next_;
  sim::Mutex reserving_;
};

}  // namespace logquake::kafka
