#include "scenarios/campaign/exam_report.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::int64_t milliseconds_of(Duration duration) { return duration / 1ms; }

/// "0.41", "12.3".
std::string seconds_text(Duration duration) {
  const auto hundredths = (milliseconds_of(duration) + 5) / 10;
  return format("{}.{:02}", hundredths / 100, hundredths % 100);
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::string scenario_text(const ExamScenario& scenario) {
  return scenario.sets.empty() ? scenario.name
                               : format("{} ({})", scenario.name, joined(scenario.sets, ", "));
}

/// What a cell says of the clause: named as expected; what other campaigns were told; or what was
/// expected instead.
std::string clause_text(const ExamAnswer& answer) {
  if (answer.clause().empty())
    return format("not found; expected {}", joined(answer.expected, " or "));
  const auto others = answer.unexpected();
  if (others.empty()) return answer.clause();
  if (std::find(others.begin(), others.end(), answer.clause()) == others.end())
    return format("{}; elsewhere {}", answer.clause(), joined(others, ", "));
  return format("{}; expected {}", answer.clause(), joined(answer.expected, " or "));
}

std::string campaigns_text(const ExamAnswer& answer) {
  const auto found = std::count_if(answer.campaigns.begin(), answer.campaigns.end(),
                                   [](const ExamCampaign& each) { return each.found; });
  return format("{} of {}", found, answer.campaigns.size());
}

/// "2 + 10": steps of the plan and operations of the load.
std::string story_text(const ExamAnswer& answer) {
  if (!answer.story) return "-";
  return format("{} + {}", answer.story->steps, answer.story->operations);
}

std::string sight_text(const ExamSight& sight) {
  return sight.seed > 0 ? format("seed {}", sight.seed) : format("never in {} seeds", sight.runs);
}

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "an unknown processor";
}

std::string compiler() {
#if defined(__clang__)
  return format("Clang {}", __clang_version__);
#else
  return format("GCC {}", __VERSION__);
#endif
}

constexpr std::string_view interrupted_text = "interrupted: the rest was not asked\n";

constexpr std::string_view schema_text = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:exam:1",
  "title": "exam.json: for each defect, what it took to find it",
  "type": "array",
  "items": {
    "type": "object",
    "required": ["name", "found", "seeds", "cpu_seconds", "steps", "clause"],
    "properties": {
      "name": {"type": "string", "description": "the defect"},
      "found": {"type": "boolean", "description": "in every campaign"},
      "seeds": {"type": "integer", "minimum": 0, "description": "tried until it was found; median over the campaigns"},
      "cpu_seconds": {"type": "number", "description": "user and system time of the workers until then; median; differs from exam to exam"},
      "steps": {"type": ["integer", "null"], "description": "of the fault plan, when the first campaign's failure has been shrunk; null where it was not"},
      "operations": {"type": ["integer", "null"], "description": "of the load, likewise"},
      "clause": {"type": "string", "description": "what most campaigns were told: a clause, or a checker that has none; empty where nothing was found"},
      "as_expected": {"type": "boolean", "description": "each campaign was told one of the clauses that the paper expects"},
      "expected": {"type": "array", "items": {"type": "string"}},
      "scenario": {"type": "string"},
      "set": {"type": "array", "items": {"type": "string"}},
      "campaigns": {"type": "array", "items": {
        "type": "object", "required": ["first_seed", "found", "seeds", "cpu_seconds", "clause"],
        "properties": {
          "first_seed": {"type": "integer"},
          "found": {"type": "boolean"},
          "seeds": {"type": "integer"},
          "cpu_seconds": {"type": "number"},
          "clause": {"type": "string"},
          "message": {"type": "string"},
          "name": {"type": "string", "description": "the run's name, for `logquake replay`"},
          "reproduce": {"type": "string"}}}}
    }
  }
}
)json";

}  // namespace

