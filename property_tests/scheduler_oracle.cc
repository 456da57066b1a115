#include "property_tests/scheduler_oracle.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace logquake::property {
namespace {

std::string_view name_of(Op::Kind kind) {
  switch (kind) {
    using enum Op::Kind;
    case sleep:
      return "sleep";
    case wait:
      return "wait";
    case wait_for_ever:
      return "wait-for-ever";
    case wake_one:
      return "wake-one";
    case wake_all:
      return "wake-all";
    case yield:
      return "yield";
    case spawn:
      return "spawn";
  }
  return "?";
}

// All that is to happen stands in one list; the next is the one with the least (time, number).
class Oracle {
 public:
  Oracle(const Case& given, Mutation mutation) : case_(given), mutation_(mutation) {}

  std::vector<std::string> run() {
    for (int node = 0; node < Case::nodes; ++node) push(0ms, {.main = node});
    for (int number = 0; number < static_cast<int>(case_.controls.size()); ++number)
      push(case_.controls[static_cast<std::size_t>(number)].at, {.control = number});
    while (!events_.empty()) {
      const auto next = std::min_element(
          events_.begin(), events_.end(), [this](const Event& one, const Event& other) {
            if (one.at != other.at) return one.at < other.at;
            const bool earlier = one.number < other.number;
            return mutation_ == Mutation::ties_in_reverse ? !earlier : earlier;
          });
      const Event event = *next;
      events_.erase(next);
      now_ = std::max(now_, event.at);
      if (event.what.control >= 0) {
        control(case_.controls[static_cast<std::size_t>(event.what.control)]);
      } else if (is_paused(event.what)) {
        deferred_.push_back(event.what);
      } else if (event.what.main >= 0) {
        for (const int script : case_.first_scripts(event.what.main))
          spawn(event.what.main, script);
      } else {
        go_on(tasks_[static_cast<std::size_t>(event.what.task)]);
      }
    }
    return std::move(log_);
  }

 private:
  struct What {
    int main = -1;
    int control = -1;
    int task = -1;
  };
  struct Event {
    Duration at;
    int number;
    What what;
  };
  struct Task {
    int id = 0;
    int node = 0;
    int script = 0;
    std::string name;
    std::size_t step = 0;
    bool started = false;
    bool over = false;
    bool inside = false;  // of the blocking op at `step`
    int waits_for = -1;
  };
  struct Node {
    bool paused = false;
    bool dead = false;
    int spawned = 0;
    std::vector<int> waiting[Case::signals];
  };

  void push(Duration at, What what) { events_.push_back({at, ++last_, what}); }
  void say(const Task& task, const std::string& what) {
    log_.push_back(line(Instant(now_), Case::node_name(task.node) + "/" + task.name, what));
  }
  Node& node_of(const Task& task) { return nodes_[task.node]; }
  bool is_paused(const What& what) {
    return what.main >= 0 ? nodes_[what.main].paused
                          : node_of(tasks_[static_cast<std::size_t>(what.task)]).paused;
  }
  void drop_event(int task) {
    std::erase_if(events_, [task](const Event& event) { return event.what.task == task; });
  }

  void spawn(int node, int script) {
    const int id = static_cast<int>(tasks_.size());
    tasks_.push_back(
        {.id = id, .node = node, .script = script, .name = format("t{}", nodes_[node].spawned++)});
    push(now_, {.task = id});
  }

  void stop_waiting(Task& task) {
    if (task.waits_for < 0) return;
    std::erase(node_of(task).waiting[std::exchange(task.waits_for, -1)], task.id);
  }

  void go_on(Task& task) {
    if (task.over) return;
    task.started = true;
    const auto& script = case_.scripts[static_cast<std::size_t>(task.script)];
    if (std::exchange(task.inside, false)) {
      const bool timed_out = task.waits_for >= 0;
      stop_waiting(task);
      const auto& op = script[task.step];
      const auto* outcome = op.kind == Op::Kind::sleep ? "slept"
                            : timed_out                ? "timed out"
                                                       : "woken";
      say(task, format("{} {}", task.step++, outcome));
    }
    // By number: tasks_ may grow.
    for (const int id = task.id; step(id);) {
    }
  }

  // Performs the next op; false where it blocks or there is none.
  bool step(int id) {
    Task& task = tasks_[static_cast<std::size_t>(id)];
    const auto& script = case_.scripts[static_cast<std::size_t>(task.script)];
    if (task.step == script.size()) {
      task.over = true;
      say(task, "ends");
      return false;
    }
    const auto& op = script[task.step];
    auto& waiting = node_of(task).waiting[op.signal];
    switch (op.kind) {
      case Op::Kind::sleep: {
        const bool early = mutation_ == Mutation::timer_a_bit_early && op.time >= 2ms;
        push(now_ + op.time - (early ? 1ms : 0ms), {.task = id});
        task.inside = true;
        return false;
      }
      case Op::Kind::wait:
        push(now_ + op.time, {.task = id});
        [[fallthrough]];
      case Op::Kind::wait_for_ever:
        waiting.push_back(id);
        task.waits_for = op.signal;
        task.inside = true;
        return false;
      case Op::Kind::wake_one:
        wake(waiting);
        say(task, format("{} wakes one", task.step++));
        return true;
      case Op::Kind::wake_all:
        while (!waiting.empty()) wake(waiting);
        say(task, format("{} wakes all", task.step++));
        return true;
      case Op::Kind::yield:
        say(task, format("{} yields", task.step++));
        return true;
      case Op::Kind::spawn: {
        const auto number = task.step++;
        const int node = task.node;
        if (const auto child = case_.child_of(task.script)) spawn(node, *child);
        say(tasks_[static_cast<std::size_t>(id)], format("{} spawns", number));
        return true;
      }
    }
    return false;
  }

