#include "scenarios/linearizability/search.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "sim/base/hash.h"
#include "sim/base/index.h"

namespace logquake::linearizability {
namespace {

/// A doubly linked list of the calls and returns of those operations of known outcome that have no
/// place in the order yet.
class OpenEvents {
 public:
  explicit OpenEvents(const History& operations) {
    nodes_.emplace_back();  // the ring's anchor
    call_of_.resize(operations.size());
    return_of_.resize(operations.size());
    std::size_t stamp = 0;
    for (const auto& event : events_of(operations)) {
      ++stamp;
      if (operations[event.operation].outcome == Outcome::unknown) {
        unknown_.push_back({event.operation, stamp, elder_twin_of(operations, event.operation)});
        continue;
      }
      auto& place = event.is_return ? return_of_ : call_of_;
      place[event.operation] = nodes_.size();
      const auto last = nodes_[0].before;
      nodes_.push_back({last, 0, stamp, event.operation, event.is_return});
      nodes_[last].after = nodes_[0].before = nodes_.size() - 1;
    }
  }

  struct Node {
    std::size_t before = 0;
    std::size_t after = 0;
    std::size_t stamp = 0;
    std::size_t operation = 0;
    bool is_return = false;
  };
  struct UnknownCall {
    std::size_t operation;
    std::size_t stamp;
    std::optional<std::size_t> elder_twin;  // the last equal operation called before
  };

  bool empty() const { return nodes_[0].after == 0; }
  std::size_t first() const { return nodes_[0].after; }
  const Node& at(std::size_t node) const { return nodes_[node]; }
  const std::vector<UnknownCall>& unknown() const { return unknown_; }

  void take_out(std::size_t operation) {
    unlink(call_of_[operation]);
    unlink(return_of_[operation]);
  }
  /// Only of what was taken out last.
  void put_back(std::size_t operation) {
    link(return_of_[operation]);
    link(call_of_[operation]);
  }

 private:
  std::optional<std::size_t> elder_twin_of(const History& operations, std::size_t self) const {
    for (auto elder = unknown_.rbegin(); elder != unknown_.rend(); ++elder) {
      const auto& other = operations[elder->operation];
      if (other.call == operations[self].call && other.arguments == operations[self].arguments)
        return elder->operation;
    }
    return std::nullopt;
  }
  void unlink(std::size_t node) {
    nodes_[nodes_[node].before].after = nodes_[node].after;
    nodes_[nodes_[node].after].before = nodes_[node].before;
  }
  void link(std::size_t node) {
    nodes_[nodes_[node].before].after = node;
    nodes_[nodes_[node].after].before = node;
  }

  std::vector<Node> nodes_;
  std::vector<std::size_t> call_of_;
  std::vector<std::size_t> return_of_;
  std::vector<UnknownCall> unknown_;  // by call
};

/// Which (operations with a place, state) have been met. Two hashes of 64 bits: where only the
/// first agrees the configuration counts as new, which costs work and never an answer.
class Memory {
 public:
  bool is_new(std::uint64_t set_one, std::uint64_t set_two, const std::string& state) {
    const auto one = set_one ^ hash64(state, 1);
    const auto two = set_two ^ hash64(state, 2);
    if (const auto* found = seen_.find(one); found != nullptr && *found == two) return false;
    seen_[one] = two;
    return true;
  }

 private:
  Index<std::uint64_t> seen_;
};

class OrderSearch {
 public:
  OrderSearch(const History& operations, const SequentialModel& model, const Limits& limits)
      : operations_(operations),
        model_(model),
        limits_(limits),
        guess_(model.guess(operations)),
        open_(operations),
        is_placed_(operations.size(), false),
        state_(model.initial()) {
    guess_.resize(operations.size(), 0);
  }

  Search run() {
    auto candidates = candidates_now();
    while (!open_.empty()) {
      if (candidates.empty()) {
        if (placed_.empty()) return finish(Search::Result::impossible);
        candidates = take_back();
        continue;
      }
      work_ += 1 + static_cast<std::int64_t>(state_.size() / 64);
      if (work_ > limits_.work) return finish(Search::Result::gave_up);
      const auto candidate = candidates.back();
      candidates.pop_back();
      try_to_place(candidate, candidates);
    }
    return finish(Search::Result::ordered);
  }