std::string to_text(const ExamReport& report) {
  std::size_t width = 6;
  for (const auto& answer : report.answers) width = std::max(width, answer.defect.size());
  std::string text;
  if (!report.answers.empty()) {
    text += format("{:<{}}  {:>8} {:>8} {:>9} {:>9}  {}\n", "defect", width, "found", "seeds",
                   "CPU s", "steps", "clause");
  }
  for (const auto& answer : report.answers) {
    text += format("{:<{}}  {:>8} {:>8} {:>9} {:>9}  {}\n", answer.defect, width,
                   campaigns_text(answer), answer.seeds(), seconds_text(answer.cpu()),
                   story_text(answer), clause_text(answer));
  }
  for (const auto& excuse : report.excuses)
    text += format("{}: no hunt can find it: {}\n", excuse.defect, excuse.reason);
  if (!report.sights.empty()) text += "\nanomalies that a scenario should show\n";
  for (const auto& sight : report.sights) {
    text += format("{} in {}: {}\n", sight.anomaly.clause, scenario_text(sight.anomaly.scenario),
                   sight_text(sight));
  }
  for (const auto& answer : report.answers) {
    for (const auto& campaign : answer.campaigns) {
      if (!campaign.found)
        text += format("NOT FOUND: {} in {} from seed {} on, {} seeds\n", answer.defect,
                       scenario_text(answer.scenario), campaign.first_seed, campaign.seeds);
    }
  }
  if (report.interrupted) text += interrupted_text;
  return text;
}

std::string to_json(const ExamReport& report) {
  using Json = nlohmann::ordered_json;
  const auto seconds = [](Duration duration) {
    return static_cast<double>(milliseconds_of(duration)) / 1000;
  };
  Json answers = Json::array();
  for (const auto& answer : report.answers) {
    Json campaigns = Json::array();
    for (const auto& campaign : answer.campaigns) {
      campaigns.push_back({{"first_seed", campaign.first_seed},
                           {"found", campaign.found},
                           {"seeds", campaign.seeds},
                           {"cpu_seconds", seconds(campaign.cpu)},
                           {"clause", campaign.clause},
                           {"message", campaign.message},
                           {"name", campaign.name},
                           {"reproduce", campaign.command}});
    }
    answers.push_back({{"name", answer.defect},
                       {"found", answer.found()},
                       {"seeds", answer.seeds()},
                       {"cpu_seconds", seconds(answer.cpu())},
                       {"steps", answer.story ? Json(answer.story->steps) : Json()},
                       {"operations", answer.story ? Json(answer.story->operations) : Json()},
                       {"clause", answer.clause()},
                       {"as_expected", answer.as_expected()},
                       {"expected", answer.expected},
                       {"scenario", answer.scenario.name},
                       {"set", answer.scenario.sets},
                       {"campaigns", campaigns}});
  }
  return answers.dump(2) + "\n";
}

std::string to_markdown(const ExamReport& report, std::string_view machine) {
  auto text = format("{}. {} campaigns, at most {} seeds each; medians.\n\n", machine,
                     report.campaigns, report.seeds);
  text +=
      "| Defect | Scenario | Found | Seeds | CPU seconds | Steps | Clause "
      "|\n|---|---|---|---|---|---|---|\n";
  for (const auto& answer : report.answers) {
    text += format("| `{}` | {} | {} | {} | {} | {} | {} |\n", answer.defect,
                   scenario_text(answer.scenario), campaigns_text(answer), answer.seeds(),
                   seconds_text(answer.cpu()), story_text(answer), clause_text(answer));
  }
  if (report.interrupted) text += format("\n{}", interrupted_text);
  if (!report.sights.empty()) text += "\n| Anomaly | Scenario | First shown by |\n|---|---|---|\n";
  for (const auto& sight : report.sights) {
    text += format("| {} | {} | {} |\n", sight.anomaly.clause,
                   scenario_text(sight.anomaly.scenario), sight_text(sight));
  }
  if (!report.excuses.empty()) text += "\nNo hunt can find:\n\n";
  for (const auto& excuse : report.excuses)
    text += format("- `{}`: {}\n", excuse.defect, excuse.reason);
  return text;
}

std::string_view exam_schema() { return schema_text; }

std::string machine_line() {
  const auto now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 16> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%d", &utc);
  return format("{}, {} cores of {}, {}", date.data(), std::thread::hardware_concurrency(),
                cpu_model(), compiler());
}

}  // namespace logquake::scenario
