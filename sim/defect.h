// A defect: a named switch that re-creates a historical bug or a broken rule. Off by default, free
// when off.
#pragma once

#include <string_view>

namespace logquake::sim {

/// Listed as `constexpr` values in a folder's `defects.h`, joined by an explicit catalogue.
struct Defect {
  std::string_view name;    // "replica.truncate-to-high-watermark"
  std::string_view about;   // one sentence: what is broken
  std::string_view source;  // where it happened: "KAFKA-1211", "logquake"
  std::string_view breaks;  // the clauses: "K-INV-1, K-INV-4"
  std::string_view needs;   // the fault sequence that shows it
};

}  // namespace logquake::sim