  void wake(std::vector<int>& waiting) {
    if (waiting.empty()) return;
    const int id = mutation_ == Mutation::wakes_the_last ? waiting.back() : waiting.front();
    stop_waiting(tasks_[static_cast<std::size_t>(id)]);
    if (mutation_ != Mutation::keeps_the_timer_of_the_woken) drop_event(id);
    push(now_, {.task = id});
  }

  void control(const Control& control) {
    auto& node = nodes_[control.node];
    if (node.dead) return;
    switch (control.kind) {
      case Control::Kind::pause:
        node.paused = true;
        break;
      case Control::Kind::resume: {
        node.paused = false;
        std::deque<What> still;
        auto ready = std::exchange(deferred_, {});
        if (mutation_ == Mutation::resumes_in_reverse) std::reverse(ready.begin(), ready.end());
        for (const auto& what : ready) {
          const int owner =
              what.main >= 0 ? what.main : tasks_[static_cast<std::size_t>(what.task)].node;
          if (owner == control.node) {
            push(now_, what);
          } else {
            still.push_back(what);
          }
        }
        deferred_ = std::move(still);
        break;
      }
      case Control::Kind::crash:
        crash(control.node);
        break;
    }
  }

  void crash(int number) {
    nodes_[number].dead = true;
    nodes_[number].paused = false;
    std::vector<int> order;
    for (const auto& task : tasks_) {
      if (task.node == number && !task.over) order.push_back(task.id);
    }
    if (mutation_ != Mutation::unwinds_the_oldest_first) std::reverse(order.begin(), order.end());
    for (const int id : order) {
      Task& task = tasks_[static_cast<std::size_t>(id)];
      const bool forgotten = mutation_ == Mutation::forgets_to_unwind && task.waits_for >= 0;
      stop_waiting(task);
      drop_event(id);
      task.over = true;
      if (task.started && !forgotten) say(task, "unwinds");
    }
    std::erase_if(events_, [number](const Event& event) { return event.what.main == number; });
    std::erase_if(deferred_, [&](const What& what) {
      return what.main == number ||
             (what.task >= 0 && tasks_[static_cast<std::size_t>(what.task)].node == number);
    });
  }

  const Case& case_;
  Mutation mutation_;
  Duration now_{};
  int last_ = 0;
  std::vector<Event> events_;
  std::deque<Task> tasks_;
  Node nodes_[Case::nodes];
  std::deque<What> deferred_;  // ready, but their nodes are paused
  std::vector<std::string> log_;
};

}  // namespace

std::vector<int> Case::first_scripts(int node) const {
  std::vector<int> first;
  for (int script = node; script < static_cast<int>(scripts.size()); script += nodes)
    first.push_back(script);
  return first;
}

std::optional<int> Case::child_of(int script) const {
  const int child = script + nodes;
  if (child >= static_cast<int>(scripts.size())) return std::nullopt;
  return child;
}

void showValue(const Case& given, std::ostream& out) {
  for (std::size_t script = 0; script < given.scripts.size(); ++script) {
    out << "script " << script << ":";
    for (const auto& op : given.scripts[script])
      out << ' ' << name_of(op.kind) << '(' << to_text(op.time) << ", signal " << op.signal << ')';
    out << '\n';
  }
  for (const auto& control : given.controls) {
    constexpr const char* names[] = {"crash", "pause", "resume"};
    out << to_text(control.at) << ": " << names[static_cast<int>(control.kind)] << " node "
        << control.node << '\n';
  }
}

rc::Gen<Case> cases() {
  // Whole milliseconds, and few of them: what is to be found happens at the same instant. Not
  // inRange(), whose range shrinks with the size.
  const auto time = rc::gen::map(rc::gen::element(0, 1, 2, 3, 4, 5),
                                 [](int value) { return Duration(value * 1ms); });
  const auto either = rc::gen::element(0, 1);
  static_assert(Case::signals == 2 && Case::nodes == 2);
  const auto op = rc::gen::build<Op>(
      rc::gen::set(&Op::kind,
                   rc::gen::element(Op::Kind::sleep, Op::Kind::sleep, Op::Kind::wait,
                                    Op::Kind::wait, Op::Kind::wait_for_ever, Op::Kind::wake_one,
                                    Op::Kind::wake_all, Op::Kind::yield, Op::Kind::spawn)),
      rc::gen::set(&Op::time, time), rc::gen::set(&Op::signal, either));
  const auto control = rc::gen::build<Control>(
      rc::gen::set(&Control::kind, rc::gen::element(Control::Kind::crash, Control::Kind::pause,
                                                    Control::Kind::pause, Control::Kind::resume,
                                                    Control::Kind::resume, Control::Kind::resume)),
      rc::gen::set(&Control::at, time), rc::gen::set(&Control::node, either));
  const auto script = rc::gen::resize(10, rc::gen::container<std::vector<Op>>(op));
  const auto scripts = rc::gen::resize(7, rc::gen::container<std::vector<std::vector<Op>>>(script));
  const auto controls = rc::gen::resize(4, rc::gen::container<std::vector<Control>>(control));
  return rc::gen::build<Case>(rc::gen::set(&Case::scripts, scripts),
                              rc::gen::set(&Case::controls, controls));
}

std::string line(Instant at, const std::string& task, const std::string& what) {
  return format("{} {} {}", to_text(at), task, what);
}

std::vector<std::string> told_by_oracle(const Case& given, Mutation mutation) {
  return Oracle(given, mutation).run();
}

}  // namespace logquake::property
