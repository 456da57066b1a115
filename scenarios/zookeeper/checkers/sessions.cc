#include "scenarios/zookeeper/checkers/sessions.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "scenarios/zookeeper/checkers/first_told.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::SessionId;
using zookeeper::Zxid;

class Sessions : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (told_.is_gap(event)) {
      // Sessions may have come and ephemerals gone that nobody told of.
      is_complete_ = false;
      for (auto& [id, session] : sessions_) session.ephemerals.clear();
    }
    if (const auto* created = event.as<zookeeper::SessionCreated>()) {
      open(*created, event, findings);
    } else if (const auto* expired = event.as<zookeeper::SessionExpired>()) {
      judge_expiry(*expired, event, findings);
    } else if (const auto* closed = event.as<zookeeper::SessionClosed>()) {
      close(*closed, event, findings);
    } else if (const auto* node = event.as<zookeeper::ZnodeCreated>()) {
      if (told_.is_news(event.node_name, node->zxid)) create(*node, findings);
    } else if (const auto* changed = event.as<zookeeper::ZnodeChanged>()) {
      if (told_.is_news(event.node_name, changed->zxid))
        judge_deed(changed->session, changed->zxid, changed->path, findings);
    } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
      if (!told_.is_news(event.node_name, deleted->zxid)) return;
      judge_deed(deleted->session, deleted->zxid, deleted->path, findings);
      const auto owner = owners_.find(deleted->path);
      if (owner == owners_.end()) return;
      sessions_[owner->second].ephemerals.erase(deleted->path);
      owners_.erase(owner);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-12", format("{} sessions", sessions_.size()));
    findings.promise("Z-INV-13", format("{} expired", expiries_));
  }

 private:
  struct Session {
    std::optional<Zxid> created;
    std::optional<Zxid> closed;
    sim::EventId fact;  // of the last of these
    std::set<std::string> ephemerals;
  };

  // Each member tells of each session: those at other zxids are others.
  void open(const zookeeper::SessionCreated& created, const sim::TraceEvent& event,
            Findings& findings) {
    (void)told_.is_news(event.node_name, created.zxid);
    auto& session = sessions_[created.session];
    if (session.created && *session.created != created.zxid) {
      findings.violation(
          "Z-INV-12",
          format("session {} was given out at zxid {} and again at {}", hex_of(created.session),
                 hex_of(*session.created), hex_of(created.zxid)),
          {session.fact});
    }
    if (session.created) return;
    session.created = created.zxid;
    session.fact = event.id;
  }

  void close(const zookeeper::SessionClosed& closed, const sim::TraceEvent& event,
             Findings& findings) {
    if (closed.left_behind != 0) {
      findings.violation("Z-INV-12",
                         format("session {} is closed, and {} of its ephemerals are still there",
                                hex_of(closed.session), closed.left_behind));
    }
    if (!told_.is_news(event.node_name, closed.zxid)) return;
    auto& session = sessions_[closed.session];
    if (closed.left_behind == 0 && !session.ephemerals.empty()) {
      findings.violation("Z-INV-12", format("session {} is closed, but its {} has not been deleted",
                                            hex_of(closed.session), *session.ephemerals.begin()));
    }
    if (!session.closed) {
      session.closed = closed.zxid;
      session.fact = event.id;
    }
  }

  void create(const zookeeper::ZnodeCreated& node, Findings& findings) {
    judge_deed(node.session, node.zxid, node.path, findings);
    if (node.ephemeral_owner == SessionId()) return;
    auto& owner = sessions_[node.ephemeral_owner];
    if (is_complete_ && !owner.created) {
      findings.violation("Z-INV-12", format("{} belongs to session {}, which nobody opened",
                                            node.path, hex_of(node.ephemeral_owner)));
    }
    if (node.ephemeral_owner != node.session)
      judge_deed(node.ephemeral_owner, node.zxid, node.path, findings);
    owner.ephemerals.insert(node.path);
    owners_[node.path] = node.ephemeral_owner;
  }

  void judge_deed(SessionId id, Zxid zxid, const std::string& path, Findings& findings) const {
    const auto found = sessions_.find(id);
    if (found == sessions_.end() || !found->second.closed || zxid <= *found->second.closed) return;
    findings.violation("Z-INV-12",
                       format("session {} touched {} at zxid {}, after its close at {}", hex_of(id),
                              path, hex_of(zxid), hex_of(*found->second.closed)),
                       {found->second.fact});
  }

  void judge_expiry(const zookeeper::SessionExpired& expired, const sim::TraceEvent& event,
                    Findings& findings) {
    ++expiries_;
    if (expired.silence >= expired.timeout) return;
    findings.violation("Z-INV-13",
                       format("{} let session {} expire after a silence of {}, before its timeout "
                              "of {}",
                              event.node_name, hex_of(expired.session), to_text(expired.silence),
                              to_text(expired.timeout)));
  }

  FirstTold told_;
  bool is_complete_ = true;  // every session that is open has been told of
  std::map<SessionId, Session> sessions_;
  std::map<std::string, SessionId> owners_;  // of ephemerals
  std::int64_t expiries_ = 0;
};

}  // namespace

CheckerFactory zookeeper_sessions() {
  return {"zookeeper-sessions", [] { return std::make_unique<Sessions>(); }};
}

}  // namespace logquake::scenario
