#include "models/broker/replication/isr_writer.h"

#include <utility>

#include "models/broker/replication_probes.h"

namespace logquake::kafka {

namespace {

// Source: K-ISR-8 (ReplicaManager.IsrChangePropagationConfig).
constexpr Duration check_interval = 2500ms;
constexpr Duration calm = 5s;           // no change for so long: announce
constexpr Duration longest_wait = 60s;  // or no announcement for so long

}  // namespace

IsrWriter::IsrWriter(sim::Node& node, ZookeeperStore& store, BrokerId self)
    : node_(node), store_(store), self_(self), submitted_(node, "an ISR change") {}

void IsrWriter::start() {
  node_.spawn("isr-writer", [this] { write_all(); });
  node_.spawn("isr-announcer", [this] { announce_all(); });
}

void IsrWriter::submit(Partition& partition, const IsrProposal& proposal) {
  waiting_.push_back({&partition, proposal, node_.cause()});
  submitted_.notify_all();
}

void IsrWriter::write_all() {
  while (true) {
    submitted_.wait_until([this] { return !waiting_.empty(); });
    const Submitted next = std::move(waiting_.front());
    waiting_.pop_front();
    node_.set_cause(next.cause);
    write(next);
  }
}

void IsrWriter::write(const Submitted& submitted) {
  node_.yield(before_isr_write);
  Partition& partition = *submitted.partition;
  const IsrProposal& proposal = submitted.proposal;
  if (!partition.replica().is_in_flight(proposal)) return;  // another term has begun meanwhile
  const LeaderAndIsr state{.leader = self_,
                           .leader_epoch = proposal.leader_epoch,
                           .isr = proposal.isr,
                           .controller_epoch = partition.controller_epoch(),
                           .version = proposal.partition_epoch};
  const auto stored = store_.persist([&] { return store_.store_isr(partition.id(), state); });
  // Refused by the version: the controller has decided something newer, which will arrive. Until
  // then the change stays in flight, so that its additions count and nothing else is tried
  // (K-ISR-7).
  if (!stored || !*stored) return;
  node_.yield(before_isr_answer);
  partition.on_isr_stored(proposal, **stored);
  unannounced_.insert(partition.id());
  last_change_ = node_.now();
}

void IsrWriter::announce_all() {
  while (true) {
    node_.sleep_for(check_interval);
    const Instant now = node_.now();
    if (unannounced_.empty()) continue;
    if (now - last_change_ < calm && now - last_announcement_ < longest_wait) continue;
    const auto announced = std::exchange(unannounced_, {});
    const std::vector<TopicPartition> partitions(announced.begin(), announced.end());
    const auto done = store_.persist([&] { return store_.announce_isr_changes(partitions); });
    if (!done) unannounced_.insert(announced.begin(), announced.end());
    last_announcement_ = node_.now();
  }
}

}  // namespace logquake::kafka
