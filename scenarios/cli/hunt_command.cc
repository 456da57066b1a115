// hunt: many seeds of one scenario or several, with a line that says how far it is.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "scenarios/campaign/hunt.h"
#include "scenarios/campaign/hunt_directory.h"
#include "scenarios/campaign/merge.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/hunt_output.h"
#include "scenarios/cli/hunt_progress.h"
#include "scenarios/cli/interruption.h"
#include "scenarios/engine/run_directory.h"
#include "scenarios/engine/runner.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

// Chosen: two workers fit a machine of 8 GB, and no run of ours needs a tenth of it.
constexpr std::int64_t usual_memory = std::int64_t{2} << 30;
// Without any end. Chosen: a minute or so.
constexpr std::uint64_t usual_seeds = 100;

/// Everything that a command line says about a hunt.
struct AskedHunt {
  Campaign campaign;
  std::vector<Scenario> scenarios;
  HuntRequest request;
  bool in_store = false;
};

class Asking {
 public:
  Asking(const Settings& settings, const Catalog& catalog)
      : settings_(settings), catalog_(catalog) {}

  /// False after telling what is wrong.
  bool read(AskedHunt& asked) {
    return read_directory(asked) && read_request(asked) && read_shard(asked) &&
           read_scenarios(asked) && read_gate(asked) && choose_directory(asked);
  }

 private:
  static bool fail(std::string_view why) { return bad_input(why), false; }

  /// Which hunt to resume, if any; what the command line leaves open is as it was there.
  bool read_directory(AskedHunt& asked) {
    auto& request = asked.request;
    request.directory = settings_.out;
    if (!settings_.resume) return true;
    const auto& named = *settings_.resume;
    if (!named.empty() && !settings_.out.empty() && named != settings_.out) {
      return fail(
          format("--resume {}: --out says {}: a hunt goes on where it is", named, settings_.out));
    }
    if (!named.empty()) request.directory = named;
    if (request.directory.empty()) request.directory = "store/latest";
    request.resume = is_hunt(request.directory);
    const bool may_begin = named.empty() && !settings_.out.empty();
    if (!request.resume && may_begin) return true;
    if (!request.resume) {
      return fail(format("--resume {}: holds no hunt: expected hunt.jsonl", request.directory));
    }
    auto campaign = campaign_in(request.directory);
    if (!campaign) return fail(campaign.error().message);
    asked.campaign = std::move(*campaign);
    return true;
  }

