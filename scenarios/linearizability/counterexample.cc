#include "scenarios/linearizability/counterexample.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "reports/plain_text.h"
#include "sim/base/format.h"

namespace logquake::linearizability {
namespace {

/// What happened up to the event at `last`, included: what has not returned by then is under way,
/// as if of unknown outcome.
History prefix_of(const History& operations, const std::vector<HistoryEvent>& events,
                  std::size_t last) {
  std::vector<Outcome> outcomes(operations.size(), Outcome::failed);
  for (std::size_t at = 0; at <= last; ++at)
    outcomes[events[at].operation] = events[at].is_return ? Outcome::known : Outcome::unknown;
  History prefix = operations;
  for (std::size_t at = 0; at < prefix.size(); ++at) {
    if (prefix[at].outcome == Outcome::known && outcomes[at] == Outcome::unknown)
      prefix[at].answer.reset();
    prefix[at].outcome = outcomes[at];
  }
  return prefix;
}

/// The first return that no order explains. Prefixes of a history that can be ordered can be
/// ordered, so halving finds it; where the search gives up, the prefix counts as explained and a
/// longer one is told.
std::size_t first_unexplained(const History& operations, const std::vector<HistoryEvent>& events,
                              const SequentialModel& model, const Limits& limits) {
  std::vector<std::size_t> returns;
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (events[at].is_return) returns.push_back(at);
  }
  std::size_t low = 0;
  std::size_t high = returns.size() - 1;  // known to be impossible
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto prefix = prefix_of(operations, events, returns[middle]);
    if (search_order(prefix, model, limits).result == Search::Result::impossible) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return returns[high];
}

/// One order that explains everything before the culprit's return, cut in two.
struct Witness {
  std::vector<std::size_t> before;  // what took effect until the window begins
  std::vector<std::size_t> after;
  std::optional<std::size_t> changer;  // the first of `after` that changed the state
  std::optional<std::string> held;     // in between
};

Witness find_witness(const History& prefix, std::size_t culprit, const SequentialModel& model,
                     const Limits& limits) {
  auto open = prefix;
  open[culprit].outcome = Outcome::unknown;
  open[culprit].answer.reset();
  const auto search = search_order(open, model, limits);
  if (search.result != Search::Result::ordered) return {};
  std::vector<std::string> states{model.initial()};
  std::optional<std::size_t> cut;  // the last place where the answer would have been right
  std::size_t calm = 0;            // how many of the first had returned before the culprit's call
  for (std::size_t at = 0;; ++at) {
    if (model.apply(states.back(), prefix[culprit])) cut = at;
    if (at == search.order.size()) break;
    const auto& operation = open[search.order[at]];
    if (calm == at && operation.outcome == Outcome::known &&
        operation.returned < prefix[culprit].called)
      calm = at + 1;
    states.push_back(*model.apply(states.back(), operation));
  }
  Witness witness;
  const auto middle = cut.value_or(calm);
  witness.held = model.told(states[middle]);
  for (std::size_t at = 0; at < search.order.size(); ++at) {
    (at < middle ? witness.before : witness.after).push_back(search.order[at]);
    if (at >= middle && !witness.changer && states[at] != states[at + 1])
      witness.changer = search.order[at];
  }
  return witness;
}

/// Of more than a person reads the oldest go first: never the culprit, nor what changed the state
/// after the last moment at which the culprit's answer would have been right.
std::int64_t shorten(std::vector<std::size_t>& by_call, std::size_t culprit,
                     std::optional<std::size_t> changer) {
  std::int64_t left_out = 0;
  for (auto at = by_call.begin(); by_call.size() > Counterexample::most;) {
    if (*at == culprit || *at == changer) {
      ++at;
      continue;
    }
    at = by_call.erase(at);
    ++left_out;
  }
  return left_out;
}

std::string label_of(const Operation& operation) {
  constexpr std::size_t most = 40;  // chosen: what a chart can hold
  return report::clipped(report::readable(to_string(operation)), most);
}

/// Draws operations as bars, each as long as its label asks for.
class Chart {
 public:
  explicit Chart(const Counterexample& counterexample) : example_(counterexample) {
    for (const auto& operation : example_.window) bars_.push_back({label_of(operation)});
    place();
    for (std::size_t at = 0; at < bars_.size(); ++at) draw(at);
  }

  std::string text() const {
    std::size_t widest = 0;
    for (const auto& row : rows_) widest = std::max(widest, report::length_of(row.client));
    std::string text;
    for (const auto& row : rows_)
      text += format("  {}  {}\n", report::padded(row.client, widest), row.bars);
    return text;
  }

