#include "scenarios/zookeeper/checkers/tree.h"

#include <map>
#include <memory>
#include <string>

#include "models/quorum/client/client_facts.h"
#include "models/quorum/wire/path.h"
#include "scenarios/zookeeper/checkers/first_told.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::SessionId;

class Tree : public Checker {
 public:
  Tree() { clear(true); }

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (told_.is_gap(event)) clear(false);
    if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
      if (told_.is_news(event.node_name, created->zxid)) create(*created, event, findings);
    } else if (const auto* changed = event.as<zookeeper::ZnodeChanged>()) {
      if (told_.is_news(event.node_name, changed->zxid)) change(*changed, event, findings);
    } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
      if (told_.is_news(event.node_name, deleted->zxid)) remove(*deleted, findings);
    } else if (const auto* reply = event.as<zookeeper::ReplyReceived>()) {
      judge_stat(*reply, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-14", format("{} changes of znodes", changes_));
  }

 private:
  struct Node {
    std::int32_t version = 0;
    SessionId owner;
    std::int64_t children = 0;  // that are known
    sim::EventId fact;
  };

  void clear(bool is_fresh) {
    is_complete_ = is_fresh;
    nodes_.clear();
    if (!is_fresh) return;
    for (const auto* path : {"/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"})
      nodes_[path];
  }
  Node* find(std::string_view path) {
    const auto found = nodes_.find(path.empty() ? std::string_view("/") : path);
    return found == nodes_.end() ? nullptr : &found->second;
  }

  void create(const zookeeper::ZnodeCreated& created, const sim::TraceEvent& event,
              Findings& findings) {
    ++changes_;
    auto* parent = find(zookeeper::parent_of(created.path));
    if (parent == nullptr && is_complete_) {
      findings.violation("Z-INV-14",
                         format("{} is created, and its parent is not there", created.path));
    }
    if (parent != nullptr && parent->owner != SessionId()) {
      findings.violation("Z-INV-14", format("{} is created below an ephemeral", created.path),
                         {parent->fact});
    }
    const auto [at, is_new] =
        nodes_.try_emplace(created.path, Node{.owner = created.ephemeral_owner, .fact = event.id});
    if (!is_new) {
      findings.violation("Z-INV-14", format("{} is created and is there", created.path),
                         {at->second.fact});
    } else if (parent != nullptr) {
      ++parent->children;
    }
  }
  void change(const zookeeper::ZnodeChanged& changed, const sim::TraceEvent& event,
              Findings& findings) {
    ++changes_;
    auto* node = find(changed.path);
    if (node == nullptr) {
      if (is_complete_)
        findings.violation("Z-INV-14", format("{} is set, and is not there", changed.path));
      node = &nodes_[changed.path];
    } else if (changed.version != node->version + 1) {
      findings.violation("Z-INV-14",
                         format("{} is set to version {} after version {}", changed.path,
                                changed.version, node->version),
                         {node->fact});
    }
    node->version = changed.version;
    node->fact = event.id;
  }
  void remove(const zookeeper::ZnodeDeleted& deleted, Findings& findings) {
    ++changes_;
    const auto* node = find(deleted.path);
    if (node == nullptr) {
      if (is_complete_)
        findings.violation("Z-INV-14", format("{} is deleted, and is not there", deleted.path));
      return;
    }
    if (node->children > 0) {
      findings.violation("Z-INV-14",
                         format("{} is deleted with {} children", deleted.path, node->children));
    }
    nodes_.erase(deleted.path);
    if (auto* parent = find(zookeeper::parent_of(deleted.path))) --parent->children;
  }

  static void judge_stat(const zookeeper::ReplyReceived& reply, Findings& findings) {
    if (!reply.stat || reply.error != zookeeper::ErrorCode::ok) return;
    const auto& stat = *reply.stat;
    const auto broken = [&](std::string_view what) {
      findings.violation("Z-INV-14", format("the Stat of {} at zxid {}: {}", reply.path,
                                            hex_of(reply.zxid), what));
    };
    const bool is_builtin = reply.path == "/" || reply.path.starts_with("/zookeeper");
    if (!is_builtin && stat.czxid > stat.mzxid) broken("mzxid before czxid");
    if (!is_builtin && stat.czxid > stat.pzxid) broken("pzxid before czxid");
    if (reply.op == zookeeper::OpCode::get_data && stat.data_length != reply.data_bytes)
      broken("dataLength is not that of the data");
    if (reply.children && stat.num_children != *reply.children)
      broken("numChildren is not that of the list");
    if (stat.ephemeral_owner != SessionId() && stat.num_children != 0)
      broken("an ephemeral with children");
  }

  FirstTold told_;
  bool is_complete_ = true;  // every node that is there is known
  std::map<std::string, Node, std::less<>> nodes_;
  std::int64_t changes_ = 0;
};

}  // namespace

CheckerFactory zookeeper_tree() {
  return {"zookeeper-tree", [] { return std::make_unique<Tree>(); }};
}

}  // namespace logquake::scenario
