// Which files of a disk a fault strikes.
#pragma once

#include <string>
#include <string_view>

namespace logquake::sim {

/// A path in which each '*' stands for any characters, slashes too: "data/*.log". All by default.
struct PathPattern {
  std::string glob = "*";

  bool matches(std::string_view path) const;
  bool is_any() const { return glob == "*"; }
  bool operator==(const PathPattern&) const = default;
};

inline const std::string& to_string(const PathPattern& pattern) { return pattern.glob; }

}  // namespace logquake::sim
