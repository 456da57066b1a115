// Faults of one kind that last on one thing at the same time: each ends itself, none ends another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace logquake::sim {

/// Names one fault that lasts; never used again, so that a late end ends nothing else. Zero names
/// none.
using Episode = std::uint64_t;

/// Empty, and then without any memory of its own, while nothing lasts.
template <class T>
class Lasting {
 public:
  struct Entry {
    Episode episode = 0;
    T what;
  };

  Episode begin_one(T what) { return begin_one(++last_, std::move(what)); }
  /// For kinds that share their numbers.
  Episode begin_one(Episode episode, T what) {
    entries_.push_back({episode, std::move(what)});
    return episode;
  }
  /// Whether it still lasted.
  bool end_one(Episode episode) {
    return std::erase_if(entries_, [&](const Entry& entry) { return entry.episode == episode; }) >
           0;
  }
  void end_all() { entries_.clear(); }

  bool empty() const { return entries_.empty(); }
  /// What began last and lasts still; there is one.
  const T& latest() const { return entries_.back().what; }
  /// All that last, the oldest first.
  std::vector<Entry>& entries() { return entries_; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  Episode last_ = 0;
};

}  // namespace logquake::sim
