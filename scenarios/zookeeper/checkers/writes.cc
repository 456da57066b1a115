#include "scenarios/zookeeper/checkers/writes.h"

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

using zookeeper::AnsweredMember;
using zookeeper::AskedOperation;
using zookeeper::CreateMode;
using zookeeper::ErrorCode;
using zookeeper::OpCode;
using zookeeper::SessionId;
using zookeeper::Zxid;

// Errors that follow from the tree alone.
bool is_of_the_tree(ErrorCode code) {
  return code == ErrorCode::ok || code == ErrorCode::no_node || code == ErrorCode::node_exists ||
         code == ErrorCode::bad_version || code == ErrorCode::not_empty ||
         code == ErrorCode::no_children_for_ephemerals;
}

// The tree as a sequential server has it right before a transaction, while the members of that
// transaction go by.
class SequentialTree {
 public:
  SequentialTree(const ZnodeHistory& history, Zxid zxid, SessionId session)
      : history_(history), zxid_(zxid), session_(session) {}

  // What the operation must come to; nothing where that is in doubt. `path` is the final name of a
  // sequential create.
  std::optional<ErrorCode> perform(const AskedOperation& asked, const std::string& path) {
    switch (asked.op) {
      case OpCode::create:
      case OpCode::create2:
        return create(asked, path);
      case OpCode::remove:
        return remove(asked);
      case OpCode::set_data:
        return set(asked);
      case OpCode::check:
        return check(asked);
      default:
        return std::nullopt;
    }
  }
  const ZnodeRevision& state(const std::string& path) {
    const auto [at, is_new] = states_.try_emplace(path);
    if (is_new) at->second = history_.at(path, zxid_ - 1);
    return at->second;
  }
  // Those that the transaction has touched.
  const std::map<std::string, ZnodeRevision>& touched() const { return touched_; }

 private:
  std::optional<ErrorCode> create(const AskedOperation& asked, const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return std::nullopt;
    const auto parent_path = slash == 0 ? "/" : path.substr(0, slash);
    const auto parent = state(parent_path);
    if (!parent.is_certain) return std::nullopt;
    if (!parent.exists) return ErrorCode::no_node;
    const auto node = state(path);
    if (!node.is_certain) return std::nullopt;
    if (node.exists) return ErrorCode::node_exists;
    if (parent.owner != SessionId()) return ErrorCode::no_children_for_ephemerals;
    ZnodeRevision created;
    created.exists = true;
    created.data = asked.data;
    created.czxid = created.mzxid = zxid_;
    if (is_ephemeral(static_cast<CreateMode>(asked.flags))) created.owner = session_;
    put(path, created);
    ++more_children_[parent_path];
    return ErrorCode::ok;
  }
  std::optional<ErrorCode> remove(const AskedOperation& asked) {
    if (const auto problem = check(asked); problem != ErrorCode::ok) return problem;
    const auto children = history_.children(asked.path, zxid_ - 1);
    if (!children) return std::nullopt;
    if (static_cast<std::int64_t>(children->size()) + more_children_[asked.path] > 0)
      return ErrorCode::not_empty;
    put(asked.path, {});
    const auto slash = asked.path.rfind('/');
    --more_children_[slash == 0 ? "/" : asked.path.substr(0, slash)];
    return ErrorCode::ok;
  }
  std::optional<ErrorCode> set(const AskedOperation& asked) {
    if (const auto problem = check(asked); problem != ErrorCode::ok) return problem;
    auto node = state(asked.path);
    ++node.version;
    node.mzxid = zxid_;
    node.data = asked.data;
    put(asked.path, node);
    return ErrorCode::ok;
  }
  std::optional<ErrorCode> check(const AskedOperation& asked) {
    const auto node = state(asked.path);
    if (!node.is_certain || zookeeper::is_built_in(asked.path)) return std::nullopt;
    if (!node.exists) return ErrorCode::no_node;
    if (asked.version != zookeeper::any_version && asked.version != node.version)
      return ErrorCode::bad_version;
    return ErrorCode::ok;
  }
  void put(const std::string& path, const ZnodeRevision& state) {
    states_[path] = state;
    touched_[path] = state;
  }

  const ZnodeHistory& history_;
  Zxid zxid_;
  SessionId session_;
  std::map<std::string, ZnodeRevision> states_;
  std::map<std::string, ZnodeRevision> touched_;
  std::map<std::string, std::int64_t> more_children_;  // than before the transaction
};