  bool read_request(AskedHunt& asked) {
    auto& campaign = asked.campaign;
    auto& request = asked.request;
    if (!settings_.seeds.empty()) {
      const auto seeds = parse_seeds(settings_.seeds);
      if (!seeds) return fail(seeds.error().message);
      campaign.first = seeds->first;
      campaign.last = seeds->last;
    }
    request.jobs = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 256U));
    if (!settings_.jobs.empty()) {
      const auto jobs = parse_jobs(settings_.jobs);
      if (!jobs) return fail(jobs.error().message);
      request.jobs = *jobs;
    }
    std::optional<Duration> patience;
    if (!read_duration("--time", settings_.time, request.time)) return false;
    if (!read_duration("--patience", settings_.patience, patience)) return false;
    campaign.patience = patience.value_or(campaign.patience);
    if (!request.resume) campaign.memory_bytes = usual_memory;
    if (!settings_.memory.empty()) {
      const auto memory = parse_memory(settings_.memory);
      if (!memory) return fail(memory.error().message);
      campaign.memory_bytes = *memory;
    }
    std::optional<sim::Strategy> strategy;
    if (!read_strategy(settings_, strategy)) return false;
    if (strategy) campaign.strategy = sim::to_string(*strategy);
    campaign.check_determinism = campaign.check_determinism || settings_.check_determinism;
    campaign.until_fail = campaign.until_fail || settings_.until_fail;
    if (campaign.last || campaign.until_fail || request.time) return true;
    if (request.resume) {
      return fail(format("--resume {}: its end was set by --time: say how long it may go on",
                         request.directory));
    }
    campaign.last = campaign.first + usual_seeds - 1;
    return true;
  }

  bool read_shard(AskedHunt& asked) {
    const auto chosen =
        choose_shard(settings_.shard, [](const std::string& name) -> std::optional<std::string> {
          const char* value = std::getenv(name.c_str());
          return value == nullptr ? std::nullopt : std::optional<std::string>(value);
        });
    if (!chosen) return fail(chosen.error().message);
    if (chosen->source.empty()) return true;
    asked.campaign.shard = chosen->shard;
    std::fputs(format("logquake: shard {} of {} (counted from 0), says {}\n", chosen->shard.index,
                      chosen->shard.count, chosen->source)
                   .c_str(),
               stderr);
    return true;
  }

  bool read_scenarios(AskedHunt& asked) {
    auto& campaign = asked.campaign;
    Settings one = settings_;
    auto names = settings_.subjects;
    if (asked.request.resume) {
      if (one.sets.empty()) one.sets = campaign.sets;
      if (one.defects.empty()) one.defects = campaign.defects;
      for (const auto& scenario : campaign.scenarios) {
        if (settings_.subjects.empty()) names.push_back(scenario.asked_for);
      }
    }
    if (names.empty()) return fail("SCENARIO is required (see `logquake hunt --help`)");
    campaign.version = std::string(version());
    campaign.binary = hash_of_this_binary();
    campaign.sets = one.sets;
    campaign.defects = one.defects;
    campaign.scenarios.clear();
    for (const auto& name : names) {
      one.subject = name;
      auto scenario = load(one, catalog_);
      if (!scenario) return false;
      auto known = campaign_scenario_of(*scenario);
      if (const auto same = campaign.find(known.content_hash)) {
        return fail(format("hunt: {} and {} are the same scenario",
                           campaign.scenarios[*same].asked_for, name));
      }
      campaign.scenarios.push_back(std::move(known));
      asked.scenarios.push_back(std::move(*scenario));
    }
    return true;
  }

  bool read_gate(AskedHunt& asked) const {
    if (!settings_.require_probes) return true;
    const auto names = parse_required_probes(*settings_.require_probes, asked.campaign);
    if (!names) return fail(names.error().message);
    asked.request.require_probes = true;
    asked.request.required_probes = *names;
    return true;
  }

  bool choose_directory(AskedHunt& asked) const {
    auto& request = asked.request;
    if (request.resume) {
      std::error_code no_link;
      const auto target = std::filesystem::read_symlink(request.directory, no_link);
      if (!no_link && target.is_relative()) {
        request.directory =
            (std::filesystem::path(request.directory).parent_path() / target).string();
      }
      return true;
    }
    if (!request.directory.empty()) {
      const auto allowed = try_directory(request.directory);
      return allowed || fail(format("--out {}", allowed.error().message));
    }
    const auto& shard = asked.campaign.shard;
    request.directory = fresh_directory(
        "store", asked.scenarios.front().name + "-hunt" +
                     (shard.count == 1 ? "" : format("-shard-{}-of-{}", shard.index, shard.count)));
    asked.in_store = true;
    return true;
  }

  const Settings& settings_;
  const Catalog& catalog_;
};

/// The cheapest run of each kind of failure becomes a story of its own, in a folder of the hunt.
void shrink_failures(const HuntReport& report, const std::string& directory,
                     const Settings& settings, const Catalog& catalog) {
  constexpr int most = 3;  // chosen: what a person reads; the others wait for `logquake shrink`
  int number = 0;
  for (const auto& failure : report.failures) {
    const bool can_shrink =
        failure.verdict == report::Verdict::violated || failure.verdict == report::Verdict::crashed;
    if (!can_shrink || number == most) continue;
    const auto path = format("{}/shrunk-{}", directory, ++number);
    auto own = settings;
    own.time.clear();  // that was the hunt's
    std::string told;
    const int code = shrink_run(failure.cheapest.name, path, own, catalog, told);
    if (Interruption::has_come()) number = most;
    if (code != 0) continue;
    if (settings.format == "json") {
      std::fputs(format("logquake: {} shrunk to {}\n", failure.checker, path).c_str(), stderr);
    } else {
      std::fputs(format("\n{}\nreproduce: logquake replay {}\n", told, path).c_str(), stdout);
    }
  }
}

}  // namespace

int hunt_command(const Settings& settings, const Catalog& catalog) {
  AskedHunt asked;
  if (!Asking(settings, catalog).read(asked)) return exit_bad_input;
  const Interruption interruption;
  HuntLine line(asked.request.time);
  bool is_begun = false;
  const auto report =
      hunt(asked.campaign, asked.scenarios, asked.request, [&](const HuntProgress& progress) {
        // From now on it can be resumed by its name.
        if (!is_begun && asked.in_store) {
          point_latest("store", asked.request.directory);
        }
        is_begun = true;
        line.show(progress);
        return !Interruption::has_come();
      });
  line.end();
  if (!report) return hunt_trouble(report.error(), settings.out.empty() ? "" : "--out ");
  if (asked.in_store) point_latest("store", asked.request.directory);
  const int code = tell_hunt(*report, asked.request.directory, settings);
  if (settings.shrink && !report->interrupted)
    shrink_failures(*report, asked.request.directory, settings, catalog);
  return code;
}

}  // namespace logquake::scenario