 private:
  using Candidates = std::vector<std::size_t>;  // the next to try at the back
  struct Placed {
    std::size_t operation;
    std::string state_before;
    Candidates others;  // to be tried in its place
  };

  /// What may take effect next: whatever is called before the first return. As the model guesses;
  /// what it leaves open in the order of the calls, those of unknown outcome last: they seldom
  /// explain more.
  Candidates candidates_now() const {
    Candidates candidates;
    if (open_.empty()) return candidates;
    auto node = open_.first();
    for (; !open_.at(node).is_return; node = open_.at(node).after)
      candidates.push_back(open_.at(node).operation);
    for (const auto& call : open_.unknown()) {
      if (call.stamp > open_.at(node).stamp) break;
      // Of equal operations that may take effect at any later time, the one called first can stand
      // for the others: they get their places in the order of their calls.
      if (is_placed_[call.operation] || (call.elder_twin && !is_placed_[*call.elder_twin]))
        continue;
      candidates.push_back(call.operation);
    }
    std::stable_sort(
        candidates.begin(), candidates.end(),
        [&](std::size_t left, std::size_t right) { return guess_[left] < guess_[right]; });
    std::reverse(candidates.begin(), candidates.end());
    return candidates;
  }

  void try_to_place(std::size_t operation, Candidates& candidates) {
    auto state = model_.apply(state_, operations_[operation]);
    if (!state) return;
    const bool is_unknown = operations_[operation].outcome == Outcome::unknown;
    if (is_unknown && *state == state_) return;  // then it may as well never take effect
    const auto set_one = set_one_ ^ word_one(operation);
    const auto set_two = set_two_ ^ word_two(operation);
    if (!memory_.is_new(set_one, set_two, *state)) return;
    placed_.push_back({operation, std::exchange(state_, std::move(*state)), std::move(candidates)});
    set_one_ = set_one;
    set_two_ = set_two;
    is_placed_[operation] = true;
    if (!is_unknown) open_.take_out(operation);
    candidates = candidates_now();
  }

  Candidates take_back() {
    auto last = std::move(placed_.back());
    placed_.pop_back();
    state_ = std::move(last.state_before);
    set_one_ ^= word_one(last.operation);
    set_two_ ^= word_two(last.operation);
    is_placed_[last.operation] = false;
    if (operations_[last.operation].outcome != Outcome::unknown) open_.put_back(last.operation);
    return std::move(last.others);
  }

  // A set of operations is the exclusive or of its members' words.
  static std::uint64_t word_one(std::size_t operation) { return mix64(2 * operation + 1); }
  static std::uint64_t word_two(std::size_t operation) { return mix64(mix64(2 * operation + 2)); }

  Search finish(Search::Result result) const {
    Search search{result, {}, work_};
    if (result != Search::Result::ordered) return search;
    for (const auto& placed : placed_) search.order.push_back(placed.operation);
    return search;
  }

  const History& operations_;
  const SequentialModel& model_;
  const Limits& limits_;
  std::vector<std::int64_t> guess_;
  OpenEvents open_;
  std::vector<bool> is_placed_;
  std::vector<Placed> placed_;
  std::string state_;
  std::uint64_t set_one_ = 0;
  std::uint64_t set_two_ = 0;
  Memory memory_;
  std::int64_t work_ = 0;
};

}  // namespace

std::vector<HistoryEvent> events_of(const History& operations) {
  struct Stamped {
    std::int64_t stamp;
    bool is_return;
    std::size_t operation;
  };
  std::vector<Stamped> stamped;
  for (std::size_t at = 0; at < operations.size(); ++at) {
    const auto& operation = operations[at];
    if (operation.outcome == Outcome::failed) continue;
    stamped.push_back({operation.called, false, at});
    if (operation.outcome == Outcome::known) stamped.push_back({operation.returned, true, at});
  }
  std::sort(stamped.begin(), stamped.end(), [](const Stamped& left, const Stamped& right) {
    return std::tie(left.stamp, left.is_return, left.operation) <
           std::tie(right.stamp, right.is_return, right.operation);
  });
  std::vector<HistoryEvent> events;
  for (const auto& each : stamped) events.push_back({each.operation, each.is_return});
  return events;
}

Search search_order(const History& operations, const SequentialModel& model, const Limits& limits) {
  return OrderSearch(operations, model, limits).run();
}

}  // namespace logquake::linearizability
