#include "property_tests/network_history.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::sim {
namespace {

using Kind = Stretch::Kind;

class Judge {
 public:
  Judge(const History& history, const NetworkOptions& usual) : history_(history), usual_(usual) {}

  std::map<std::string, std::string> judge() {
    for (const auto& stream : history_.streams) judge(stream);
    return std::move(broken_);
  }

 private:
  void judge(const Stream& stream) {
    if (stream.was_reset && !stream.may_break) say("resets", stream, -1);
    if (!stream.may_break && stream.arrived.size() < stream.sent.size())
      say("loss", stream, static_cast<std::int64_t>(stream.arrived.size()));
    std::int64_t expected = 0;
    Instant before{};
    for (const auto& [number, at] : stream.arrived) {
      if (number < expected) {
        const bool came_before = std::any_of(stream.arrived.begin(), stream.arrived.end(),
                                             [&, n = number, a = at](const auto& other) {
                                               return other.number == n && other.at < a;
                                             });
        say(came_before ? "duplicates" : "order", stream, number);
      } else if (number > expected) {
        say("order", stream, number);
      }
      expected = number + 1;
      if (number < static_cast<std::int64_t>(stream.sent.size()))
        judge(stream, number, stream.sent[static_cast<std::size_t>(number)], at, before);
      before = at;
    }
  }

  void judge(const Stream& stream, std::int64_t number, Instant sent, Instant at, Instant before) {
    const Instant passable = leaves_at_best(stream.where, sent);
    if (at < passable + shortest_) say("cut", stream, number);
    if (passable > sent || is_boundary(stream.where, sent)) return;
    Duration low = usual_.latency_low;
    Duration high = usual_.latency_high;
    Duration delay{};
    bool waits_for_wire = false;
    for (const auto& episode : history_.episodes) {
      if (episode.where != stream.where || sent < episode.from || sent >= episode.to) continue;
      if (episode.kind == Kind::delay) delay += episode.low;
      if (episode.kind == Kind::wire) waits_for_wire = true;
      if (episode.kind == Kind::latency) {
        low = episode.low;
        high = episode.high;
      }
    }
    if (at > std::max(before, sent + high + delay) && !waits_for_wire) say("late", stream, number);
    // What waits for a wire may still be there when another latency begins.
    if (at < sent + low + delay && !waits_for_wire) say("early", stream, number);
  }

  // Before that a message cannot leave: at once, or after a block; what is sent into a cut only
  // with one of TCP's further attempts that falls into no cut either.
  Instant leaves_at_best(Direction where, Instant sent) const {
    if (is_boundary(where, sent) || !is_cut(where, sent)) return first_passable(where, sent);
    Duration wait = 200ms;
    Instant attempt = sent + wait;
    while (is_cut(where, attempt) && !is_boundary(where, attempt)) {
      wait *= 2;
      attempt += wait;
    }
    return first_passable(where, attempt);
  }

  bool is_cut(Direction where, Instant at) const {
    return std::any_of(history_.episodes.begin(), history_.episodes.end(),
                       [&](const auto& episode) {
                         return episode.where == where && episode.kind == Kind::cut &&
                                episode.from <= at && at < episode.to;
                       });
  }

  // The first instant from `at` on at which nothing blocks the direction.
  Instant first_passable(Direction where, Instant at) const {
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& episode : history_.episodes) {
        if (episode.where != where || (episode.kind != Kind::cut && episode.kind != Kind::clog))
          continue;
        if (at < episode.from || at >= episode.to) continue;
        at = episode.to;
        moved = true;
      }
    }
    return at;
  }

  // At a boundary it is not said what came first.
  bool is_boundary(Direction where, Instant at) const {
    return std::any_of(history_.episodes.begin(), history_.episodes.end(),
                       [&](const auto& episode) {
                         return episode.where == where && (episode.from == at || episode.to == at);
                       });
  }

  void say(const std::string& promise, const Stream& stream, std::int64_t number) {
    broken_.emplace(promise,
                    format("message {} from {} to {}", number, stream.where.from, stream.where.to));
  }

  static constexpr Duration shortest_ = 1us;  // no latency of these tests is below
  const History& history_;
  const NetworkOptions& usual_;
  std::map<std::string, std::string> broken_;
};

}  // namespace

std::map<std::string, std::string> broken_promises(const History& history,
                                                   const NetworkOptions& usual) {
  return Judge(history, usual).judge();
}

}  // namespace logquake::sim
