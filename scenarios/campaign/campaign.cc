#include "scenarios/campaign/campaign.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "reports/run_report.h"
#include "scenarios/engine/fact_kinds.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/whole_json.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

Json json_of(const CampaignScenario& scenario) {
  Json probes = Json::object();
  for (const auto& probe : scenario.probes) probes[probe.name] = probe.kind;
  Json out = {{"name", scenario.name},
              {"about", scenario.about},
              {"asked_for", scenario.asked_for},
              {"content_hash", scenario.content_hash},
              {"checkers", scenario.checkers},
              {"probes", probes},
              {"fact_kinds", scenario.fact_kinds}};
  if (scenario.required_probes) out["required_probes"] = *scenario.required_probes;
  return out;
}

CampaignScenario scenario_of(const Json& json) {
  CampaignScenario scenario;
  json.at("name").get_to(scenario.name);
  json.at("about").get_to(scenario.about);
  json.at("asked_for").get_to(scenario.asked_for);
  json.at("content_hash").get_to(scenario.content_hash);
  json.at("checkers").get_to(scenario.checkers);
  for (const auto& [name, kind] : json.at("probes").items()) {
    scenario.probes.push_back({name, kind.get<std::string>()});
  }
  json.at("fact_kinds").get_to(scenario.fact_kinds);
  if (json.contains("required_probes")) {
    scenario.required_probes = json.at("required_probes").get<std::vector<std::string>>();
  }
  return scenario;
}

Campaign campaign_of(const Json& json) {
  Campaign campaign;
  if (json.at("schema_version").get<int>() != schema_version) {
    throw std::out_of_range("written by another version");
  }
  json.at("logquake").get_to(campaign.version);
  json.at("binary").get_to(campaign.binary);
  for (const auto& scenario : json.at("scenarios")) {
    campaign.scenarios.push_back(scenario_of(scenario));
  }
  if (campaign.scenarios.empty()) throw std::out_of_range("expected a scenario");
  json.at("first_seed").get_to(campaign.first);
  if (!json.at("last_seed").is_null()) campaign.last = json.at("last_seed").get<std::uint64_t>();
  if (campaign.last && *campaign.last < campaign.first) {
    throw std::out_of_range("expected the first seed before the last");
  }
  json.at("until_fail").get_to(campaign.until_fail);
  json.at("strategy").get_to(campaign.strategy);
  json.at("sets").get_to(campaign.sets);
  json.at("defects").get_to(campaign.defects);
  json.at("check_determinism").get_to(campaign.check_determinism);
  campaign.patience = Duration(json.at("patience_ns").get<std::int64_t>());
  json.at("memory_bytes").get_to(campaign.memory_bytes);
  json.at("shard").at("index").get_to(campaign.shard.index);
  json.at("shard").at("count").get_to(campaign.shard.count);
  if (campaign.shard.index >= campaign.shard.count) throw std::out_of_range("shard: no such index");
  return campaign;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text.empty() ? "none" : text;
}

std::string seeds_text(const Campaign& campaign) {
  return format("{}..{}{}", campaign.first, campaign.last ? format("{}", *campaign.last) : "",
                campaign.until_fail ? " until one fails" : "");
}

std::string names_of(const Campaign& campaign) {
  std::vector<std::string> names;
  for (const auto& scenario : campaign.scenarios) names.push_back(scenario.asked_for);
  return listed(names);
}

}  // namespace

std::optional<std::int64_t> Campaign::runs() const {
  if (!last) return std::nullopt;
  const auto seed = shard.first_seed(first);
  if (!seed || *seed > *last) return 0;
  const auto seeds = (*last - *seed) / shard.count + 1;
  const auto most = static_cast<std::uint64_t>(INT64_MAX) / scenarios.size();
  return static_cast<std::int64_t>(std::min(seeds, most) * scenarios.size());
}

std::optional<std::size_t> Campaign::find(std::string_view content_hash) const {
  for (std::size_t at = 0; at < scenarios.size(); ++at) {
    if (scenarios[at].content_hash == content_hash) return at;
  }
  return std::nullopt;
}

