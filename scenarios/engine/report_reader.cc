#include "scenarios/engine/report_reader.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "reports/schema.h"
#include "scenarios/engine/whole_json.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Json = nlohmann::json;

constexpr std::array<report::Verdict, 5> verdicts{
    report::Verdict::passed, report::Verdict::violated, report::Verdict::crashed,
    report::Verdict::unknown, report::Verdict::nondeterministic};
constexpr std::array<sim::Level, 5> levels{sim::Level::trace, sim::Level::debug, sim::Level::info,
                                           sim::Level::warn, sim::Level::error};

template <class T, std::size_t N>
T named(const std::array<T, N>& all, const std::string& name) {
  for (const auto value : all) {
    if (name_of(value) == name) return value;
  }
  throw std::out_of_range(format("unknown name \"{}\"", name));
}

Instant instant(const Json& value) { return Instant(Duration(value.get<std::int64_t>())); }

std::vector<sim::EventId> ids(const Json& value) {
  std::vector<sim::EventId> ids;
  for (const auto& id : value) ids.emplace_back(id.get<std::int64_t>());
  return ids;
}

void read_lists(const Json& json, report::RunReport& report) {
  for (const auto& node : json.at("nodes"))
    report.nodes.push_back({node.at("name"), node.at("group")});
  for (const auto& fault : json.at("faults")) {
    report.faults.push_back({fault.at("sentence"), fault.at("when"), instant(fault.at("at_ns")),
                             fault.at("node"), sim::EventId(fault.at("fact").get<std::int64_t>())});
  }
  for (const auto& promise : json.at("promises")) {
    report.promises.push_back({promise.at("checker"), promise.at("clause"), promise.at("summary")});
  }
  for (const auto& violation : json.at("violations")) {
    report.violations.push_back({violation.at("checker"), violation.at("clause"),
                                 violation.at("message"), instant(violation.at("at_ns")),
                                 ids(violation.at("facts")),
                                 violation.value("detail", std::string())});
  }
  for (const auto& anomaly : json.at("anomalies")) {
    report.anomalies.push_back({anomaly.at("checker"), anomaly.at("clause"), anomaly.at("message"),
                                anomaly.at("count").get<std::int64_t>(), ids(anomaly.at("facts"))});
  }
  json.at("pending").get_to(report.pending);
}

report::RunReport read_report(const Json& json) {
  report::RunReport report;
  if (json.at("schema_version").get<int>() != report::result_schema_version) {
    throw std::out_of_range("written by another version");
  }
  json.at("logquake").get_to(report.version);
  report.verdict = named(verdicts, json.at("verdict").get<std::string>());
  json.at("scenario").get_to(report.scenario);
  json.at("about").get_to(report.about);
  json.at("seed").get_to(report.seed);
  json.at("strategy").get_to(report.strategy);
  json.at("defects").get_to(report.defects);
  if (json.contains("settings")) json.at("settings").get_to(report.settings);
  json.at("name").get_to(report.name);
  json.at("content_hash").get_to(report.content_hash);
  json.at("stop").get_to(report.stop);
  const auto fingerprint = json.at("fingerprint").get<std::string>();
  const auto* end = fingerprint.data() + fingerprint.size();
  if (std::from_chars(fingerprint.data(), end, report.fingerprint, 16).ptr != end ||
      fingerprint.size() != 16) {
    throw std::out_of_range("fingerprint: expected 16 hex digits");
  }
  json.at("events").get_to(report.events);
  json.at("facts").get_to(report.facts_stated);
  report.simulated = Duration(json.at("simulated_ns").get<std::int64_t>());
  report.wall = Duration(json.at("wall_ns").get<std::int64_t>());
  json.at("counts").get_to(report.counts);
  read_lists(json, report);
  json.at("reproduce").get_to(report.replay_command);
  return report;
}

std::string line_of(const Json& fields) {
  std::string line;
  for (const auto& [key, value] : fields.items()) {
    line += format("{}{}={}", line.empty() ? "" : " ", key,
                   value.is_string() ? value.get<std::string>() : value.dump());
  }
  return line;
}

/// Nothing for an event of the kernel.
std::optional<sim::RecordedFact> read_fact(std::string_view line) {
  // Ordered, so that the fields come back in the order of their description.
  const auto json = nlohmann::ordered_json::parse(line);
  if (json.contains("event")) return std::nullopt;
  for (const auto* key : {"id", "cause", "at_ns"}) expect_whole_numbers(json.at(key));
  sim::RecordedFact fact;
  fact.id = sim::EventId(json.at("id").get<std::int64_t>());
  fact.cause = sim::EventId(json.at("cause").get<std::int64_t>());
  fact.at = Instant(Duration(json.at("at_ns").get<std::int64_t>()));
  fact.node = json.at("node").get<std::string>();
  fact.kind = json.at("kind").get<std::string>();
  fact.level = named(levels, json.at("level").get<std::string>());
  fact.sentence = json.at("sentence").get<std::string>();
  fact.subject = json.value("subject", std::string());
  fact.state = json.value("state", std::string());
  fact.fields_json = json.at("fields").dump();
  fact.fields_line = line_of(Json(json.at("fields")));
  return fact;
}

}  // namespace

Result<report::RunReport> parse_result(std::string_view json) {
  try {
    return read_report(parse_whole<Json>(json));
  } catch (const std::exception& trouble) {
    return Error{ErrorCode::corrupt, format("result.json: {}", trouble.what())};
  }
}

Status parse_trace(std::string_view lines, report::RunReport& report) {
  int number = 0;
  try {
    while (!lines.empty()) {
      ++number;
      const auto end = std::min(lines.find('\n'), lines.size());
      if (end > 0) {
        if (auto fact = read_fact(lines.substr(0, end))) report.facts.push_back(std::move(*fact));
      }
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
  } catch (const std::exception& trouble) {
    return Error{ErrorCode::corrupt, format("trace.jsonl:{}: {}", number, trouble.what())};
  }
  return {};
}

}  // namespace logquake::scenario
