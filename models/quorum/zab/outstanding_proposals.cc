#include "models/quorum/zab/outstanding_proposals.h"

#include <utility>

namespace logquake::zookeeper {

void OutstandingProposals::ack(ServerId server, Zxid zxid) {
  for (Proposal& proposal : proposals_) {
    if (proposal.transaction.zxid == zxid) proposal.acks.insert(server);
  }
}

void OutstandingProposals::ack_up_to(ServerId server, Zxid zxid) {
  for (Proposal& proposal : proposals_) {
    if (proposal.transaction.zxid <= zxid) proposal.acks.insert(server);
  }
}

void OutstandingProposals::forget(ServerId server) {
  for (Proposal& proposal : proposals_) proposal.acks.erase(server);
}

bool OutstandingProposals::is_next_committed(const QuorumVerifier& verifier) const {
  return !proposals_.empty() && verifier.contains_quorum(proposals_.front().acks);
}

Transaction OutstandingProposals::take_next() {
  Transaction next = std::move(proposals_.front().transaction);
  proposals_.pop_front();
  return next;
}

}  // namespace logquake::zookeeper
