#include "scenarios/zookeeper/checkers/watches.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/quorum/facts.h"
#include "scenarios/zookeeper/checkers/client_view.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::ErrorCode;
using zookeeper::EventType;
using zookeeper::OpCode;
using zookeeper::SessionId;
using zookeeper::Zxid;

class WatchEvents : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    view_.on_fact(event);
    if (const auto* reply = event.as<zookeeper::ReplyReceived>()) {
      if (!view_.answered() || reply->error == ErrorCode::unimplemented) return;
      auto& client = clients_[reply->session];
      judge_order(*reply, client, findings);
      judge_lasting(*reply, client, findings);
      judge_check(*reply, client, findings);
      take_registration(*reply, client, event.id);
    } else if (const auto* received = event.as<zookeeper::EventReceived>()) {
      ++events_;
      take_event(*received, clients_[received->session], findings);
    } else if (const auto* connected = event.as<zookeeper::ClientConnected>()) {
      // Watches are registered anew, from the next reply on (Z-WT-13).
      for (auto& [path, watch] : clients_[connected->session].data) watch.is_armed = false;
      for (auto& [path, watch] : clients_[connected->session].child) watch.is_armed = false;
      for (auto& [path, watch] : clients_[connected->session].lasting) watch.is_armed = false;
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-19", format("{} watch events", events_));
  }

 private:
  struct Watch {
    Zxid since;            // the state that its reply showed
    Zxid quiet_to;         // no event is due for anything up to here
    bool is_armed = true;  // on the connection that the client holds
    sim::EventId fact;
  };
  using Watches = std::map<std::string, Watch>;
  struct Lasting {
    Zxid quiet_to;
    bool is_armed = true;
    std::size_t told = 0;  // events of the path itself since quiet_to
    sim::EventId fact;
  };
  struct Client {
    Watches data;  // and existence
    Watches child;
    std::map<std::string, Lasting> lasting;  // persistent and recursive watches
    std::string last_deleted;                // a catch-up may tell of it twice (Z-WT-8)
  };

  bool is_in_doubt(const std::string& path, Zxid from, Zxid to) const {
    for (const auto zxid : view_.history().changes(path, from, to)) {
      if (!view_.history().at(path, zxid).is_certain) return true;
    }
    return false;
  }

  void judge_order(const zookeeper::ReplyReceived& reply, Client& client, Findings& findings) {
    const auto& history = view_.history();
    for (auto* watches : {&client.data, &client.child}) {
      const bool is_child = watches == &client.child;
      for (auto& [path, watch] : *watches) {
        if (reply.zxid <= watch.quiet_to) continue;
        const auto from = std::exchange(watch.quiet_to, reply.zxid);
        if (!std::exchange(watch.is_armed, true)) continue;
        auto due = history.changes(path, from, reply.zxid);
        if (is_child) {  // changes of the data are none of its concern
          std::erase_if(due, [&, path = &path](Zxid zxid) {
            const auto state = history.at(*path, zxid);
            return state.is_certain && state.exists;
          });
          const auto children = history.child_changes(path, from, reply.zxid);
          if (!children.empty() && !history.children(path, reply.zxid)) continue;
          due.insert(due.end(), children.begin(), children.end());
        }
        if (due.empty() || is_in_doubt(path, from, reply.zxid)) continue;
        findings.violation(
            "Z-INV-19",
            format("session {} watches {}, has a reply at zxid {} and no event of the change at {}",
                   hex_of(reply.session), path, hex_of(reply.zxid), hex_of(due.front())),
            {watch.fact});
      }
    }
  }

  // Each change is told: firing removes no such watch, whatever others are on its path.
  void judge_lasting(const zookeeper::ReplyReceived& reply, Client& client,
                     Findings& findings) const {
    for (auto& [path, watch] : client.lasting) {
      if (reply.zxid <= watch.quiet_to) continue;
      const auto from = std::exchange(watch.quiet_to, reply.zxid);
      const auto told = std::exchange(watch.told, 0);
      if (!std::exchange(watch.is_armed, true)) continue;
      const auto due = view_.history().changes(path, from, reply.zxid);
      if (told >= due.size() || is_in_doubt(path, from, reply.zxid)) continue;
      findings.violation("Z-WT-6",
                         format("session {} watches {} for ever, which changed {} times up to zxid "
                                "{}, and has got {} events",
                                hex_of(reply.session), path, due.size(), hex_of(reply.zxid), told),
                         {watch.fact});
    }
  }

  static void judge_check(const zookeeper::ReplyReceived& reply, const Client& client,
                          Findings& findings) {
    if (reply.op != OpCode::check_watches || reply.error != ErrorCode::ok) return;
    if (client.lasting.contains(reply.path) || client.data.contains(reply.path) ||
        client.child.contains(reply.path))
      return;
    findings.violation("Z-WT-16",
                       format("session {} was told that it watches {}, which it does not",
                              hex_of(reply.session), reply.path));
  }

  static void take_registration(const zookeeper::ReplyReceived& reply, Client& client,
                                sim::EventId fact) {
    if (reply.op == OpCode::add_watch && reply.error == ErrorCode::ok)
      client.lasting.try_emplace(reply.path, Lasting{reply.zxid, true, 0, fact});
    if (reply.op == OpCode::remove_watches) {
      client.lasting.erase(reply.path);
      client.data.erase(reply.path);
      client.child.erase(reply.path);
    }
    if (!reply.watch) return;
    const bool is_exists = reply.op == OpCode::exists && reply.error == ErrorCode::no_node;
    if (reply.error != ErrorCode::ok && !is_exists) return;  // Z-ER-6
    const bool is_child = reply.op == OpCode::get_children || reply.op == OpCode::get_children2;
    auto& watches = is_child ? client.child : client.data;
    const auto at = watches.try_emplace(reply.path).first;
    at->second = Watch{reply.zxid, reply.zxid, true, fact};
  }

  void take_event(const zookeeper::EventReceived& event, Client& client, Findings& findings) {
    const bool is_deletion = event.type == EventType::node_deleted;
    const bool is_of_child = event.type == EventType::node_children_changed;
    if (is_covered(client, event.path)) {  // and with it what else watches the path (Z-WT-8)
      const auto lasting = client.lasting.find(event.path);
      if (lasting != client.lasting.end() && !is_of_child) ++lasting->second.told;
      if (!is_of_child) client.data.erase(event.path);
      if (is_of_child || is_deletion) client.child.erase(event.path);
      return;
    }
    const auto data = is_of_child ? client.data.end() : client.data.find(event.path);
    const auto child =
        is_deletion || is_of_child ? client.child.find(event.path) : client.child.end();
    const bool has_data = data != client.data.end();
    const bool has_child = child != client.child.end();
    if (!has_data && !has_child) {
      if (is_deletion && client.last_deleted == event.path) return;
      findings.violation("Z-INV-19",
                         format("session {} was told {} of {}, which it does not watch",
                                hex_of(event.session), name_of(event.type), event.path));
      return;
    }
    const auto since = has_data && has_child ? std::min(data->second.since, child->second.since)
                       : has_data            ? data->second.since
                                             : child->second.since;
    const auto to = view_.history().frontier();
    const bool has_changed =
        !view_.history().changes(event.path, since, to).empty() ||
        (is_of_child && !view_.history().child_changes(event.path, since, to).empty()) ||
        !view_.history().at(event.path, to).is_certain;
    if (!has_changed) {
      findings.violation(
          "Z-INV-19",
          format("session {} was told {} of {}, but nothing has happened to it since "
                 "zxid {}",
                 hex_of(event.session), name_of(event.type), event.path, hex_of(since)),
          {has_data ? data->second.fact : child->second.fact});
    }
    if (is_deletion) client.last_deleted = event.path;
    if (has_data) client.data.erase(data);
    if (has_child) client.child.erase(child);
  }

  static bool is_covered(const Client& client, const std::string& path) {
    for (const auto& [lasting, watch] : client.lasting) {
      if (path == lasting || lasting == "/" ||
          (path.starts_with(lasting) && path[lasting.size()] == '/'))
        return true;
    }
    return false;
  }

  ClientView view_;
  std::map<SessionId, Client> clients_;
  std::int64_t events_ = 0;
};

}  // namespace

CheckerFactory zookeeper_watch_events() {
  return {"zookeeper-watch-events", [] { return std::make_unique<WatchEvents>(); }};
}

}  // namespace logquake::scenario
