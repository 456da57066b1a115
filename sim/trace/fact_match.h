// Which facts a trigger, or the end of a fault, waits for.
#pragma once

#include <map>
#include <string>

#include "sim/trace/fact.h"

namespace logquake::sim {

/// Facts of one kind whose printed fields equal those of `where`.
struct FactMatch {
  std::string kind;
  std::map<std::string, std::string> where;
  template <class Io>
  void io(Io& io) {
    io("fact", kind);
    io("where", where);
  }
  bool matches(const TraceEvent& event) const;
};
/// "broker.isr-shrank of partition=orders-0".
std::string to_string(const FactMatch& match);

}  // namespace logquake::sim
