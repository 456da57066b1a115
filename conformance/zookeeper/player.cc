#include "conformance/zookeeper/player.h"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "conformance/zookeeper/transcript.h"
#include "models/quorum/tree/request_preparer.h"
#include "models/quorum/tree/session_tracker.h"
#include "models/quorum/wire/path.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::zookeeper::conformance {
namespace {

constexpr int anchors = 3;                        // whatever the number of servers is
constexpr std::int32_t anchor_timeout = 300'000;  // milliseconds
constexpr std::int64_t far_ahead = 1'000'000;     // zxids
constexpr int most_syncs = 10'000;                // chosen: more means that a server is stuck

// A session and its connection.
struct Client {
  std::unique_ptr<Link> link;
  std::unique_ptr<Link> old;  // left behind by a move
  int server = 0;
  SessionId session;
  Bytes password;
  Zxid seen;
  Zxid seen_at_loss;  // what setWatches is relative to
  std::int32_t xid = 0;
  std::vector<WatchEvent> events;       // before the reply that is awaited
  std::vector<WatchEvent> late_events;  // after it
};

std::int32_t reserved_xid(OpCode op) {
  if (op == OpCode::ping) return xid::ping;
  if (op == OpCode::auth) return xid::auth;
  if (op == OpCode::set_watches || op == OpCode::set_watches2) return xid::set_watches;
  return 0;
}

bool ends_the_connection(const Request& request, const Reply& reply) {
  const auto op = request.op();
  if (op == OpCode::auth) return reply.error != ErrorCode::ok;
  return op == OpCode::close_session || !is_offered(op);
}

class Player {
 public:
  Player(Ensemble& ensemble, int servers, std::vector<std::string>& lines)
      : ensemble_(ensemble), servers_(servers), lines_(lines) {}

  void play(const std::vector<Step>& steps) {
    transcript_.name_host(ensemble_.own_host());
    drop_anchors();
    for (const auto& step : steps) {
      ++number_;
      try {
        play(step);
      } catch (const std::runtime_error& error) {  // of a real server's link
        throw std::runtime_error(format("step {} of s{}, {}: {}", number_, step.session,
                                        text_of(step.request), error.what()));
      }
    }
    for (auto& anchor : anchors_) (void)call(anchor, of(OpCode::close_session));
  }

 private:
  static Request of(OpCode op, std::string path = {}) {
    Request request;
    request.operation.op = op;
    request.operation.path = std::move(path);
    return request;
  }

  void play(const Step& step) {
    switch (step.kind) {
      case Step::Kind::open:
        open(step);
        break;
      case Step::Kind::resume:
        resume(step);
        break;
      case Step::Kind::drop: {
        auto& client = clients_[step.session];
        client.link.reset();
        client.old.reset();
        client.seen_at_loss = client.seen;
        tell(step.session, "drop", "done");
        break;
      }
      case Step::Kind::request:
        (void)ask(step.session, step.request, step.over_old);
        break;
      case Step::Kind::sweep:
        sweep(step.session, step.path);
        break;
    }
  }

  // ---- everything everywhere ----

  // One session of our own at each server: through it one learns how far the server has come.
  void drop_anchors() {
    anchors_.resize(anchors);
    for (int i = 0; i < anchors; ++i) {
      auto& anchor = anchors_[static_cast<std::size_t>(i)];
      anchor.link = ensemble_.dial(i % servers_);
      ConnectRequest request;
      request.timeout = anchor_timeout;
      request.password = Bytes(16);
      LOGQUAKE_CHECK(anchor.link != nullptr, format("connect to server {}: refused", i));
      const auto response = anchor.link->greet(request);
      LOGQUAKE_CHECK(response && response->session != SessionId(), "no session at a server");
    }
    settle();
    transcript_.begin_at(horizon_);
  }

  // Until every server has applied all there is, and every client has been told what follows.
  void settle() {
    for (auto& anchor : anchors_) sync(anchor);  // at the learners this waits for what is proposed
    for (auto& anchor : anchors_) sync_to_horizon(anchor);
    for (auto& [number, client] : clients_) {
      if (client.link) sync_to_horizon(client);
    }
  }

