// A reader's end of an incremental fetch session with one broker: requests name only what has
// changed since the last one, and the broker answers with what is new. Pure.
// Source: K-API-1b, K-API-1d; KIP-227; Kafka 3.7, FetchSessionHandler.
#pragma once

#include <cstdint>
#include <vector>

#include "models/protocol/fetch.h"
#include "models/protocol/ids.h"

namespace logquake::kafka {

class FetchSessionHandler {
 public:
  struct Wanted {
    const TopicPartition* id = nullptr;
    FetchPartition partition{};
  };

  /// Sets session, topics and forgotten topics of the next request, which is to read all of
  /// `wanted`, sorted by partition; it is not kept.
  void prepare(const std::vector<Wanted>& wanted, FetchRequest& request);
  /// Takes the answer to that request in; whether it holds partitions to look at: a broker that
  /// does not know the session answers with none, and all is asked for anew.
  bool take(const FetchResponse& response);
  /// There was no answer: whether the broker has seen the request is unknown.
  void fail() { epoch_ = 0; }
  bool is_incremental() const { return epoch_ > 0; }

 private:
  struct Asked {
    TopicPartition id{};
    FetchPartition partition{};
  };
  bool name_changes(const std::vector<Wanted>& wanted, FetchRequest& request);

  std::int32_t id_ = 0;       // zero: none
  std::int32_t epoch_ = 0;    // of the next request; zero asks for a session
  std::vector<Asked> asked_;  // with the last request, sorted
};

}  // namespace logquake::kafka
