// Stores the ISR changes of the partitions this broker leads, and announces them to the controller.
// Source: K-ISR-4, K-ISR-7, K-ISR-8.
#pragma once

#include <deque>
#include <set>

#include "models/broker/controller/zookeeper_store.h"
#include "models/broker/replication/partition.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

/// Owned by the broker's main task, which outlives the tasks that start() spawns.
class IsrWriter {
 public:
  IsrWriter(sim::Node& node, ZookeeperStore& store, BrokerId self);
  IsrWriter(const IsrWriter&) = delete;
  IsrWriter& operator=(const IsrWriter&) = delete;

  void start();
  /// Queues a change; the partition hears what became of it. Does not block. `partition` outlives
  /// the process.
  void submit(Partition& partition, const IsrProposal& proposal);

 private:
  struct Submitted {
    Partition* partition = nullptr;
    IsrProposal proposal;
    sim::EventId cause;
  };
  void write_all();
  void write(const Submitted& submitted);
  void announce_all();

  sim::Node& node_;
  ZookeeperStore& store_;
  BrokerId self_;
  std::deque<Submitted> waiting_;
  sim::Signal submitted_;
  std::set<TopicPartition> unannounced_;
  Instant last_change_{};
  Instant last_announcement_{};
};

}  // namespace logquake::kafka
