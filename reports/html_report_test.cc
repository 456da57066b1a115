#include "reports/html_report.h"

#include <gtest/gtest.h>

#include <vector>

#include "reports/html_timeline.h"
#include "reports/sample_report.h"
#include "sim/testing/golden_file.h"

namespace logquake::report {
namespace {

bool contains(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

// Whether every element that is opened is closed in its place; void elements of HTML stand alone.
std::string first_unbalanced(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const bool closes = page[at + 1] == '/';
    const auto begin = at + (closes ? 2 : 1);
    const auto name = page.substr(begin, page.find_first_of(" >/\n", begin) - begin);
    const auto end = page.find('>', at);
    if (name == "!doctype" || name == "meta" || name == "link" || name == "br" || name == "input" ||
        page[end - 1] == '/')
      continue;
    if (!closes) {
      open.push_back(name);
      if (name == "script" || name == "style") at = page.find("</" + name, at) - 1;
    } else if (open.empty() || open.back() != name) {
      return name;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? std::string() : open.back();
}

TEST(HtmlReport, FetchesNothing) {
  const auto page = html_report(sample_violated_run());

  EXPECT_FALSE(contains(page, "http:"));
  EXPECT_FALSE(contains(page, "https:"));
  EXPECT_FALSE(contains(page, " src="));
  EXPECT_FALSE(contains(page, "@import"));
  EXPECT_TRUE(contains(page, "Content-Security-Policy\" content=\"default-src 'none'"));
}

TEST(HtmlReport, EscapesWhatModelsSay) {
  const auto page = html_report(sample_violated_run());

  EXPECT_FALSE(contains(page, "<script>alert"));
  EXPECT_TRUE(contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_TRUE(contains(page, "every &lt;acknowledged&gt; step"));
  EXPECT_FALSE(contains(page, "\xFF"));
}

TEST(HtmlReport, ClosesEveryElement) {
  EXPECT_EQ(first_unbalanced(html_report(sample_violated_run())), "");
  EXPECT_EQ(first_unbalanced(html_report(sample_passed_run())), "");
  EXPECT_EQ(first_unbalanced(html_report(RunReport{})), "");
}

TEST(HtmlReport, TellsVerdictCausesFaultsAndTheWayBack) {
  const auto page = html_report(sample_violated_run());

  EXPECT_TRUE(contains(page, "<div class=\"verdict\">violated</div>"));
  EXPECT_TRUE(contains(page, "X-INV-1"));
  EXPECT_TRUE(contains(page, "on the 40th counter.added"));
  EXPECT_TRUE(contains(page, "…38 steps like it"));
  EXPECT_TRUE(contains(page, "logquake run counter-survives --seed 17"));
}

TEST(HtmlReport, StaysSmallWhateverTheRunStated) {
  auto report = sample_passed_run();
  auto fact = report.facts.back();
  for (int index = 0; index < 50'000; ++index) {
    fact.id = fact.id + 1;
    fact.at += 1ms;
    report.facts.push_back(fact);
  }

  EXPECT_LT(html_report(report).size(), 500'000U);
}

TEST(TimelinePicture, IsDrawnAsReviewed) {
  const auto report = sample_violated_run();
  const auto story = tell(report, 48);

  sim::testing::expect_golden(LOGQUAKE_SOURCE_DIR "/reports/testdata/timeline.svg",
                              timeline_svg(lay_out(report, story, 14)));
}

}  // namespace
}  // namespace logquake::report
