// Counts facts by kind while a run goes on: what a hunt reports of what its runs stated.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/fact.h"

namespace logquake::scenario {

class FactCounter {
 public:
  FactCounter();
  /// Called for each fact; kinds are constants, so their texts are kept by reference.
  void add(const sim::FactType& type);
  std::map<std::string, std::int64_t> counts() const;

 private:
  struct Slot {
    std::uint64_t kind_hash = 0;
    std::string_view kind;  // empty: free
    std::int64_t count = 0;
  };
  void grow();

  std::vector<Slot> slots_;  // Invariant: a power of two of them, at most half of them taken
  std::size_t taken_ = 0;
};

}  // namespace logquake::scenario
