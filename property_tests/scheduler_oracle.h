// What tasks may do, as data, and the simplest scheduler that could be right.
#pragma once

#include <rapidcheck.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/format.h"
#include "sim/base/time.h"

namespace logquake::property {

struct Op {
  enum class Kind : std::uint8_t { sleep, wait, wait_for_ever, wake_one, wake_all, yield, spawn };
  Kind kind{};
  Duration time{};
  int signal = 0;
};
struct Control {
  enum class Kind : std::uint8_t { crash, pause, resume };
  Kind kind{};
  Duration at{};
  int node = 0;
};

/// Scripts of tasks and what befalls their nodes. Script i starts on node i % nodes; `spawn` starts
/// the script after the next, which is of the same node.
struct Case {
  static constexpr int nodes = 2;
  static constexpr int signals = 2;
  static constexpr Duration length = 1h;
  std::vector<std::vector<Op>> scripts;
  std::vector<Control> controls;

  static std::string node_name(int node) { return format("n-{}", node); }
  std::vector<int> first_scripts(int node) const;
  std::optional<int> child_of(int script) const;
};
void showValue(const Case& given, std::ostream& out);
rc::Gen<Case> cases();

/// "3ms n-0/t1 2 woken": what both tell.
std::string line(Instant at, const std::string& task, const std::string& what);

/// An oracle that is wrong in one respect.
enum class Mutation : std::uint8_t {
  none,
  ties_in_reverse,               // of events of one instant the youngest comes first
  timer_a_bit_early,             // sleeps of 2 ms and more end a millisecond early
  wakes_the_last,                // of those who wait for a signal the last is woken
  unwinds_the_oldest_first,      // when a process dies
  forgets_to_unwind,             // tasks that wait for a signal when their process dies
  keeps_the_timer_of_the_woken,  // a woken task is timed out later, too
  resumes_in_reverse             // what was ready while the node was paused
};
std::vector<std::string> told_by_oracle(const Case& given, Mutation mutation = Mutation::none);

}  // namespace logquake::property
