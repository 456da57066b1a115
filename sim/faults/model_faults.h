// Faults that models define themselves, and the end of all faults.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/time.h"
#include "sim/faults/target.h"
#include "sim/trace/fact_match.h"

namespace logquake::sim {

class Striking;

/// Calls an action that a model registered ("restart-connector").
struct Invoke {
  static constexpr std::string_view key = "invoke";
  std::string action;
  std::string argument;
  template <class Io>
  void io(Io& io) {
    io("action", action);
    io("argument", argument);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Keeps tasks that come to a yield site there, until a fact or for a while; zero `duration` and no
/// fact: until healed.
struct Hold {
  static constexpr std::string_view key = "hold";
  std::string site;
  Target node = "*";
  std::string task;  // only tasks of this name; empty: all
  FactMatch until;   // without a kind: no fact ends it
  Duration duration{};
  template <class Io>
  void io(Io& io) {
    io("site", site);
    io("node", node);
    io("task", task);
    io("until", until);
    io("for", duration);
  }
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

/// Everything heals: network, disks, clocks; what is down or paused comes back.
struct HealAll {
  static constexpr std::string_view key = "heal_all";
  template <class Io>
  void io(Io&) {}
  std::string sentence() const;
  void strike(const Striking& striking) const;
};

}  // namespace logquake::sim
