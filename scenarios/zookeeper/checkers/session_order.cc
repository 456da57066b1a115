#include "scenarios/zookeeper/checkers/session_order.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "models/quorum/client/client_facts.h"
#include "models/quorum/facts.h"
#include "models/quorum/service/reply_facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::ErrorCode;
using zookeeper::OpCode;
using zookeeper::SessionId;
using zookeeper::Zxid;

class SessionOrder : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* sent = event.as<zookeeper::RequestSent>()) {
      sessions_[sent->session].waiting.push_back(sent->xid);
    } else if (const auto* lost = event.as<zookeeper::RequestLost>()) {
      std::erase(sessions_[lost->session].waiting, lost->xid);
    } else if (const auto* reply = event.as<zookeeper::ReplyReceived>()) {
      take(*reply, event, findings);
    } else if (const auto* refused = event.as<zookeeper::WriteRefused>()) {
      if (refused->error == ErrorCode::session_moved)
        cut_off_[std::string(event.node_name)] = refused->zxid;
    } else if (const auto* replied = event.as<zookeeper::WriteReplied>()) {
      judge_moved(*replied, event.node_name, findings);
    } else if (const auto* odd = event.as<zookeeper::ReplyOutOfOrder>()) {
      // A server refuses what it does not know at once (Z-ER-7).
      if (odd->error == ErrorCode::unimplemented) return;
      findings.violation("Z-INV-16",
                         format("session {} got the reply to its request {} and awaited "
                                "that to {}",
                                hex_of(odd->session), odd->xid, odd->expected));
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-16", format("{} replies to {} sessions", replies_, sessions_.size()));
  }

 private:
  struct Session {
    std::deque<std::int32_t> waiting;
    Zxid last;
    sim::EventId fact;
  };

  void take(const zookeeper::ReplyReceived& reply, const sim::TraceEvent& event,
            Findings& findings) {
    ++replies_;
    auto& session = sessions_[reply.session];
    auto& waiting = session.waiting;
    const auto at = std::find(waiting.begin(), waiting.end(), reply.xid);
    if (at != waiting.begin() && at != waiting.end()) {
      findings.violation("Z-INV-16",
                         format("session {} got the reply to its request {} before that "
                                "to {}",
                                hex_of(reply.session), reply.xid, waiting.front()));
    }
    if (at != waiting.end()) waiting.erase(at);
    // Authentication answers zero, and what is not known, -1 (Z-WP-5).
    if (reply.zxid <= Zxid() || reply.op == OpCode::auth || reply.op == OpCode::sasl) return;
    if (reply.zxid < session.last) {
      findings.violation("Z-INV-16",
                         format("session {} got a reply at zxid {} after one at {}",
                                hex_of(reply.session), hex_of(reply.zxid), hex_of(session.last)),
                         {session.fact});
    }
    session.last = std::max(session.last, reply.zxid);
    session.fact = event.id;
  }

  // What takes effect nowhere must not be told: the connection is closed instead.
  void judge_moved(const zookeeper::WriteReplied& replied, std::string_view server,
                   Findings& findings) const {
    const auto cut_off = cut_off_.find(server);
    if (cut_off == cut_off_.end() || cut_off->second != replied.zxid) return;
    findings.violation("Z-SE-15", format("{} answered the write {} of session {}, which has moved",
                                         server, hex_of(replied.zxid), hex_of(replied.session)));
  }

  std::map<SessionId, Session> sessions_;
  std::map<std::string, Zxid, std::less<>>
      cut_off_;  // by server: its last write of a session that has moved
  std::int64_t replies_ = 0;
};

}  // namespace

CheckerFactory zookeeper_session_order() {
  return {"zookeeper-session-order", [] { return std::make_unique<SessionOrder>(); }};
}

}  // namespace logquake::scenario
