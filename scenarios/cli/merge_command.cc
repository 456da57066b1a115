// merge: the shards of a hunt become one.
#include <filesystem>

#include "scenarios/campaign/merge.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/hunt_output.h"
#include "scenarios/engine/run_directory.h"
#include "sim/base/format.h"

namespace logquake::scenario {

int merge_command(const Settings& settings, const Catalog&) {
  MergeRequest request{.directories = settings.subjects, .out = settings.out};
  for (const auto& directory : request.directories) {
    std::error_code ignored;
    if (!settings.out.empty() && std::filesystem::equivalent(directory, settings.out, ignored)) {
      return bad_input(format("--out {}: is one of the directories to merge", settings.out));
    }
  }
  if (settings.require_probes) {
    const auto campaign = campaign_in(request.directories.front());
    if (!campaign) return hunt_trouble(campaign.error(), "");
    const auto names = parse_required_probes(*settings.require_probes, *campaign);
    if (!names) return bad_input(names.error().message);
    request.require_probes = true;
    request.required_probes = *names;
  }
  const bool in_store = settings.out.empty();
  if (in_store) {
    const auto campaign = campaign_in(request.directories.front());
    if (!campaign) return hunt_trouble(campaign.error(), "");
    request.out = fresh_directory("store", campaign->scenarios.front().name + "-hunt");
  } else if (const auto allowed = try_directory(request.out); !allowed) {
    return bad_input(format("--out {}", allowed.error().message));
  }
  const auto report = merge_hunts(request);
  if (!report) return hunt_trouble(report.error(), "--out ");
  if (in_store) point_latest("store", request.out);
  return tell_hunt(*report, request.out, settings);
}

}  // namespace logquake::scenario
