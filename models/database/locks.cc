#include "models/database/locks.h"

#include <algorithm>
#include <utility>

namespace logquake::database {

LockTable::Outcome LockTable::acquire(TransactionId who, const LockName& name, LockMode mode) {
  if (holds(who, name, mode)) return {.answer = Answer::granted, .victim = {}};
  return request({.who = who, .name = name, .mode = mode});
}

LockTable::Outcome LockTable::intend_insert(TransactionId who, TableId table,
                                            const std::string& key) {
  return request({.who = who,
                  .name = {.table = table, .index = 0, .key = key},
                  .mode = LockMode::exclusive,
                  .is_insert_intention = true});
}

void LockTable::lock_gap(TransactionId who, TableId table, Gap gap) {
  ++holders_[who].gaps;
  gaps_[table].push_back({who, std::move(gap)});
}

LockTable::Outcome LockTable::request(Request request) {
  const TransactionId who = request.who;
  if (blockers(request, waiting_.size()).empty()) {
    grant(request);
    return {.answer = Answer::granted, .victim = {}};
  }
  waiting_.push_back(std::move(request));
  const std::vector<TransactionId> cycle = cycle_from(who);
  if (cycle.empty()) return {.answer = Answer::waiting, .victim = {}};

  // Least work done gives way; at equal work the one whose request closed the cycle (C-DB-31).
  TransactionId victim = who;
  for (const TransactionId candidate : cycle) {
    if (holders_[candidate].work() < holders_[victim].work()) victim = candidate;
  }
  holders_[victim].is_victim = true;
  std::erase_if(waiting_, [victim](const Request& waiting) { return waiting.who == victim; });
  if (victim == who) return {.answer = Answer::deadlock, .victim = {}};
  woken_.push_back(victim);
  grant_waiting();
  const Answer answer = waiting_at(who) ? Answer::waiting : Answer::granted;
  return {.answer = answer, .victim = victim};
}

bool LockTable::conflicts(const Request& request, TransactionId holder, LockMode held) const {
  return holder != request.who &&
         (request.mode == LockMode::exclusive || held == LockMode::exclusive);
}

std::vector<TransactionId> LockTable::blockers(const Request& request, std::size_t earlier) const {
  std::vector<TransactionId> found;
  if (request.is_insert_intention) {
    if (const auto gaps = gaps_.find(request.name.table); gaps != gaps_.end()) {
      for (const HeldGap& held : gaps->second) {
        if (held.who != request.who && held.gap.contains(request.name.key))
          found.push_back(held.who);
      }
    }
    return found;
  }
  if (const auto held = granted_.find(request.name); held != granted_.end()) {
    for (const auto& [holder, mode] : held->second) {
      if (conflicts(request, holder, mode)) found.push_back(holder);
    }
  }
  for (std::size_t i = 0; i < earlier; ++i) {
    const Request& other = waiting_[i];
    if (!other.is_insert_intention && other.name == request.name &&
        conflicts(request, other.who, other.mode)) {
      found.push_back(other.who);
    }
  }
  return found;
}

std::optional<std::size_t> LockTable::waiting_at(TransactionId who) const {
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i].who == who) return i;
  }
  return std::nullopt;
}

std::vector<TransactionId> LockTable::cycle_from(TransactionId start) const {
  // Depth first over the waits-for graph; each transaction waits for one request at most.
  std::vector<std::pair<TransactionId, TransactionId>> reached_from;  // (who, whose blocker it is)
  std::vector<TransactionId> open{start};
  const auto predecessor = [&reached_from](TransactionId who) {
    const auto found = std::find_if(reached_from.begin(), reached_from.end(),
                                    [who](const auto& step) { return step.first == who; });
    return found == reached_from.end() ? std::optional<TransactionId>()
                                       : std::optional(found->second);
  };
  while (!open.empty()) {
    const TransactionId who = open.back();
    open.pop_back();
    const auto at = waiting_at(who);
    if (!at) continue;
    for (const TransactionId blocker : blockers(waiting_[*at], *at)) {
      if (blocker == start) {
        std::vector<TransactionId> cycle{start};
        for (TransactionId step = who; step != start; step = *predecessor(step))
          cycle.push_back(step);
        return cycle;
      }
      if (predecessor(blocker)) continue;
      reached_from.emplace_back(blocker, who);
      open.push_back(blocker);
    }
  }
  return {};
}

void LockTable::grant(const Request& request) {
  if (request.is_insert_intention) return;  // it conflicts with nobody
  holders_[request.who].names.insert(request.name);
  LockMode& mode = granted_[request.name].try_emplace(request.who, request.mode).first->second;
  mode = std::max(mode, request.mode);
}

void LockTable::grant_waiting() {
  bool progress = true;
  while (progress) {
    progress = false;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (!blockers(waiting_[i], i).empty()) continue;
      const Request request = std::move(waiting_[i]);
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      grant(request);
      woken_.push_back(request.who);
      progress = true;
      break;
    }
  }
}

LockTable::State LockTable::state_of(TransactionId who) const {
  if (waiting_at(who)) return State::waiting;
  const auto holder = holders_.find(who);
  return holder != holders_.end() && holder->second.is_victim ? State::victim : State::running;
}

void LockTable::cancel(TransactionId who) {
  std::erase_if(waiting_, [who](const Request& request) { return request.who == who; });
  grant_waiting();
}

void LockTable::release(TransactionId who, const LockName& name) {
  const auto held = granted_.find(name);
  if (held == granted_.end() || held->second.erase(who) == 0) return;
  if (held->second.empty()) granted_.erase(held);
  holders_[who].names.erase(name);
  grant_waiting();
}

void LockTable::release_all(TransactionId who) {
  std::erase_if(waiting_, [who](const Request& request) { return request.who == who; });
  const auto holder = holders_.find(who);
  if (holder != holders_.end()) {
    for (const LockName& name : holder->second.names) {
      const auto held = granted_.find(name);
      held->second.erase(who);
      if (held->second.empty()) granted_.erase(held);
    }
    holders_.erase(holder);
  }
  for (auto gaps = gaps_.begin(); gaps != gaps_.end();) {
    std::erase_if(gaps->second, [who](const HeldGap& held) { return held.who == who; });
    gaps = gaps->second.empty() ? gaps_.erase(gaps) : std::next(gaps);
  }
  grant_waiting();
}

bool LockTable::holds(TransactionId who, const LockName& name, LockMode mode) const {
  const auto held = granted_.find(name);
  if (held == granted_.end()) return false;
  const auto own = held->second.find(who);
  return own != held->second.end() && own->second >= mode;
}

bool LockTable::would_wait(TransactionId who, const LockName& name, LockMode mode) const {
  if (holds(who, name, mode)) return false;
  return !blockers({.who = who, .name = name, .mode = mode}, waiting_.size()).empty();
}

std::vector<TransactionId> LockTable::take_woken() { return std::exchange(woken_, {}); }

bool LockTable::has_cycle() const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [this](const Request& request) { return !cycle_from(request.who).empty(); });
}

}  // namespace logquake::database
