// Produce. Source: K-API-P1 to P4, K-LOG-12, K-LOG-16, K-REP-26, K-WIRE-8.
#pragma once

#include <string_view>

#include "models/broker/replication/replica_manager.h"
#include "models/protocol/produce.h"

namespace logquake::kafka {

class ProduceHandler {
 public:
  ProduceHandler(sim::Node& node, ReplicaManager& replicas, const MetadataImage& metadata);

  /// Appends, and with acks=-1 waits until all is replicated or the request's timeout is over. With
  /// acks=0 the response only tells whether the connection must be closed (K-WIRE-8): any error in
  /// it says so.
  ProduceResponse handle(const ProduceRequest& request, std::string_view client_id);

 private:
  /// The error of one partition before anything is appended.
  ErrorCode check(const ProduceRequest& request, const TopicPartition& partition,
                  const RecordData& records, std::string_view client_id) const;
  void append(const ProduceRequest& request, const TopicPartition& partition,
              const RecordData& records, ProducePartitionResult& result,
              std::vector<PendingAppend>& appended);
  void refuse(const TopicPartition& partition, ProducePartitionResult& result, ErrorCode error,
              bool is_appended);

  sim::Node& node_;
  ReplicaManager& replicas_;
  const MetadataImage& metadata_;
  bool waits_for_replication_;
};

/// Whether any partition of the response has an error.
bool has_error(const ProduceResponse& response);

}  // namespace logquake::kafka
