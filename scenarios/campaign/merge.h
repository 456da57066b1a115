// Joins the shards of a campaign into what one hunt of it would have left.
#pragma once

#include <string>
#include <vector>

#include "scenarios/campaign/hunt_report.h"
#include "sim/base/result.h"

namespace logquake::scenario {

struct MergeRequest {
  std::vector<std::string> directories;  // one of each shard, in any order
  std::string out;                       // the directory to write
  bool require_probes = false;
  std::vector<std::string> required_probes;  // see Coverage::missing()
};

/// Writes into `out` the same bytes for any number of shards, but for the times in hunt.json,
/// timings.jsonl and junit.xml: `seconds` are the sum of the shards'. Errors: not_found, corrupt;
/// invalid_argument: an unfinished hunt, another campaign, a shard that is missing or comes twice,
/// a run that is missing; already_exists, io_error, no_space of `out`.
Result<HuntReport> merge_hunts(const MergeRequest& request);

/// The campaign that one of its shards was hunted for. Errors: not_found, corrupt.
Result<Campaign> campaign_in(const std::string& directory);

}  // namespace logquake::scenario
