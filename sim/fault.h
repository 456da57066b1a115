// Faults are data: drawn before the run, parsed, printed, replayed, shrunk and reported.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/describe.h"
#include "sim/base/ratio.h"
#include "sim/base/time.h"

namespace logquake::sim {

/// Whom a fault strikes, settled when it strikes: a node's name ("broker-1"), a role that a model
/// registered ("leader-of:orders-0", "controller"), "crashed" (the node that has been down
/// longest), "any broker" (a keyed choice among the nodes of that group that are up) or "all
/// broker".
using Target = std::string;

// ---- node ----
/// The process dies, the machine stays: the page cache survives, peers see their connections reset.
struct ProcessCrash {
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
};
/// The machine loses power: unsynced pages are kept, lost or torn, peers notice nothing until they
/// time out.
struct PowerLoss {
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
};
/// The machine comes back (or a process that runs is restarted).
struct Restart {
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
};
/// Alive but frozen, as in a long garbage collection; `duration` zero: until resumed.
struct Pause {
  Target node;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("for", duration);
  }
};
struct Resume {
  Target node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
};

// ---- network; each acts on the direction from -> to; "*" is every node; zero `duration`: until
// healed ----
/// Messages wait and come all at once when it is over, as on a clogged link.
struct Stall {
  Target from, to;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("for", duration);
  }
};
/// Segments vanish in silence: TCP sends them again after the end, connects time out meanwhile.
struct SilentDrop {
  Target from, to;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("for", duration);
  }
};
/// Each message takes `by` longer.
struct Slow {
  Target from, to;
  Duration by{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
    io("by", by);
    io("for", duration);
  }
};
/// Connections between the two break at once, in both directions, and both ends notice.
struct Break {
  Target from, to;
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
  }
};
/// A silent drop in both directions between the node and all others.
struct Isolate {
  Target node;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("for", duration);
  }
};
/// A silent drop in both directions between the named nodes and the rest.
struct Split {
  std::vector<Target> side;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("side", side);
    io("for", duration);
  }
};
/// Ends every network fault.
struct HealNetwork {
  template <class Io>
  void io(Io&) {}
};

// ---- disk ----
/// The next `count` calls of sync() on the node fail with io_error.
struct FailSync {
  Target node;
  int count = 1;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("count", count);
  }
};
/// Writes fail with no_space; zero `duration`: until healed.
struct DiskFull {
  Target node;
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("for", duration);
  }
};
/// Each sync takes `by` longer.
struct SlowDisk {
  Target node;
  Duration by{};
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("by", by);
    io("for", duration);
  }
};

// ---- clock ----
/// The wall clock jumps by `by` (backward when negative).
struct ClockStep {
  Target node;
  Duration by{};
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("by", by);
  }
};
/// Both clocks of the node run faster by this many parts in a million from now on.
struct ClockDrift {
  Target node;
  std::int32_t ppm = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("ppm", ppm);
  }
};

// ---- a model's own ----
/// Calls an action that a model registered ("restart-connector").
struct Invoke {
  std::string action;
  std::string argument;
  template <class Io>
  void io(Io& io) {
    io("action", action);
    io("argument", argument);
  }
};
/// Everything heals: network, disks, clocks; what is down or paused comes back.
struct HealAll {
  template <class Io>
  void io(Io&) {}
};

using Fault = std::variant<ProcessCrash, PowerLoss, Restart, Pause, Resume, Stall, SilentDrop, Slow,
                           Break, Isolate, Split, HealNetwork, FailSync, DiskFull, SlowDisk,
                           ClockStep, ClockDrift, Invoke, HealAll>;

/// The key under which a scenario file has the fault: "power_loss".
std::string_view key_of(const Fault& fault);
/// The names of all faults, in the order of the variant.
std::span<const std::string_view> fault_keys();
/// An empty fault of that name, to be filled in; nothing for an unknown name.
std::optional<Fault> fault_named(std::string_view key);
/// "broker-1 loses power".
std::string sentence_of(const Fault& fault);

// ---- when a fault strikes ----
struct AtInstant {
  Duration since_start{};
};
/// The nth fact of the kind whose printed fields equal those of `where`.
struct OnFact {
  std::string kind;
  std::map<std::string, std::string> where;
  int occurrence = 1;
};
/// `delay` after another step of the plan (counted from 0) has struck.
struct AfterStep {
  int step = 0;
  Duration delay{};
};
using Trigger = std::variant<AtInstant, OnFact, AfterStep>;
/// "at 30s", "on the 3rd broker.isr-shrank of partition=orders-0", "2s after step 1".
std::string sentence_of(const Trigger& trigger);

struct FaultStep {
  Trigger when;
  Fault what;
  Ratio probability{1, 1};  // settled from (seed, index of the step) before the run
};
struct FaultPlan {
  std::vector<FaultStep> steps;
};

}  // namespace logquake::sim