class LinearizableWrites : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    view_.on_fact(event);
    if (view_.is_unasked()) {
      findings.violation("Z-INV-17", format("a write took effect that its client did not ask for, "
                                            "or a second time: {}",
                                            event.sentence()));
    }
    if (event.as<zookeeper::RequestLost>() != nullptr) ++lost_;
    const auto* reply = event.as<zookeeper::ReplyReceived>();
    if (reply == nullptr || !view_.answered() || !zookeeper::is_write(reply->op)) return;
    ++writes_;
    judge(*view_.answered(), *reply, event, findings);
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-17",
                     format("{} answered writes, {} requests of unknown outcome", writes_, lost_));
  }

 private:
  void judge(const OpenRequest& request, const zookeeper::ReplyReceived& reply,
             const sim::TraceEvent& event, Findings& findings) {
    if (!is_of_the_tree(reply.error) || reply.op == OpCode::close_session) return;
    if (!judge_zxid(reply, findings)) return;
    zxids_[reply.zxid] = event.id;
    SequentialTree tree(view_.history(), reply.zxid, reply.session);
    if (reply.op == OpCode::multi) {
      if (judge_members(request, reply, tree, findings))
        judge_state(request, reply, tree, "Z-INV-23", findings);
      return;
    }
    const auto& asked = request.asked;
    const AskedOperation operation{asked.op, asked.path, asked.data, asked.flags, asked.version};
    const auto& path = reply.created.empty() ? asked.path : reply.created;
    if (is_refused_sequential(operation, reply.error)) return;
    const auto expected = tree.perform(operation, path);
    if (!expected) return;
    if (*expected != reply.error) {
      findings.violation(
          "Z-INV-17",
          format("{} of {} at zxid {} was answered {}, but in the order of the zxids "
                 "it is {}",
                 name_of(asked.op), asked.path, hex_of(reply.zxid), name_of(reply.error),
                 name_of(*expected)),
          facts_of(request, path, reply.zxid));
      return;
    }
    if (reply.error != ErrorCode::ok) return;
    if (asked.op == OpCode::set_data && reply.stat &&
        reply.stat->version != tree.state(path).version) {
      findings.violation(
          "Z-INV-17",
          format("the set of {} at zxid {} was told version {}, but makes version {}", path,
                 hex_of(reply.zxid), reply.stat->version, tree.state(path).version),
          facts_of(request, path, reply.zxid));
    }
    judge_state(request, reply, tree, "Z-INV-17", findings);
  }

  // The final name of a refused sequential create is nobody's.
  static bool is_refused_sequential(const AskedOperation& asked, ErrorCode error) {
    const bool is_create = asked.op == OpCode::create || asked.op == OpCode::create2;
    return is_create && error != ErrorCode::ok &&
           is_sequential(static_cast<CreateMode>(asked.flags));
  }

  // Two writes never have one zxid.
  bool judge_zxid(const zookeeper::ReplyReceived& reply, Findings& findings) const {
    const auto other = zxids_.find(reply.zxid);
    if (other == zxids_.end()) return true;
    findings.violation("Z-INV-17",
                       format("two writes were answered with zxid {}", hex_of(reply.zxid)),
                       {other->second});
    return false;
  }

  static bool judge_members(const OpenRequest& request, const zookeeper::ReplyReceived& reply,
                            SequentialTree& tree, Findings& findings) {
    const auto& members = request.asked.members;
    if (members.size() != reply.members.size()) {
      findings.violation("Z-INV-17",
                         format("a multi of {} members at zxid {} has {} results", members.size(),
                                hex_of(reply.zxid), reply.members.size()),
                         {request.fact});
      return false;
    }
    const bool is_refused =
        std::any_of(reply.members.begin(), reply.members.end(),
                    [](const AnsweredMember& member) { return member.error != ErrorCode::ok; });
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto told = reply.members[i].error;
      if (!is_of_the_tree(told)) return false;
      // Of a refused multi nobody tells the names that its sequential creates would have got.
      const bool is_create = members[i].op == OpCode::create || members[i].op == OpCode::create2;
      if (is_refused && is_create && is_sequential(static_cast<CreateMode>(members[i].flags)))
        return false;
      const auto& path = reply.members[i].path.empty() ? members[i].path : reply.members[i].path;
      const auto expected = tree.perform(members[i], path);
      if (!expected) return false;
      if (*expected != told) {
        findings.violation(
            "Z-INV-17",
            format("{} of {}, member {} of the multi at zxid {}, was answered {}, but in the order "
                   "of the zxids it is {}",
                   name_of(members[i].op), members[i].path, i, hex_of(reply.zxid), name_of(told),
                   name_of(*expected)),
            {request.fact});
        return false;
      }
      if (told != ErrorCode::ok) return false;
      if (!is_refused && members[i].op == OpCode::create2 &&
          reply.members[i].version == zookeeper::any_version) {
        findings.violation("Z-MU-5",
                           format("the create2 of {}, member {} of the multi at zxid {}, was "
                                  "answered without a Stat",
                                  members[i].path, i, hex_of(reply.zxid)),
                           {request.fact});
        return false;
      }
    }
    return true;
  }

  // What the servers have at the zxid is what the write makes.
  void judge_state(const OpenRequest& request, const zookeeper::ReplyReceived& reply,
                   const SequentialTree& tree, std::string_view clause, Findings& findings) const {
    for (const auto& [path, expected] : tree.touched()) {
      const auto found = view_.history().at(path, reply.zxid);
      if (!found.is_certain) continue;
      if (found.exists == expected.exists &&
          (!found.exists || (found.version == expected.version && found.data == expected.data)))
        continue;
      findings.violation(
          std::string(clause),
          format("a client was told of success at zxid {}, but the servers' {} is {}",
                 hex_of(reply.zxid), path,
                 found.exists ? format("\"{}\", version {}", found.data, found.version)
                              : std::string("not there")),
          {request.fact});
      return;
    }
  }

  std::vector<sim::EventId> facts_of(const OpenRequest& request, const std::string& path,
                                     Zxid zxid) const {
    std::vector<sim::EventId> facts{request.fact};
    const auto before = view_.history().at(path, zxid - 1);
    if (before.fact != sim::EventId()) facts.push_back(before.fact);
    return facts;
  }

  ClientView view_;
  std::map<Zxid, sim::EventId> zxids_;  // of answered writes
  std::int64_t writes_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace

CheckerFactory zookeeper_linearizable_writes() {
  return {"zookeeper-linearizable-writes", [] { return std::make_unique<LinearizableWrites>(); }};
}

}  // namespace logquake::scenario
