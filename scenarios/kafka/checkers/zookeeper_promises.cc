#include "scenarios/kafka/checkers/zookeeper_promises.h"

#include <memory>
#include <optional>
#include <string>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "models/quorum/service/reply_facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class AcknowledgedWritesSurvive : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* told = event.as<zookeeper::WriteAcknowledged>()) {
      ++writes_;
      if (told->zxid <= last_) return;
      last_ = told->zxid;
      last_fact_ = event.id;
      path_ = told->path;
    } else if (event.as<zookeeper::ElectionStarted>() != nullptr) {
      is_ensemble_ = true;  // one member may lag; what a quorum keeps is judged elsewhere
    } else if (const auto* recovered = event.as<zookeeper::ServerRecovered>()) {
      if (is_ensemble_ || recovered->zxid >= last_) return;
      findings.violation(
          "Z-INV-6",
          format("{} has recovered up to zxid {}, but the write to {} at zxid {} was "
                 "acknowledged",
                 event.node_name, recovered->zxid, path_, last_),
          {last_fact_});
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    if (!is_ensemble_)
      findings.promise("Z-INV-6", format("{} acknowledged writes to ZooKeeper", writes_));
  }

 private:
  bool is_ensemble_ = false;
  zookeeper::Zxid last_;  // the highest that a client was told of
  sim::EventId last_fact_;
  std::string path_;
  std::int64_t writes_ = 0;
};

class EventsBeforeReplies : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* replied = event.as<zookeeper::WriteReplied>()) {
      last_ = {replied->session, replied->zxid, event.at, event.id};
    } else if (const auto* fired = event.as<zookeeper::WatchFired>()) {
      ++events_;
      // At the same instant: when a client comes back later it is told what it has missed.
      if (fired->session != last_.session || fired->zxid != last_.zxid || event.at != last_.at)
        return;
      findings.violation("Z-INV-19",
                         format("session {} was sent the event of {} after the reply to its own "
                                "write at zxid {}",
                                zookeeper::hex_of(fired->session), fired->path, fired->zxid),
                         {last_.fact});
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-19", format("{} events of watches", events_));
  }

 private:
  struct Reply {
    zookeeper::SessionId session;
    zookeeper::Zxid zxid;
    Instant at{};
    sim::EventId fact;
  };
  Reply last_;
  std::int64_t events_ = 0;
};

class SessionsEndRight : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* expired = event.as<zookeeper::SessionExpired>()) {
      ++ends_;
      if (expired->silence >= expired->timeout) return;
      findings.violation("Z-INV-13", format("session {} expired after a silence of {}, before its "
                                            "timeout of {}",
                                            zookeeper::hex_of(expired->session),
                                            to_text(expired->silence), to_text(expired->timeout)));
    } else if (const auto* closed = event.as<zookeeper::SessionClosed>()) {
      ++ends_;
      if (closed->left_behind == 0) return;
      findings.violation("Z-INV-12",
                         format("session {} is closed, and {} of its ephemerals are "
                                "still there",
                                zookeeper::hex_of(closed->session), closed->left_behind));
    } else if (const auto* broken = event.as<zookeeper::ConnectionClosed>()) {
      if (broken->why == "replaced") replaced_ = Replaced{broken->session, event.at, event.id};
    } else if (event.as<zookeeper::SessionResumed>() != nullptr) {
      replaced_.reset();
    } else if (const auto* refused = event.as<zookeeper::ConnectionRefused>()) {
      // A server closes, checks and refuses at one instant.
      if (refused->why != "bad-password" || !replaced_ || replaced_->at != event.at) return;
      findings.violation("Z-SE-13",
                         format("{} came with a wrong password for session {}, and its owner was "
                                "disconnected for that",
                                refused->client, zookeeper::hex_of(replaced_->session)),
                         {replaced_->fact});
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-12", format("{} ends of ZooKeeper sessions", ends_));
  }

 private:
  struct Replaced {
    zookeeper::SessionId session;
    Instant at{};
    sim::EventId fact;
  };
  std::optional<Replaced> replaced_;  // closed for another connection that has not taken over yet
  std::int64_t ends_ = 0;
};

}  // namespace

CheckerFactory acknowledged_writes_survive() {
  return {"zookeeper-writes-survive", [] { return std::make_unique<AcknowledgedWritesSurvive>(); }};
}
CheckerFactory events_before_replies() {
  return {"zookeeper-events-come-first", [] { return std::make_unique<EventsBeforeReplies>(); }};
}
CheckerFactory sessions_end_right() {
  return {"zookeeper-sessions-end-right", [] { return std::make_unique<SessionsEndRight>(); }};
}

}  // namespace logquake::scenario
