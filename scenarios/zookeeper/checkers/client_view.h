// What clients have asked and not been answered, beside what the servers' tree did: together the
// matter of all promises to clients.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/quorum/client/client_facts.h"
#include "scenarios/zookeeper/checkers/znode_history.h"

namespace logquake::scenario {

/// A request on its way.
struct OpenRequest {
  zookeeper::RequestSent asked;
  sim::EventId fact;
  bool is_lost = false;  // no reply will come; it may take effect all the same
  std::optional<zookeeper::Zxid> took_effect;  // as the servers told
  zookeeper::Zxid sent_at;                     // the frontier when it was sent
};

class ClientView {
 public:
  /// Takes the fact in. After a reply, answered() is the request that it answers.
  void on_fact(const sim::TraceEvent& event);
  const ZnodeHistory& history() const { return history_; }
  ZnodeHistory& history() { return history_; }

  /// The request that the last fact, a reply, has answered.
  const std::optional<OpenRequest>& answered() const { return answered_; }
  /// Where the last fact told of a change by a client that we know, and none of its requests asks
  /// for that, or only one that has taken effect before.
  bool is_unasked() const { return is_unasked_; }
  /// The members of the multi that took effect at the zxid; null for other writes.
  const std::vector<zookeeper::AskedOperation>* members_at(zookeeper::Zxid zxid) const;

 private:
  void put_in_doubt();
  void match(zookeeper::SessionId session, zookeeper::Zxid zxid, zookeeper::OpCode op,
             const std::string& path, const std::string& data);
  void take_reply(const zookeeper::ReplyReceived& reply);

  ZnodeHistory history_;
  std::map<zookeeper::SessionId, std::vector<OpenRequest>> open_;  // writes and what is in flight
  std::map<zookeeper::Zxid, std::vector<zookeeper::AskedOperation>> multis_;
  std::optional<OpenRequest> answered_;
  zookeeper::Zxid matched_;  // the last zxid whose change has its request
  bool is_unasked_ = false;
};

}  // namespace logquake::scenario
