#include "scenarios/zookeeper/checkers/reads.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/quorum/tree/request_preparer.h"
#include "models/quorum/wire/path.h"
#include "scenarios/zookeeper/checkers/client_view.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::AskedOperation;
using zookeeper::ErrorCode;
using zookeeper::OpCode;
using zookeeper::ReplyReceived;
using zookeeper::SessionId;
using zookeeper::Zxid;

bool lists_children(OpCode op) { return op == OpCode::get_children || op == OpCode::get_children2; }

// Nothing where it is in doubt.
std::optional<bool> fits_node(const ReplyReceived& reply, const ZnodeRevision& state) {
  if (!state.is_certain) return std::nullopt;
  if (reply.error == ErrorCode::no_node || !state.exists)
    return (reply.error == ErrorCode::no_node) == !state.exists;
  if (!reply.stat) return std::nullopt;
  return reply.stat->version == state.version && reply.stat->czxid == state.czxid &&
         reply.stat->mzxid == state.mzxid &&
         (reply.op != OpCode::get_data || reply.data == state.data);
}

class ConsistentReads : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    view_.on_fact(event);
    const auto* reply = event.as<ReplyReceived>();
    if (reply == nullptr || !view_.answered()) return;
    auto& seen = seen_[reply->session];
    const bool is_read =
        reply->op == OpCode::exists || reply->op == OpCode::get_data || lists_children(reply->op);
    const bool is_told = reply->error == ErrorCode::ok || reply->error == ErrorCode::no_node;
    if (is_read && is_told && reply->path != "/" && !zookeeper::is_built_in(reply->path))
      judge(*reply, seen, findings);
    if (reply->zxid > seen.zxid) seen.zxid = reply->zxid;
    if (!zookeeper::is_write(reply->op) || reply->error != ErrorCode::ok) return;
    seen.own_write = std::max(seen.own_write, reply->zxid);
    acknowledged_ = std::max(acknowledged_, reply->zxid);
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-18", format("{} reads", reads_));
  }

 private:
  struct Seen {
    Zxid zxid;
    Zxid own_write;
  };

  void judge(const ReplyReceived& reply, const Seen& seen, Findings& findings) {
    ++reads_;
    const auto fitting = fits_somewhere(reply, seen.zxid, reply.zxid);
    if (fitting.value_or(true)) {
      settle(reply, seen.zxid);
      if (fitting && view_.answered()->sent_at > reply.zxid) judge_staleness(reply, findings);
      return;
    }
    const auto& request = *view_.answered();
    const auto told = format("{} of {} by session {}, answered at zxid {}, ", name_of(reply.op),
                             reply.path, hex_of(reply.session), hex_of(reply.zxid));
    if (fits_inside(reply, seen.zxid)) {
      findings.violation("Z-INV-23", told + "shows the inside of a multi", {request.fact});
    } else if (seen.own_write != Zxid() &&
               fits_somewhere(reply, Zxid(), seen.own_write - 1).value_or(true)) {
      findings.violation(
          "Z-INV-16", told + format("misses the session's own write at {}", hex_of(seen.own_write)),
          {request.fact});
    } else {
      findings.violation("Z-INV-18",
                         told + format("fits no state since zxid {}, which the session had seen",
                                       hex_of(seen.zxid)),
                         {request.fact});
    }
  }

  // What another was told of before this read was sent, and it does not show.
  void judge_staleness(const ReplyReceived& reply, Findings& findings) const {
    const auto sent = view_.answered()->sent_at;
    const auto& history = view_.history();
    const auto missed = lists_children(reply.op)
                            ? history.child_changes(reply.path, reply.zxid, sent)
                            : history.changes(reply.path, reply.zxid, sent);
    if (missed.empty() || missed.front() > acknowledged_) return;
    findings.anomaly("Z-RD-1", "a read missed a write that had been acknowledged before");
  }

  // Whether some state from `from` to `to` is the one that was read; nothing where that is in
  // doubt.
  std::optional<bool> fits_somewhere(const ReplyReceived& reply, Zxid from, Zxid to) const {
    auto zxids = lists_children(reply.op) ? view_.history().child_changes(reply.path, from, to)
                                          : view_.history().changes(reply.path, from, to);
    if (lists_children(reply.op)) {  // it comes and goes as well
      const auto own = view_.history().changes(reply.path, from, to);
      zxids.insert(zxids.end(), own.begin(), own.end());
    }
    zxids.push_back(from);
    bool is_in_doubt = false;
    for (const auto zxid : zxids) {
      const auto fitting = fits_at(reply, zxid);
      if (fitting.value_or(false)) return true;
      if (!fitting) is_in_doubt = true;
    }
    if (is_in_doubt) return std::nullopt;
    return false;
  }
  std::optional<bool> fits_at(const ReplyReceived& reply, Zxid zxid) const {
    const auto state = view_.history().at(reply.path, zxid);
    if (!lists_children(reply.op)) return fits_node(reply, state);
    if (!state.is_certain) return std::nullopt;
    if (reply.error == ErrorCode::no_node || !state.exists)
      return (reply.error == ErrorCode::no_node) == !state.exists;
    const auto names = view_.history().children(reply.path, zxid);
    if (!names) return std::nullopt;
    return zookeeper::digest_of({names->begin(), names->end()}) == reply.children_digest;
  }

  // Whether some multi that the read may have met has the state between two of its members.
  bool fits_inside(const ReplyReceived& reply, Zxid from) const {
    if (lists_children(reply.op)) return fits_children_inside(reply, from);
    for (const auto zxid : view_.history().changes(reply.path, from, reply.zxid + 1)) {
      const auto* members = view_.members_at(zxid);
      if (members == nullptr) continue;
      auto state = view_.history().at(reply.path, zxid - 1);
      for (const auto& member : *members) {
        if (member.path != reply.path) continue;
        apply(member, zxid, state);
        if (fits_node(reply, state).value_or(false)) return true;
      }
    }
    return false;
  }
  bool fits_children_inside(const ReplyReceived& reply, Zxid from) const {
    for (const auto zxid : view_.history().child_changes(reply.path, from, reply.zxid + 1)) {
      const auto* members = view_.members_at(zxid);
      auto names = view_.history().children(reply.path, zxid - 1);
      if (members == nullptr || !names) continue;
      for (const auto& member : *members) {
        const auto parent = zookeeper::parent_of(member.path);
        if ((parent.empty() ? std::string_view("/") : parent) != reply.path) continue;
        const std::string name(zookeeper::last_name_of(member.path));
        if (member.op == OpCode::remove) names->erase(name);
        if (member.op == OpCode::create || member.op == OpCode::create2) names->insert(name);
        if (zookeeper::digest_of({names->begin(), names->end()}) == reply.children_digest)
          return true;
      }
    }
    return false;
  }
  static void apply(const AskedOperation& member, Zxid zxid, ZnodeRevision& state) {
    if (member.op == OpCode::remove) {
      state.exists = false;
    } else if (member.op == OpCode::set_data) {
      ++state.version;
      state.mzxid = zxid;
      state.data = member.data;
    } else if (member.op == OpCode::create || member.op == OpCode::create2) {
      state = {};
      state.exists = true;
      state.czxid = state.mzxid = zxid;
      state.data = member.data;
    }
  }

  // A read that follows what is in doubt ends the doubt.
  void settle(const ReplyReceived& reply, Zxid seen) {
    if (lists_children(reply.op)) return;
    const auto last = view_.history().at(reply.path, view_.history().frontier());
    if (last.is_certain || last.zxid > seen || last.zxid == Zxid()) return;
    ZnodeRevision found;
    found.exists = reply.error == ErrorCode::ok;
    if (found.exists && (!reply.stat || reply.op != OpCode::get_data)) return;
    if (reply.stat) {
      found.version = reply.stat->version;
      found.czxid = reply.stat->czxid;
      found.mzxid = reply.stat->mzxid;
      found.owner = reply.stat->ephemeral_owner;
      found.data = reply.data;
    }
    view_.history().settle(reply.path, found);
  }

  ClientView view_;
  std::map<SessionId, Seen> seen_;
  Zxid acknowledged_;
  std::int64_t reads_ = 0;
};

}  // namespace

CheckerFactory zookeeper_consistent_reads() {
  return {"zookeeper-consistent-reads", [] { return std::make_unique<ConsistentReads>(); }};
}

}  // namespace logquake::scenario
