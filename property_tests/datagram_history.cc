#include "property_tests/datagram_history.h"

#include <algorithm>
#include <utility>

#include "sim/base/format.h"

namespace logquake::sim {
namespace {

using Kind = Harm::Kind;

/// What is to be expected of one datagram.
struct Terms {
  int least = 1;  // copies
  int most = 1;
  bool may_be_damaged = false;
  bool must_be_damaged = false;
  Duration soonest{};  // after it was sent
  Duration latest{};
  int intact = 0;  // copies that were read
};

class Judge {
 public:
  Judge(const DatagramHistory& history, const NetworkOptions& usual)
      : history_(history), usual_(usual) {}

  std::map<std::string, std::string> judge() {
    for (const auto& sent : history_.sent) terms_.push_back(terms_of(sent));
    for (const auto& read : history_.read) {
      if (is_dead(read.where.to, read.at)) say("inbox", read.where, read.number);
      if (read.is_corrupt)
        judge_damaged(read);
      else
        judge_intact(read);
    }
    for (std::size_t number = 0; number < terms_.size(); ++number) judge_count(number);
    // Nobody can tell which one a damaged datagram was: they are counted.
    for (const auto& [where, read] : damaged_) {
      if (read > could_be_damaged_[where]) say("corruption", where, -1);
    }
    for (const auto& [where, missing] : missing_) {
      if (missing > damaged_[where]) say("loss", where, -1);
    }
    for (const auto& wait : history_.timed_out) {
      if (wait.at < wait.due || wait.at > heard_by(wait.machine, wait.due))
        say("time-out", {wait.machine, wait.machine}, -1);
    }
    return std::move(broken_);
  }

 private:
  Terms terms_of(const SentDatagram& sent) const {
    Terms terms;
    Duration low = usual_.latency_low;
    Duration high = usual_.latency_high;
    Duration later{};  // than the latency
    Duration on_wire{};
    Duration detour{};
    bool is_doubled_surely = false;
    for (const auto& harm : history_.harms) {
      if (harm.where != sent.where || sent.at < harm.from || sent.at >= harm.to) continue;
      const bool is_certain = harm.chance.numerator >= harm.chance.denominator;
      switch (harm.kind) {
        case Kind::cut:
          terms.least = terms.most = 0;
          break;
        case Kind::delay:
          later += harm.low;
          break;
        case Kind::latency:
          low = harm.low;
          high = harm.high;
          break;
        case Kind::wire:
          on_wire = std::max(on_wire, harm.high);
          if (!has_room(harm, sent)) terms.least = 0;
          break;
        case Kind::loss:
          terms.least = 0;
          if (is_certain) terms.most = 0;
          break;
        case Kind::duplication:
          if (terms.most > 0) terms.most = 2;
          is_doubled_surely |= is_certain;
          break;
        case Kind::reordering:
          detour += harm.low;
          break;
        case Kind::corruption:
          terms.may_be_damaged = true;
          terms.must_be_damaged |= is_certain;
          break;
      }
    }
    return settle(sent, terms, low + later, high + later + on_wire + detour, is_doubled_surely);
  }

  Terms settle(const SentDatagram& sent, Terms terms, Duration soonest, Duration latest,
               bool is_doubled) const {
    terms.soonest = soonest;
    terms.latest = latest + (terms.most > 1 ? usual_.latency_high : Duration::zero());
    if (is_doubled) terms.least *= 2;
    const Instant heard = heard_by(sent.where.to, sent.at + terms.latest);
    for (const auto& absence : history_.absences) {
      if (!absence.is_dead || absence.machine != sent.where.to) continue;
      if (absence.from <= heard && absence.to >= sent.at + soonest) terms.least = 0;
    }
    return terms;
  }

