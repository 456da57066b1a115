// What runs behind a Producer: the accumulator's carrier, with its tasks.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/client/accumulator.h"
#include "models/client/cluster_client.h"
#include "models/client/partitioner.h"
#include "models/client/producer.h"
#include "models/protocol/produce.h"
#include "sim/schedule/sync.h"

namespace logquake::kafka {

struct SendHandle::State {
  explicit State(sim::Node& node) : finished(node, "a record's acknowledgement") {}
  std::optional<Outcome<RecordMetadata>> result{};
  SendCallback callback{};
  std::int64_t key_digest = 0;
  std::int64_t value_digest = 0;
  sim::Signal finished;
};

/// Shared by the producer and its tasks, which end by themselves once it is closed.
class ProducerCore : public std::enable_shared_from_this<ProducerCore> {
 public:
  ProducerCore(sim::Node& node, const ProducerConfig& config);
  /// Starts the tasks; apart from construction because they share ownership.
  void start();

  SendHandle send(ProducerRecord record, SendCallback callback);
  void flush();
  void close(Duration timeout);
  void abandon();  // without blocking
  Outcome<std::int32_t> partitions_for(const std::string& topic);
  void note_unknown_setting(const std::string& setting);

 private:
  struct InFlight {
    CorrelationId id{};
    std::vector<BatchId> batches{};
    Instant sent_at{};
    Channel* channel = nullptr;  // it went out on; lives as long as the cluster client
  };
  // One broker: what is under way to it, and the signals of its two tasks.
  struct Link {
    explicit Link(sim::Node& node)
        : work(node, "batches to send"), answers(node, "produce requests in flight") {}
    BrokerId broker{};
    std::deque<InFlight> in_flight{};
    sim::Signal work;
    sim::Signal answers;
  };

  void keep_metadata();
  void keep_identity();
  void keep_expiring();
  void send_to(Link& link);
  void receive_from(Link& link);

  std::int32_t choose_partition(const ProducerRecord& record, std::int32_t count);
  Outcome<> await_room(const TopicPartition& partition, const Record& record, Instant deadline);
  std::vector<LedPartition> led_by(BrokerId broker) const;
  ProduceRequest request_of(const std::vector<BatchId>& batches) const;
  void transmit(Link& link, Channel& channel, const std::vector<BatchId>& batches);
  void on_response(const InFlight& request, const ProduceResponse& response);
  void on_broken(const InFlight& request, ErrorCode error);
  void apply(const AccumulatorEffects& effects, ErrorCode error);
  void finish(const SendDone& done);
  void add_links();
  void wake_links();
  void wake_leader(const TopicPartition& partition);
  bool is_leader_missing() const;

  sim::Node& node_;
  ProducerConfig config_;
  ClusterClient cluster_;
  Accumulator accumulator_;
  StickyPartitioner sticky_;
  std::int64_t session_ = 0;
  SendId next_send_{1};
  std::map<SendId, std::shared_ptr<SendHandle::State>> pending_;
  std::map<BrokerId, std::unique_ptr<Link>> links_;  // never removed: tasks refer to them
  int waiting_for_room_ = 0;
  bool is_closing_ = false;
  bool is_closed_ = false;
  std::optional<kafka::Error> fatal_;
  sim::Signal progress_;   // batches finished
  sim::Signal lifecycle_;  // identity wanted, closed
};

}  // namespace logquake::kafka
