// What a run is about: the names that its faults and violations speak of.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "reports/run_report.h"

namespace logquake::report {

/// Remembers the names in the faults' triggers ("partition=orders-0") and in the violations. Names
/// of machines do not count: every machine is about everything.
class Interest {
 public:
  explicit Interest(const RunReport& report);
  /// Only the names in this violation, or, where it names nothing, those of the whole run.
  Interest(const RunReport& report, const Violation& violation);
  bool is_empty() const { return names_.empty(); }
  /// Whether `text` holds one of the names as a whole word.
  bool is_in(std::string_view text) const;

 private:
  void gather(std::string_view text);
  void forget_nodes(const RunReport& report);
  std::set<std::string, std::less<>> names_;
};

}  // namespace logquake::report
