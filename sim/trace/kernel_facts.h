// What the kernel itself states: machines and faults.
#pragma once

#include <string>

#include "sim/base/format.h"
#include "sim/trace/fact.h"

namespace logquake::sim {

struct NodeStarted {
  static constexpr std::string_view kind = "node.started";
  static constexpr Level level = Level::info;
  std::string node;
  std::int64_t life = 0;  // counts the starts of this machine's process
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("life", life);
  }
  std::string sentence() const {
    return life == 1 ? format("{} starts", node) : format("{} starts again", node);
  }
  std::string subject() const { return "node " + node; }
  std::string state() const { return "up"; }
};

struct NodeCrashed {
  static constexpr std::string_view kind = "node.crashed";
  static constexpr Level level = Level::warn;
  std::string node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const {
    return format("the process on {} dies; its page cache survives", node);
  }
  std::string subject() const { return "node " + node; }
  std::string state() const { return "down"; }
};

struct NodeLostPower {
  static constexpr std::string_view kind = "node.lost-power";
  static constexpr Level level = Level::warn;
  std::string node;
  std::int64_t pages_lost = 0;
  std::int64_t pages_torn = 0;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("pages_lost", pages_lost);
    io("pages_torn", pages_torn);
  }
  std::string sentence() const {
    return format("{} loses power; of its unsynced pages {} are lost and {} torn", node, pages_lost,
                  pages_torn);
  }
  std::string subject() const { return "node " + node; }
  std::string state() const { return "down"; }
};

/// Stated after node.lost-power; the machine is down.
struct NodeLostDisk {
  static constexpr std::string_view kind = "node.lost-disk";
  static constexpr Level level = Level::warn;
  std::string node;
  std::string now;  // what its disk is now
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("now", now);
  }
  std::string sentence() const { return format("{} loses what its disk held: {}", node, now); }
  std::string subject() const { return "node " + node; }
  std::string state() const { return "down"; }
};

struct NodeExited {
  static constexpr std::string_view kind = "node.exited";
  static constexpr Level level = Level::warn;
  std::string node;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("why", why);
  }
  std::string sentence() const { return format("the program on {} exits: {}", node, why); }
  std::string subject() const { return "node " + node; }
  std::string state() const { return "down"; }
};

struct NodePaused {
  static constexpr std::string_view kind = "node.paused";
  static constexpr Level level = Level::warn;
  std::string node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const { return format("{} freezes", node); }
  std::string subject() const { return "node " + node; }
  std::string state() const { return "paused"; }
};

struct NodeResumed {
  static constexpr std::string_view kind = "node.resumed";
  static constexpr Level level = Level::info;
  std::string node;
  template <class Io>
  void io(Io& io) {
    io("node", node);
  }
  std::string sentence() const { return format("{} goes on", node); }
  std::string subject() const { return "node " + node; }
  std::string state() const { return "up"; }
};

struct FaultStruck {
  static constexpr std::string_view kind = "fault.struck";
  static constexpr Level level = Level::warn;
  std::int64_t step = 0;  // index in the plan
  std::string fault;      // the key, "power_loss"
  std::string what;       // the sentence, with the targets as they were settled
  template <class Io>
  void io(Io& io) {
    io("step", step);
    io("fault", fault);
    io("what", what);
  }
  std::string sentence() const { return what; }
};

/// A site in the code did what is allowed but rare.
struct Buggified {
  static constexpr std::string_view kind = "fault.buggified";
  static constexpr Level level = Level::warn;
  std::string node;
  std::string site;
  std::int64_t hit = 0;  // counts the hits of the site on the node
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("site", site);
    io("hit", hit);
  }
  std::string sentence() const { return format("{} fires on {} at hit {}", site, node, hit); }
};

/// A `hold` fault keeps a task at a yield site.
struct TaskHeld {
  static constexpr std::string_view kind = "task.held";
  static constexpr Level level = Level::warn;
  std::string node;
  std::string task;
  std::string site;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("task", task);
    io("site", site);
  }
  std::string sentence() const { return format("{} on {} is held at {}", task, node, site); }
};

struct TaskReleased {
  static constexpr std::string_view kind = "task.released";
  static constexpr Level level = Level::info;
  std::string node;
  std::string task;
  std::string site;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("task", task);
    io("site", site);
  }
  std::string sentence() const { return format("{} on {} goes on from {}", task, node, site); }
};

struct FaultMissed {
  static constexpr std::string_view kind = "fault.missed";
  static constexpr Level level = Level::info;
  std::int64_t step = 0;
  std::string what;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("step", step);
    io("what", what);
    io("why", why);
  }
  std::string sentence() const { return format("a fault misses: {} ({})", what, why); }
};

struct FaultHealed {
  static constexpr std::string_view kind = "fault.healed";
  static constexpr Level level = Level::info;
  std::string what;
  template <class Io>
  void io(Io& io) {
    io("what", what);
  }
  std::string sentence() const { return what; }
};

/// A probe's condition had to hold each time, or its place was never to be reached.
struct ProbeBroken {
  static constexpr std::string_view kind = "probe.broken";
  static constexpr Level level = Level::error;
  std::string node;
  std::string probe;
  std::string about;
  template <class Io>
  void io(Io& io) {
    io("node", node);
    io("probe", probe);
    io("about", about);
  }
  std::string sentence() const { return format("{}: {} is broken: {}", node, probe, about); }
};

}  // namespace logquake::sim
