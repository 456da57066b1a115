// A hunt: the runs of a campaign's shard in worker processes, each logged as it comes back, until
// all are done; then sorted, added up and told.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/campaign/campaign.h"
#include "scenarios/campaign/hunt_report.h"
#include "scenarios/engine/scenario.h"
#include "sim/base/result.h"

namespace logquake::scenario {

struct HuntRequest {
  std::string directory;         // where everything is kept
  bool resume = false;           // goes on with the hunt that is there
  int jobs = 1;                  // what comes out does not depend on it
  std::optional<Duration> time;  // of real time: no new seed is begun afterwards
  /// How often results go to the disk and are told; failures are at once. Chosen: a sync takes
  /// milliseconds.
  Duration sync_every = 200ms;
  bool require_probes = false;
  std::vector<std::string> required_probes;  // see Coverage::missing()
};

/// How far a hunt is.
struct HuntProgress {
  std::int64_t runs = 0;
  std::int64_t resumed = 0;  // of them those that an earlier session did
  std::int64_t total = 0;    // zero where it is not known
  std::int64_t failures = 0;
  std::int64_t probes_reached = 0;
  std::int64_t probes_to_reach = 0;
  std::int64_t fault_kinds = 0;  // that struck
  Duration elapsed{};
  Duration simulated{};  // in this session
  std::string news;      // a failure that was just found, or empty
};

/// Runs what the campaign's shard has left to do. `progress` is called some times a second, after
/// what it tells is on the disk; when it returns false the hunt ends, and can be resumed. A hunt
/// that is complete has the same hunt.jsonl for any number of jobs and interruptions.
/// Errors: already_exists, io_error, no_space, corrupt, fenced; invalid_argument: the campaign to
/// resume is another one.
Result<HuntReport> hunt(const Campaign& campaign, std::span<const Scenario> scenarios,
                        const HuntRequest& request,
                        const std::function<bool(const HuntProgress&)>& progress);

}  // namespace logquake::scenario