  // Whether all that was sent over this wire since it became narrow fits into its buffer, so that
  // nothing can be lost for want of room.
  bool has_room(const Harm& wire, const SentDatagram& sent) const {
    std::int64_t bytes = 0;
    for (const auto& other : history_.sent) {
      if (other.where != wire.where || other.at < wire.from || other.at > sent.at) continue;
      bytes += other.bytes;
    }
    return bytes <= wire.buffer_bytes;
  }

  void judge_intact(const ReadDatagram& read) {
    if (read.number < 0 || read.number >= static_cast<std::int64_t>(terms_.size()))
      return say("unsent", read.where, read.number);
    const auto& sent = history_.sent[static_cast<std::size_t>(read.number)];
    auto& terms = terms_[static_cast<std::size_t>(read.number)];
    if (sent.where != read.where) return say("unsent", read.where, read.number);
    if (sent.content != read.content) say("content", read.where, read.number);
    ++terms.intact;
    judge_instant(read, sent, terms);
  }

  void judge_instant(const ReadDatagram& read, const SentDatagram& sent, const Terms& terms) {
    if (read.at < sent.at + terms.soonest) say("early", read.where, read.number);
    if (read.at > heard_by(read.where.to, sent.at + terms.latest))
      say("late", read.where, read.number);
    for (const auto& absence : history_.absences) {
      if (!absence.is_dead || absence.machine != read.where.to) continue;
      if (sent.at + terms.latest < absence.from && read.at > absence.to)
        say("inbox", read.where, read.number);
    }
  }

  void judge_damaged(const ReadDatagram& read) {
    if (read.number != -1) say("content", read.where, read.number);
    ++damaged_[read.where];
    for (std::size_t number = 0; number < terms_.size(); ++number) {
      const auto& sent = history_.sent[number];
      const auto& terms = terms_[number];
      if (sent.where != read.where || !terms.may_be_damaged) continue;
      if (read.at >= sent.at + terms.soonest &&
          read.at <= heard_by(read.where.to, sent.at + terms.latest))
        return;
    }
    say("corruption", read.where, -1);
  }

  void judge_count(std::size_t number) {
    const auto& where = history_.sent[number].where;
    const auto& terms = terms_[number];
    const auto named = static_cast<std::int64_t>(number);
    if (terms.intact > terms.most) say(terms.most == 0 ? "cut" : "duplicates", where, named);
    // Of a damaged one the copy that a duplication makes is whole.
    if (terms.must_be_damaged && terms.intact > 0 && terms.intact >= terms.most)
      say("corruption", where, named);
    if (terms.may_be_damaged) could_be_damaged_[where] += std::min(1, terms.most);
    if (terms.intact >= terms.least) return;
    if (terms.may_be_damaged)
      missing_[where] += terms.least - terms.intact;
    else
      say("loss", where, named);
  }

  bool is_dead(int machine, Instant at) const {
    return std::any_of(history_.absences.begin(), history_.absences.end(),
                       [&](const auto& absence) {
                         return absence.is_dead && absence.machine == machine &&
                                absence.from < at && at < absence.to;
                       });
  }

  // The latest instant at which a machine does what it would do at `at`, were it not away.
  Instant heard_by(int machine, Instant at) const {
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& absence : history_.absences) {
        if (absence.is_dead || absence.machine != machine) continue;
        if (at < absence.from || at >= absence.to) continue;
        at = absence.to;
        moved = true;
      }
    }
    return at;
  }

  void say(const std::string& promise, Direction where, std::int64_t number) {
    broken_.emplace(promise, format("datagram {} from {} to {}", number, where.from, where.to));
  }

  const DatagramHistory& history_;
  const NetworkOptions& usual_;
  std::vector<Terms> terms_;  // by number
  std::map<Direction, int> damaged_;
  std::map<Direction, int> could_be_damaged_;
  std::map<Direction, int> missing_;  // unless they were damaged
  std::map<std::string, std::string> broken_;
};

}  // namespace

std::map<std::string, std::string> broken_promises(const DatagramHistory& history,
                                                   const NetworkOptions& usual) {
  return Judge(history, usual).judge();
}

}  // namespace logquake::sim