 private:
  struct Bar {
    std::string label;
    std::size_t start = 0;
    std::size_t end = 0;  // the last column
  };
  struct Row {
    std::string client;
    std::string bars;
    std::size_t end = 0;  // columns so far
  };

  bool is_culprit(const Operation& operation) const {
    return operation.call_fact == example_.culprit.call_fact &&
           operation.called == example_.culprit.called &&
           operation.client == example_.culprit.client;
  }

  void place() {
    std::size_t column = 0;
    for (const auto& event : events_of(example_.window)) {
      auto& bar = bars_[event.operation];
      if (!event.is_return) {
        bar.start = column;
        bar.end = column + report::length_of(bar.label) + 7;  // "|-- " and " --|"
      } else {
        bar.end = std::max(bar.end, column);
        column = bar.end;
      }
      column += 2;
    }
    for (std::size_t at = 0; at < bars_.size(); ++at) {
      if (example_.window[at].outcome != Outcome::known)
        bars_[at].end = std::max(bars_[at].end, column);
    }
  }

  void draw(std::size_t at) {
    const auto& operation = example_.window[at];
    const auto& bar = bars_[at];
    const auto dashes = bar.end - bar.start - report::length_of(bar.label) - 5;
    auto drawn = format("|-- {} {}{}", bar.label, std::string(dashes, '-'),
                        operation.outcome == Outcome::known ? "|" : ">");
    if (is_culprit(operation)) drawn += " X";
    const auto client = report::readable(operation.client);
    auto row = std::find_if(rows_.begin(), rows_.end(), [&](const Row& each) {
      return each.client == client && each.end < bar.start;
    });
    if (row == rows_.end()) row = rows_.insert(rows_.end(), Row{client, {}, 0});
    row->bars += std::string(bar.start - row->end, ' ') + drawn;
    row->end = bar.start + report::length_of(drawn);
  }

  const Counterexample& example_;
  std::vector<Bar> bars_;
  std::vector<Row> rows_;
};

std::string subject_of(const Counterexample& counterexample) {
  return counterexample.object.empty()
             ? "the " + counterexample.model
             : format("{} {}", counterexample.model, counterexample.object);
}

}  // namespace

Counterexample find_counterexample(const History& operations, const SequentialModel& model,
                                   const Limits& limits) {
  const auto events = events_of(operations);
  const auto last = first_unexplained(operations, events, model, limits);
  const auto prefix = prefix_of(operations, events, last);
  const auto culprit = events[last].operation;
  const auto witness = find_witness(prefix, culprit, model, limits);

  std::set<std::size_t> window{culprit};
  for (std::size_t at = 0; at < prefix.size(); ++at) {
    // What had not returned when the culprit was called may matter, wherever the witness has it.
    const bool overlaps =
        prefix[at].outcome == Outcome::unknown ||
        (prefix[at].outcome == Outcome::known && prefix[at].returned >= prefix[culprit].called);
    if (overlaps) window.insert(at);
  }
  window.insert(witness.after.begin(), witness.after.end());
  std::vector<std::size_t> by_call(window.begin(), window.end());
  std::sort(by_call.begin(), by_call.end(), [&](std::size_t left, std::size_t right) {
    return std::pair(prefix[left].called, left) < std::pair(prefix[right].called, right);
  });

  Counterexample counterexample;
  counterexample.model = model.name();
  counterexample.object = operations[culprit].object;
  counterexample.culprit = operations[culprit];
  counterexample.held = witness.held;
  counterexample.before = std::ssize(witness.before);
  counterexample.left_out = shorten(by_call, culprit, witness.changer);
  for (const auto at : by_call) counterexample.window.push_back(prefix[at]);
  return counterexample;
}

std::string sentence_of(const Counterexample& counterexample) {
  return format("{} was told {}, which fits no order of the operations on {}",
                counterexample.culprit.client, to_string(counterexample.culprit),
                subject_of(counterexample));
}

std::string to_text(const Counterexample& counterexample) {
  auto text = std::string("no order explains the answer at X");
  if (counterexample.held) {
    text +=
        format("; in one that explains all before it, {} held {} after {} operation{}, and then",
               subject_of(counterexample), *counterexample.held, counterexample.before,
               counterexample.before == 1 ? "" : "s");
  }
  text += ":\n";
  if (counterexample.left_out > 0)
    text += format("  ({} older ones are not shown)\n", counterexample.left_out);
  return text + Chart(counterexample).text();
}

}  // namespace logquake::linearizability
