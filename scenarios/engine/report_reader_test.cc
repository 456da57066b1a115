#include "scenarios/engine/report_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::string line_with(const std::string& id, const std::string& cause, const std::string& at) {
  return format(
      R"({{"id":{},"cause":{},"at_ns":{},"node":"a","kind":"k.k","level":"info","sentence":"s","fields":{{"x":0.5}}}})",
      id, cause, at);
}

TEST(ReportReader, TakesWholeNumbersForWhatATraceCounts) {
  report::RunReport report;

  ASSERT_TRUE(parse_trace(line_with("7", "3", "1000") + "\n", report));

  ASSERT_EQ(report.facts.size(), 1U);
  EXPECT_EQ(report.facts.front().id, sim::EventId(7));
  EXPECT_EQ(report.facts.front().fields_line, "x=0.5");  // a model's own may be what it likes
}

TEST(ReportReader, RefusesFractionsWhereATraceCounts) {
  for (const auto& line : {line_with("7.5", "3", "1000"), line_with("7", "3.25", "1000"),
                           line_with("7", "3", "1000.5"), line_with("7", "3", "1e3")}) {
    report::RunReport report;

    const auto read = parse_trace(line_with("6", "0", "0") + "\n" + line + "\n", report);

    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    EXPECT_TRUE(read.error().message.starts_with("trace.jsonl:2: ")) << read.error().message;
  }
}

}  // namespace
}  // namespace logquake::scenario
