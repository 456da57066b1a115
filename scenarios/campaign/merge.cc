#include "scenarios/campaign/merge.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/campaign/hunt_directory.h"
#include "scenarios/campaign/stories.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

Error refused(std::string why) { return {ErrorCode::invalid_argument, std::move(why)}; }

/// One shard, as its directory has it.
struct ShardResult {
  std::string directory;
  HuntLog log;
  std::string text;
  Duration wall{};
};

Result<ShardResult> read_shard(const std::string& directory) {
  auto text = read_hunt_file(directory, "hunt.jsonl");
  if (!text) return text.error();
  if (is_unfinished_hunt(directory)) {
    return refused(
        format("{}: the hunt has not come to its end: go on with `logquake hunt "
               "--resume {}`",
               directory, directory));
  }
  auto log = parse_hunt_log(*text);
  if (!log) return Error{log.error().code, format("{}/{}", directory, log.error().message)};
  if (log->bytes != text->size()) {
    return Error{ErrorCode::corrupt, format("{}/hunt.jsonl: its last line is torn", directory)};
  }
  ShardResult shard{directory, std::move(*log), std::move(*text)};
  const auto report = read_hunt_file(directory, "hunt.json");
  const auto json = nlohmann::json::parse(report ? *report : std::string(), nullptr, false);
  if (json.is_object() && json.contains("seconds") && json.at("seconds").is_number()) {
    const auto milliseconds = json.at("seconds").get<double>() * 1000;
    if (milliseconds >= 0 && milliseconds < 1e12) {
      shard.wall = std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds + 0.5));
    }
  }
  return shard;
}

/// Every shard once, and all for one campaign; what is wrong, or nothing.
std::string trouble_among(const std::vector<ShardResult>& shards) {
  const auto& first = shards.front();
  std::map<std::uint64_t, std::string> directories;
  for (const auto& shard : shards) {
    const auto& of = shard.log.campaign.shard;
    if (of.count != first.log.campaign.shard.count) {
      return format("{} is one of {} shards, {} one of {}", first.directory,
                    first.log.campaign.shard.count, shard.directory, of.count);
    }
    const auto difference = difference_of(first.log.campaign, shard.log.campaign);
    if (!difference.empty()) {
      return format("{} and {} are of different campaigns: {}", first.directory, shard.directory,
                    difference);
    }
    const auto [known, is_new] = directories.emplace(of.index, shard.directory);
    if (!is_new) {
      return format("{} and {} are both shard {}", known->second, shard.directory, to_string(of));
    }
  }
  std::string missing;
  for (std::uint64_t index = 0; index < first.log.campaign.shard.count; ++index) {
    if (directories.contains(index)) continue;
    missing +=
        (missing.empty() ? "" : ", ") + to_string(Shard{index, first.log.campaign.shard.count});
  }
  return missing.empty() ? "" : format("expected every shard, found no {}", missing);
}

/// The last seed that the shard must have run, as far as the campaign or its own end says.
std::uint64_t last_seed_of(const ShardResult& shard, std::uint64_t stop) {
  auto last = shard.log.campaign.last.value_or(UINT64_MAX);
  if (shard.log.campaign.until_fail) last = std::min(last, stop);
  if (last != UINT64_MAX) return last;
  // It ended when its time was over: what it began must be whole.
  last = 0;
  for (const auto& run : shard.log.runs) last = std::max(last, run.place.seed);
  return last;
}

/// The first run that is missing, or nothing.
std::string hole_in(const ShardResult& shard, std::uint64_t stop) {
  std::set<RunPlace> places;
  for (const auto& run : shard.log.runs) places.insert(run.place);
  if (places.empty() && !shard.log.campaign.last && !shard.log.campaign.until_fail) return {};
  const auto last = last_seed_of(shard, stop);
  for (std::uint64_t number = 0;; ++number) {
    const auto place = place_of(shard.log.campaign, number);
    if (!place || place->seed > last) return {};
    if (!places.contains(*place)) {
      return format("{}: seed {} of {} is missing", shard.directory, place->seed,
                    shard.log.campaign.scenarios[place->scenario].name);
    }
  }
}

std::uint64_t first_failure_in(const std::vector<ShardResult>& shards) {
  auto first = UINT64_MAX;
  for (const auto& shard : shards) {
    for (const auto& run : shard.log.runs) {
      if (is_failure(run.verdict)) first = std::min(first, run.place.seed);
    }
  }
  return first;
}

/// The stories that the shards have told of the same runs.
void find_stories(HuntReport& report, const std::vector<ShardResult>& shards) {
  for (std::size_t at = 0; at < report.failures.size() && at < most_stories; ++at) {
    auto& failure = report.failures[at];
    for (const auto& shard : shards) {
      if (!shard.log.campaign.shard.owns(failure.cheapest.seed)) continue;
      const auto story = read_hunt_file(shard.directory, story_file(report.campaign, failure));
      if (story) failure.story = *story;
    }
  }
}

}  // namespace

Result<Campaign> campaign_in(const std::string& directory) {
  const auto text = read_hunt_file(directory, "hunt.jsonl");
  if (!text) return text.error();
  auto campaign = parse_campaign(std::string_view(*text).substr(0, text->find('\n')));
  if (campaign) return campaign;
  return Error{campaign.error().code,
               format("{}/hunt.jsonl:1: {}", directory, campaign.error().message)};
}

Result<HuntReport> merge_hunts(const MergeRequest& request) {
  if (request.directories.empty()) return refused("expected directories of hunts");
  std::vector<ShardResult> shards;
  for (const auto& directory : request.directories) {
    auto shard = read_shard(directory);
    if (!shard) return shard.error();
    shards.push_back(std::move(*shard));
  }
  if (const auto trouble = trouble_among(shards); !trouble.empty()) return refused(trouble);
  const auto stop = first_failure_in(shards);
  for (const auto& shard : shards) {
    if (const auto hole = hole_in(shard, stop); !hole.empty()) return refused(hole);
  }

  auto campaign = shards.front().log.campaign;
  campaign.shard = {};
  std::string text;
  std::string timings;
  std::vector<LoggedRun> runs;
  Duration wall{};
  for (const auto& shard : shards) {
    for (auto run : shard.log.runs) {
      run.begin += text.size();
      runs.push_back(run);
    }
    text += shard.text;
    wall += shard.wall;
    if (const auto more = read_hunt_file(shard.directory, "timings.jsonl")) timings += *more;
  }
  runs = runs_that_count(campaign, std::move(runs));
  auto report = report_of(campaign, runs, text);
  report.wall = wall;
  report.probes_are_required = request.require_probes;
  if (request.require_probes) {
    report.missing_probes = report.coverage.missing(campaign, request.required_probes);
  }
  find_stories(report, shards);
  std::vector<NamedFile> files;
  for (const auto& name : scenario_file_names(campaign.scenarios.size())) {
    const auto scenario = read_hunt_file(shards.front().directory, name);
    if (!scenario) return scenario.error();
    files.emplace_back(name, *scenario);
  }
  files.emplace_back("timings.jsonl", sorted_timings(timings, campaign, runs, report.cpu));
  files.emplace_back("hunt.jsonl", sorted_log(campaign, std::move(runs), text));
  for (auto& file : files_of_report(report)) files.push_back(std::move(file));
  if (auto written = write_directory(request.out, files); !written) return written.error();
  return report;
}

}  // namespace logquake::scenario
