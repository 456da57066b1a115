// For tests: a few elections and the links between them, in memory. One message waits on each link,
// the newest in place of an older one, and the last is sent again when a link comes back (Z-EL-11).
// Ties are broken by server, so that a story is told the same way each time (Z-FM-8).
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/quorum/zab/election.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::zookeeper::testing {

class ElectionNetwork {
 public:
  using Link = std::pair<ServerId, ServerId>;  // from, to

  /// Where given, it is told what each step does, a line each; `eventful`: something came of it.
  std::function<void(const std::string& line, bool eventful)> tell;
  std::function<void(ServerId server, const Notification& heard)> on_heard;
  std::function<void(ServerId server, const Decision& decision)> on_decision;
  std::function<Duration()> latency = [] { return Duration{}; };

  void add(ServerId id, const QuorumVerifier& verifier, const ElectionSettings& settings = {}) {
    servers_.insert_or_assign(id, Server{Election(id, verifier, settings), verifier, settings});
  }
  /// What its vote for itself says.
  void set_log(ServerId id, std::int64_t epoch, Zxid zxid) {
    server(id).log = {.leader = id, .zxid = zxid, .peer_epoch = epoch};
  }

  /// Enters LOOKING; a stopped server's process begins first.
  void start(ServerId id) {
    auto& starting = server(id);
    const bool begins = !starting.runs;
    starting.runs = true;
    perform(id, {.what = begins ? "starts" : "looks again"},
            [&](Election& election) { return election.start(starting.log, now_); });
    if (!begins) return;
    for (const auto& [other, ignored] : servers_) reconnect({other, id});
  }
  /// The process ends, and what it had sent and not delivered is gone.
  void stop(ServerId id) {
    auto& stopping = server(id);
    stopping.election = Election(id, stopping.verifier, stopping.settings);
    stopping.runs = false;
    for (const auto& [other, ignored] : servers_) {
      queued_.erase({id, other});
      last_.erase({id, other});
    }
  }
  void settle(ServerId id, std::int64_t new_epoch) { server(id).election.settled(new_epoch); }

  void cut(Link link) { cut_.insert(link); }
  void heal(Link link) {
    cut_.erase(link);
    reconnect(link);
  }
  void lose(Link link) { queued_.erase(link); }
  /// Hands over the message that waits on the link. False where there is none, or no connection.
  bool deliver(Link link) {
    const auto waiting = queued_.find(link);
    if (waiting == queued_.end() || !is_up(link)) return false;
    const auto message = waiting->second.notification;
    queued_.erase(waiting);
    if (on_heard) on_heard(link.second, message);
    perform(link.second, {.what = "hears", .heard = message},
            [&](Election& election) { return election.receive(message, now_); });
    return true;
  }
  /// Delivers and waits for so long; messages come before timers that fall due with them.
  void run(Duration duration) {
    const auto end = now_ + duration;
    for (;;) {
      const auto link = next_link();
      const auto timer = next_timer();
      const auto due = link ? std::max(now_, queued_.at(*link).due) : Instant::max();
      const auto expiry = timer ? server(*timer).election.deadline() : Instant::max();
      if (std::min(due, expiry) > end) break;
      now_ = std::min(due, expiry);
      if (due <= expiry) {
        deliver(*link);
      } else {
        expire(*timer);
      }
    }
    now_ = end;
  }

  bool runs(ServerId id) const { return servers_.at(id).runs; }
  const Election& election(ServerId id) const { return servers_.at(id).election; }
  std::vector<ServerId> ids() const {
    std::vector<ServerId> all;
    for (const auto& [id, ignored] : servers_) all.push_back(id);
    return all;
  }
  std::vector<Link> waiting() const {
    std::vector<Link> all;
    for (const auto& [link, ignored] : queued_) all.push_back(link);
    return all;
  }

 private:
  struct Server {
    Election election;
    QuorumVerifier verifier;
    ElectionSettings settings;
    Vote log{};
    bool runs = false;
  };
  struct Message {
    Notification notification;
    Instant due;
  };

  static std::string leader_in(const Vote& vote) {
    return vote.leader == minimum_vote.leader ? "nobody" : format("{}", vote.leader);
  }
  Server& server(ServerId id) {
    const auto found = servers_.find(id);
    LOGQUAKE_CHECK(found != servers_.end(), format("server {} has not been added", id));
    return found->second;
  }
  bool is_up(Link link) const {
    return servers_.at(link.first).runs && servers_.at(link.second).runs && !cut_.contains(link);
  }
  void reconnect(Link link) {
    const auto last = last_.find(link);
    if (last != last_.end() && !queued_.contains(link) && is_up(link)) send(link, last->second);
  }
  void send(Link link, const Notification& notification) {
    const auto waiting = queued_.find(link);
    const auto due = waiting == queued_.end() ? now_ + latency() : waiting->second.due;
    last_[link] = notification;
    queued_[link] = {notification, due};
  }
  std::optional<Link> next_link() const {
    std::optional<Link> next;
    for (const auto& [link, message] : queued_) {
      if (is_up(link) && (!next || message.due < queued_.at(*next).due)) next = link;
    }
    return next;
  }
  std::optional<ServerId> next_timer() const {
    std::optional<ServerId> next;
    for (const auto& [id, each] : servers_) {
      if (each.election.deadline() < (next ? election(*next).deadline() : Instant::max()))
        next = id;
    }
    return next;
  }
  void expire(ServerId id) {
    const bool delivered = std::any_of(last_.begin(), last_.end(), [&](const auto& sent) {
      return sent.first.first == id && !queued_.contains(sent.first);
    });
    perform(id, {.what = election(id).is_finalizing() ? "hears nothing better" : "hears nothing"},
            [&](Election& election) { return election.expire(now_, delivered); });
  }

  /// Why a server acts: "hears 2 LOOKING for 2 in round 1".
  struct Cause {
    std::string_view what;
    std::optional<Notification> heard{};
  };
  using Input = std::function<ElectionEffects(Election&)>;

  void perform(ServerId id, const Cause& cause, const Input& input) {
    auto& election = server(id).election;
    const auto before = tell ? std::optional(election) : std::nullopt;
    const auto effects = input(election);
    if (before) tell_step(id, cause, *before, effects);
    for (const auto& [receiver, notification] : effects.sends)
      if (servers_.contains(receiver)) send({id, receiver}, notification);
    if (effects.decision && on_decision) on_decision(id, *effects.decision);
  }
  void tell_step(ServerId id, const Cause& cause, const Election& before,
                 const ElectionEffects& effects) const {
    const auto& after = election(id);
    const bool looks = after.state() == PeerState::looking;
    const bool votes = looks && after.vote() != before.vote();
    std::vector<std::string> parts;
    if (votes)
      parts.push_back(format("votes for {} in round {}", after.vote(), after.logical_clock()));
    if (!effects.sends.empty()) {
      const bool answers = effects.sends.size() == 1 && cause.heard && !votes &&
                           cause.heard->sender == effects.sends[0].first;
      std::string part = answers ? "answers" : "tells";
      for (const auto& [receiver, ignored] : effects.sends) part += format(" {}", receiver);
      if (answers) part += format(" {} {}", name_of(after.state()), leader_in(after.vote()));
      parts.push_back(part);
    }
    if (effects.reconnect_all) parts.emplace_back("calls all again");
    if (after.is_finalizing() && (!before.is_finalizing() || votes))
      parts.emplace_back("has a quorum");
    if (before.is_finalizing() && looks && !after.is_finalizing())
      parts.emplace_back("has no quorum any more");
    if (const auto& decision = effects.decision)
      parts.push_back(format("decides {} {}", name_of(decision->state), decision->leader));

    std::string line = format("{} {} {}", to_text(now_.time_since_epoch()), id, cause.what);
    if (const auto& heard = cause.heard) {
      line += format(" {} {} for {} in round {}", heard->sender, name_of(heard->state),
                     leader_in(heard->vote), heard->vote.election_epoch);
    }
    std::string_view separator = ": ";
    for (const auto& part : parts) {
      line += format("{}{}", separator, part);
      separator = ", ";
    }
    tell(parts.empty() ? line + ": no change" : line, !parts.empty());
  }

  Instant now_{};
  std::map<ServerId, Server> servers_;
  std::map<Link, Message> queued_;
  std::map<Link, Notification> last_;
  std::set<Link> cut_;
};

}  // namespace logquake::zookeeper::testing