  void sync(Client& client) {
    LOGQUAKE_CHECK(call(client, of(OpCode::sync, "/")).has_value(), "a connection broke at a sync");
  }

  void sync_to_horizon(Client& client) {
    for (int i = 0; i < most_syncs; ++i) {
      sync(client);
      if (client.seen >= horizon_) return;
    }
    LOGQUAKE_CHECK(false, "a server does not catch up");
  }

  // ---- requests ----

  // Nothing where the server closed the connection instead.
  std::optional<Reply> call(Client& client, Request request) {
    const auto reserved = reserved_xid(request.op());
    request.xid = reserved == 0 ? ++client.xid : reserved;
    substitute_host(request);
    client.link->send(request);
    auto reply = receive(client, *client.link, request);
    if (!reply) lose(client);
    return reply;
  }

  std::optional<Reply> receive(Client& client, Link& link, const Request& request) {
    for (;;) {
      auto message = link.receive(request.op());
      if (!message) return std::nullopt;
      if (const auto* event = std::get_if<WatchEvent>(&*message)) {
        client.events.push_back(*event);
        continue;
      }
      auto reply = std::get<Reply>(std::move(*message));
      LOGQUAKE_CHECK(reply.xid == request.xid,
                     format("a reply to {} where {} was awaited", reply.xid, request.xid));
      client.seen = std::max(client.seen, reply.zxid);
      horizon_ = std::max(horizon_, reply.zxid);
      return reply;
    }
  }

  void substitute_host(Request& request) const {
    const auto in = [&](Acl& acl) {
      for (auto& entry : acl) {
        if (entry.id == own_address) entry.id = ensemble_.own_host();
      }
    };
    in(request.operation.acl);
    for (auto& member : request.members) in(member.acl);
  }

  // Asks, settles and tells; nothing where there was no reply.
  std::optional<Reply> ask(int session, const Request& request, bool over_old = false) {
    auto& client = clients_[session];
    const auto what = (over_old ? "(old) " : "") + text_of(request);
    auto& link = over_old ? client.old : client.link;
    if (!link) {
      tell(session, what, "no connection");
      return std::nullopt;
    }
    if (over_old) return ask_over_old(session, client, request, what);
    auto sent = request;
    sent.watches.relative_zxid = client.seen_at_loss;
    const auto reply = call(client, std::move(sent));
    auto outcome = reply ? transcript_.text_of(*reply, request) : "closed";
    if (reply && ends_the_connection(request, *reply)) {
      const bool is_over = !client.link->receive(request.op());
      outcome += is_over ? ", closed" : ", still open";
      if (is_over) lose(client);
    }
    settle_after(client, is_write(request.op()) || !reply, request.op() == OpCode::close_session);
    tell(session, what, outcome);
    return reply;
  }

  // Its events are its own affair: nobody looks at them.
  std::optional<Reply> ask_over_old(int session, Client& client, const Request& request,
                                    const std::string& what) {
    Client stranger;
    stranger.xid = client.xid + 1'000'000;
    stranger.link = std::move(client.old);
    const auto reply = call(stranger, request);
    client.old = std::move(stranger.link);
    const auto outcome = reply ? transcript_.text_of(*reply, request) : "closed";
    settle();
    tell(session, what, outcome);
    return reply;
  }

  void settle_after(Client& client, bool may_have_changed, bool is_close) {
    auto before = std::move(client.events);
    client.events.clear();
    if (may_have_changed) settle();
    client.late_events = std::exchange(client.events, std::move(before));
    // A closing session's ephemerals go in an order of the server's own (Z-WT-5).
    if (!is_close) return;
    for (auto& [number, one] : clients_) {
      std::sort(one.events.begin(), one.events.end(), [](const auto& a, const auto& b) {
        return std::pair(a.path, a.type) < std::pair(b.path, b.type);
      });
    }
  }

  static void lose(Client& client) {
    client.link.reset();
    client.old.reset();
    client.seen_at_loss = client.seen;
  }

  // ---- sessions ----

  static bool is_refusal(const ConnectResponse& response) {
    return response.session == SessionId() && response.timeout == 0 &&
           response.password == Bytes(16);
  }