std::optional<RunPlace> place_of(const Campaign& campaign, std::uint64_t number) {
  const auto start = campaign.shard.first_seed(campaign.first);
  if (!start) return std::nullopt;
  const auto seeds = number / campaign.scenarios.size();
  if (seeds > (UINT64_MAX - *start) / campaign.shard.count) return std::nullopt;
  return RunPlace{*start + seeds * campaign.shard.count,
                  static_cast<std::size_t>(number % campaign.scenarios.size())};
}

CampaignScenario campaign_scenario_of(const Scenario& scenario) {
  CampaignScenario known{.name = scenario.name,
                         .about = scenario.about,
                         .asked_for = scenario.asked_for,
                         .content_hash = report::hex(scenario.content_hash()),
                         .checkers = {},
                         .probes = {},
                         .required_probes = scenario.required_probes,
                         .fact_kinds = fact_kinds_of(*scenario.kit)};
  // That no probe broke is nothing that a campaign failed to reach.
  std::erase(known.fact_kinds, sim::ProbeBroken::kind);
  for (const auto& checker : scenario.checkers) known.checkers.push_back(checker.name);
  for (const auto& probe : scenario.kit->probes()) {
    known.probes.push_back({std::string(probe.name), std::string(name_of(probe.kind))});
  }
  return known;
}

std::string hash_of_this_binary() {
  std::ifstream file("/proc/self/exe", std::ios::binary | std::ios::ate);
  const auto size = file.tellg();
  if (!file || size <= 0) return {};
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size)) return {};
  return report::hex(hash64(bytes));
}

std::string to_line(const Campaign& campaign) {
  Json scenarios = Json::array();
  for (const auto& scenario : campaign.scenarios) scenarios.push_back(json_of(scenario));
  const Json out = {{"schema_version", schema_version},
                    {"logquake", campaign.version},
                    {"binary", campaign.binary},
                    {"first_seed", campaign.first},
                    {"last_seed", campaign.last ? Json(*campaign.last) : Json()},
                    {"until_fail", campaign.until_fail},
                    {"strategy", campaign.strategy},
                    {"sets", campaign.sets},
                    {"defects", campaign.defects},
                    {"check_determinism", campaign.check_determinism},
                    {"patience_ns", campaign.patience.count()},
                    {"memory_bytes", campaign.memory_bytes},
                    {"shard", {{"index", campaign.shard.index}, {"count", campaign.shard.count}}},
                    {"scenarios", scenarios}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Campaign> parse_campaign(std::string_view line) {
  try {
    return campaign_of(parse_whole<Json>(line));
  } catch (const std::exception& trouble) {
    return Error{ErrorCode::corrupt, trouble.what()};
  }
}

std::string difference_of(const Campaign& left, const Campaign& right) {
  const auto differ = [](std::string_view what, const std::string& one, const std::string& other) {
    return one == other ? std::string() : format("{}: {} against {}", what, one, other);
  };
  const auto megabytes = [](const Campaign& campaign) {
    return format("{} MiB", campaign.memory_bytes >> 20);
  };
  auto found = differ("the version of logquake", left.version, right.version);
  if (found.empty()) found = differ("the binary", left.binary, right.binary);
  if (found.empty()) found = differ("the scenarios", names_of(left), names_of(right));
  if (found.empty()) found = differ("--seeds", seeds_text(left), seeds_text(right));
  if (found.empty()) found = differ("--set", listed(left.sets), listed(right.sets));
  if (found.empty()) found = differ("--defect", listed(left.defects), listed(right.defects));
  if (found.empty()) {
    found = differ("--strategy", left.strategy.empty() ? "drawn" : left.strategy,
                   right.strategy.empty() ? "drawn" : right.strategy);
  }
  if (found.empty()) found = differ("--memory", megabytes(left), megabytes(right));
  if (found.empty()) {
    found = differ("--patience", to_text(left.patience), to_text(right.patience));
  }
  for (std::size_t at = 0; found.empty() && at < left.scenarios.size(); ++at) {
    found = differ(format("the content hash of {}", left.scenarios[at].asked_for),
                   left.scenarios[at].content_hash, right.scenarios[at].content_hash);
  }
  if (!found.empty()) return found;
  auto same_shard = right;
  same_shard.shard = left.shard;
  if (left.check_determinism != right.check_determinism) return "--check-determinism";
  return left == same_shard ? "" : "what their models list";
}

}  // namespace logquake::scenario
