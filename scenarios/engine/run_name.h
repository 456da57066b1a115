// A run's name: one token that brings the run back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"
#include "sim/simulation.h"

namespace logquake::scenario {

///     lq1:gossip,3fa2c1d08b7e91aa,seed=17,strategy=pct:3:10ms,defect=gossip.forget-after-restart,set=length=20s
///
/// One word for any shell: whatever is not plain is percent-encoded.
struct RunName {
  std::string scenario;  // a library scenario or a path
  std::uint64_t content_hash = 0;
  std::uint64_t seed = 1;
  sim::Strategy strategy;
  std::vector<std::string> defects;
  std::vector<std::string> sets;
};

std::string to_string(const RunName& name);
/// Errors: invalid_argument, with what was expected where.
Result<RunName> parse_run_name(std::string_view token);

/// Whether the text is meant as a run's name: it begins with "lq" digits ":".
bool looks_like_run_name(std::string_view text);

}  // namespace logquake::scenario