  std::string text_of_response(const std::optional<ConnectResponse>& response) {
    if (!response) return "closed";
    if (is_refusal(*response)) return "refused";
    return format("timeout {}{}", response->timeout,
                  response->password == session_password(response->session) ? "" : " password!");
  }

  void open(const Step& step) {
    auto& client = clients_[step.session];
    client.server = step.server;
    client.link = ensemble_.dial(step.server % servers_);
    ConnectRequest request;
    request.timeout = step.timeout;
    request.password = Bytes(16);
    const auto response = client.link ? client.link->greet(request) : std::nullopt;
    if (response) {
      client.session = response->session;
      client.password = response->password;
      transcript_.name_session(client.session, step.session);
    }
    settle();
    tell(step.session, format("open at {} timeout {}", step.server, step.timeout),
         text_of_response(response) + " " + transcript_.text_of(horizon_));
  }

  void resume(const Step& step) {
    auto& client = clients_[step.session];
    ConnectRequest request;
    request.timeout = step.timeout;
    request.session = client.session;
    request.password = client.password;
    request.last_zxid_seen = client.seen;
    std::string what = format("resume at {} timeout {}", step.server, step.timeout);
    if (step.trick == Step::Trick::wrong_password) {
      what += " wrong password";
      request.password.front() ^= std::byte{1};
    }
    if (step.trick == Step::Trick::far_ahead) {
      what += " far ahead";
      request.last_zxid_seen = horizon_ + far_ahead;
    }
    auto link = ensemble_.dial(step.server % servers_);
    const auto response = link ? link->greet(request) : std::nullopt;
    auto outcome = text_of_response(response);
    if (response && !is_refusal(*response)) {
      if (response->session != client.session) outcome += " another session!";
      if (client.link && client.server == step.server) {  // Z-SE-13
        const bool is_over = !client.link->receive(OpCode::ping);
        outcome += is_over ? ", old one closed" : ", old one still open";
        client.seen_at_loss = client.seen;
      } else if (client.link) {
        client.old = std::move(client.link);
        client.seen_at_loss = client.seen;
      }
      client.link = std::move(link);
      client.server = step.server;
    }
    settle();
    tell(step.session, what, outcome);
  }

  // ---- sweeping ----

  // Deletes the node and all below it, as far as access lists can be made to allow.
  void sweep(int session, const std::string& path) {
    auto children = ask(session, of(OpCode::get_children, path));
    if (children && children->error == ErrorCode::no_auth) {
      unlock(session, path);
      children = ask(session, of(OpCode::get_children, path));
    }
    if (!children || children->error != ErrorCode::ok) return;
    auto names = children->result.names;
    std::sort(names.begin(), names.end());
    for (const auto& name : names) {
      if (path == "/" && name == "zookeeper") continue;
      sweep(session, (path == "/" ? "/" : path + "/") + name);
    }
    if (path == "/") return;
    const auto removed = ask(session, of(OpCode::remove, path));
    if (!removed || removed->error != ErrorCode::no_auth) return;
    unlock(session, std::string(parent_of(path)));
    (void)ask(session, of(OpCode::remove, path));
  }

  void unlock(int session, const std::string& path) {
    auto request = of(OpCode::set_acl, path);
    request.operation.acl = open_acl();
    (void)ask(session, request);
  }

  // ---- telling ----

  void tell(int session, const std::string& what, const std::string& outcome) {
    lines_.push_back(format("{} s{} {} -> {}", number_, session, what, outcome));
    for (auto& [number, client] : clients_) {
      for (const auto& event : client.events)
        lines_.push_back(format("  s{} {}", number, text_of(event)));
      for (const auto& event : client.late_events)
        lines_.push_back(format("  s{} late {}", number, text_of(event)));
      client.events.clear();
      client.late_events.clear();
    }
  }

  Ensemble& ensemble_;
  int servers_;
  Transcript transcript_;
  std::vector<Client> anchors_;
  std::map<int, Client> clients_;
  Zxid horizon_;
  int number_ = 0;
  std::vector<std::string>& lines_;
};

}  // namespace

void play(const std::vector<Step>& steps, Ensemble& ensemble, int servers,
          std::vector<std::string>& lines) {
  Player(ensemble, servers, lines).play(steps);
}

}  // namespace logquake::zookeeper::conformance
