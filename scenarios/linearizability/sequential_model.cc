#include "scenarios/linearizability/sequential_model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <utility>

#include "sim/base/format.h"

namespace logquake::linearizability {
namespace {

struct CallShape {
  std::string_view call;
  std::size_t arguments;
};

/// An unknown call, or one with another number of arguments.
template <std::size_t N>
std::string shape_problem(const std::array<CallShape, N>& calls, const Operation& operation) {
  std::string known;
  for (const auto& shape : calls) {
    if (shape.call != operation.call) {
      known += format("{}\"{}\"", known.empty() ? "" : ", ", shape.call);
      continue;
    }
    if (shape.arguments == operation.arguments.size()) return {};
    return format("{}: expected {} argument{}, found {}", operation.call, shape.arguments,
                  shape.arguments == 1 ? "" : "s", operation.arguments.size());
  }
  return format("expected one of {}, found \"{}\"", known, operation.call);
}

bool may_answer(const Operation& operation, const Values& right) {
  return !operation.answer || *operation.answer == right;
}

Values truth(bool value) { return {value ? "true" : "false"}; }

/// A list of texts inside one text: each behind its length. Linear to walk, cheap to append to and
/// to cut at the front.
class Items {
 public:
  static void append(std::string& list, std::string_view item) {
    list += format("{}:", item.size());
    list += item;
  }
  explicit Items(std::string_view list) : rest_(list) {}
  bool done() const { return rest_.empty(); }
  std::string_view take() {
    std::size_t length = 0;
    const auto* first = rest_.data();
    const auto number = std::from_chars(first, first + rest_.size(), length);
    const auto start = static_cast<std::size_t>(number.ptr - first) + 1;
    const auto item = rest_.substr(start, length);
    rest_.remove_prefix(start + length);
    return item;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::string told_items(const std::string& state, std::string_view empty) {
  constexpr std::size_t most = 8;  // chosen: what a line holds
  std::string text;
  std::size_t count = 0;
  for (Items items(state); !items.done(); ++count) {
    const auto item = items.take();
    if (count < most) text += format("{}{}", count == 0 ? "" : " ", item);
  }
  if (count == 0) return std::string(empty);
  return count <= most ? text : format("{} … ({} in all)", text, count);
}

class RegisterModel final : public SequentialModel {
 public:
  explicit RegisterModel(std::string initial) : initial_(std::move(initial)) {}
  std::string_view name() const override { return "register"; }
  std::string initial() const override { return initial_; }
  std::string told(const std::string& state) const override {
    return state.empty() ? "nothing" : state;
  }
  std::string problem(const Operation& operation) const override {
    constexpr std::array<CallShape, 3> calls{{{"read", 0}, {"write", 1}, {"cas", 2}}};
    return shape_problem(calls, operation);
  }
  std::optional<std::string> apply(const std::string& state,
                                   const Operation& operation) const override {
    if (operation.call == "write") return operation.arguments[0];
    if (operation.call == "cas") {
      const bool swaps = state == operation.arguments[0];
      if (!may_answer(operation, truth(swaps))) return std::nullopt;
      return swaps ? operation.arguments[1] : state;
    }
    if (!may_answer(operation, {state})) return std::nullopt;
    return state;
  }

 private:
  std::string initial_;
};

class SetModel final : public SequentialModel {
 public:
  std::string_view name() const override { return "set"; }
  std::string initial() const override { return {}; }
  std::string told(const std::string& state) const override {
    return told_items(state, "the empty set");
  }
  std::string problem(const Operation& operation) const override {
    constexpr std::array<CallShape, 4> calls{
        {{"add", 1}, {"remove", 1}, {"contains", 1}, {"read", 0}}};
    return shape_problem(calls, operation);
  }
  std::optional<std::string> apply(const std::string& state,
                                   const Operation& operation) const override {
    if (operation.call == "read") return read(state, operation);
    const auto& element = operation.arguments[0];
    std::string without;
    std::string with;
    bool is_in = false;
    bool placed = false;
    for (Items items(state); !items.done();) {
      const auto item = items.take();
      if (item == element) {
        is_in = true;
        continue;
      }
      if (!placed && item > element) {
        Items::append(with, element);
        placed = true;
      }
      Items::append(with, item);
      Items::append(without, item);
    }
    if (!placed) Items::append(with, element);
    if (operation.call == "contains") {
      return may_answer(operation, truth(is_in)) ? std::optional(state) : std::nullopt;
    }
    const bool adds = operation.call == "add";
    if (!may_answer(operation, truth(adds != is_in))) return std::nullopt;
    return adds ? with : without;
  }

 private:
  static std::optional<std::string> read(const std::string& state, const Operation& operation) {
    if (!operation.answer) return state;
    auto sorted = *operation.answer;
    std::sort(sorted.begin(), sorted.end());
    std::string answered;
    for (const auto& element : sorted) Items::append(answered, element);
    return answered == state ? std::optional(state) : std::nullopt;
  }
};

class QueueModel final : public SequentialModel {
 public:
  std::string_view name() const override { return "queue"; }
  std::string initial() const override { return {}; }
  std::string told(const std::string& state) const override {
    return told_items(state, "the empty queue");
  }
  std::string problem(const Operation& operation) const override {
    constexpr std::array<CallShape, 2> calls{{{"enqueue", 1}, {"dequeue", 0}}};
    return shape_problem(calls, operation);
  }
  /// In which order enqueues that overlap took effect shows only when their values are dequeued:
  /// the first of them is what is dequeued first, itself or behind it. To dequeue as soon as
  /// possible is never wrong.
  std::vector<std::int64_t> guess(const History& operations) const override {
    constexpr auto never = std::numeric_limits<std::int64_t>::max();
    std::map<std::string, std::int64_t> dequeued;
    for (const auto& operation : operations) {
      if (operation.call == "dequeue" && operation.answer && !operation.answer->empty())
        dequeued.emplace(operation.answer->front(), operation.returned);
    }
    std::vector<std::int64_t> numbers(operations.size(), never);
    std::vector<std::size_t> by_call;
    for (std::size_t at = 0; at < operations.size(); ++at) {
      const auto& operation = operations[at];
      if (operation.call == "enqueue") {
        by_call.push_back(at);
        const auto found = dequeued.find(operation.arguments[0]);
        if (found != dequeued.end()) numbers[at] = found->second;
      } else if (operation.outcome == Outcome::known) {
        numbers[at] = std::numeric_limits<std::int64_t>::min();
      }
    }
    std::sort(by_call.begin(), by_call.end(), [&](std::size_t left, std::size_t right) {
      return operations[left].called < operations[right].called;
    });
    // From the last call to the first: whatever is enqueued wholly before is dequeued before.
    std::map<std::int64_t, std::int64_t> first_behind{{never, never}};  // by call
    for (auto at = by_call.rbegin(); at != by_call.rend(); ++at) {
      const auto& operation = operations[*at];
      if (operation.outcome == Outcome::known) {
        const auto behind = first_behind.upper_bound(operation.returned)->second;
        numbers[*at] = std::min(numbers[*at], behind);
      }
      const auto least = std::min(first_behind.begin()->second, numbers[*at]);
      first_behind[operation.called] = least;
    }
    return numbers;
  }
  std::optional<std::string> apply(const std::string& state,
                                   const Operation& operation) const override {
    if (operation.call == "enqueue") {
      auto longer = state;
      Items::append(longer, operation.arguments[0]);
      return longer;
    }
    Items items(state);
    Values right;
    if (!items.done()) right.emplace_back(items.take());
    if (!may_answer(operation, right)) return std::nullopt;
    return std::string(items.rest());
  }
};

class LogModel final : public SequentialModel {
 public:
  std::string_view name() const override { return "log"; }
  std::string initial() const override { return {}; }
  std::string told(const std::string& state) const override {
    return told_items(state, "the empty log");
  }
  std::string problem(const Operation& operation) const override {
    constexpr std::array<CallShape, 3> calls{{{"append", 1}, {"read", 1}, {"end", 0}}};
    if (auto wrong = shape_problem(calls, operation); !wrong.empty()) return wrong;
    if (operation.call != "read" || offset_of(operation.arguments[0])) return {};
    return format("read: expected an offset, found \"{}\"", operation.arguments[0]);
  }
  std::optional<std::string> apply(const std::string& state,
                                   const Operation& operation) const override {
    const bool reads = operation.call == "read";
    const auto wanted = reads ? offset_of(operation.arguments[0]) : std::nullopt;
    std::uint64_t end = 0;
    Values right;
    for (Items items(state); !items.done(); ++end) {
      const auto item = items.take();
      if (wanted == end) right.emplace_back(item);
    }
    if (!reads) right = {format("{}", end)};
    if (!may_answer(operation, right)) return std::nullopt;
    if (operation.call != "append") return state;
    auto longer = state;
    Items::append(longer, operation.arguments[0]);
    return longer;
  }

 private:
  static std::optional<std::uint64_t> offset_of(std::string_view text) {
    std::uint64_t offset = 0;
    const auto* last = text.data() + text.size();
    const auto number = std::from_chars(text.data(), last, offset);
    if (number.ec != std::errc{} || number.ptr != last) return std::nullopt;
    return offset;
  }
};

}  // namespace

std::unique_ptr<SequentialModel> register_model(std::string initial) {
  return std::make_unique<RegisterModel>(std::move(initial));
}
std::unique_ptr<SequentialModel> set_model() { return std::make_unique<SetModel>(); }
std::unique_ptr<SequentialModel> queue_model() { return std::make_unique<QueueModel>(); }
std::unique_ptr<SequentialModel> log_model() { return std::make_unique<LogModel>(); }

}  // namespace logquake::linearizability
