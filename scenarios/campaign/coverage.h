// What a hunt's runs reached: probes, kinds of faults, kinds of facts; and the gate over it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/campaign/campaign.h"
#include "scenarios/campaign/hunted_run.h"
#include "sim/base/result.h"

namespace logquake::scenario {

struct CoveredProbe {
  std::string kind;       // "sometimes"; empty for one that no kit lists
  std::int64_t runs = 0;  // that reached it
  std::int64_t hits = 0;  // how often its place was reached or its condition held
  std::int64_t failed = 0;
  std::int64_t least = 0;  // of what was measured; meaningful where `hits` is above zero
  std::int64_t most = 0;
};

struct CoveredFault {
  std::int64_t planned = 0;  // runs that had the kind in their plan
  std::int64_t struck = 0;   // how often it did
};

class Coverage {
 public:
  /// Knows from the start what the campaign's models list.
  explicit Coverage(const Campaign& campaign);

  void add(std::size_t scenario, const HuntedRun& run);

  const std::map<std::string, CoveredProbe>& probes() const { return probes_; }
  const std::map<std::string, CoveredFault>& faults() const { return faults_; }
  const std::map<std::string, std::int64_t>& facts() const { return facts_; }

  /// Of those that a campaign is to reach (reachable, sometimes): how many, and how many were.
  std::int64_t probes_to_reach() const;
  std::int64_t probes_reached() const;
  std::vector<std::string> probes_never_reached() const;
  /// Kinds that some run had in its plan and that struck in none.
  std::vector<std::string> faults_never_struck() const;
  std::int64_t fault_kinds_struck() const;
  std::vector<std::string> facts_never_stated() const;

  /// The required probes that nothing reached, sorted, each once. `names` are required of the
  /// campaign as a whole; where there are none, of each scenario what its [probes] asks for, and of
  /// those without that table together the reachable and the sometimes that their models list.
  std::vector<std::string> missing(const Campaign& campaign,
                                   std::span<const std::string> names) const;

 private:
  bool is_reached(std::string_view probe) const;
  std::map<std::string, CoveredProbe> probes_;
  std::map<std::string, CoveredFault> faults_;
  std::map<std::string, std::int64_t> facts_;
  std::vector<std::map<std::string, std::int64_t>> hits_;  // of each scenario
};

/// The names in "a,b" of --require-probes. Errors: invalid_argument: a name that no scenario's
/// models list, or of a probe that must never be reached.
Result<std::vector<std::string>> parse_required_probes(std::string_view text,
                                                       const Campaign& campaign);

}  // namespace logquake::scenario
