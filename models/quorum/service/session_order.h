// The requests of a member's clients in the order of their sessions: a read waits behind the writes
// of its own session, and behind nobody else's. Source: Z-SE-22, Z-WP-14.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "models/quorum/service/client_service.h"

namespace logquake::zookeeper {

class SessionOrder {
 public:
  explicit SessionOrder(ClientService& clients) : clients_(clients) {}

  /// Answers at once, or when its turn comes.
  void read(Work work);
  /// Waits for its transaction; a sync for its completion.
  void wait(Work work);
  /// A transaction takes effect; whoever waits for it here is answered, and the reads behind.
  void commit(const Transaction& transaction);
  /// Whoever waits for that sync is answered.
  void complete_sync(SessionId session, std::int32_t xid);

  std::size_t waiting() const { return waiting_; }

 private:
  using Queue = std::deque<Work>;
  void drain(SessionId session);

  ClientService& clients_;
  std::map<SessionId, Queue> queues_;  // Invariant: the front of each waits for the quorum
  std::size_t waiting_ = 0;
};

}  // namespace logquake::zookeeper
