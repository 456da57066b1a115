#include "scenarios/zookeeper/checkers/syncs.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "models/quorum/client/client_facts.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::ErrorCode;
using zookeeper::OpCode;
using zookeeper::SessionId;
using zookeeper::Zxid;

class Syncs : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* acknowledged = event.as<zookeeper::WriteAcknowledged>()) {
      commit(acknowledged->zxid, event.id);
    } else if (const auto* committed = event.as<zookeeper::TransactionCommitted>()) {
      commit(committed->zxid, event.id);
    } else if (const auto* established = event.as<zookeeper::LeaderEstablished>()) {
      newest_epoch_ = std::max(newest_epoch_, established->epoch);
    } else if (const auto* sent = event.as<zookeeper::RequestSent>()) {
      if (sent->op == OpCode::sync) open_[{sent->session, sent->xid}] = committed_;
    } else if (const auto* lost = event.as<zookeeper::RequestLost>()) {
      if (lost->op == OpCode::sync) open_.erase({lost->session, lost->xid});
    } else if (const auto* reply = event.as<zookeeper::ReplyReceived>()) {
      if (reply->op == OpCode::sync) judge(*reply, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-20", format("{} syncs", syncs_));
  }

 private:
  struct Commit {
    Zxid zxid;
    sim::EventId fact;
  };

  void commit(Zxid zxid, sim::EventId fact) {
    if (zxid > committed_.zxid) committed_ = {zxid, fact};
  }
  void judge(const zookeeper::ReplyReceived& reply, Findings& findings) {
    const auto found = open_.find({reply.session, reply.xid});
    if (found == open_.end()) return;
    const auto due = found->second;
    open_.erase(found);
    if (reply.error != ErrorCode::ok) return;
    ++syncs_;
    if (reply.zxid >= due.zxid) return;
    if (epoch_of(reply.zxid) < newest_epoch_) {
      findings.anomaly("Z-SN-3", "a deposed leader answered a sync", 1, {due.fact});
      return;
    }
    findings.violation(
        "Z-INV-20",
        format("the sync of session {} was answered at zxid {}, but {} was committed "
               "before it was sent",
               hex_of(reply.session), hex_of(reply.zxid), hex_of(due.zxid)),
        {due.fact});
  }

  Commit committed_;  // the highest that anybody knows to be
  std::int64_t newest_epoch_ = 0;
  std::map<std::pair<SessionId, std::int32_t>, Commit> open_;
  std::int64_t syncs_ = 0;
};

}  // namespace

CheckerFactory zookeeper_syncs() {
  return {"zookeeper-syncs", [] { return std::make_unique<Syncs>(); }};
}

}  // namespace logquake::scenario
