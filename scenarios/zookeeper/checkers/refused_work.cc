#include "scenarios/zookeeper/checkers/refused_work.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "models/quorum/client/client_facts.h"
#include "models/quorum/facts.h"
#include "models/quorum/tree/request_preparer.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::ErrorCode;
using zookeeper::OpCode;
using zookeeper::Zxid;

class RefusedWork : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* refused = event.as<zookeeper::WriteRefused>()) {
      refuse(refused->zxid, "Z-INV-21", event, findings);
    } else if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
      change(created->zxid, created->path, event, findings);
    } else if (const auto* changed = event.as<zookeeper::ZnodeChanged>()) {
      change(changed->zxid, changed->path, event, findings);
    } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
      change(deleted->zxid, deleted->path, event, findings);
    } else if (const auto* opened = event.as<zookeeper::SessionCreated>()) {
      change(opened->zxid, "a session", event, findings);
    } else if (const auto* reply = event.as<zookeeper::ReplyReceived>()) {
      take_reply(*reply, event, findings);
    } else if (const auto* started = event.as<zookeeper::ServerStarted>()) {
      if (started->mode != "standalone") return;  // it gives the numbers again that it has lost
      refused_.erase(refused_.upper_bound(started->zxid), refused_.end());
      changed_.erase(changed_.upper_bound(started->zxid), changed_.end());
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-21", format("{} writes refused", refused_.size()));
  }

 private:
  struct Refused {
    std::string clause;
    sim::EventId fact;
  };
  struct Changed {
    std::string what;
    sim::EventId fact;
  };

  void take_reply(const zookeeper::ReplyReceived& reply, const sim::TraceEvent& event,
                  Findings& findings) {
    // Refused before anything was proposed: the zxid is not its own (-5 and -6, Z-ER-7, Z-ER-10).
    if (!zookeeper::is_write(reply.op) || reply.error == ErrorCode::unimplemented) return;
    if (reply.error != ErrorCode::ok) {
      if (reply.error != ErrorCode::session_expired)
        refuse(reply.zxid, "Z-INV-21", event, findings);
    } else if (std::any_of(reply.members.begin(), reply.members.end(),
                           [](const auto& member) { return member.error != ErrorCode::ok; })) {
      refuse(reply.zxid, "Z-INV-23", event, findings);
    }
  }
  void refuse(Zxid zxid, std::string clause, const sim::TraceEvent& event, Findings& findings) {
    refused_[zxid] = {clause, event.id};
    const auto found = changed_.find(zxid);
    if (found != changed_.end())
      broken(zxid, clause, found->second.what, found->second.fact, findings);
  }
  void change(Zxid zxid, const std::string& what, const sim::TraceEvent& event,
              Findings& findings) {
    changed_[zxid] = {what, event.id};
    const auto found = refused_.find(zxid);
    if (found != refused_.end())
      broken(zxid, found->second.clause, what, found->second.fact, findings);
  }
  static void broken(Zxid zxid, const std::string& clause, const std::string& what,
                     sim::EventId other, Findings& findings) {
    findings.violation(
        clause, format("the write at zxid {} was refused and has changed {}", hex_of(zxid), what),
        {other});
  }

  std::map<Zxid, Refused> refused_;
  std::map<Zxid, Changed> changed_;
};

}  // namespace

CheckerFactory zookeeper_refused_work() {
  return {"zookeeper-refused-work", [] { return std::make_unique<RefusedWork>(); }};
}

}  // namespace logquake::scenario
