// What a leader has proposed and not yet committed, with who has it durably. Source: Z-BC-3.
#pragma once

#include <cstdint>
#include <deque>
#include <set>

#include "models/quorum/tree/transaction.h"
#include "models/quorum/zab/quorum_verifier.h"

namespace logquake::zookeeper {

class OutstandingProposals {
 public:
  struct Proposal {
    Transaction transaction;
    std::set<ServerId> acks;
  };

  void add(const Transaction& transaction) { proposals_.push_back({transaction, {}}); }
  /// One server has one proposal durably: acks are per zxid. One that is not outstanding says
  /// nothing new.
  void ack(ServerId server, Zxid zxid);
  /// One server's log is durable up to `zxid`.
  void ack_up_to(ServerId server, Zxid zxid);
  /// The server may have lost what it acked: it is about to be truncated. Source: Z-SY-13.
  void forget(ServerId server);
  /// Whether the next one in order has a quorum: a later one never commits before it.
  bool is_next_committed(const QuorumVerifier& verifier) const;
  Transaction take_next();

  bool empty() const { return proposals_.empty(); }
  Zxid last() const { return proposals_.back().transaction.zxid; }  // only where it is not empty
  const std::deque<Proposal>& proposals() const { return proposals_; }

 private:
  std::deque<Proposal> proposals_;
};

}  // namespace logquake::zookeeper
