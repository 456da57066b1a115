#include "reports/json_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/sample_report.h"
#include "reports/schema.h"
#include "sim/testing/golden_file.h"

namespace logquake::report {
namespace {

using Json = nlohmann::json;

const std::string testdata = LOGQUAKE_SOURCE_DIR "/reports/testdata/";

bool has_type(const Json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "array") return value.is_array();
  return type == "object" && value.is_object();
}

// As much of JSON Schema as our schemas use.
void expect_fits(const Json& value, const Json& schema, const std::string& where) {
  if (schema.contains("type")) {
    EXPECT_TRUE(has_type(value, schema["type"])) << where;
  }
  if (schema.contains("const")) {
    EXPECT_EQ(value, schema["const"]) << where;
  }
  if (schema.contains("enum")) {
    EXPECT_NE(std::find(schema["enum"].begin(), schema["enum"].end(), value), schema["enum"].end())
        << where;
  }
  for (const auto& key : schema.value("required", Json::array()))
    EXPECT_TRUE(value.contains(key)) << where << " lacks " << key;
  if (schema.contains("properties")) {
    for (const auto& [key, member] : value.items()) {
      ASSERT_TRUE(schema["properties"].contains(key)) << where << " has an undescribed " << key;
      expect_fits(member, schema["properties"][key], where + "." + key);
    }
  }
  if (schema.contains("items")) {
    for (const auto& element : value) expect_fits(element, schema["items"], where + "[]");
  }
}

TEST(JsonReport, TellsAViolatedRun) {
  sim::testing::expect_golden(testdata + "violated.json", json_report(sample_violated_run()));
}

TEST(JsonReport, FitsItsSchema) {
  const auto schema = Json::parse(schema_text("result"));

  expect_fits(Json::parse(json_report(sample_violated_run())), schema, "result");
  expect_fits(Json::parse(json_report(sample_passed_run())), schema, "result");
}

TEST(JsonReport, WritesTheFingerprintAsSixteenHexDigits) {
  EXPECT_EQ(Json::parse(json_report(sample_passed_run()))["fingerprint"], "00c0ffee12345678");
}

TEST(JsonReport, KeepsSeedsBeyondSixtyThreeBits) {
  auto report = sample_passed_run();
  report.seed = 18446744073709551615ULL;

  EXPECT_EQ(Json::parse(json_report(report))["seed"].get<std::uint64_t>(), 18446744073709551615ULL);
}

TEST(TraceFile, HasOneFactALineThatFitsItsSchema) {
  const auto schema = Json::parse(schema_text("trace"));
  const auto report = sample_violated_run();
  std::stringstream out;

  write_trace(out, report);

  std::size_t lines = 0;
  for (std::string line; std::getline(out, line); ++lines)
    expect_fits(Json::parse(line), schema, "trace");
  EXPECT_EQ(lines, report.facts.size());
}

TEST(Schemas, AreJsonAndNamed) {
  for (const auto name : schema_names()) EXPECT_TRUE(Json::accept(schema_text(name))) << name;
  EXPECT_EQ(schema_text("nonsense"), "");
}

}  // namespace
}  // namespace logquake::report
