#include "reports/json_report.h"

#include <nlohmann/json.hpp>

#include "reports/plain_text.h"
#include "reports/schema.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"

namespace logquake::report {
namespace {

using Json = nlohmann::ordered_json;

Json ids(const std::vector<sim::EventId>& facts) {
  Json out = Json::array();
  for (const auto id : facts) out.push_back(id.value());
  return out;
}

std::int64_t nanoseconds(Instant at) { return at.time_since_epoch().count(); }

Json faults_of(const RunReport& report) {
  Json out = Json::array();
  for (const auto& fault : report.faults) {
    out.push_back({{"sentence", fault.sentence},
                   {"when", fault.when},
                   {"at_ns", nanoseconds(fault.at)},
                   {"node", fault.node},
                   {"fact", fault.fact.value()}});
  }
  return out;
}

Json promises_of(const RunReport& report) {
  Json out = Json::array();
  for (const auto& promise : report.promises) {
    out.push_back(
        {{"checker", promise.checker}, {"clause", promise.clause}, {"summary", promise.summary}});
  }
  return out;
}

Json violations_of(const RunReport& report) {
  Json out = Json::array();
  for (const auto& violation : report.violations) {
    out.push_back({{"checker", violation.checker},
                   {"clause", violation.clause},
                   {"message", violation.message},
                   {"at_ns", nanoseconds(violation.at)},
                   {"facts", ids(violation.facts)}});
    if (!violation.detail.empty()) out.back()["detail"] = violation.detail;
  }
  return out;
}

Json anomalies_of(const RunReport& report) {
  Json out = Json::array();
  for (const auto& anomaly : report.anomalies) {
    out.push_back({{"checker", anomaly.checker},
                   {"clause", anomaly.clause},
                   {"message", anomaly.message},
                   {"count", anomaly.count},
                   {"facts", ids(anomaly.facts)}});
  }
  return out;
}

Json nodes_of(const RunReport& report) {
  Json out = Json::array();
  for (const auto& node : report.nodes) out.push_back({{"name", node.name}, {"group", node.group}});
  return out;
}

}  // namespace

std::string json_report(const RunReport& report) {
  const Json out = {{"schema_version", result_schema_version},
                    {"logquake", report.version},
                    {"verdict", name_of(report.verdict)},
                    {"scenario", report.scenario},
                    {"about", report.about},
                    {"seed", report.seed},
                    {"strategy", report.strategy},
                    {"defects", report.defects},
                    {"settings", report.settings},
                    {"name", report.name},
                    {"content_hash", report.content_hash},
                    {"fingerprint", hex(report.fingerprint)},
                    {"stop", report.stop},
                    {"events", report.events},
                    {"facts", report.facts_stated},
                    {"simulated_ns", report.simulated.count()},
                    {"wall_ns", report.wall.count()},
                    {"counts", Json(report.counts)},
                    {"nodes", nodes_of(report)},
                    {"faults", faults_of(report)},
                    {"promises", promises_of(report)},
                    {"violations", violations_of(report)},
                    {"anomalies", anomalies_of(report)},
                    {"pending", report.pending},
                    {"reproduce", report.replay_command}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string trace_line(const sim::RecordedFact& fact) {
  const auto quoted = [](std::string_view text) { return json_quoted(readable(text)); };
  std::string out =
      format(R"({{"id":{},"cause":{},"at_ns":{},"node":{},"kind":{},"level":{},"sentence":{})",
             fact.id, fact.cause, nanoseconds(fact.at), quoted(fact.node), quoted(fact.kind),
             quoted(sim::name_of(fact.level)), quoted(fact.sentence));
  if (!fact.subject.empty()) out += format(R"(,"subject":{})", quoted(fact.subject));
  if (!fact.state.empty()) out += format(R"(,"state":{})", quoted(fact.state));
  // The fields are one object of JSON already; only bytes that are no UTF-8 have to go.
  return out +
         format(R"(,"fields":{}}})", fact.fields_json.empty() ? "{}" : readable(fact.fields_json));
}

void write_trace(std::ostream& out, const RunReport& report) {
  for (const auto& fact : report.facts) out << trace_line(fact) << '\n';
}

}  // namespace logquake::report
